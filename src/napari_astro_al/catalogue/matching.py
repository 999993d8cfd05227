"""Which sources of a catalogue fulfil a condition, found in chunks."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.criteria import AllOf, AnyOf, Condition, Criterion, as_date, kind_of
from napari_astro_al.jobs import Job, Progress, guarded

if TYPE_CHECKING:
    from napari_astro_al.catalogue.catalogue import Catalogue

CHUNK = 250_000
"""Sources between two looks at whether the job was cancelled."""

_COMPARE = {
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    "<": operator.lt,
}

Mask = npt.NDArray[np.bool_]


def matching_job(catalogue: Catalogue, condition: Condition) -> Job[npt.NDArray[np.int64]]:
    """The sources that fulfil a condition.

    Parameters
    ----------
    catalogue : Catalogue
    condition : Condition
        Checked at once, before the job begins.

    Returns
    -------
    generator
        Yields `Progress` and returns the row numbers, ascending: (n,) int64 ndarray.

    Raises
    ------
    CatalogueError
        Naming column, operator and the value that was expected.
    """
    for criterion in condition:
        criterion.check(catalogue)
    return guarded(_matching(catalogue, condition), "look for sources that match")


def _matching(catalogue: Catalogue, condition: Condition) -> Job[npt.NDArray[np.int64]]:
    n = len(catalogue)
    found = [np.empty(0, dtype=np.int64)]
    for start in range(0, n, CHUNK):
        yield Progress("Looking for sources that match", start, n)
        chunk = slice(start, min(start + CHUNK, n))
        found.append(start + np.flatnonzero(_mask(catalogue, condition, chunk)))
    return np.concatenate(found)


def _mask(catalogue: Catalogue, condition: Condition, chunk: slice) -> Mask:
    if isinstance(condition, Criterion):
        return criterion_mask(catalogue.column(condition.column).iloc[chunk], condition)
    masks = [_mask(catalogue, one, chunk) for one in condition.conditions]
    together = np.full(chunk.stop - chunk.start, isinstance(condition, AllOf))
    for mask in masks:
        together = together | mask if isinstance(condition, AnyOf) else together & mask
    return together


def criterion_mask(column: pd.Series[Any], criterion: Criterion) -> Mask:
    """Which cells fulfil a criterion that suits the column.

    Parameters
    ----------
    column : (n,) pandas.Series
        In one of the forms of `catalogue.cells`.
    criterion : Criterion

    Returns
    -------
    (n,) bool ndarray
    """
    missing = column.isna().to_numpy(dtype=bool)
    if criterion.operator == "is missing":
        return missing
    kind, value = kind_of(column), criterion.value
    if criterion.operator == "contains":
        found = column.str.contains(str(value), regex=False)
        fulfilled = found.fillna(False).to_numpy(dtype=bool)
    elif criterion.operator == "in" or kind == "text":
        wanted = value if isinstance(value, tuple) else (value,)
        fulfilled = _among(column, wanted, text=kind == "text")
        if criterion.operator == "!=":
            fulfilled = ~fulfilled
    else:
        other: Any = as_date(str(value)) if kind == "date" else value
        fulfilled = _compared(_cells(column), criterion.operator, other)
    return fulfilled & ~missing


def _among(column: pd.Series[Any], wanted: Any, *, text: bool) -> Mask:
    if text:
        found: Mask = column.isin([str(one) for one in wanted]).to_numpy(dtype=bool)
        return found
    cells = _cells(column)
    fulfilled = np.zeros(len(cells), dtype=bool)
    for one in wanted:
        fulfilled |= _compared(cells, "==", one)
    return fulfilled


def _cells(column: pd.Series[Any]) -> npt.NDArray[Any]:
    """Numbers, flags or dates as numpy has them; what stands for missing ones is of no account."""
    if isinstance(column.dtype, np.dtype):
        return column.to_numpy()
    dtype: Any = getattr(column.dtype, "numpy_dtype", column.dtype)
    return column.to_numpy(dtype=dtype, na_value=dtype.type(0))


def _compared(cells: npt.NDArray[Any], sign: str, value: Any) -> Mask:
    """Cells compared with a value; whole numbers exactly, however large they are."""
    if cells.dtype.kind in "iu" and isinstance(value, float):
        # between two whole numbers nothing changes; as float64 large ones would lose digits
        below = int(np.floor(value))
        if value != below:
            if sign in ("==", "!="):
                return np.full(len(cells), sign == "!=")
            return _compared(cells, ">" if sign in (">", ">=") else "<=", below)
        value = below
    with np.errstate(over="ignore", invalid="ignore"):
        fulfilled: Mask = np.asarray(_COMPARE[sign](cells, value), dtype=bool)
    return fulfilled
