"""Sources unlike the others: where classes are found that nobody has seen yet."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.diversity import MOST_DIVERSE
from napari_astro_al.learning.strategies.naming import STRATEGIES, About, Group
from napari_astro_al.learning.strategies.places import Whitening, distances_to, gaps

LOOKED_AT = 10_000
"""The most candidates that are looked at: one in so many is the rarest that is found."""
TREES = 100


@STRATEGIES.provide(
    "sampled_oddity",
    About(
        "Of some sources drawn at random, it is the oddest and the farthest from what is labelled",
        Group.RARE,
        needs_model=False,
        limit=LOOKED_AT,
        shown="any",
    ),
)
def sampled_oddity(candidates: Candidates, *, n: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """The oddest of some sources drawn at random, away from labels: a few, or very many.

    Rare classes lie where sources are few, but how few nobody knows: the oddest of all may be
    nothing but artefacts, and an outlying class of one source in a hundred is first met among the
    oddest of a hundred. So the number of sources drawn is itself drawn, every order of magnitude
    up to `largest_draw` as likely as the next. Of these, the one with the largest oddity (see
    `oddities`) times the distance in whitened features to the nearest labelled source; the chosen
    ones count as such.
    """
    rng = candidates.generator()
    sketch = candidates.sketched()
    whitening = Whitening.of(sketch)
    places = whitening.place(candidates.features)
    given = candidates.labelled_features
    gap = np.full(len(places), np.inf)
    if given is not None and len(given):
        gap = gaps(places, whitening.place(given))
    odd = oddities(candidates.features, sketch, whitening.middle, int(rng.integers(2**31)))
    free = np.arange(len(places))
    chosen: list[int] = []
    for _ in range(min(n, MOST_DIVERSE, len(places))):
        most = largest_draw(len(free), candidates.labels)
        drawn = rng.permutation(free)[: math.ceil(math.pow(most, rng.random()))]
        far = np.where(np.isfinite(gap[drawn]), gap[drawn], 1.0)
        best = int(drawn[(odd[drawn] * far).argmax()])
        free = free[free != best]
        gap = np.minimum(gap, distances_to(places, places[best]))
        chosen.append(best)
    rest = free[np.argsort(-odd[free], kind="stable")][: n - len(chosen)]
    order = np.concatenate([np.array(chosen, dtype=np.intp), rest])
    return order, np.full(len(order), np.nan)


def largest_draw(n_candidates: int, labels: npt.NDArray[np.str_] | None) -> int:
    """The most sources that `sampled_oddity` draws: the square of the number of labels.

    A few labels have not even had what is fairly common, and a model learns more from that than
    from the oddest of thousands. A class that many labels have not had is rare. Labels of one
    class alone teach no model anything: then all candidates may be drawn.

    >>> largest_draw(5000, np.array(["STAR", "QSO", "STAR"]))
    9
    """
    if labels is None or len(np.unique(labels)) < 2:
        return n_candidates
    return min(n_candidates, len(labels) ** 2)


def oddities(features: Floats, sketch: Floats, middle: Floats, seed: int) -> Floats:
    """How few random cuts set each source apart from a sketch of the others, 0 to 1.

    Isolation forest, Liu, Ting & Zhou 2008, "Isolation forest", ICDM.

    Parameters
    ----------
    features : (n, f) float ndarray
    sketch : (m, f) float ndarray
    middle : (f,) float ndarray
        What missing values count as.
    seed : int

    Returns
    -------
    (n,) float64 ndarray
        Higher is odder.
    """
    from sklearn.ensemble import IsolationForest

    from napari_astro_al.learning.learners import quietly

    def told() -> Floats:
        forest = IsolationForest(n_estimators=TREES, random_state=seed)
        forest.fit(filled(sketch, middle))
        scores: Floats = -forest.score_samples(filled(features, middle))
        return scores

    return quietly(told, [])


def filled(features: Floats, middle: Floats) -> Floats:
    """Features with the middle in the place of missing values."""
    return np.where(np.isfinite(features), features, middle)
