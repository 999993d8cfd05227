"""The label set: what the events of a ledger say about each source, kept up to date."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal

from napari_astro_al.annotation.author import Author
from napari_astro_al.annotation.events import (
    ANSWERS,
    AUDIT,
    CATALOGUE,
    LABEL,
    REDO,
    SKIP,
    UNDO,
    Chain,
    Event,
    annotator_of,
)
from napari_astro_al.errors import LedgerError

State = Literal["labelled", "unsure", "skipped"]


class LabelSet:
    """The fold of events, updated event by event.

    Rules
    -----
    - An event *stands* unless its step is undone. In a chain, the last standing label or unsure
      of a source is that chain's answer; of an annotator's chains (devices), the answer with the
      latest time counts (ties: the greater chain).
    - Each annotator has one vote, for a label or for "unsure", counted alike. What has more votes
      than anything else wins; a tie is no answer, and the source is neither labelled nor unsure.
      A coarse label (``~QSO``) is a label of its own in this count.
    - The annotator "catalogue" votes only where no other answer stands.
    - An audit never changes an answer.
    - A skip never takes an answer away. A source counts as skipped where there is no answer
      and a chain's last standing event is a skip.
    - An undo takes back the step that it names, of its own chain only, and a redo brings one
      back. A new label, unsure or skip ends every chance of redo in its chain. An undo or redo
      that names no such step changes nothing.
    - Labels are read under their names of now (`rename`), also where they are counted; events
      keep them as they were given.
    - `order`: a source's place is the arrival of the event that gave it its label; with several
      annotators, of the first of the votes that agree with the label. A corrected label moves
      to the place of the correction; undoing the correction moves it back.

    Labels, orders and sets are live views: read them, do not change them.

    Parameters
    ----------
    name : callable, optional
        As of `rename`.
    """

    def __init__(self, name: Callable[[str], str] | None = None) -> None:
        self._name = name
        self._labels: dict[str, str] = {}
        self._places: dict[str, int] = {}
        self._unsure: set[str] = set()
        self._skipped: dict[str, int] = {}
        self._order: list[str] | None = []
        self._authors: dict[str, Author] = {}
        # Answers by arrival number, from 1. Links lead to the answer before of the same source,
        # and of the same step; 0 ends them. No object an event, so that a million fold quickly.
        self._answers: list[Event] = []
        self._stands = bytearray(1)
        self._source_links = array("q", [0])
        self._step_links = array("q", [0])
        self._last_of: dict[str, int] = {}
        self._audits: list[int] = []

    @classmethod
    def fold(cls, events: Iterable[Event]) -> LabelSet:
        """The label set of events in order of arrival."""
        label_set = cls()
        for event in events:
            label_set.apply(event)
        return label_set

    def apply(self, event: Event) -> tuple[str, ...]:
        """Take in the next event to arrive.

        Returns
        -------
        tuple of str
            Ids, as text, of the sources that it touched; empty where it changed nothing.

        Raises
        ------
        LedgerError
            If the payload lacks what its kind needs; nothing has changed then.
        """
        kind = event.kind
        try:
            if kind in ANSWERS:
                return self._take_answer(event)
            if kind == UNDO:
                return self._take_back(event.chain, event.payload["step"])
            if kind == REDO:
                return self._bring_back(event.chain, event.payload["step"])
        except KeyError as error:
            raise LedgerError(
                f"Event {event.sequence} of chain {event.chain} ({kind}) has no {error} in its "
                "payload. The ledger is damaged: restore it from a copy."
            ) from error
        return ()

    def rename(self, name: Callable[[str], str] | None) -> tuple[str, ...]:
        """Read labels under other names.

        Parameters
        ----------
        name : callable or None
            From a label as it was given to its name now. None: as given.

        Returns
        -------
        tuple of str
            Ids, as text, of the sources whose label changed.
        """
        before = {source: self._labels.get(source) for source in self._last_of}
        self._name = name
        for source in self._last_of:
            self._settle(source)
        return tuple(
            source for source, label in before.items() if self._labels.get(source) != label
        )

    @property
    def labels(self) -> Mapping[str, str]:
        """Label of each labelled source, by id as text."""
        return self._labels

    @property
    def unsure(self) -> AbstractSet[str]:
        """Ids of the sources whose answer is "unsure"."""
        return self._unsure

    @property
    def skipped(self) -> Mapping[str, int]:
        """Skipped sources and an order number of the last skip of each, rising with time."""
        return self._skipped

    @property
    def order(self) -> Sequence[str]:
        """Ids of the labelled sources, in the order of the events that gave the labels."""
        if self._order is None:
            self._order = sorted(self._places, key=self._places.__getitem__)
        return self._order

    @property
    def n_labels(self) -> int:
        """How many sources are labelled."""
        return len(self._labels)

    def state_of(self, source: str) -> State | None:
        """How a source stands: "labelled", "unsure", "skipped", or None."""
        if source in self._labels:
            return "labelled"
        if source in self._unsure:
            return "unsure"
        return "skipped" if source in self._skipped else None

    def history_of(self, source: str) -> list[Event]:
        """Every answer about a source in order of arrival, also those undone."""
        return [self._answer(arrival) for arrival in self._trail(source)][::-1]

    def standing(self) -> list[Event]:
        """Every answer that is not undone, in order of arrival."""
        return [one for one, stands in zip(self._answers, self._stands[1:], strict=True) if stands]

    def audits(self) -> list[Event]:
        """The audits among them, without a look at the others."""
        return [self._answer(arrival) for arrival in self._audits if self._stands[arrival]]

    @property
    def annotators(self) -> set[str]:
        """Whoever has answered."""
        return {annotator_of(chain) for chain in self._authors}

    @property
    def answered(self) -> AbstractSet[str]:
        """Ids of all sources that anybody ever answered or skipped."""
        return self._last_of.keys()

    def votes(self, source: str) -> dict[str, str | None]:
        """The vote of each annotator that counts for a source; None is a vote for "unsure"."""
        votes, _ = self._count(source)
        return {who: self._choice(arrival) for who, arrival in votes.items()}

    def label_events(self) -> list[Event]:
        """The event that gave each source of `order` its label."""
        return [self._answer(self._places[source]) for source in self.order]

    def deciding_events(self, source: str) -> list[Event]:
        """The answers that count for what a source is, in order of arrival.

        Those that gave it its label, or made it unsure; empty where it is neither.
        """
        votes, _ = self._count(source)
        winner = self._winner(votes.values())
        agree = (a for a in votes.values() if winner and self._choice(a) == self._choice(winner))
        return [self._answer(arrival) for arrival in sorted(agree)]

    def undoable(self, chain: Chain | str) -> str | None:
        """The step of a chain that an undo would take back, None where there is none."""
        author = self._authors.get(str(chain))
        return next(reversed(author.done), None) if author else None

    def redoable(self, chain: Chain | str) -> str | None:
        """The step of a chain that a redo would bring back, None where there is none."""
        author = self._authors.get(str(chain))
        return next(reversed(author.undone), None) if author else None

    def _take_answer(self, event: Event) -> tuple[str, ...]:
        payload = event.payload
        source: str = payload["source"]
        label: str | None = None
        if event.kind == LABEL:
            label = payload["label"] if self._name is None else self._name(payload["label"])
        author = self._authors.get(event.chain)
        if author is None:
            author = self._authors[event.chain] = Author()
        elif author.undone:
            author.undone.clear()
        step = payload.get("step") or event.uuid
        before = self._last_of.get(source, 0)
        self._answers.append(event)
        arrival = len(self._answers)
        if event.kind == AUDIT:
            self._audits.append(arrival)
        self._stands.append(1)
        self._source_links.append(before)
        self._step_links.append(author.done.get(step, 0))
        self._last_of[source] = author.done[step] = arrival
        if label is not None and not before:
            self._labels[source] = label
            self._places[source] = arrival
            if self._order is not None:
                self._order.append(source)
        else:
            self._settle(source)
        return (source,)

    def _take_back(self, chain: str, step: str) -> tuple[str, ...]:
        author = self._authors.get(chain)
        if author is None or step not in author.done:
            return ()
        author.undone[step] = author.done.pop(step)
        return self._switch(author.undone[step], 0)

    def _bring_back(self, chain: str, step: str) -> tuple[str, ...]:
        author = self._authors.get(chain)
        if author is None or step not in author.undone:
            return ()
        author.done[step] = author.undone.pop(step)
        return self._switch(author.done[step], 1)

    def _switch(self, arrival: int, stands: int) -> tuple[str, ...]:
        """Let the answers of a step stand (1) or not (0), given the last of them."""
        touched: dict[str, None] = {}
        while arrival:
            self._stands[arrival] = stands
            touched[self._answer(arrival).payload["source"]] = None
            arrival = self._step_links[arrival]
        for source in touched:
            self._settle(source)
        return tuple(reversed(touched))

    def _settle(self, source: str) -> None:
        """Bring the views of one source up to date with its answers."""
        votes, skip = self._count(source)
        winner = self._winner(votes.values())
        choice = self._choice(winner) if winner else None
        if choice is not None:
            self._labels[source] = choice
            if self._places.get(source) != winner:
                self._places[source] = winner
                self._order = None
        elif source in self._labels:
            del self._labels[source], self._places[source]
            self._order = None
        if winner and choice is None:
            self._unsure.add(source)
        else:
            self._unsure.discard(source)
        if skip and not winner:
            self._skipped[source] = skip
        else:
            self._skipped.pop(source, None)

    def _count(self, source: str) -> tuple[dict[str, int], int]:
        """Arrivals of each annotator's answer that counts, and of the last open skip or 0."""
        by_chain: dict[str, int] = {}
        skip = 0
        for arrival in self._trail(source):
            event = self._answer(arrival)
            if not self._stands[arrival] or event.kind == AUDIT:
                continue
            if event.kind != SKIP:
                by_chain.setdefault(event.chain, arrival)
            elif not skip and event.chain not in by_chain:
                skip = arrival
        votes: dict[str, int] = {}
        for chain, arrival in by_chain.items():
            who = annotator_of(chain)
            if who not in votes or self._time(arrival) > self._time(votes[who]):
                votes[who] = arrival
        if len(votes) > 1:
            votes.pop(CATALOGUE, None)
        return votes, skip

    def _winner(self, votes: Iterable[int]) -> int:
        """The first answer for what has more votes than anything else; 0 where nothing has."""
        by_choice: dict[str | None, list[int]] = {}
        for arrival in votes:
            by_choice.setdefault(self._choice(arrival), []).append(arrival)
        ranked = sorted(by_choice.values(), key=len, reverse=True)
        if not ranked or (len(ranked) > 1 and len(ranked[0]) == len(ranked[1])):
            return 0
        return min(ranked[0])

    def _trail(self, source: str) -> Iterator[int]:
        """Arrivals of the answers to a source, the last one first."""
        arrival = self._last_of.get(source, 0)
        while arrival:
            yield arrival
            arrival = self._source_links[arrival]

    def _answer(self, arrival: int) -> Event:
        return self._answers[arrival - 1]

    def _choice(self, arrival: int) -> str | None:
        """What an answer votes for: a label, or None for "unsure"."""
        event = self._answer(arrival)
        if event.kind != LABEL:
            return None
        label: str = event.payload["label"]
        return label if self._name is None else self._name(label)

    def _time(self, arrival: int) -> tuple[str, str]:
        event = self._answer(arrival)
        return event.utc, event.chain
