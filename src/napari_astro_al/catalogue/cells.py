"""Cells in one form, whatever they came from.

After tidying, a scalar column is one of

- float32 or float64, where NaN is missing;
- a numpy integer where nothing is missing; with missing cells float64, or pandas' nullable integer
  where float64 would lose digits;
- a numpy bool, or pandas' nullable boolean where a cell is missing;
- text, where blank cells are missing;
- datetime64 or complex, as they came.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

TEXT_DTYPE = pd.Series(["text"]).dtype
"""What this pandas stores text as: ``str`` from pandas 3 on, else ``object``."""

EXACT_BELOW = 2**53
"""Whole numbers up to here are exact as float64."""


def tidy_array(
    values: npt.NDArray[Any], missing: npt.NDArray[np.bool_] | None = None
) -> pd.Series[Any]:
    """A one-dimensional array as a scalar column.

    Parameters
    ----------
    values : (n,) ndarray
        Of any dtype and byte order.
    missing : (n,) bool ndarray, optional
        True where a cell is missing.

    Returns
    -------
    pandas.Series
        In one of the forms that this module lists; shares memory with `values` where nothing had
        to change.
    """
    gone = missing if missing is not None and missing.any() else None
    kind = values.dtype.kind
    if kind in "SU":
        return text_column(decode(values), gone)
    if kind == "O":
        objects = values.copy()
        if gone is not None:
            objects[gone] = None
        return tidy(pd.Series(objects, dtype=object))
    values = native(values)
    if gone is None:
        return pd.Series(values, copy=False)
    if kind == "b":
        return pd.Series(pd.arrays.BooleanArray(values.copy(), gone.copy()))
    if kind in "iu":
        return _with_gaps(pd.Series(pd.arrays.IntegerArray(values.copy(), gone.copy())))
    filled = values.copy()
    filled[gone] = np.datetime64("NaT") if kind == "M" else np.nan
    return pd.Series(filled, copy=False)


def native(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Numbers in the machine's byte order, and floats as float32 or float64."""
    if values.dtype.kind == "f" and values.dtype.itemsize not in (4, 8):
        return values.astype(np.float32 if values.dtype.itemsize == 2 else np.float64)
    if not values.dtype.isnative:
        return values.astype(values.dtype.newbyteorder("="))
    return values


def decode(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Bytes as text: UTF-8, or Latin-1 where they are not that."""
    if values.dtype.kind != "S":
        return values
    try:
        return values.astype(np.str_)
    except UnicodeDecodeError:
        pass
    try:
        return np.char.decode(values, "utf-8")
    except UnicodeDecodeError:
        return np.char.decode(values, "latin-1")


def text_column(
    values: npt.NDArray[Any] | Sequence[Any], missing: npt.NDArray[np.bool_] | None = None
) -> pd.Series[Any]:
    """Text with blank cells as missing ones."""
    objects = np.asarray(values).astype(object)
    if missing is not None:
        objects[missing] = None
    return blank_is_missing(pd.Series(objects, dtype=TEXT_DTYPE))


def blank_is_missing(texts: pd.Series[Any]) -> pd.Series[Any]:
    """The same text, with cells of nothing but white space as missing."""
    blank = texts.str.strip().eq("").fillna(False).astype(bool)
    if texts.dtype == object:
        # one kind of missing cell, where None and NaN could stand side by side
        blank |= texts.isna()
    if not blank.any():
        return texts
    masked: pd.Series[Any] = texts.mask(blank)
    return masked


def tidy(column: pd.Series[Any]) -> pd.Series[Any]:
    """A pandas column of any dtype in one of the forms that this module lists.

    Parameters
    ----------
    column : pandas.Series
        Not modified.

    Returns
    -------
    pandas.Series
        The same object where nothing had to change.
    """
    dtype = column.dtype
    if isinstance(dtype, np.dtype):
        if dtype.kind == "O":
            return _tidy_objects(column)
        values = native(column.to_numpy())
        return column if values.dtype == dtype else pd.Series(values, index=column.index)
    if isinstance(dtype, pd.CategoricalDtype):
        return tidy(column.astype(object))
    if pd.api.types.is_string_dtype(dtype):
        return blank_is_missing(column if dtype == TEXT_DTYPE else column.astype(TEXT_DTYPE))
    if isinstance(dtype, pd.DatetimeTZDtype):
        utc: pd.Series[Any] = column.dt.tz_convert("UTC").dt.tz_localize(None)
        return utc
    if pd.api.types.is_float_dtype(dtype):
        width = np.float32 if str(dtype).lower().startswith("float32") else np.float64
        return pd.Series(column.to_numpy(dtype=width, na_value=np.nan), index=column.index)
    if pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_integer_dtype(dtype):
        return _filled(column, getattr(dtype, "numpy_dtype", np.dtype(np.int64)))
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return pd.Series(column.to_numpy(dtype="datetime64[us]", na_value=np.datetime64("NaT")))
    return tidy(column.astype(object))


def _filled(column: pd.Series[Any], dtype: np.dtype[Any]) -> pd.Series[Any]:
    gone = column.isna().to_numpy()
    objects = column.to_numpy(dtype=object) if gone.any() else column.to_numpy()
    return tidy_array(np.where(gone, 0, objects).astype(dtype), gone)


def _with_gaps(column: pd.Series[Any]) -> pd.Series[Any]:
    """Nullable integers as float64 where that is exact."""
    present = column.dropna()
    exact = len(present) == 0 or (
        int(present.max()) <= EXACT_BELOW and int(present.min()) >= -EXACT_BELOW
    )
    if not exact:
        return column
    return pd.Series(column.to_numpy(dtype=np.float64, na_value=np.nan), index=column.index)


def _tidy_objects(column: pd.Series[Any]) -> pd.Series[Any]:
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind == "string":
        return blank_is_missing(column.astype(TEXT_DTYPE))
    if kind == "empty":
        return pd.Series(np.full(len(column), np.nan), index=column.index)
    if kind == "boolean":
        return _filled(column, np.dtype(bool))
    if kind == "integer":
        return _tidy_integers(column)
    if kind in ("floating", "mixed-integer-float", "decimal"):
        numbers = pd.to_numeric(column, errors="coerce")
        return pd.Series(numbers.to_numpy(dtype=np.float64, na_value=np.nan), index=column.index)
    texts = [None if _is_missing(one) else _as_text(one) for one in column]
    return blank_is_missing(pd.Series(texts, index=column.index, dtype=TEXT_DTYPE))


def _tidy_integers(column: pd.Series[Any]) -> pd.Series[Any]:
    present = column[column.notna()]
    low, high = int(present.min()), int(present.max())
    if low >= -(2**63) and high < 2**63:
        return _filled(column, np.dtype(np.int64))
    if low >= 0 and high < 2**64:
        return _filled(column, np.dtype(np.uint64))
    texts = [None if _is_missing(one) else str(one) for one in column]
    return pd.Series(texts, index=column.index, dtype=TEXT_DTYPE)


def _is_missing(cell: Any) -> bool:
    return (
        cell is None
        or cell is pd.NA
        or cell is pd.NaT
        or (isinstance(cell, float) and cell != cell)
    )


def _as_text(cell: Any) -> str:
    if isinstance(cell, bytes):
        try:
            return cell.decode("utf-8")
        except UnicodeDecodeError:
            return cell.decode("latin-1")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
