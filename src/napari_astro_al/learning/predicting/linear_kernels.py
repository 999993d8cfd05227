"""Kernels for linear models, of the features or of how near landmarks are.

Imported where they are used: see `napari_astro_al.compiled`. All sum in double precision: in single
precision the large weights of sharp models would lose more than the sixth digit.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import float32, float64, int64, types, void

from napari_astro_al.compiled import kernel, read
from napari_astro_al.learning.predicting.exponentials import exponentials

ROWS = 512
"""Sources at a time: their features and sums stay in the processor's caches."""

_FEATURES = types.Array(float32, 2, "C", readonly=True)
"""(f, n): a feature of all sources lies in one piece."""
_WEIGHTS = types.Array(float64, 2, "C", readonly=True)
_SUMS = types.Array(float64, 2, "C")


@kernel(void(_FEATURES, int64, int64, _WEIGHTS, read(float64), _SUMS))
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

    Features are read once, a column at a time.
    """
    n_columns, width = weights.shape
    sums = np.empty((n_columns, ROWS), dtype=np.float64)
    for begin in range(start, stop, ROWS):
        n = min(ROWS, stop - begin)
        for k in range(n_columns):
            sums[k] = intercepts[k]
        for feature in range(width):
            values = X[feature, begin : begin + n]
            for k in range(n_columns):
                weight, total = weights[k, feature], sums[k]
                for i in range(n):
                    total[i] += weight * values[i]
        for i in range(n):
            for k in range(n_columns):
                out[begin - start + i, k] = sums[k, i]


@kernel(void(_WEIGHTS, read(float64), read(float64), float64, _WEIGHTS, read(float64), _SUMS))
def decide_by_landmarks(
    products: npt.NDArray[np.float64],
    norms: npt.NDArray[np.float64],
    landmark_norms: npt.NDArray[np.float64],
    gamma: float,
    weights: npt.NDArray[np.float64],
    intercepts: npt.NDArray[np.float64],
    out: npt.NDArray[np.float64],
) -> None:
    """Write ``exp(-gamma d^2) @ weights.T + intercepts`` for distances d from landmarks, (n, k).

    Parameters
    ----------
    products : (m, n) float64 ndarray
        Of each landmark with each source.
    norms, landmark_norms : (n,), (m,) float64 ndarray
        Products of each with itself.
    gamma : float
    weights : (k, m) float64 ndarray
    intercepts : (k,) float64 ndarray
    out : (n, k) float64 ndarray
    """
    n_columns = len(weights)
    sums = np.empty((n_columns, ROWS), dtype=np.float64)
    near = np.empty(ROWS, dtype=np.float64)
    bits = np.empty(ROWS, dtype=np.int64)
    power = bits.view(np.float64)
    for begin in range(0, len(out), ROWS):
        n = min(ROWS, len(out) - begin)
        for k in range(n_columns):
            sums[k] = intercepts[k]
        for landmark in range(len(products)):
            product, own = products[landmark, begin : begin + n], landmark_norms[landmark]
            for i in range(n):
                square = norms[begin + i] + own - 2.0 * product[i]
                near[i] = -gamma * max(square, 0.0)
            exponentials(near, n, near, bits, power)
            for k in range(n_columns):
                weight, total = weights[k, landmark], sums[k]
                for i in range(n):
                    total[i] += weight * near[i]
        for i in range(n):
            for k in range(n_columns):
                out[begin + i, k] = sums[k, i]


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
    for i in range(len(shares)):
        total = 0.0
        for k in range(n_columns):
            share = max(shares[i, k], least)
            shares[i, k] = share if exponent == 1.0 else np.exp(np.log(share) * exponent)
            total += shares[i, k]
        for k in range(n_columns):
            shares[i, k] /= total
