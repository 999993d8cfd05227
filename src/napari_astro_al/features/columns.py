"""Columns of a catalogue as float32 values in which NaN means missing."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import FeatureError, listing

MOST_ELEMENTS = 4096
"""An array column with more elements a source is a picture or a cube, not a set of features."""


def is_numeric(column: pd.Series[Any]) -> bool:
    """Whether a column holds real numbers or truth values."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_complex_dtype(column)


def has_values(catalogue: Catalogue, name: str) -> bool:
    """Whether `read_values` can read this name from the catalogue."""
    if name in catalogue.table.columns:
        return is_numeric(catalogue.table[name])
    return _element(catalogue, name) is not None


def base_names(catalogue: Catalogue, columns: Sequence[str]) -> tuple[str, ...]:
    """Names of base features: array columns are spelled out element by element.

    Raises
    ------
    FeatureError
        Naming every column that is not there, is not numeric, or is the label.
    """
    names: list[str] = []
    absent: list[str] = []
    unfit: list[str] = []
    for column in columns:
        if column == catalogue.roles.label:
            raise FeatureError(
                f"The column {column!r} holds the labels of {catalogue.name!r}, so it cannot be "
                "a feature. Leave it out, or give another column the role of label."
            )
        if has_values(catalogue, column):
            names.append(column)
        elif column in catalogue.table.columns:
            unfit.append(f"{column} ({catalogue.table[column].dtype})")
        elif column in catalogue.arrays:
            shape = catalogue.arrays[column].shape[1:]
            if catalogue.arrays[column].dtype.kind not in "fiub" or prod(shape) > MOST_ELEMENTS:
                unfit.append(f"{column} (arrays of {'x'.join(map(str, shape))})")
            else:
                names.extend(_element_names(column, shape))
        else:
            absent.append(column)
    if absent:
        numeric = [name for name in catalogue.table.columns if is_numeric(catalogue.table[name])]
        raise FeatureError(
            f"{catalogue.name!r} has no column {listing(absent)} to make features of. Its numeric "
            f"columns: {listing(numeric, most=20)}."
        )
    if unfit:
        raise FeatureError(
            f"{listing(unfit)} of {catalogue.name!r} cannot be features: they are not numbers, or "
            f"arrays of more than {MOST_ELEMENTS} elements. Leave them out, or turn them into "
            "numeric columns first."
        )
    return tuple(names)


def read_values(
    catalogue: Catalogue, name: str, sentinels: Sequence[float] = ()
) -> npt.NDArray[np.float32]:
    """A numeric column, or an element of an array column.

    Parameters
    ----------
    catalogue : Catalogue
    name : str
        A column, or ``name[i]`` (``name[i,j]``) for an element of an array column.
    sentinels : sequence of float
        Numbers that mean missing.

    Returns
    -------
    (n_sources,) float32 ndarray
        A new array. NaN where the value is missing, infinite, a sentinel or beyond the range of
        float32.

    Raises
    ------
    FeatureError
        If there is no such numeric column.
    """
    return _clean(_read(catalogue, name, slice(None)), sentinels, np.dtype(np.float32))


def read_exactly(
    catalogue: Catalogue, name: str, rows: slice, sentinels: Sequence[float] = ()
) -> npt.NDArray[np.float64]:
    """As `read_values`, for some rows and with all digits: (n,) float64 ndarray."""
    return _clean(_read(catalogue, name, rows), sentinels, np.dtype(np.float64))


def _read(catalogue: Catalogue, name: str, rows: slice) -> npt.NDArray[Any]:
    if name in catalogue.table.columns and is_numeric(catalogue.table[name]):
        column = catalogue.table[name].iloc[rows]
        if isinstance(column.dtype, np.dtype):
            return column.to_numpy()
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    place = _element(catalogue, name)
    if place is None:
        base_names(catalogue, [name])
        raise FeatureError(f"{name!r} names an array column; name one element, {name + '[0]'!r}.")
    array, index = catalogue.arrays[place[0]], place[1]
    if isinstance(array, np.ndarray):
        element: Any = (rows, *index)
        values: npt.NDArray[Any] = array[element]
        return values
    numbers = range(*rows.indices(len(catalogue)))
    return np.array([array[row][index] for row in numbers], dtype=array.dtype)


def _clean(
    raw: npt.NDArray[Any], sentinels: Sequence[float], dtype: np.dtype[Any]
) -> npt.NDArray[Any]:
    with np.errstate(over="ignore", invalid="ignore"):
        values: npt.NDArray[Any] = raw.astype(dtype)
    infinite = np.isinf(values)
    if infinite.any():
        values[infinite] = np.nan
    for sentinel in sentinels:
        # a float64 column that was once written as float32 holds the rounded sentinel
        for form in {sentinel, float(np.float32(sentinel))}:
            values[raw == form] = np.nan
    return values


def _element_names(column: str, shape: tuple[int, ...]) -> list[str]:
    return [f"{column}[{','.join(map(str, index))}]" for index in np.ndindex(*shape)]


def _element(catalogue: Catalogue, name: str) -> tuple[str, tuple[int, ...]] | None:
    column, bracket, inside = name.rpartition("[")
    if not bracket or not inside.endswith("]") or column not in catalogue.arrays:
        return None
    try:
        index = tuple(int(one) for one in inside[:-1].split(","))
    except ValueError:
        return None
    array = catalogue.arrays[column]
    shape = array.shape[1:]
    fits = len(index) == len(shape) and all(
        0 <= i < size for i, size in zip(index, shape, strict=True)
    )
    return (column, index) if fits and array.dtype.kind in "fiub" else None
