"""Sources by chance, and a little chance among others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.diversity import MOST_DIVERSE, SHORTLIST, diversify
from napari_astro_al.learning.strategies.doubt import margin
from napari_astro_al.learning.strategies.naming import STRATEGIES, About, Group
from napari_astro_al.learning.strategies.places import SKETCH, Whitening

EPSILON = 0.1
"""The share of sources that `epsilon_greedy` draws at random."""


@STRATEGIES.provide(
    "random",
    About("Sources are drawn at random, as chosen", Group.CHANCE, needs_model=False, diverse=False),
)
def random(candidates: Candidates) -> Floats:
    """Every candidate alike; ties fall by a hash keyed by the seed and the number of labels."""
    return np.zeros(len(candidates))


@STRATEGIES.provide(
    "epsilon_greedy",
    About(
        "The model hesitates between its two likeliest classes, or it is one of the tenth that is "
        "drawn at random",
        Group.CHANCE,
    ),
)
def epsilon_greedy(candidates: Candidates, *, n: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """The smallest margin; one time in ten a source at random (`EPSILON`).

    What a model never doubts and is wrong about is only found by chance (Sutton & Barto 1998,
    section 2.2, for bandits).
    """
    rng = candidates.generator()
    doubt = margin(candidates)
    by_doubt = np.argsort(-doubt, kind="stable")[: max(n, SHORTLIST * min(n, MOST_DIVERSE))]
    if n > 1:
        best, rest = np.split(by_doubt, [SHORTLIST * MOST_DIVERSE])
        sketch = candidates.features_at(np.arange(min(SKETCH, len(candidates))))
        places = Whitening.of(sketch).place(candidates.features_at(best))
        by_doubt = np.concatenate([diversify(best, doubt[best], places, n), rest])
    lucky = rng.random(n) < EPSILON
    drawn = rng.permutation(len(candidates)) if lucky.any() else by_doubt
    chosen: dict[int, float] = {}
    doubtful, by_chance = iter(by_doubt.tolist()), iter(drawn.tolist())
    for at_random in lucky[: len(candidates)].tolist():
        following = by_chance if at_random else doubtful
        place = next((one for one in following if one not in chosen), None)
        if place is None:
            break
        chosen[place] = np.nan if at_random else float(doubt[place])
    return np.array(list(chosen), dtype=np.intp), np.array(list(chosen.values()))
