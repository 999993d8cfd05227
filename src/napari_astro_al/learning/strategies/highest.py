"""The best of many scores."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def top(
    scores: npt.NDArray[np.floating[Any]], hashes: npt.NDArray[np.integer[Any]], n: int
) -> npt.NDArray[np.intp]:
    """Places of the n highest scores, ties by rising hash, NaN never.

    Parameters
    ----------
    scores : (k,) float ndarray
    hashes : (k,) int ndarray
        Or other numbers that ties fall by.
    n : int

    Returns
    -------
    (m,) intp ndarray
        Best first; m = min(n, number of scores that are not NaN).
    """
    valid = np.flatnonzero(~np.isnan(scores))
    if len(valid) > n:
        threshold = np.partition(scores[valid], len(valid) - n)[len(valid) - n]
        better, tied = valid[scores[valid] > threshold], valid[scores[valid] == threshold]
        wanted = n - len(better)
        if wanted < len(tied):
            tied = tied[np.argpartition(hashes[tied], wanted)[:wanted]]
        valid = np.concatenate([better, tied])
    return valid[np.lexsort((hashes[valid], -scores[valid]))]
