"""The label set: what the events of a ledger say about each source, kept up to date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal, NamedTuple

from napari_astro_al.annotation.events import (
    ANSWERS,
    CATALOGUE,
    LABEL,
    REDO,
    SKIP,
    UNDO,
    UNSURE,
    Chain,
    Event,
    annotator_of,
)
from napari_astro_al.errors import LedgerError

State = Literal["labelled", "unsure", "skipped"]


class _Step:
    """What one call or key press answered; taken back and brought back as one."""

    __slots__ = ("active", "sources")

    def __init__(self) -> None:
        self.active = True
        self.sources: list[str] = []


class _Author:
    """Steps of one chain, oldest first: those that stand, and those that redo can bring back."""

    __slots__ = ("done", "undone")

    def __init__(self) -> None:
        self.done: dict[str, _Step] = {}
        self.undone: dict[str, _Step] = {}


class _Answer(NamedTuple):
    arrival: int
    step: _Step
    event: Event


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
    - A skip never takes an answer away. A source counts as skipped where there is no answer
      and a chain's last standing event is a skip.
    - An undo takes back the step that it names, of its own chain only, and a redo brings one
      back. A new label, unsure or skip ends every chance of redo in its chain. An undo or redo
      that names no such step changes nothing.
    - `order`: a source's place is the arrival of the event that gave it its label; with several
      annotators, of the first of the votes that agree with the label. A corrected label moves
      to the place of the correction; undoing the correction moves it back.

    Labels, orders and sets are live views: read them, do not change them.
    """

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}
        self._places: dict[str, int] = {}
        self._unsure: set[str] = set()
        self._skipped: dict[str, int] = {}
        self._answers: dict[str, list[_Answer]] = {}
        self._authors: dict[str, _Author] = {}
        self._order: list[str] | None = []
        self._arrived = 0

    @classmethod
    def fold(cls, events: Iterable[Event]) -> LabelSet:
        """The label set of events in order of arrival."""
        label_set = cls()
        for event in events:
            label_set.apply(event)
        return label_set

    def apply(self, event: Event) -> tuple[str, ...]:
        """Take in the next event.

        Parameters
        ----------
        event : Event
            The next one to arrive.

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
        self._arrived += 1
        return ()

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
        """Skipped sources and the arrival number of the last skip of each."""
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
        """Every label, unsure and skip of a source in order of arrival, also those undone."""
        return [answer.event for answer in self._answers.get(source, ())]

    def votes(self, source: str) -> dict[str, str | None]:
        """The vote of each annotator that counts for a source; None is a vote for "unsure"."""
        votes, _ = _count(self._answers.get(source, ()))
        return {who: _choice(answer.event) for who, answer in votes.items()}

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
        if event.kind == LABEL:
            payload["label"]
        author = self._authors.get(event.chain)
        if author is None:
            author = self._authors[event.chain] = _Author()
        if author.undone:
            author.undone.clear()
        name = payload.get("step") or event.uuid
        step = author.done.get(name)
        if step is None:
            step = author.done[name] = _Step()
        step.sources.append(source)
        self._arrived += 1
        answer = _Answer(self._arrived, step, event)
        answers = self._answers.get(source)
        if answers is None:
            self._answers[source] = [answer]
        else:
            answers.append(answer)
        self._settle(source)
        return (source,)

    def _take_back(self, chain: str, name: str) -> tuple[str, ...]:
        self._arrived += 1
        author = self._authors.get(chain)
        step = author.done.pop(name, None) if author else None
        if author is None or step is None:
            return ()
        author.undone[name] = step
        return self._switch(step, active=False)

    def _bring_back(self, chain: str, name: str) -> tuple[str, ...]:
        self._arrived += 1
        author = self._authors.get(chain)
        step = author.undone.pop(name, None) if author else None
        if author is None or step is None:
            return ()
        author.done[name] = step
        return self._switch(step, active=True)

    def _switch(self, step: _Step, *, active: bool) -> tuple[str, ...]:
        step.active = active
        changed = tuple(dict.fromkeys(step.sources))
        for source in changed:
            self._settle(source)
        return changed

    def _settle(self, source: str) -> None:
        """Bring the views of one source up to date with its answers."""
        answers = self._answers[source]
        if len(answers) == 1 and answers[0].step.active:
            kind = answers[0].event.kind
            winner = None if kind == SKIP else answers[0]
            skip = answers[0].arrival if kind == SKIP else 0
        else:
            votes, skip = _count(answers)
            winner = _winner(votes.values())
        if winner is not None and winner.event.kind == LABEL:
            self._labels[source] = winner.event.payload["label"]
            if self._places.get(source) != winner.arrival:
                self._places[source] = winner.arrival
                self._order = None
        elif self._labels.pop(source, None) is not None:
            del self._places[source]
            self._order = None
        if winner is not None and winner.event.kind == UNSURE:
            self._unsure.add(source)
        else:
            self._unsure.discard(source)
        if winner is None and skip:
            self._skipped[source] = skip
        else:
            self._skipped.pop(source, None)


def _choice(event: Event) -> str | None:
    """What an answer votes for: a label, or None for "unsure"."""
    return event.payload["label"] if event.kind == LABEL else None


def _count(answers: Iterable[_Answer]) -> tuple[dict[str, _Answer], int]:
    """The answer of each annotator that counts, and the arrival of the last open skip or 0."""
    by_chain: dict[str, _Answer] = {}
    skips: dict[str, int] = {}
    for answer in answers:
        if not answer.step.active:
            continue
        chain = answer.event.chain
        if answer.event.kind == SKIP:
            skips[chain] = answer.arrival
        else:
            by_chain[chain] = answer
            skips.pop(chain, None)
    votes: dict[str, _Answer] = {}
    for chain, answer in by_chain.items():
        who = annotator_of(chain)
        rival = votes.get(who)
        if rival is None or _time(answer) > _time(rival):
            votes[who] = answer
    if len(votes) > 1:
        votes.pop(CATALOGUE, None)
    return votes, max(skips.values(), default=0)


def _time(answer: _Answer) -> tuple[str, str]:
    return answer.event.utc, answer.event.chain


def _winner(votes: Iterable[_Answer]) -> _Answer | None:
    """The first answer for the choice that has more votes than any other, None for a tie."""
    by_choice: dict[str | None, list[_Answer]] = {}
    for answer in votes:
        by_choice.setdefault(_choice(answer.event), []).append(answer)
    ranked = sorted(by_choice.values(), key=len, reverse=True)
    if not ranked or (len(ranked) > 1 and len(ranked[0]) == len(ranked[1])):
        return None
    return min(ranked[0], key=lambda answer: answer.arrival)
