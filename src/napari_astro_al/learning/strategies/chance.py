"""Sources by chance, and a little chance among others."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.diversity import MOST_DIVERSE, SHORTLIST, diversify
from napari_astro_al.learning.strategies.doubt import margin, rarity
from napari_astro_al.learning.strategies.highest import top
from napari_astro_al.learning.strategies.naming import STRATEGIES, About, Group
from napari_astro_al.learning.strategies.places import SKETCH, Whitening

EPSILON = 0.1
"""The share of sources that `epsilon_greedy` draws at random."""
UNKNOWN_SKILL = 0.5
"""Of models whose skill nobody has measured."""
ROOT = 0.25


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
        "The model hesitates between its two likeliest classes, or it is one of those that are "
        "drawn at random",
        Group.CHANCE,
        draws=True,
    ),
)
def epsilon_greedy(
    candidates: Candidates, *, n: int, epsilon: Annotated[float, {"min": 0, "max": 1}] = EPSILON
) -> tuple[npt.NDArray[np.intp], Floats]:
    """The smallest margin; one time in ten a source at random.

    What a model never doubts and is wrong about is only found by chance (Sutton & Barto 1998,
    section 2.2, for bandits).

    Parameters
    ----------
    epsilon : float
        The share of sources that are drawn at random.
    """
    rng = candidates.generator()
    doubt = margin(candidates)
    by_doubt = _by_doubt(candidates, doubt, n)
    lucky = rng.random(n) < epsilon
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


@STRATEGIES.provide(
    "sampled_doubt",
    About(
        "Of some sources drawn at random, the model hesitates most about it; classes with few "
        "labels count more",
        Group.CHANCE,
        draws=True,
    ),
)
def sampled_doubt(candidates: Candidates, *, n: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """Hesitation among sources drawn at random: the more of them, the more the model knows.

    A model that knows nothing is wrong about where it is wrong, and one whose classes overlap
    hesitates most where labels teach least: there, one source is drawn, which is chance. One that
    is always right looks at the whole pool (see `sample_size`). One less the gap between the two
    likeliest classes, times the fourth root of the weight that `class_balanced` gives.
    """
    drawn = max(n, sample_size(len(candidates), _skill(candidates)))
    # candidates come in the order of their hashes, which are keyed by the number of labels
    doubt = ((1.0 + margin(candidates)) * rarity(candidates) ** ROOT)[:drawn]
    chosen = _by_doubt(candidates, doubt, n)[:n]
    return chosen, doubt[chosen]


def sample_size(n_candidates: int, skill: float) -> int:
    """How many sources `sampled_doubt` draws: N to the power of the square root of the skill.

    >>> [sample_size(10_000, skill) for skill in (0, 0.25, 0.5, 1)]
    [1, 100, 674, 10000]
    """
    return math.ceil(math.pow(n_candidates, math.sqrt(skill)) - 1e-9)


def _skill(candidates: Candidates) -> float:
    """That of the vote of "auto"; of other models the share of the pool that is looked at."""
    estimator = getattr(candidates.learner, "estimator", None)
    return float(getattr(estimator, "skill", UNKNOWN_SKILL))


def _by_doubt(candidates: Candidates, doubt: Floats, n: int) -> npt.NDArray[np.intp]:
    """The most doubtful of the first candidates, best first; several are spread out."""
    by_doubt = top(doubt, np.arange(len(doubt)), max(n, SHORTLIST * min(n, MOST_DIVERSE)))
    if n == 1:
        return by_doubt
    best, rest = np.split(by_doubt, [SHORTLIST * MOST_DIVERSE])
    sketch = candidates.features_at(np.arange(min(SKETCH, len(candidates))))
    places = Whitening.of(sketch).place(candidates.features_at(best))
    return np.concatenate([diversify(best, doubt[best], places, n), rest])
