"""Features made from combinations of base features: colours, ratios, sums and products.

A generator takes ``[(name, values), ...]`` for one combination, with float32 values in which NaN
means missing, and gives ``(name, values)`` of the feature. It works on each source by itself,
because it is given the sources in chunks (an empty one to learn the name), and never changes its
input. Whatever is not finite in its result is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.registry import Registry

Values = npt.NDArray[np.float32]
Named = tuple[str, Values]
Generator = Callable[[Sequence[Named]], tuple[str, npt.NDArray[Any]]]

GENERATORS: Registry[Generator] = Registry("feature generator", "napari_astro_al.generators")

OPERATORS = {"-": "subtract", "+": "add", "*": "multiply", "/": "divide"}
"""The sign between names that each built-in generator writes."""


def _fold(
    sign: str, operation: Callable[[Values, Values], Values], columns: Sequence[Named]
) -> Named:
    with np.errstate(all="ignore"):
        return sign.join(name for name, _ in columns), reduce(
            operation, (values for _, values in columns)
        )


@GENERATORS.provide("subtract")
def subtract(columns: Sequence[Named]) -> Named:
    """``a-b-...``, from left to right: a colour, for magnitudes."""
    return _fold("-", np.subtract, columns)


@GENERATORS.provide("add")
def add(columns: Sequence[Named]) -> Named:
    """``a+b+...``."""
    return _fold("+", np.add, columns)


@GENERATORS.provide("multiply")
def multiply(columns: Sequence[Named]) -> Named:
    """``a*b*...``."""
    return _fold("*", np.multiply, columns)


@GENERATORS.provide("divide")
def divide(columns: Sequence[Named]) -> Named:
    """``a/b/...``, from left to right; missing where a divisor is zero."""
    return _fold("/", _safe_divide, columns)


def _safe_divide(a: Values, b: Values) -> Values:
    quotient: Values = np.divide(a, b)
    quotient[b == 0] = np.nan
    return quotient
