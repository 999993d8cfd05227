"""What ``strategy="auto"`` comes to: how the next source is found.

A model of a few labels is wrong about where it is wrong, and the more features it sees the longer.
Its doubt alone therefore never decides at the start: sources by chance say what is common, odd ones
say what else there is, and the most doubtful is taken of so many sources drawn at random as the
model's skill at unseen labels deserves. A class that has hardly any labels is collected first: its
borders cannot be in doubt before it has a middle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from napari_astro_al.errors import listing
from napari_astro_al.learning.strategies import Strategy

VERSION = "3"
"""Changes with every choice that may come out otherwise."""
COVERAGE = "coverage"
LOOKING = 2
"""One query in so many looks for what is odd while a class is without labels."""
ONE_CLASS, NOT_ALL = 2, 10
"""Labels by which chance shows what is common: enough of one class, and enough to miss a class."""
COLLECTING = 3
"""One query in so many asks for the class with the fewest labels while these are too few."""
ENOUGH = 3
"""Labels with which no class has too few."""

TYPICAL = "It is typical of a part of feature space without labels"
ODD = "It is odd, and unlike what is labelled"


@dataclass(frozen=True)
class Step:
    """How the next source is found.

    Attributes
    ----------
    strategy : str or callable
        "coverage" where sources are spread over feature space.
    why : str
        A sentence; empty where the strategy's own reason says it.
    """

    strategy: str | Strategy
    why: str = ""


def next_step(
    n_labels: int, counts: Mapping[str, int], named: Sequence[str], *, explores: bool
) -> Step:
    """How the next source is found.

    Parameters
    ----------
    n_labels : int
        Given so far.
    counts : dict of {str: int}
        How many labels each class has.
    named : sequence of str
        The classes that are sought.
    explores : bool
        Whether classes without labels are still looked for.

    Returns
    -------
    Step
    """
    known = {name: count for name, count in counts.items() if count}
    if len(known) < 2:
        since = f"A model learns from labels of two classes on; so far: {listing(list(known))}."
        if n_labels < ONE_CLASS:
            return Step("random", f"It is drawn at random, to learn what is common. {since}")
        return Step("sampled_oddity", f"{ODD}. {since}")
    unknown = [name for name in named if not counts.get(name)]
    if unknown and explores and n_labels >= NOT_ALL and n_labels % LOOKING == 0:
        why = f"{ODD}: one query in {LOOKING} looks there for {listing(unknown)}."
        return Step("sampled_oddity", why)
    if n_labels % COLLECTING == 0 and _too_few(known):
        return Step("rarest")
    return Step("sampled_doubt")


def _too_few(counts: Mapping[str, int]) -> bool:
    """Whether a class has fewer labels than `ENOUGH`, and than half of an equal share of them."""
    even = sum(counts.values()) / len(counts)
    return min(counts.values()) < min(ENOUGH, even / 2)
