"""What ``strategy="auto"`` comes to: how the next source is found.

A model of a few labels is wrong about where it is wrong, and the more features it sees the longer.
Its doubt alone therefore never decides at the start: sources by chance say what is common,
sources typical of regions without labels say what else there is, and the most doubtful is taken of
so many sources drawn at random as the model's skill at unseen labels deserves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from napari_astro_al.errors import listing
from napari_astro_al.learning.strategies import Strategy

VERSION = "2"
"""Changes with every choice that may come out otherwise."""
COVERAGE = "coverage"
EVERY = 3
"""One query in so many covers feature space while a class is without labels."""

TYPICAL = "It is typical of a part of feature space without labels"


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
    covers = n_labels % EVERY == EVERY - 1
    known = [name for name, count in counts.items() if count]
    if len(known) < 2:
        since = f"A model learns from labels of two classes on; so far: {listing(known)}."
        if covers:
            return Step(COVERAGE, f"{TYPICAL}. {since}")
        return Step("random", f"It is drawn at random, to learn what is common. {since}")
    unknown = [name for name in named if not counts.get(name)]
    if unknown and explores and covers:
        why = f"{TYPICAL}: one query in {EVERY} looks there for {listing(unknown)}."
        return Step(COVERAGE, why)
    return Step("sampled_doubt")
