"""The sources that a pass over the pool found the most doubtful."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

MOST = 10_000
"""Sources that are kept, at most."""
_CHUNK = 262_144


def most_doubtful(
    probabilities: npt.NDArray[np.float32], hashes: npt.NDArray[np.uint64], n: int = MOST
) -> npt.NDArray[np.int64]:
    """The sources with the smallest gap between their two likeliest classes.

    Parameters
    ----------
    probabilities : (n_sources, k) float32 ndarray
        NaN rows where there are none: left out.
    hashes : (n_sources,) uint64 ndarray
        Ties fall by them.
    n : int
        How many.

    Returns
    -------
    (m,) int64 ndarray
        Ascending; m <= n. The same whatever the chunks: the best of each are merged.
    """
    best, gap = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
    for start in range(0, len(probabilities), _CHUNK):
        said = probabilities[start : start + _CHUNK]
        own = _gaps(said)
        rows = np.flatnonzero(np.isfinite(own))
        if len(rows) > n:
            limit = np.partition(own[rows], n - 1)[n - 1]
            rows = rows[own[rows] <= limit]
        best = np.concatenate([best, start + rows])
        gap = np.concatenate([gap, own[rows]])
        if len(best) > n:
            kept = np.lexsort((hashes[best], gap))[:n]
            best, gap = best[kept], gap[kept]
    return np.sort(best)


def _gaps(said: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    if said.shape[1] < 2:
        return np.full(len(said), np.nan, dtype=np.float32)
    first, second = said[:, 0].copy(), np.full(len(said), -np.inf, dtype=np.float32)
    for column in said[:, 1:].T:
        np.maximum(second, np.minimum(first, column), out=second)
        np.maximum(first, column, out=first)
    return first - second
