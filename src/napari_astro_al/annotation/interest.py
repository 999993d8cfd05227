"""Interest scores: how interesting a source is, whatever its class, folded from events."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from napari_astro_al.annotation.events import INTEREST, REDO, UNDO, Event, interest_in

K = TypeVar("K", bound=Hashable)


@dataclass(slots=True)
class _Given(Generic[K]):
    """One score, when it was given, and whether its step stands."""

    source: K
    score: int | None
    when: tuple[str, str, int]
    stands: bool = True


class InterestFold(Generic[K]):
    """The scores that events come to, updated event by event.

    Rules
    -----
    - A score stands unless its step is undone, as answers do.
    - Of all that stand of a source, whoever gave them, the one given last counts (ties: the
      greater chain), so that ledgers that were merged in any order say the same. One of null
      takes the score away.

    Parameters
    ----------
    key : callable
        What stands for a source, from its id as text.
    """

    def __init__(self, key: Callable[[str], K]) -> None:
        self._key = key
        self._of_source: dict[K, list[_Given[K]]] = {}
        self._of_step: dict[tuple[str, str], list[_Given[K]]] = {}
        self._scores: dict[K, int] = {}

    @property
    def scores(self) -> Mapping[K, int]:
        """The score of each source that has one: a live view."""
        return self._scores

    def apply(self, event: Event) -> tuple[K, ...]:
        """Take in the next event to arrive; the sources that it touched.

        Raises
        ------
        LedgerError
            If it is an interest event without a score; nothing has changed then.
        """
        if event.kind == INTEREST:
            return self._take(event)
        if event.kind not in (UNDO, REDO):
            return ()
        step = self._of_step.get((event.chain, event.payload["step"]), ())
        for given in step:
            given.stands = event.kind == REDO
        touched = tuple(dict.fromkeys(given.source for given in step))
        for source in touched:
            self._settle(source)
        return touched

    def _take(self, event: Event) -> tuple[K, ...]:
        score = interest_in(event.payload)
        source = self._key(event.payload["source"])
        given = _Given(source, score, (event.utc, event.chain, event.sequence))
        step = event.payload.get("step") or event.uuid
        self._of_step.setdefault((event.chain, step), []).append(given)
        self._of_source.setdefault(source, []).append(given)
        self._settle(source)
        return (source,)

    def _settle(self, source: K) -> None:
        self._scores.pop(source, None)
        standing = [given for given in self._of_source[source] if given.stands]
        if standing:
            score = max(standing, key=lambda given: given.when).score
            if score is not None:
                self._scores[source] = score
