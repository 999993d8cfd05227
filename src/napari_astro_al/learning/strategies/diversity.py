"""Batches that do not ask the same question twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.strategies.places import Floats, distance_blocks, distances_to

SHORTLIST = 10
"""Candidates with the best scores that each place of a batch is chosen from."""
MOST_DIVERSE = 300
"""Batches are diverse up to this place; those after it follow by their scores."""


def diversify(
    order: npt.NDArray[np.integer[Any]],
    scores: Floats,
    places: Floats,
    n: int,
    *,
    asked: Floats | None = None,
) -> npt.NDArray[np.intp]:
    """A diverse batch of good candidates.

    One after the other, the candidate is chosen whose rank by score is best once what lies near
    those chosen is discounted by ``1 - exp(-d^2 / 2 h^2)`` for each of them (local penalisation,
    as in Gonzalez et al. 2016, AISTATS; the shortlist of the best as in Zhdanov 2019, "Diverse
    mini-batch active learning"). The length h is such that each chosen one stands for as many
    candidates as there are to a place in the batch. Only the order of the scores counts.

    Parameters
    ----------
    order : (m,) integer ndarray
        Candidates, best first.
    scores : (m,) float ndarray
        Their scores, falling; equal scores count alike.
    places : (m, p) float ndarray
        Where they are (see `Whitening`).
    n : int
        How many.
    asked : (a, p) float ndarray, optional
        Places that are discounted from the beginning.

    Returns
    -------
    (min(n, m),) intp ndarray
        From `order`. The first is the best, where nothing is `asked`. It takes m^2 distances;
        after `MOST_DIVERSE` the rest follows in the given order.
    """
    given: npt.NDArray[np.intp] = np.asarray(order, dtype=np.intp)
    n = min(n, len(given))
    if n == 0:
        return given[:0]
    worth = 1.0 - np.searchsorted(-scores, -scores, side="left") / len(given)
    reach = _reach(places, len(given) / n)
    for place in () if asked is None else asked:
        worth *= _discount(places, place, reach)
    chosen: list[int] = []
    free = np.ones(len(given), dtype=bool)
    for _ in range(min(n, MOST_DIVERSE)):
        best = int(np.where(free, worth, -1.0).argmax())
        chosen.append(best)
        free[best] = False
        worth *= _discount(places, places[best], reach)
    rest = np.flatnonzero(free)[: n - len(chosen)]
    return given[np.concatenate([chosen, rest]).astype(np.intp)]


def _reach(places: Floats, share: float) -> float:
    """The median distance to the neighbour that a share of the candidates lies within."""
    near = min(max(int(np.ceil(share)) - 1, 1), len(places) - 1)
    radius = np.empty(len(places))
    for rows, distances in distance_blocks(places, places):
        distances.partition(near, axis=1)
        radius[rows] = distances[:, near]
    return float(np.median(radius))


def _discount(places: Floats, place: Floats, reach: float) -> Floats:
    distances = distances_to(places, place)
    if reach == 0:
        return (distances > 0).astype(np.float64)
    discount: Floats = -np.expm1(-((distances / reach) ** 2) / 2)
    return discount


def farthest_first(places: Floats, gap: Floats, n: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """The greedy solution of the k-centre problem (Gonzalez 1985).

    Parameters
    ----------
    places : (m, p) float ndarray
    gap : (m,) float ndarray
        Each one's distance from what is covered already (see `gaps`); inf where nothing is.
    n : int

    Returns
    -------
    chosen : (min(n, m),) intp ndarray
        Into `places`: each is the one farthest from what is covered and from those before it.
    distance : (min(n, m),) float ndarray
        How far it was; falling.
    """
    gap = gap.copy()
    chosen, distance = np.empty(min(n, len(gap)), dtype=np.intp), np.empty(min(n, len(gap)))
    for turn in range(len(chosen)):
        best = chosen[turn] = int(gap.argmax())
        distance[turn] = gap[best]
        np.minimum(gap, distances_to(places, places[best]), out=gap)
        gap[best] = -1.0
    return chosen, distance
