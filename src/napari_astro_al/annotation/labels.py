"""The label set: what the events of a ledger say about each source, kept up to date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Generic, Literal, TypeVar, cast

from napari_astro_al.annotation.answer_log import AUDITS, AnswerLog
from napari_astro_al.annotation.author import Author
from napari_astro_al.annotation.events import (
    ANSWERS,
    INTEREST,
    LABEL,
    REDO,
    UNDO,
    Chain,
    Event,
    annotator_of,
)
from napari_astro_al.annotation.first_fold import FirstFold
from napari_astro_al.annotation.votes import VoteCount
from napari_astro_al.errors import LedgerError

State = Literal["labelled", "unsure", "skipped"]
K = TypeVar("K", bound=Hashable)


class LabelSet(Generic[K]):
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
    - Interest scores are steps among the others, to be taken back in their turn, and touch no
      source here (`napari_astro_al.annotation.interest` folds them).
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
    key : callable, optional
        What stands for a source in all that the set tells, from its id as text; the text itself
        where none is given. An error that it raises leaves the set as it was.
    name : callable, optional
        As of `rename`.
    begun : FirstFold, optional
        The first events, folded already under the same names; sources are numbers in it.
    """

    def __init__(
        self,
        key: Callable[[str], K] | None = None,
        name: Callable[[str], str] | None = None,
        begun: FirstFold | None = None,
    ) -> None:
        self._key = cast("Callable[[str], K]", str) if key is None else key
        fold: Any = begun or FirstFold(AnswerLog(), {}, {}, {}, {}, set(), {}, [])
        self._log: AnswerLog[K] = fold.log
        self._votes = VoteCount(self._log, name)
        self._authors: dict[str, Author] = fold.authors
        self._last_of: dict[K, int] = fold.last_of
        self._places: dict[K, int] = fold.places
        self._unsure: set[K] = fold.unsure
        self._skipped: dict[K, int] = fold.skipped
        self._labels: dict[K, str] = fold.labels
        self._order: list[K] | None = list(self._places)
        for source in fold.contested:
            self._settle(source)

    @classmethod
    def fold(cls, events: Iterable[Event]) -> LabelSet[str]:
        """The label set of events in order of arrival."""
        label_set: LabelSet[str] = LabelSet()
        for event in events:
            label_set.apply(event)
        return label_set

    def apply(self, event: Event) -> tuple[K, ...]:
        """Take in the next event to arrive.

        Returns
        -------
        tuple
            The sources that it touched; empty where it changed nothing.

        Raises
        ------
        LedgerError
            If the payload lacks what its kind needs; nothing has changed then.
        """
        kind = event.kind
        try:
            if kind in ANSWERS:
                return self._take_answer(event)
            if kind == INTEREST:
                return self._take_step(event)
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

    def rename(self, name: Callable[[str], str] | None) -> tuple[K, ...]:
        """Read labels under other names.

        Parameters
        ----------
        name : callable or None
            From a label as it was given to its name now. None: as given.

        Returns
        -------
        tuple
            The sources whose label changed.
        """
        before = {source: self._labels.get(source) for source in self._last_of}
        self._votes.name = name
        for source in self._last_of:
            self._settle(source)
        return tuple(
            source for source, label in before.items() if self._labels.get(source) != label
        )

    @property
    def labels(self) -> Mapping[K, str]:
        """Label of each labelled source."""
        return self._labels

    @property
    def unsure(self) -> AbstractSet[K]:
        """The sources whose answer is "unsure"."""
        return self._unsure

    @property
    def skipped(self) -> Mapping[K, int]:
        """Skipped sources and an order number of the last skip of each, rising with time."""
        return self._skipped

    @property
    def order(self) -> Sequence[K]:
        """The labelled sources, in the order of the events that gave the labels."""
        if self._order is None:
            self._order = sorted(self._places, key=self._places.__getitem__)
        return self._order

    @property
    def n_labels(self) -> int:
        """How many sources are labelled."""
        return len(self._labels)

    def state_of(self, source: K) -> State | None:
        """How a source stands: "labelled", "unsure", "skipped", or None."""
        if source in self._labels:
            return "labelled"
        if source in self._unsure:
            return "unsure"
        return "skipped" if source in self._skipped else None

    def history_of(self, source: K) -> list[Event]:
        """Every answer about a source in order of arrival, also those undone."""
        return self._log.events([*self._log.trail(self._last_of.get(source, 0))][::-1])

    def standing(self) -> Callable[[], list[Event]]:
        """What gives every answer that is not undone now, in order of arrival.

        It may be called later and in another thread: a ledger with very many takes seconds.
        """
        arrivals = self._log.standing()
        return lambda: self._log.events(arrivals)

    def audits(self) -> list[Event]:
        """The audits among them, without a look at the others."""
        return self._log.events(self._log.standing(AUDITS))

    def last_audits(self) -> dict[K, Event]:
        """Audits that are the last standing answer to their source."""
        log, found = self._log, {}
        for source in dict.fromkeys(log.sources[arrival] for arrival in log.standing(AUDITS)):
            last = next(one for one in log.trail(self._last_of[source]) if log.stands[one])
            if log.kinds[last] == AUDITS:
                found[source] = last
        return dict(zip(found, log.events(found.values()), strict=True))

    @property
    def annotators(self) -> set[str]:
        """Whoever has answered."""
        return {annotator_of(chain) for chain in self._authors}

    @property
    def answered(self) -> AbstractSet[K]:
        """All sources that anybody ever answered or skipped."""
        return self._last_of.keys()

    def votes(self, source: K) -> dict[str, str | None]:
        """The vote of each annotator that counts for a source; None is a vote for "unsure"."""
        votes, _ = self._votes.count(self._last_of.get(source, 0))
        return {who: self._votes.choice(arrival) for who, arrival in votes.items()}

    def label_events(self) -> list[Event]:
        """The event that gave each source of `order` its label."""
        return self._log.events([self._places[source] for source in self.order])

    def label_chains(self) -> list[str]:
        """The chain of the event that gave each source of `order` its label."""
        return [self._log.chain(self._places[source]) for source in self.order]

    def label_tasks(self) -> Counter[str | None]:
        """How many of these events each task asked for; None, those that no task did."""
        return Counter(map(self._log.task, self._places.values()))

    def deciding_events(self, source: K) -> list[Event]:
        """The answers that count for what a source is, in order of arrival.

        Those that gave it its label, or made it unsure; empty where it is neither.
        """
        votes, _ = self._votes.count(self._last_of.get(source, 0))
        winner = self._votes.winner(votes.values())
        agree = (
            a
            for a in votes.values()
            if winner and self._votes.choice(a) == self._votes.choice(winner)
        )
        return self._log.events(sorted(agree))

    def undoable(self, chain: Chain | str) -> str | None:
        """The step of a chain that an undo would take back, None where there is none."""
        author = self._authors.get(str(chain))
        return next(reversed(author.done), None) if author else None

    def redoable(self, chain: Chain | str) -> str | None:
        """The step of a chain that a redo would bring back, None where there is none."""
        author = self._authors.get(str(chain))
        return next(reversed(author.undone), None) if author else None

    def _take_answer(self, event: Event) -> tuple[K, ...]:
        payload = event.payload
        source = self._key(payload["source"])
        label: str | None = self._votes.called(payload["label"]) if event.kind == LABEL else None
        author = self._authors.get(event.chain)
        if author is None:
            author = self._authors[event.chain] = Author()
        elif author.undone:
            author.undone.clear()
        step = payload.get("step") or event.uuid
        before = self._last_of.get(source, 0)
        arrival = self._log.add(event, source, before, author.done.get(step, 0))
        self._last_of[source] = author.done[step] = arrival
        if label is not None and not before:
            self._labels[source] = label
            self._places[source] = arrival
            if self._order is not None:
                self._order.append(source)
        else:
            self._settle(source)
        return (source,)

    def _take_step(self, event: Event) -> tuple[K, ...]:
        """Note a step without answers."""
        self._key(event.payload["source"])
        author = self._authors.setdefault(event.chain, Author())
        author.undone.clear()
        author.done[event.payload.get("step") or event.uuid] = 0
        return ()

    def _take_back(self, chain: str, step: str) -> tuple[K, ...]:
        author = self._authors.get(chain)
        if author is None or step not in author.done:
            return ()
        author.undone[step] = author.done.pop(step)
        return self._switch(author.undone[step], 0)

    def _bring_back(self, chain: str, step: str) -> tuple[K, ...]:
        author = self._authors.get(chain)
        if author is None or step not in author.undone:
            return ()
        author.done[step] = author.undone.pop(step)
        return self._switch(author.done[step], 1)

    def _switch(self, arrival: int, stands: Literal[0, 1]) -> tuple[K, ...]:
        """Let the answers of a step stand or not, given the last of them."""
        touched: dict[K, None] = {}
        for one in self._log.step(arrival):
            self._log.stands[one] = stands
            touched[self._log.sources[one]] = None
        for source in touched:
            self._settle(source)
        return tuple(reversed(touched))

    def _settle(self, source: K) -> None:
        """Bring the views of one source up to date with its answers."""
        votes, skip = self._votes.count(self._last_of.get(source, 0))
        winner = self._votes.winner(votes.values())
        choice = self._votes.choice(winner) if winner else None
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
