"""The start without labels: sources that are typical, and far from those already asked.

Farthest-first traversal (Gonzalez 1985) finds rare classes soon but asks for outliers; asking where
sources are dense finds the commonest class over and over. So: whiten, leave the sparsest twentieth
aside, go to the source that is farthest from everything asked, reckoned from the edge of its own
surroundings, and ask for the one in the densest spot near it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.strategies.places import Whitening, distance_blocks, distances_to

SKETCH = 3000
NEIGHBOURS = 10
"""A source's density is the inverse of its distance to this neighbour."""
VICINITY = 30
"""Neighbours of the farthest place among which the densest is asked for."""
DENSE_SHARE = 0.95

Floats = npt.NDArray[np.floating[Any]]


def coverage_order(
    features: Floats,
    candidates: npt.NDArray[np.integer[Any]],
    asked: npt.NDArray[np.integer[Any]],
    hashes: npt.NDArray[np.uint64],
    n: int,
) -> npt.NDArray[np.int64]:
    """Sources that cover feature space, best first.

    Parameters
    ----------
    features : (n_sources, f) float ndarray
        Scaled features; missing values count as the median of the sketch.
    candidates : (c,) integer ndarray
        Rows that may be asked for, all with features.
    asked : (a,) integer ndarray
        Rows asked for already, whatever the answer; their order is of no account.
    hashes : (n_sources,) uint64 ndarray
        Seeded id hashes. They choose the sketch of at most `SKETCH` rows and break ties.
    n : int
        How many.

    Returns
    -------
    (m,) int64 ndarray
        Rows, m = min(n, c). Asking for them one by one gives the same rows as asking at once.
        Where the sketch is used up, the rest follow in the order of their hashes.
    """
    candidates = np.asarray(candidates, dtype=np.int64)
    asked = np.asarray(asked, dtype=np.int64)
    if n <= 0 or len(candidates) == 0:
        return np.empty(0, dtype=np.int64)
    everything = np.concatenate([candidates, asked])
    by_hash = everything[_smallest(hashes[everything], SKETCH)]
    is_candidate = np.isin(by_hash, candidates)
    sketch = by_hash[is_candidate]
    whitening = Whitening.of(features[by_hash])
    places, asked_places = whitening.place(features[by_hash]), whitening.place(features[asked])
    chosen = sketch[_traverse(places, is_candidate, asked_places, n)]
    if len(chosen) < min(n, len(candidates)):
        rest = candidates[~np.isin(candidates, chosen)]
        rest = rest[_smallest(hashes[rest], n - len(chosen))]
        chosen = np.concatenate([chosen, rest])
    return chosen


def _smallest(hashes: npt.NDArray[np.uint64], n: int) -> npt.NDArray[np.intp]:
    if len(hashes) <= n:
        return np.argsort(hashes, kind="stable")
    part = np.argpartition(hashes, n)[:n]
    return part[np.argsort(hashes[part], kind="stable")]


def _traverse(
    places: Floats, is_candidate: npt.NDArray[np.bool_], asked: Floats, n: int
) -> npt.NDArray[np.int64]:
    """Indices into the candidates of the sketch, in the order in which they are asked for."""
    radius, surroundings, spread = _density(places)
    dense = radius <= np.quantile(radius, DENSE_SHARE)
    free = is_candidate.copy()
    gap = np.full(len(places), np.inf)
    for place in asked:
        np.minimum(gap, distances_to(places, place), out=gap)
    vicinity = _share(VICINITY, len(places))
    chosen: list[int] = []
    for _ in range(min(n, int(free.sum()))):
        open_rows = free & dense if (free & dense).any() else free
        if np.isinf(gap[0]):
            far = int(np.where(open_rows, spread, np.inf).argmin())
        else:
            far = int(np.where(open_rows, gap - surroundings, -np.inf).argmax())
        near = np.argsort(np.where(free, distances_to(places, places[far]), np.inf), kind="stable")
        near = near[:vicinity][free[near[:vicinity]]]
        best = int(near[radius[near].argmin()])
        free[best] = False
        chosen.append(best)
        np.minimum(gap, distances_to(places, places[best]), out=gap)
    return (np.cumsum(is_candidate) - 1)[chosen].astype(np.int64)


def _density(places: Floats) -> tuple[Floats, Floats, Floats]:
    """Distances to the `NEIGHBOURS`-th and `VICINITY`-th neighbour, and the mean distance."""
    near, far = (min(_share(k, len(places)), len(places) - 1) for k in (NEIGHBOURS, VICINITY))
    radius, surroundings, spread = (np.empty(len(places)) for _ in range(3))
    for rows, distances in distance_blocks(places, places):
        spread[rows] = distances.mean(axis=1)
        distances.partition((near, far), axis=1)
        radius[rows], surroundings[rows] = distances[:, near], distances[:, far]
    return radius, surroundings, spread


def _share(k: int, n: int) -> int:
    """`k` neighbours, fewer where there are few places."""
    return max(1, min(k, n // 20))
