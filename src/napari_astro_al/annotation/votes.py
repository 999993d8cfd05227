"""How the answers to one source are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from napari_astro_al.annotation.answer_log import AUDITS, LABELS, SKIPS, AnswerLog
from napari_astro_al.annotation.events import CATALOGUE, annotator_of


class VoteCount:
    """Votes and winners among the answers of a log, by the rules of `LabelSet`.

    Parameters
    ----------
    log : AnswerLog
    name : callable or None
        What a label is called now.
    """

    def __init__(self, log: AnswerLog[Any], name: Callable[[str], str] | None) -> None:
        self._log = log
        self.name = name

    def count(self, last: int) -> tuple[dict[str, int], int]:
        """Each annotator's answer that counts, and the last open skip or 0.

        Parameters
        ----------
        last : int
            The last answer to the source, 0 for none.
        """
        log = self._log
        by_chain: dict[str, int] = {}
        skip = 0
        for arrival in log.trail(last):
            if not log.stands[arrival] or log.kinds[arrival] == AUDITS:
                continue
            chain = log.chain(arrival)
            if log.kinds[arrival] != SKIPS:
                by_chain.setdefault(chain, arrival)
            elif not skip and chain not in by_chain:
                skip = arrival
        votes: dict[str, int] = {}
        for chain, arrival in by_chain.items():
            who = annotator_of(chain)
            if who not in votes or self._time(arrival) > self._time(votes[who]):
                votes[who] = arrival
        if len(votes) > 1:
            votes.pop(CATALOGUE, None)
        return votes, skip

    def winner(self, votes: Iterable[int]) -> int:
        """The first answer for what has more votes than anything else; 0 where nothing has."""
        by_choice: dict[str | None, list[int]] = {}
        for arrival in votes:
            by_choice.setdefault(self.choice(arrival), []).append(arrival)
        ranked = sorted(by_choice.values(), key=len, reverse=True)
        if not ranked or (len(ranked) > 1 and len(ranked[0]) == len(ranked[1])):
            return 0
        return min(ranked[0])

    def choice(self, arrival: int) -> str | None:
        """What an answer votes for: a label, or None for "unsure"."""
        is_label = self._log.kinds[arrival] == LABELS
        return self.called(self._log.label(arrival)) if is_label else None

    def called(self, label: str) -> str:
        """The name of a label now."""
        return label if self.name is None else self.name(label)

    def _time(self, arrival: int) -> tuple[str, str]:
        event = self._log.event(arrival)
        return event.utc, event.chain
