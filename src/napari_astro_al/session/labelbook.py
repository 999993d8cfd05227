"""The labels of one catalogue: the ledger's events folded onto its sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.annotation import CATALOGUE, Chain, Event, Ledger
from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.learning.class_names import called_now
from napari_astro_al.session.folding import collector_at_rest, fold_ledger, rows_of_texts
from napari_astro_al.session.label_views import LabelViews


class LabelBook:
    """Records what annotators say and keeps the labels that follow from it.

    Parameters
    ----------
    catalogue : Catalogue
        The sources.
    ledger : Ledger
        Where events are kept. Those it holds are folded at once.
    names : mapping of str to str, optional
        What labels are called now, where not as they were given.

    Attributes
    ----------
    taken : (n_sources,) bool ndarray
        Sources that are labelled or that somebody was unsure of: never asked for again.
    revision : int
        Grows with every event that can change the next query.
    training_revision : int
        Grows with every event that can change a model.
    interest_revision : int
        Grows with every event that changes an interest score.

    Raises
    ------
    CatalogueError
        If the ledger holds an answer about a source that the catalogue does not have.
    """

    def __init__(
        self, catalogue: Catalogue, ledger: Ledger, names: Mapping[str, str] | None = None
    ) -> None:
        self.catalogue = catalogue
        self.ledger = ledger
        self.taken = np.zeros(len(catalogue), dtype=bool)
        self.revision = 0
        self.training_revision = 0
        self.interest_revision = 0
        self._views: LabelViews | None = None
        self._names = dict(names or {})
        with collector_at_rest():
            self._set, self._interest = fold_ledger(
                catalogue, ledger, self._row_of, _naming(self._names)
            )
            self._taken_anew(list(self._set.answered))

    def _row_of(self, text: str) -> int:
        return self.catalogue.row_of(self.catalogue.parse_id(text))

    def _row(self, source: SourceId) -> int:
        """The row of a source; -1 of a stranger, of which nothing is said."""
        return self.catalogue.row_of(source) if source in self.catalogue else -1

    def _settle(self, rows: Iterable[int]) -> tuple[SourceId, ...]:
        """Bring `taken` up to date for some sources; their ids."""
        some = list(rows)
        self._taken_anew(some)
        return tuple(self.catalogue.ids_at(some))

    def _taken_anew(self, rows: list[int]) -> None:
        labels, unsure = self._set.labels, self._set.unsure
        self.taken[rows] = [row in labels or row in unsure for row in rows]
        self.revision += 1
        self._views = None

    def rename(self, names: Mapping[str, str]) -> tuple[SourceId, ...]:
        """Read labels under other names; the sources whose label is another one now.

        Parameters
        ----------
        names : mapping of str to str
            What labels are called now, where not as they were given.
        """
        if self._names == names:
            return ()
        self._names = dict(names)
        return self._settle(self._set.rename(self.naming))

    @property
    def naming(self) -> Callable[[str], str] | None:
        """What a label is called now; None where all are called as they were given."""
        return _naming(self._names)

    @property
    def annotators(self) -> set[str]:
        """Everybody who has answered, the label column left out."""
        return self._set.annotators - {CATALOGUE}

    def record(
        self,
        kind: str,
        sources: Sequence[SourceId],
        payloads: Iterable[Mapping[str, Any]],
        annotator: str | None = None,
    ) -> tuple[SourceId, ...]:
        """Record one event a source as one step, durably, and fold it.

        Parameters
        ----------
        kind : {"label", "unsure", "skip", "audit", "interest"}
            What was said.
        sources : sequence of int or str
            Sources of the catalogue.
        payloads : iterable of mapping
            What to keep beside the source and the step, one a source.
        annotator : str, optional
            Somebody else than the ledger's own annotator.

        Returns
        -------
        tuple of int or str
            The sources whose state changed.

        Raises
        ------
        LedgerError
            If it could not be written; then nothing has changed.
        """
        step = uuid4().hex
        own = self.ledger.chain
        chain = own if annotator is None else Chain(annotator, own.device)
        entries = [
            (kind, {"source": str(source), "step": step, **payload})
            for source, payload in zip(sources, payloads, strict=True)
        ]
        trains = kind in ("label", "unsure")
        return self._fold(self.ledger.append_many(entries, chain=chain), trains=trains)

    def take_answers(self, entries: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Record answers of one's own that were given elsewhere, each a step, durably.

        Parameters
        ----------
        entries : sequence of (kind, payload)
            "label" or "unsure", and what to keep, source and step among it.

        Raises
        ------
        LedgerError
            If they could not be written; then nothing has changed.
        """
        if entries:
            self._fold(self.ledger.append_many(entries))

    def check_sources(self, texts: Iterable[str]) -> None:
        """Refuse ids, as text, of sources that the catalogue does not have; names them."""
        import pyarrow as pa

        rows_of_texts(self.catalogue, pa.array(list(dict.fromkeys(texts)), pa.string()))

    def take_in(
        self,
        events: Sequence[Event],
        note: tuple[str, Mapping[str, Any]] | None = None,
        *,
        trains: bool = True,
    ) -> tuple[SourceId, ...]:
        """Record events of other ledgers, and one that tells of it; the sources they touch."""
        return self._fold(self.ledger.take_in(events, note), trains=trains)

    def note(self, kind: str, payload: Mapping[str, Any]) -> Event | None:
        """Record something that is not about labels, and give its event.

        None of a ledger for reading only, in which nothing is recorded.
        """
        if self.ledger.read_only:
            return None
        event = self.ledger.append(kind, dict(payload))
        self._set.apply(event)
        return event

    def record_steps(
        self, entries: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> tuple[SourceId, ...]:
        """Record events of the own chain, kind and payload, at once; the sources they touch."""
        return self._fold(self.ledger.append_many(entries))

    @property
    def undoable(self) -> str | None:
        """The step of the own chain that `undo` takes back; None where there is none."""
        return self._set.undoable(self.ledger.chain)

    @property
    def redoable(self) -> str | None:
        """The step of the own chain that `redo` brings back; None where there is none."""
        return self._set.redoable(self.ledger.chain)

    def undo(self) -> tuple[SourceId, ...]:
        """Take back the last step of the own chain; its sources, none where there is no step."""
        step = self.undoable
        return () if step is None else self._fold([self.ledger.append("undo", {"step": step})])

    def redo(self) -> tuple[SourceId, ...]:
        """Bring back the step taken back last; its sources, none where there is no step."""
        step = self.redoable
        return () if step is None else self._fold([self.ledger.append("redo", {"step": step})])

    def _fold(self, events: Iterable[Event], *, trains: bool = True) -> tuple[SourceId, ...]:
        changed: dict[int, None] = {}
        scored: dict[int, None] = {}
        for event in events:
            changed.update(dict.fromkeys(self._set.apply(event)))
            scored.update(dict.fromkeys(self._interest.apply(event)))
        self.interest_revision += bool(scored)
        self.training_revision += trains and (bool(changed) or not scored)
        return self._settle({**changed, **scored})

    def labelled(self) -> tuple[npt.NDArray[np.int64], list[str]]:
        """Labelled sources and their labels, in the order of the events.

        Returns
        -------
        rows : (n,) int64 ndarray
            Read-only.
        labels : list of str
            Not to be modified.
        """
        views = self._seen()
        return views.rows, views.labels

    def _seen(self) -> LabelViews:
        if self._views is None:
            order, labels = self._set.order, self._set.labels
            rows = np.array(order, dtype=np.int64)
            unsure = np.array(sorted(self._set.unsure), dtype=np.int64)
            rows.flags.writeable = unsure.flags.writeable = False
            self._views = LabelViews(rows, [labels[row] for row in order], unsure)
        return self._views

    def series(self) -> pd.Series[Any]:
        """Labels by source id, in the order of the events."""
        rows, labels = self.labelled()
        index = pd.Index(self.catalogue.ids[rows], name="source")
        return pd.Series(labels, index=index, dtype=object, name="label")

    @property
    def interest(self) -> Mapping[int, int]:
        """The interest score of each source that has one, by row: a live view."""
        return self._interest.scores

    def unsure_rows(self) -> npt.NDArray[np.int64]:
        """Sources that somebody was unsure of, ascending."""
        return self._seen().unsure

    def skipped_rows(self) -> npt.NDArray[np.int64]:
        """Skipped sources, the longest ago first."""
        skipped = self._set.skipped
        return np.array(sorted(skipped, key=skipped.__getitem__), dtype=np.int64)

    def corrections(self) -> Mapping[int, str | None]:
        """What annotators said of sources, by row: a label, or None where they were unsure."""
        return self._seen().corrections

    def state_of(self, source: SourceId) -> str | None:
        """``"labelled"``, ``"unsure"``, ``"skipped"`` or None."""
        return self._set.state_of(self._row(source))

    @property
    def labels(self) -> Mapping[int, str]:
        """The label of each labelled source, by row: a live view."""
        return self._set.labels

    def label_of(self, source: SourceId) -> str | None:
        """The label of a source, or None."""
        return self._set.labels.get(self._row(source))

    def history_of(self, source: SourceId) -> list[Event]:
        """Every event about a source, oldest first."""
        return self._set.history_of(self._row(source))

    def answers(self) -> Callable[[], list[Event]]:
        """What gives every answer that was not taken back until now, oldest first.

        It may be called in a worker: many answers take long to read.
        """
        return self._set.standing()

    def audits(self) -> list[Event]:
        """The audits that were not taken back, oldest first."""
        return self._set.audits()

    def votes(self) -> dict[SourceId, dict[str, str | None]]:
        """The vote of every annotator, by source and then annotator; None is "unsure".

        Labels inherited from a column are nobody's vote.
        """
        rows = list(self._set.answered)
        found = {}
        for source, row in zip(self.catalogue.ids_at(rows), rows, strict=True):
            votes = self._set.votes(row)
            votes.pop(CATALOGUE, None)
            if votes:
                found[source] = votes
        return found

    def last_audits(self) -> dict[int, Event]:
        """By row, the audits that are the last answer to their source."""
        return self._set.last_audits()

    def votes_of(self, source: SourceId) -> dict[str, str | None]:
        """The vote of every annotator for a source; None is "unsure"."""
        return self._set.votes(self._row(source))

    def label_events(self) -> list[Event]:
        """The event that gave each source of `labelled` its label."""
        return self._set.label_events()

    def label_chains(self) -> list[str]:
        """The chains of `label_events`, without reading these."""
        return self._set.label_chains()

    def label_tasks(self) -> Counter[str | None]:
        """How many labels each task asked for; None, those that no task did."""
        return self._set.label_tasks()

    def deciding_events(self, source: SourceId) -> list[Event]:
        """The answers that made a source labelled or unsure, the first of them first."""
        return self._set.deciding_events(self._row(source))


def _naming(names: Mapping[str, str]) -> Callable[[str], str] | None:
    return partial(called_now, names=names) if names else None
