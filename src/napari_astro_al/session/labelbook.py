"""The labels of one catalogue: the ledger's events folded onto its sources."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.annotation import CATALOGUE, Chain, Event, LabelSet, Ledger
from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.learning.class_names import called_now


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keep Python from looking for garbage while many objects are made that all stay.

    It would go through all of them again and again, which takes longer than making them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True, eq=False)
class _Views:
    """The answers as arrays; made anew when an event changes them."""

    rows: npt.NDArray[np.int64]
    labels: list[str]
    unsure: npt.NDArray[np.int64]

    @cached_property
    def corrections(self) -> Mapping[int, str | None]:
        said: dict[int, str | None] = dict(zip(self.rows.tolist(), self.labels, strict=True))
        said.update(dict.fromkeys(self.unsure.tolist()))
        return MappingProxyType(said)


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
        self._rows: dict[str, int] = {}
        self._views: _Views | None = None
        self._names = dict(names or {})
        self._set = LabelSet(_naming(self._names))
        changed: dict[str, None] = {}
        with collector_at_rest():
            for event in ledger.events():
                changed.update(dict.fromkeys(self._set.apply(event)))
            self._taken_anew(list(changed))

    def _rows_of(self, texts: Sequence[str]) -> list[int]:
        new = [text for text in texts if text not in self._rows]
        if new:
            sources = new if self.catalogue.id_kind == "string" else self._numbers(new)
            self._rows.update(zip(new, self.catalogue.rows_of(sources).tolist(), strict=True))
        return [self._rows[text] for text in texts]

    def _numbers(self, texts: Sequence[str]) -> list[SourceId]:
        try:
            return [int(text) for text in texts]
        except ValueError:
            return [self.catalogue.parse_id(text) for text in texts]

    def _settle(self, texts: Sequence[str]) -> tuple[SourceId, ...]:
        return tuple(self.catalogue.ids_at(self._taken_anew(texts)))

    def _taken_anew(self, texts: Sequence[str]) -> list[int]:
        """Bring `taken` up to date for some sources; their rows."""
        rows = self._rows_of(texts)
        labels, unsure = self._set.labels, self._set.unsure
        self.taken[rows] = [text in labels or text in unsure for text in texts]
        self.revision += 1
        self._views = None
        return rows

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
        return self._settle(list(self._set.rename(self.naming)))

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
        kind : {"label", "unsure", "skip", "audit"}
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
        self._rows_of(list(dict.fromkeys(texts)))

    def take_in(
        self, events: Sequence[Event], note: tuple[str, Mapping[str, Any]]
    ) -> tuple[SourceId, ...]:
        """Record events of other ledgers, and one that tells of it; the sources they touch."""
        return self._fold(self.ledger.take_in(events, note))

    def note(self, kind: str, payload: Mapping[str, Any]) -> Event | None:
        """Record something that is not about labels, and give its event.

        None of a ledger for reading only, in which nothing is recorded.
        """
        if self.ledger.read_only:
            return None
        event = self.ledger.append(kind, dict(payload))
        self._set.apply(event)
        return event

    def undo(self) -> tuple[SourceId, ...]:
        """Take back the last step of the own chain; its sources, none where there is no step."""
        step = self._set.undoable(self.ledger.chain)
        return () if step is None else self._fold([self.ledger.append("undo", {"step": step})])

    def redo(self) -> tuple[SourceId, ...]:
        """Bring back the step taken back last; its sources, none where there is no step."""
        step = self._set.redoable(self.ledger.chain)
        return () if step is None else self._fold([self.ledger.append("redo", {"step": step})])

    def _fold(self, events: Iterable[Event], *, trains: bool = True) -> tuple[SourceId, ...]:
        changed: dict[str, None] = {}
        for event in events:
            changed.update(dict.fromkeys(self._set.apply(event)))
        self.training_revision += trains
        return self._settle(list(changed))

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self._set.undoable(self.ledger.chain) is not None

    @property
    def can_redo(self) -> bool:
        """Whether a step was taken back that can come again."""
        return self._set.redoable(self.ledger.chain) is not None

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

    def _seen(self) -> _Views:
        if self._views is None:
            order, labels = self._set.order, self._set.labels
            rows = np.array(self._rows_of(order), dtype=np.int64)
            unsure = np.array(sorted(self._rows_of([*self._set.unsure])), dtype=np.int64)
            rows.flags.writeable = unsure.flags.writeable = False
            self._views = _Views(rows, [labels[text] for text in order], unsure)
        return self._views

    def series(self) -> pd.Series[Any]:
        """Labels by source id, in the order of the events."""
        rows, labels = self.labelled()
        index = pd.Index(self.catalogue.ids[rows], name="source")
        return pd.Series(labels, index=index, dtype=object, name="label")

    def unsure_rows(self) -> npt.NDArray[np.int64]:
        """Sources that somebody was unsure of, ascending."""
        return self._seen().unsure

    def skipped_rows(self) -> npt.NDArray[np.int64]:
        """Skipped sources, the longest ago first."""
        skipped = self._set.skipped
        return np.array(self._rows_of(sorted(skipped, key=skipped.__getitem__)), dtype=np.int64)

    def corrections(self) -> Mapping[int, str | None]:
        """What annotators said of sources, by row: a label, or None where they were unsure."""
        return self._seen().corrections

    def state_of(self, source: SourceId) -> str | None:
        """``"labelled"``, ``"unsure"``, ``"skipped"`` or None."""
        return self._set.state_of(str(source))

    @property
    def labels(self) -> Mapping[str, str]:
        """The label of each labelled source, by id as text: a live view."""
        return self._set.labels

    def label_of(self, source: SourceId) -> str | None:
        """The label of a source, or None."""
        return self._set.labels.get(str(source))

    def history_of(self, source: SourceId) -> list[Event]:
        """Every event about a source, oldest first."""
        return self._set.history_of(str(source))

    def answers(self) -> list[Event]:
        """Every answer that was not taken back, oldest first."""
        return self._set.standing()

    def audits(self) -> list[Event]:
        """The audits that were not taken back, oldest first."""
        return self._set.audits()

    def votes(self) -> dict[SourceId, dict[str, str | None]]:
        """The vote of every annotator, by source and then annotator; None is "unsure".

        Labels inherited from a column are nobody's vote.
        """
        texts = list(self._set.answered)
        sources = self.catalogue.ids_at(self._rows_of(texts))
        found = {}
        for source, text in zip(sources, texts, strict=True):
            votes = self._set.votes(text)
            votes.pop(CATALOGUE, None)
            if votes:
                found[source] = votes
        return found

    def label_events(self) -> list[Event]:
        """The event that gave each source of `labelled` its label."""
        return self._set.label_events()

    def deciding_events(self, source: SourceId) -> list[Event]:
        """The answers that made a source labelled or unsure, the first of them first."""
        return self._set.deciding_events(str(source))


def _naming(names: Mapping[str, str]) -> Callable[[str], str] | None:
    return partial(called_now, names=names) if names else None
