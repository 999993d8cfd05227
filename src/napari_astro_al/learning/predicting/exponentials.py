"""Many exponentials or logarithms at a time.

Imported where it is used: see `napari_astro_al.compiled`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

_LOG2_E = 1.4426950408889634
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
"""The logarithm of 2 in two parts, of which the first times a small whole number is exact."""
_WHOLE = 6755399441055744.0
"""1.5 x 2^52: a number that this is added to is rounded, and its last bits are the whole number."""
_LEAST = -700.0
_HALF_ROOT = np.array([0.5**0.5]).view(np.int64)[0]
"""The bits of the square root of one half."""


@njit(nogil=True, fastmath={"contract", "nsz", "nnan"})  # type: ignore[untyped-decorator]
def exponentials(x: Any, n: int, out: Any, bits: Any, power: Any) -> None:
    """Write exp(x) of `n` finite values below 700, to 1e-13 of each; of less than -700, about 0.

    The power of two goes into the exponent's bits, the rest through the Taylor series. No branch
    and no call, so that several are done at once: five times faster than the library's function.

    Parameters
    ----------
    x, out : (n,) float64 ndarray
        May be the same.
    bits : (n,) int64 ndarray
    power : (n,) float64 ndarray
        The same memory as `bits`.
    """
    for i in range(n):
        value = max(x[i], _LEAST)
        shifted = value * _LOG2_E + _WHOLE
        power[i] = shifted
        whole = shifted - _WHOLE
        rest = (value - whole * _LN2_HIGH) - whole * _LN2_LOW
        series = 1 / 39916800.0
        series = series * rest + 1 / 3628800.0
        series = series * rest + 1 / 362880.0
        series = series * rest + 1 / 40320.0
        series = series * rest + 1 / 5040.0
        series = series * rest + 1 / 720.0
        series = series * rest + 1 / 120.0
        series = series * rest + 1 / 24.0
        series = series * rest + 1 / 6.0
        series = series * rest + 0.5
        series = series * rest + 1.0
        out[i] = series * rest + 1.0
    for i in range(n):
        bits[i] = (bits[i] << np.int64(52)) + np.int64(1023 << 52)
    for i in range(n):
        out[i] *= power[i]


@njit(nogil=True, fastmath={"contract", "nsz", "nnan"})  # type: ignore[untyped-decorator]
def logarithms(x: Any, n: int, out: Any, bits: Any, number: Any) -> None:
    """Write the natural logarithms of `n` positive finite values, to 1e-12.

    A value is a power of two times a factor from the square root of one half to that of two, whose
    logarithm is a series in (factor - 1) / (factor + 1).

    Parameters
    ----------
    x, out : (n,) float64 ndarray
        May be the same. None of `x` is subnormal.
    bits : (n,) int64 ndarray
    number : (n,) float64 ndarray
        The same memory as `bits`.
    """
    for i in range(n):
        number[i] = x[i]
    for i in range(n):
        # counted from the square root of one half, so that factors lie around 1
        whole = (bits[i] - _HALF_ROOT) >> np.int64(52)
        bits[i] -= whole << np.int64(52)
        out[i] = whole
    for i in range(n):
        ratio = (number[i] - 1.0) / (number[i] + 1.0)
        square = ratio * ratio
        series = 1 / 15.0
        series = series * square + 1 / 13.0
        series = series * square + 1 / 11.0
        series = series * square + 1 / 9.0
        series = series * square + 1 / 7.0
        series = series * square + 1 / 5.0
        series = series * square + 1 / 3.0
        series = series * square + 1.0
        out[i] = out[i] * _LN2_HIGH + (out[i] * _LN2_LOW + 2.0 * ratio * series)
