"""A session's verbs for looking back: views show labels as they were, and nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from napari_astro_al.annotation import LabelSet, Ledger
from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.errors import LabelError, SessionError
from napari_astro_al.jobs import Job, drain, guarded
from napari_astro_al.session.labelbook import LabelBook
from napari_astro_al.session.telling import Tells
from napari_astro_al.session.timeline import Moment, Past, Timeline, timeline_job


class ShownLabels(Protocol):
    """What views ask of labels, those of now or of a moment that has passed."""

    @property
    def labels(self) -> Mapping[int, str]:
        """The label of each labelled source, by row."""
        ...

    @property
    def taken(self) -> npt.NDArray[np.bool_]:
        """Sources that are labelled or that somebody was unsure of."""
        ...

    def label_of(self, source: SourceId) -> str | None:
        """The label of a source, or None."""
        ...

    def state_of(self, source: SourceId) -> str | None:
        """``"labelled"``, ``"unsure"``, ``"skipped"`` or None."""
        ...

    def labelled(self) -> tuple[npt.NDArray[np.int64], list[str]]:
        """Rows of labelled sources, and their labels."""
        ...


class TimeMachine(Tells):
    """Looking back at how sources were labelled earlier."""

    catalogue: Catalogue
    ledger: Ledger
    book: LabelBook

    past_changed = Signal(object)
    """The source ids whose label is shown as another one, looking back or returning (tuple)."""

    past: Past | None = None
    """What is looked back at; None in the present."""

    @property
    def shown_labels(self) -> ShownLabels:
        """The labels that views show: those of now, or of the moment that is looked back at."""
        return self.book if self.past is None else self.past

    def timeline(self) -> Timeline:
        """The labelling history, moment by moment."""
        return drain(self.timeline_job())

    def timeline_job(self) -> Job[Timeline]:
        """The work of `timeline`, captured now."""
        events = self.ledger.events()
        labels: LabelSet[str] = LabelSet(name=self.book.naming)
        own = self.ledger.chain.annotator
        job = timeline_job(events, self.catalogue, labels, self.book.revision, own)
        return guarded(job, "read the history")

    def look_back(self, place: int, timeline: Timeline | None = None) -> Moment | None:
        """Let views show how sources stood after so many moments. Nothing can be answered then.

        Parameters
        ----------
        place : int
            How many moments had been, from 0, before the first; all of them for what is so now.
        timeline : Timeline, optional
            That of `timeline`, which is read anew where none is given and none is looked at.

        Returns
        -------
        Moment or None
            The newest one that had been.
        """
        if self.past is None or (timeline is not None and timeline is not self.past.timeline):
            timeline = timeline or self.timeline()
            if timeline.revision != self.book.revision:
                raise SessionError("There are other labels by now: read the history anew.")
            self.past = Past(timeline, self.catalogue)
            self.past.turn_to(len(timeline))
        rows = self.past.turn_to(place)
        self._tell(self.past_changed, tuple(self.catalogue.ids_at(rows)))
        return self.past.moment

    def return_to_present(self) -> None:
        """Let views show how sources stand now. Nothing happens in the present."""
        if self.past is None:
            return
        rows = self.past.turn_to(len(self.past.timeline))
        self.past = None
        self._tell(self.past_changed, tuple(self.catalogue.ids_at(rows)))

    def check_present(self) -> None:
        """Refuse to record what was said while looking back.

        Raises
        ------
        LabelError
        """
        if self.past is not None:
            moment = self.past.moment
            utc = "" if moment is None else moment.utc[:19].replace("T", " ")
            when = f"{utc} UTC" if utc else "before the first label"
            raise LabelError(
                f"Nothing was recorded: what is on show is the past ({when}). "
                "Return to the present first: the button in the Session dock, or "
                "session.return_to_present()."
            )
