"""Sources of which several people do not all say the same."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from napari_astro_al.annotation import LabelSet, Ledger
from napari_astro_al.annotation.events import CATALOGUE
from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning import Task

_EVENTS = 5_000
"""Events between two looks at whether the work is still wanted."""


@dataclass(frozen=True)
class Dispute:
    """A source and what each annotator says of it.

    Attributes
    ----------
    source : int or str
    votes : mapping of str to str or None
        By annotator; None is "unsure".
    """

    source: SourceId
    votes: Mapping[str, str | None]

    @property
    def words(self) -> str:
        """Who says what, by numbers, the commonest first."""
        counts = Counter(self.votes.values())
        told = [
            f"{n} {'says' if n == 1 else 'say'} {Task.words(label)}"
            if label is not None
            else f"{n} {'is' if n == 1 else 'are'} unsure"
            for label, n in counts.most_common()
        ]
        return f"Disputed: {', '.join(told)}. Your answer is your vote."

    @property
    def entropy(self) -> float:
        """Of the shares of the votes, in nats: 0 where all say the same."""
        shares = [n / len(self.votes) for n in Counter(self.votes.values()).values()]
        return -sum(share * math.log(share) for share in shares)


def disputes_of(
    ledger: Ledger, name: Callable[[str], str] | None, catalogue: Catalogue
) -> Job[tuple[Dispute, ...]]:
    """Every dispute in a ledger.

    Most contested are those whose votes are shared most evenly; of these, those with more votes,
    then those answered first. "Unsure" is a vote like others here; labels of a column are none.

    Parameters
    ----------
    ledger : Ledger
    name : callable or None
        What a label is called now.
    catalogue : Catalogue
        That the ids are of.
    """
    folded: LabelSet[str] = LabelSet(name=name)
    for n, event in enumerate(ledger.events()):
        if n % _EVENTS == 0:
            yield Progress("Reading answers")
        folded.apply(event)
    found = []
    for n, text in enumerate(folded.answered):
        if n % _EVENTS == 0:
            yield Progress("Comparing answers")
        votes = folded.votes(text)
        votes.pop(CATALOGUE, None)
        if len(set(votes.values())) > 1:
            found.append(Dispute(catalogue.parse_id(text), votes))
    found.sort(key=lambda one: (-round(one.entropy, 9), -len(one.votes)))
    return tuple(found)
