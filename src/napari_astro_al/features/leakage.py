"""Columns that give the label away: the area under the ROC curve of a single column."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

FEWEST = 10
"""A class counts only with this many sources inside and outside it that have a value."""


def mid_ranks(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Ranks from 1, ties sharing the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    means: npt.NDArray[np.float64] = last - (counts - 1) / 2
    return means[place]


def best_area(values: npt.NDArray[Any], codes: npt.NDArray[np.integer[Any]]) -> float:
    """The largest one-vs-rest area under the ROC curve over all classes, in either direction.

    The area for a class is the chance that a random source of it has a higher value than a random
    other one, ties counting half: the Mann-Whitney statistic from mid-ranks (Hanley & McNeil 1982,
    Radiology 143, 29, section "The Wilcoxon statistic").

    Parameters
    ----------
    values : (n,) float ndarray
        NaN where missing; such sources are left out.
    codes : (n,) integer ndarray
        Class of each source, from 0.

    Returns
    -------
    float
        Between 0.5 and 1; 0 where no class has `FEWEST` sources on both sides.
    """
    known = np.isfinite(values)
    values, codes = values[known], codes[known]
    if values.size == 0:
        return 0.0
    ranks = mid_ranks(values)
    inside = np.bincount(codes).astype(np.float64)
    outside = len(values) - inside
    counted = (inside >= FEWEST) & (outside >= FEWEST)
    if not counted.any():
        return 0.0
    sums = np.bincount(codes, weights=ranks)
    area = (sums - inside * (inside + 1) / 2)[counted] / (inside * outside)[counted]
    return float(np.maximum(area, 1 - area).max())
