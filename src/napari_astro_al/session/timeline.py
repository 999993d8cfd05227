"""The labelling history as moments that one can turn back to: what changed with each of them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from napari_astro_al.annotation import Event, LabelSet
from napari_astro_al.annotation.events import CATALOGUE, LABEL, REDO, UNDO, annotator_of
from napari_astro_al.annotation.labels import State
from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.jobs import Job, Progress

Stand = tuple[State, str | None] | None
"""How a source stands: its state and label; None where nothing was said of it."""

_RANDOM_ID = re.compile("[0-9a-f]{16}")
_SAID = {"unsure": "unsure of", "skip": "skipped", "audit": "checked"}


@dataclass(frozen=True, eq=False)
class Moment:
    """One step of the history.

    Attributes
    ----------
    position : int
        How many events the ledger had after it.
    utc : str
    words : str
        Who did what.
    rows : (n,) int64 ndarray
        The sources that stand otherwise since.
    before, after : list
        How each of them stood, and stands.
    n_labels : int
        Labelled sources after it.
    """

    position: int
    utc: str
    words: str
    rows: npt.NDArray[np.int64]
    before: Sequence[Stand]
    after: Sequence[Stand]
    n_labels: int


@dataclass(frozen=True, eq=False)
class Timeline:
    """All moments of a history, oldest first.

    Attributes
    ----------
    moments : list of Moment
    revision : int
        Of the labels that it was read for.
    """

    moments: Sequence[Moment]
    revision: int

    def __len__(self) -> int:
        return len(self.moments)

    def at(self, position: int) -> int:
        """How many moments there were when the ledger had so many events."""
        return bisect_right([one.position for one in self.moments], position)


def timeline_job(
    events: Iterable[Event],
    catalogue: Catalogue,
    labels: LabelSet[str],
    revision: int,
    own: str = "",
) -> Job[Timeline]:
    """Read a history.

    Parameters
    ----------
    events : iterable of Event
        In order of arrival.
    catalogue : Catalogue
    labels : LabelSet
        Empty, with the names that labels are to be read under; folded on the way.
    revision : int
        Of the labels.
    own : str
        The annotator who looks: "You", where no name was chosen.
    """
    yield Progress("Reading the history")
    moments: list[Moment] = []
    stands: dict[str, Stand] = {}
    position = 0
    for step in _steps(events):
        touched: dict[str, None] = {}
        for event in step:
            touched.update(dict.fromkeys(labels.apply(event)))
        position += len(step)
        changed = {one: _stand(labels, one) for one in touched}
        changed = {one: now for one, now in changed.items() if now != stands.get(one)}
        if changed:
            rows = catalogue.rows_of([catalogue.parse_id(one) for one in changed])
            before = [stands.get(one) for one in changed]
            words = _words(step, list(changed), own)
            utc, after = step[-1].utc, list(changed.values())
            one = Moment(position, utc, words, rows, before, after, labels.n_labels)
            moments.append(one)
            stands.update(changed)
        if len(moments) % 500 == 0:
            yield Progress("Reading the history", position)
    return Timeline(moments, revision)


def _step_of(event: Event) -> tuple[str, str, str]:
    return event.chain, event.kind, str(event.payload.get("step", event.uuid))


def _steps(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Events that one call or key press made, together."""
    for _, step in groupby(events, key=_step_of):
        yield list(step)


def _stand(labels: LabelSet[str], source: str) -> Stand:
    state = labels.state_of(source)
    return None if state is None else (state, labels.labels.get(source))


def _who(annotator: str, own: str) -> str:
    if annotator == CATALOGUE:
        return "The label column"
    if not _RANDOM_ID.fullmatch(annotator):
        return annotator
    return "You" if annotator == own else f"Somebody ({annotator[:6]})"


def _words(step: list[Event], sources: list[str], own: str) -> str:
    last = step[-1]
    who = _who(annotator_of(last.chain), own)
    what = sources[0] if len(sources) == 1 else f"{len(sources):,} sources"
    if last.kind == LABEL:
        labels = {one.payload["label"] for one in step if one.kind == LABEL}
        name = labels.pop() if len(labels) == 1 else "several classes"
        return f"{who}: {what} is {name}" if len(sources) == 1 else f"{who}: {what} are {name}"
    if last.kind in (UNDO, REDO):
        return f"{who}: took back {what}" if last.kind == UNDO else f"{who}: gave again {what}"
    return f"{who}: {_SAID.get(last.kind, 'changed')} {what}"


class Past:
    """How sources stood at a moment: the questions that views ask of a `LabelBook`.

    Parameters
    ----------
    timeline : Timeline
    catalogue : Catalogue
    """

    def __init__(self, timeline: Timeline, catalogue: Catalogue) -> None:
        self.timeline = timeline
        self.place = 0
        """How many moments have been: 0 is before the first."""
        self._catalogue = catalogue
        self._stands: dict[int, tuple[State, str | None]] = {}

    @property
    def moment(self) -> Moment | None:
        """The newest moment that has been; None before the first."""
        return self.timeline.moments[self.place - 1] if self.place else None

    def turn_to(self, place: int) -> npt.NDArray[np.int64]:
        """Go to another moment; the rows of the sources that stand otherwise there."""
        place = min(max(place, 0), len(self.timeline))
        touched: dict[int, None] = {}
        while self.place != place:
            forward = place > self.place
            moment = self.timeline.moments[self.place if forward else self.place - 1]
            for row, stand in zip(
                moment.rows.tolist(), moment.after if forward else moment.before, strict=True
            ):
                touched[row] = None
                if stand is None:
                    self._stands.pop(row, None)
                else:
                    self._stands[row] = stand
            self.place += 1 if forward else -1
        return np.fromiter(touched, np.int64, len(touched))

    def _of(self, source: SourceId) -> tuple[State, str | None] | None:
        return self._stands.get(self._catalogue.row_of(source))

    def state_of(self, source: SourceId) -> State | None:
        """``"labelled"``, ``"unsure"``, ``"skipped"`` or None."""
        stand = self._of(source)
        return None if stand is None else stand[0]

    def label_of(self, source: SourceId) -> str | None:
        """The label of a source, or None."""
        stand = self._of(source)
        return None if stand is None else stand[1]

    def labelled(self) -> tuple[npt.NDArray[np.int64], list[str]]:
        """Rows of labelled sources, and their labels."""
        found = [(row, label) for row, (_, label) in self._stands.items() if label is not None]
        return np.array([row for row, _ in found], dtype=np.int64), [one for _, one in found]

    @property
    def labels(self) -> Mapping[int, str]:
        """The label of each labelled source, by row."""
        rows, labels = self.labelled()
        return MappingProxyType(dict(zip(rows.tolist(), labels, strict=True)))

    @property
    def taken(self) -> npt.NDArray[np.bool_]:
        """Sources that were labelled or that somebody was unsure of."""
        found = np.zeros(len(self._catalogue), dtype=bool)
        found[[row for row, (state, _) in self._stands.items() if state != "skipped"]] = True
        return found
