"""Kernels for linear models, and for probabilities of what models decide by.

Imported where they are used: see `napari_astro_al.compiled`. All sum in double precision: in single
precision the large weights of sharp models would lose more than the sixth digit.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import float32, float64, int64, types, void

from napari_astro_al.compiled import kernel, read
from napari_astro_al.learning.predicting.exponentials import exponentials, logarithms

ROWS = 512
"""Sources at a time: their features and sums stay in the processor's caches."""

_FEATURES = types.Array(float32, 2, "C", readonly=True)
"""(f, n): a feature of all sources lies in one piece."""
_WEIGHTS = types.Array(float64, 2, "C", readonly=True)
_SUMS = types.Array(float64, 2, "C")


@kernel(void(_FEATURES, int64, int64, _WEIGHTS, read(float64), _SUMS), fused=True)
def decide(
    X: npt.NDArray[np.float32],
    start: int,
    stop: int,
    weights: npt.NDArray[np.float64],
    intercepts: npt.NDArray[np.float64],
    out: npt.NDArray[np.float64],
) -> None:
    """Write the decision values ``X.T @ weights.T + intercepts`` of some sources,
    (stop - start, k).

    Features are read once, and widened four at a time for all columns of the sums.
    """
    n_columns, width = weights.shape
    sums = np.empty((n_columns, ROWS), dtype=np.float64)
    four = np.zeros((4, ROWS), dtype=np.float64)
    own = np.zeros(4, dtype=np.float64)
    first, second, third, fourth = four
    for begin in range(start, stop, ROWS):
        n = min(ROWS, stop - begin)
        for k in range(n_columns):
            sums[k] = intercepts[k]
        for feature in range(0, width, 4):
            there = min(4, width - feature)
            for one in range(there):
                values, wide = X[feature + one, begin : begin + n], four[one]
                for i in range(n):
                    wide[i] = values[i]
            four[there:] = 0.0
            own[:] = 0.0
            for k in range(n_columns):
                own[:there] = weights[k, feature : feature + there]
                a, b, c, d, total = own[0], own[1], own[2], own[3], sums[k]
                for i in range(n):
                    total[i] += a * first[i] + b * second[i] + (c * third[i] + d * fourth[i])
        for i in range(n):
            for k in range(n_columns):
                out[begin - start + i, k] = sums[k, i]


@kernel(void(_SUMS, _SUMS))
def soften(values: npt.NDArray[np.float64], out: npt.NDArray[np.float64]) -> None:
    """Write probabilities of decision values: (n, 1) of the second of two classes, or (n, k)."""
    n_columns = values.shape[1]
    parts = np.empty((n_columns, ROWS), dtype=np.float64)
    largest, total = np.empty(ROWS, dtype=np.float64), np.empty(ROWS, dtype=np.float64)
    bits = np.empty(ROWS, dtype=np.int64)
    power = bits.view(np.float64)
    for begin in range(0, len(values), ROWS):
        n = min(ROWS, len(values) - begin)
        if n_columns == 1:
            small = parts[0]
            for i in range(n):
                small[i] = -abs(values[begin + i, 0])
            exponentials(small, n, small, bits, power)
            for i in range(n):
                less = small[i] / (1.0 + small[i])
                positive = values[begin + i, 0] > 0.0
                out[begin + i, 0] = less if positive else 1.0 - less
                out[begin + i, 1] = 1.0 - less if positive else less
            continue
        largest[:] = -np.inf
        for k in range(n_columns):
            for i in range(n):
                largest[i] = max(largest[i], values[begin + i, k])
        total[:] = 0.0
        for k in range(n_columns):
            part = parts[k]
            for i in range(n):
                part[i] = values[begin + i, k] - largest[i]
            exponentials(part, n, part, bits, power)
            for i in range(n):
                total[i] += part[i]
        for i in range(n):
            for k in range(n_columns):
                out[begin + i, k] = parts[k, i] / total[i]


@kernel(void(_SUMS, float64, float64))
def sharpen(shares: npt.NDArray[np.float64], least: float, exponent: float) -> None:
    """Raise probabilities to a power and normalise them, in place; none is less than `least`."""
    n_columns = shares.shape[1]
    parts = np.empty((n_columns, ROWS), dtype=np.float64)
    total = np.empty(ROWS, dtype=np.float64)
    bits = np.empty(ROWS, dtype=np.int64)
    power = bits.view(np.float64)
    for begin in range(0, len(shares), ROWS):
        n = min(ROWS, len(shares) - begin)
        total[:] = 0.0
        for k in range(n_columns):
            part = parts[k]
            for i in range(n):
                part[i] = max(shares[begin + i, k], least)
            if exponent != 1.0:
                logarithms(part, n, part, bits, power)
                for i in range(n):
                    part[i] *= exponent
                exponentials(part, n, part, bits, power)
            for i in range(n):
                total[i] += part[i]
        for i in range(n):
            for k in range(n_columns):
                shares[begin + i, k] = parts[k, i] / total[i]
