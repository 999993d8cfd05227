"""Which labels may be wrong: by confident learning, and by the labels around each source.

Confident learning is that of Northcutt, Jiang and Chuang (2021, Journal of Artificial Intelligence
Research 70, 1373): a label is doubted where a model that did not see it is as sure of another
class as it is, on average, of the sources that have that class.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.neighbours import Floats

NONE = -1
"""No class is suggested."""
NEIGHBOURS = 5
MOST_AGREE = 4
"""Of the five nearest labelled sources, so many of one other class are a reason to doubt."""


def confident_classes(probabilities: Floats, given: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The class that each source is confidently taken for.

    Parameters
    ----------
    probabilities : (n, k) float ndarray
        Each row by a model that did not see that source's label.
    given : (n,) int64 ndarray
        Places of the labels, 0 to k - 1.

    Returns
    -------
    (n,) int64 ndarray
        Of the classes whose probability reaches the mean that it has over the sources labelled as
        that class (there: equation 2), the likeliest; `NONE` where no class does. A class without
        labels is never suggested.
    """
    said = np.asarray(probabilities, dtype=np.float64)
    sums, counts = np.zeros(said.shape[1]), np.bincount(given, minlength=said.shape[1])
    np.add.at(sums, given, said[np.arange(len(given)), given])
    threshold = np.full(len(sums), np.inf)
    np.divide(sums, counts, out=threshold, where=counts > 0)
    confident = np.where(said >= threshold, said, -np.inf)
    best: npt.NDArray[np.int64] = confident.argmax(axis=1)
    best[~np.isfinite(confident.max(axis=1))] = NONE
    return best


def outvoted(
    features: Floats, given: npt.NDArray[np.int64], n: int = NEIGHBOURS, least: int = MOST_AGREE
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Sources whose nearest labelled sources are of another class.

    Parameters
    ----------
    features : (l, f) float ndarray
        Scaled; a missing value counts as the typical one.
    given : (l,) int64 ndarray
        Places of the labels.
    n : int
        Neighbours that are looked at.
    least : int
        How many of them must be of one other class.

    Returns
    -------
    suggested : (l,) int64 ndarray
        That class, or `NONE`.
    votes : (l,) int64 ndarray
        How many neighbours are of it.
    """
    from sklearn.neighbors import NearestNeighbors

    suggested = np.full(len(given), NONE, dtype=np.int64)
    votes = np.zeros(len(given), dtype=np.int64)
    if len(given) <= n:
        return suggested, votes
    known = np.nan_to_num(np.asarray(features, dtype=np.float64))
    tree = NearestNeighbors(n_neighbors=n).fit(known)
    near = given[tree.kneighbors(return_distance=False)]  # without the source itself
    for place, around in enumerate(near):
        counts = np.bincount(around)
        best = int(counts.argmax())
        if best != given[place] and counts[best] >= least:
            suggested[place], votes[place] = best, counts[best]
    return suggested, votes
