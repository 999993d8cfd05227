"""Kernels for naive Bayes. Imported where they are used: see `napari_astro_al.compiled`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import float64, int64, types, uint8, void

from napari_astro_al.compiled import kernel, read

ROWS = 512
"""Sources at a time: their sums stay in the processor's caches."""

_CODES = types.Array(uint8, 2, "C", readonly=True)
_READ = types.Array(float64, 2, "C", readonly=True)
_WRITTEN = types.Array(float64, 2, "C")


@kernel(void(_CODES, int64, _READ, _WRITTEN))
def look_up(
    codes: npt.NDArray[np.uint8],
    start: int,
    table: npt.NDArray[np.float64],
    out: npt.NDArray[np.float64],
) -> None:
    """Write what a table of (f, 256) says of the codes of some sources, (f, n)."""
    for feature in range(len(out)):
        own, said = table[feature], out[feature]
        of = codes[feature, start : start + len(said)]
        for i in range(len(said)):
            said[i] = own[of[i]]


@kernel(void(_READ, float64, _READ, _READ, read(float64), _WRITTEN))
def likelihoods(
    places: npt.NDArray[np.float64],
    most: float,
    middles: npt.NDArray[np.float64],
    precisions: npt.NDArray[np.float64],
    constants: npt.NDArray[np.float64],
    out: npt.NDArray[np.float64],
) -> None:
    """Write log likelihoods under a normal distribution a class and coordinate, (n, k).

    Parameters
    ----------
    places : (p, n) float64 ndarray
    most : float
        Coordinates are drawn in to so much on either side of 0.
    middles, precisions : (k, p) float64 ndarray
        Means, and halves of inverse variances.
    constants : (k,) float64 ndarray
    out : (n, k) float64 ndarray
    """
    total = np.empty(ROWS, dtype=np.float64)
    for begin in range(0, len(out), ROWS):
        n = min(ROWS, len(out) - begin)
        for k in range(len(middles)):
            total[:] = constants[k]
            for place in range(len(places)):
                middle, precision = middles[k, place], precisions[k, place]
                along = places[place, begin : begin + n]
                for i in range(n):
                    away = max(-most, min(most, along[i])) - middle
                    total[i] -= precision * away * away
            for i in range(n):
                out[begin + i, k] = total[i]
