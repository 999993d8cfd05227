"""Labelled sources near a source in feature space."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]


def distances_from(source: Floats, others: Floats) -> npt.NDArray[np.float64]:
    """How far others are from a source: the root mean square of the features' differences.

    Parameters
    ----------
    source : (f,) float ndarray
        Scaled features, NaN where missing.
    others : (n, f) float ndarray

    Returns
    -------
    (n,) float64 ndarray
        In units of the features' spread, over the features that both have, so that it means the
        same with few features and with many; infinite where they have none in common.
    """
    apart = np.asarray(others, dtype=np.float64) - np.asarray(source, dtype=np.float64)
    known = np.isfinite(apart)
    total = np.square(np.where(known, apart, 0.0)).sum(axis=1)
    shared = known.sum(axis=1)
    far = np.full(len(apart), np.inf)
    np.divide(total, shared, out=far, where=shared > 0)
    apart_by: npt.NDArray[np.float64] = np.sqrt(far)
    return apart_by


def nearest_by_class(
    distances: npt.NDArray[np.float64], labels: npt.NDArray[np.str_], n: int
) -> dict[str, npt.NDArray[np.int64]]:
    """The nearest sources of each class.

    Parameters
    ----------
    distances : (l,) float64 ndarray
        Sources at an infinite distance are left out.
    labels : (l,) str ndarray
    n : int
        How many a class.

    Returns
    -------
    dict of str to int64 ndarray
        Places, nearest first (ties: the first labelled); the class of the nearest source first.
    """
    order = np.argsort(distances, kind="stable")
    order = order[np.isfinite(distances[order])]
    found: dict[str, list[int]] = {}
    for place in order:
        near = found.setdefault(str(labels[place]), [])
        if len(near) < n:
            near.append(int(place))
    return {name: np.array(places, dtype=np.int64) for name, places in found.items()}
