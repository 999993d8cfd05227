"""Round numbers along an axis, and how they are written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

_MINUS = "\N{MINUS SIGN}"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LARGE, _SMALL, _FEW_DIGITS = 5, -3, 2


@dataclass(frozen=True)
class Tick:
    """A mark on an axis.

    Attributes
    ----------
    value : float
        In data values.
    position : float
        In world coordinates, 0 to 1000 within the square.
    label : str
        The value as text.
    """

    value: float
    position: float
    label: str


def linear_values(low: float, high: float, n: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten between two numbers, about n of them.

    The step is the smallest of those that give at most n marks; where none does, for less than
    one mark in the interval, there are none.

    Parameters
    ----------
    low, high : float
        The interval, in either order.
    n : int
        The largest number of marks.

    Returns
    -------
    list of float
        Ascending, each the float nearest to the decimal number that it stands for.
    """
    low, high = sorted((low, high))
    if n < 1 or not (math.isfinite(low) and math.isfinite(high)) or low == high:
        return []
    exponent = math.floor(math.log10((high - low) / n))
    for mantissa, power in ((1, 0), (2, 0), (5, 0), (1, 1), (2, 1), (5, 1)):
        first, last, scale = _multiples(low, high, mantissa, exponent + power)
        if last - first + 1 <= n:
            return [float(f"{k * mantissa}e{scale}") for k in range(first, last + 1)]
    return []


def _multiples(low: float, high: float, mantissa: int, exponent: int) -> tuple[int, int, int]:
    step = float(f"{mantissa}e{exponent}")
    slack = 1e-9 * (high - low) / step
    return math.ceil(low / step - slack), math.floor(high / step + slack), exponent


def log_values(low: float, high: float, n: int) -> list[float]:
    """Marks on a logarithmic axis between two positive numbers, at most n.

    Powers of ten, with 2 and 5 times them where there is room, and only every second, third, ...
    power where there is not; within less than a decade, the marks of a linear axis.
    """
    low, high = sorted((low, high))
    if n < 1 or low <= 0 or not math.isfinite(high) or low == high:
        return []
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for mantissas in ((1, 2, 5), (1, 3), (1,)):
        values = [
            value
            for exponent in range(first, last + 1)
            for m in mantissas
            if low * (1 - 1e-9) <= (value := float(f"{m}e{exponent}")) <= high * (1 + 1e-9)
        ]
        if len(values) <= n and (len(values) > 2 or mantissas == (1,)):
            break
    if len(values) < 3 and high / low < 100:
        linear = linear_values(low, high, n)
        return linear if len(linear) > len(values) or len(values) > n else values
    stride = math.ceil(len(values) / n)
    return values[::stride]


def write(value: float, step: float, largest: float | None = None) -> str:
    """A number on an axis as text, to the precision of the step between marks.

    Thousands are set apart from 10,000 on. Powers of ten are written out where the largest number
    of the axis is at least 100,000 and few digits matter, or where all are below 0.001. The minus
    is a minus sign, and zero has none.

    Parameters
    ----------
    value : float
    step : float
        Between marks; positive.
    largest : float, optional
        The largest size on the axis; that of the value by default.
    """
    if value == 0:
        return "0"
    size = abs(value)
    sign = _MINUS if value < 0 else ""
    place = _last_place(step)
    top = math.floor(math.log10(largest or size) + 1e-9)
    if (top >= _LARGE and top - place <= _FEW_DIGITS) or top < _SMALL:
        return sign + _power(size, place)
    decimals = max(0, -place)
    return sign + (f"{size:,.{decimals}f}" if size >= 10_000 else f"{size:.{decimals}f}")


def write_linear(values: Sequence[float]) -> list[str]:
    """Labels of the marks of a linear axis, all to one precision."""
    largest = max(map(abs, values), default=0.0)
    if len(values) == 1:
        return [write(value, _own_step(value), largest) for value in values]
    step = min((b - a for a, b in pairwise(values)), default=1.0)
    return [write(value, step, largest) for value in values]


def write_log(values: Sequence[float]) -> list[str]:
    """Labels of the marks of a logarithmic axis, each as precise as it must be."""
    if len(values) > 1 and values[-1] < 10 * values[0]:
        return write_linear(values)
    return [write(value, _own_step(value)) for value in values]


def _own_step(value: float) -> float:
    """The place of the last digit of a number as it is written shortest."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return 10.0 ** int(exponent)


def _power(size: float, place: int) -> str:
    exponent = math.floor(math.log10(size) + 1e-9)
    mantissa = f"{size / 10.0**exponent:.{max(0, exponent - place)}f}"
    power = f"10{str(exponent).translate(_SUPERSCRIPT)}"
    return power if float(mantissa) == 1 else f"{mantissa}×{power}"


def _last_place(step: float) -> int:
    """The exponent of the last decimal place that a step needs: -2 for 0.05, 1 for 20."""
    return math.floor(math.log10(step) + 1e-9)
