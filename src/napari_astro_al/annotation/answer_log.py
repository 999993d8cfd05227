"""Answers in order of arrival, as columns: a million of them are no object each."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from napari_astro_al.annotation.events import ANSWERS, AUDIT, LABEL, SKIP, Event

KINDS = tuple(sorted(ANSWERS))
LABELS, SKIPS, AUDITS = KINDS.index(LABEL), KINDS.index(SKIP), KINDS.index(AUDIT)
NOT_KEPT = 0
"""The place in the ledger of an answer whose event is at hand."""


K = TypeVar("K")


class AnswerLog(Generic[K]):
    """What the fold needs of every answer, by its arrival number from 1.

    Links lead to the answer before of the same source, and of the same step; 0 ends them.

    Parameters
    ----------
    fetch : callable, optional
        Events at places of the ledger, in their order: for answers that came as columns
        (`begin`), of which the log keeps the place alone.
    """

    def __init__(self, fetch: Callable[[Sequence[int]], list[Event]] | None = None) -> None:
        self._fetch = fetch
        self._events: dict[int, Event] = {}
        self._chains: list[str] = []
        self._labels: list[str] = []
        self._tasks: list[str] = []
        self._texts = {"chain": self._chains, "label": self._labels, "task": self._tasks}
        self._numbers: dict[tuple[str, str | None], int] = {}
        self.sources: list[Any] = [None]
        self.kinds = bytearray(1)
        self.stands = bytearray(1)
        self.chain_of = array("i", [0])
        self.label_of = array("i", [0])
        self.task_of = array("i", [0])
        self.place_of = array("q", [NOT_KEPT])
        self.source_links = array("q", [0])
        self.step_links = array("q", [0])

    def __len__(self) -> int:
        return len(self.kinds) - 1

    def begin(
        self,
        *,
        sources: npt.NDArray[np.int64],
        chains: tuple[Sequence[str], npt.NDArray[Any]],
        labels: tuple[Sequence[str], npt.NDArray[Any]],
        tasks: tuple[Sequence[str], npt.NDArray[Any]],
        kinds: npt.NDArray[np.uint8],
        places: npt.NDArray[np.int64],
    ) -> None:
        """Take in the first answers as columns; nothing may have been added before.

        Parameters
        ----------
        sources : (n,) int64 ndarray
        chains, labels, tasks : (sequence of str, (n,) int ndarray)
            Distinct texts, and which of them each answer has. Answers other than labels have
            whatever label; -1 is no task.
        kinds : (n,) uint8 ndarray
            Places in `KINDS`.
        places : (n,) int64 ndarray
            Where the ledger has the event, from 1.
        """
        for what, (texts, codes), column in (
            ("chain", chains, self.chain_of),
            ("label", labels, self.label_of),
            ("task", tasks, self.task_of),
        ):
            own = np.array([self._number(what, text) for text in (*texts, None)], dtype=np.int32)
            column.frombytes(own[codes].tobytes())
        self.sources += sources.tolist()
        self.kinds += kinds.tobytes()
        self.place_of.frombytes(places.astype(np.int64).tobytes())

    def add(self, event: Event, source: K, source_link: int, step_link: int) -> int:
        """Take in the next answer, which stands; its arrival number."""
        asked = event.payload.get("asked")
        task = asked.get("task") if isinstance(asked, dict) else None
        self.sources.append(source)
        self.kinds.append(KINDS.index(event.kind))
        self.stands.append(1)
        self.chain_of.append(self._number("chain", event.chain))
        label = event.payload["label"] if event.kind == LABEL else None
        self.label_of.append(self._number("label", label))
        self.task_of.append(self._number("task", task if isinstance(task, str) else None))
        self.place_of.append(NOT_KEPT)
        self.source_links.append(source_link)
        self.step_links.append(step_link)
        arrival = len(self)
        self._events[arrival] = event
        return arrival

    def _number(self, what: str, text: str | None) -> int:
        """The number of a text among those of its kind; -1 of None."""
        if text is None:
            return -1
        texts = self._texts[what]
        number = self._numbers.setdefault((what, text), len(texts))
        if number == len(texts):
            texts.append(text)
        return number

    def chain(self, arrival: int) -> str:
        """Who answered, ``annotator/device``."""
        return self._chains[self.chain_of[arrival]]

    def label(self, arrival: int) -> str:
        """The label that an answer of the kind "label" gave."""
        return self._labels[self.label_of[arrival]]

    def task(self, arrival: int) -> str | None:
        """The task that asked for an answer, None where none did."""
        number = self.task_of[arrival]
        return None if number < 0 else self._tasks[number]

    def trail(self, arrival: int) -> Iterator[int]:
        """An answer and those before it to the same source, the last one first."""
        while arrival:
            yield arrival
            arrival = self.source_links[arrival]

    def step(self, arrival: int) -> Iterator[int]:
        """An answer and those before it of the same step, the last one first."""
        while arrival:
            yield arrival
            arrival = self.step_links[arrival]

    def event(self, arrival: int) -> Event:
        """The event of an answer."""
        return self.events([arrival])[0]

    def events(self, arrivals: Iterable[int]) -> list[Event]:
        """The events of answers, in the order given.

        Raises
        ------
        LedgerError
            If the ledger cannot be read, or one of them is damaged in it.
        """
        wanted = list(arrivals)
        known = self._events
        places = sorted({self.place_of[one] for one in wanted if one not in known})
        if not places:
            return [known[one] for one in wanted]
        assert self._fetch is not None
        found = dict(zip(places, self._fetch(places), strict=True))
        return [known.get(one) or found[self.place_of[one]] for one in wanted]

    def standing(self, kind: int | None = None) -> list[int]:
        """Answers that are not undone, in order of arrival; of one of `KINDS` or of all."""
        stands = np.frombuffer(self.stands, dtype=np.uint8) == 1
        if kind is not None:
            stands = stands & (np.frombuffer(self.kinds, dtype=np.uint8) == kind)
        stands[0] = False
        found: list[int] = np.flatnonzero(stands).tolist()
        return found
