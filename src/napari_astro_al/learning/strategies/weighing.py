"""Strategies that weigh the model's doubt with where sources are."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.diversity import MOST_DIVERSE
from napari_astro_al.learning.strategies.doubt import entropy, uncertainty
from napari_astro_al.learning.strategies.naming import STRATEGIES, About, Group
from napari_astro_al.learning.strategies.places import (
    Whitening,
    distance_blocks,
    distances_to,
    gaps,
)

WEIGHED_MOST = 10_000
"""The most candidates that these strategies look at."""

Batch = tuple[npt.NDArray[np.intp], Floats]


@STRATEGIES.provide(
    "information_density",
    About("The model hesitates, and many sources are like it", Group.WEIGHED, limit=WEIGHED_MOST),
)
def information_density(
    candidates: Candidates, *, beta: Annotated[float, {"min": 0, "max": 10}] = 1.0
) -> Floats:
    """Entropy times the mean similarity to the pool.

    Settles & Craven 2008, "An analysis of active learning strategies for sequence labeling
    tasks", EMNLP, equation 13. The similarity of two sources is 1 / (1 + d) for their distance d
    in whitened features, as modAL has it; the pool is its sketch.

    Parameters
    ----------
    beta : float
        The power of the similarity: with 0 only the model's doubt counts, with more than 1 rather
        where many sources are.
    """
    sketch = candidates.sketched()
    whitening = Whitening.of(sketch)
    places, pool = whitening.place(candidates.features), whitening.place(sketch)
    density = np.empty(len(places))
    for rows, distances in distance_blocks(places, pool):
        density[rows] = (1.0 / (1.0 + distances)).mean(axis=1)
    scores: Floats = entropy(candidates) * density**beta
    return scores


@STRATEGIES.provide(
    "ranked_batch",
    About(
        "The model is unsure of it, and it is unlike all that is labelled",
        Group.WEIGHED,
        limit=WEIGHED_MOST,
        shown="mixed",
    ),
)
def ranked_batch(candidates: Candidates, *, n: int) -> Batch:
    """Uncertainty and distance from the labelled sources, the chosen ones counting as such.

    Ranked batch mode, Cardoso et al. 2017, "Ranked batch-mode active learning", Information
    Sciences 379, equation 1: ``a (1 - s) + (1 - a) u`` with the uncertainty u, the similarity s
    to the nearest labelled source, 1 / (1 + d), and the share a of sources without a label.
    """
    whitening = Whitening.of(candidates.sketched())
    places = whitening.place(candidates.features)
    given = candidates.labelled_features
    labelled = places[:0] if given is None else whitening.place(given)
    gap, unsure = gaps(places, labelled), np.asarray(uncertainty(candidates), dtype=np.float64)
    free = np.ones(len(places), dtype=bool)
    chosen: list[int] = []
    first = np.nan
    for n_labelled in range(len(labelled), len(labelled) + min(n, MOST_DIVERSE)):
        share = free.sum() / (free.sum() + n_labelled)
        worth = share * (1.0 - 1.0 / (1.0 + gap)) + (1.0 - share) * unsure
        best = int(np.where(free, worth, -1.0).argmax())
        first = first if chosen else float(worth[best])
        chosen.append(best)
        free[best] = False
        np.minimum(gap, distances_to(places, places[best]), out=gap)
        if not free.any():
            break
    order, scores = _followed(chosen, unsure, n)
    return order, np.where(np.arange(len(scores)) == 0, first, np.nan)


@STRATEGIES.provide(
    "badge",
    About(
        "Its label would change the model most, and in a way of its own",
        Group.WEIGHED,
        limit=WEIGHED_MOST,
        shown="mixed",
    ),
)
def badge(candidates: Candidates, *, n: int) -> Batch:
    """Diverse gradients: how each source's likeliest label would change a linear model.

    BADGE, Ash et al. 2020, "Deep batch active learning by diverse, uncertain gradient lower
    bounds", ICLR, algorithm 1, with whitened features in the place of a network's last layer: the
    gradient of the log loss is ``(p - y) x`` for probabilities p, the likeliest class y and places
    x. The longest gradient is first; the others are drawn as k-means++ draws its centres.
    """
    places = Whitening.of(candidates.sketched()).place(candidates.features)
    x = np.column_stack([places, np.ones(len(places))])
    a = np.array(candidates.probabilities, dtype=np.float64)
    a[np.arange(len(a)), a.argmax(axis=1)] -= 1.0
    squares = (a**2).sum(axis=1) * (x**2).sum(axis=1)
    rng = candidates.generator()
    chosen = [int(squares.argmax())]
    gap = np.full(len(x), np.inf)
    while len(chosen) < min(n, MOST_DIVERSE, len(x)):
        last = chosen[-1]
        across = (a @ a[last]) * (x @ x[last])
        np.minimum(gap, np.maximum(squares + squares[last] - 2 * across, 0.0), out=gap)
        gap[chosen] = 0.0
        total = gap.cumsum()
        if total[-1] <= 0:
            break
        chosen.append(int(np.searchsorted(total, rng.random() * total[-1], side="right")))
    return _followed(chosen, np.sqrt(squares), n)


def _followed(chosen: list[int], scores: Floats, n: int) -> Batch:
    """A batch that the candidates with the best scores fill up."""
    order = np.argsort(-scores, kind="stable")
    rest = order[~np.isin(order, chosen)][: n - len(chosen)]
    everyone = np.concatenate([np.array(chosen, dtype=np.intp), rest])
    return everyone, np.where(np.arange(len(everyone)) < len(chosen), scores[everyone], np.nan)
