"""What is to be known of a column before its first cell is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.roles import Column
from napari_astro_al.errors import SessionError

_CANDIDATES = 64
"""The lowest integers of a type, of which one that does not occur stands for missing."""


@dataclass(frozen=True)
class Field:
    """A column of a table.

    Attributes
    ----------
    name : str
    dtype : numpy.dtype or None
        A number, a truth value, or None for text.
    gaps : bool
        Whether cells are missing.
    width : int
        Bytes of the longest text in UTF-8.
    highest : int
        The largest whole number.
    unused : int or None
        A whole number of the type that does not occur, where cells are missing.
    about : Column
        Unit, description and UCD.
    """

    name: str
    dtype: np.dtype[Any] | None
    gaps: bool = False
    width: int = 0
    highest: int = 0
    unused: int | None = None
    about: Column = field(default_factory=Column)

    @property
    def is_text(self) -> bool:
        """Whether cells are text."""
        return self.dtype is None


class Profile:
    """Learns what `Field` says, from one chunk of a column after the other.

    Parameters
    ----------
    name : str
    about : Column, optional
    """

    def __init__(self, name: str, about: Column | None = None) -> None:
        self._name, self._about = name, about or Column()
        self._seen: set[np.dtype[Any] | None] = set()
        self._gaps = False
        self._width = 0
        self._highest = 0
        self._taken: set[int] = set()

    def see(self, column: pd.Series[Any]) -> None:
        """Look at a chunk. A chunk in which all is missing says nothing of the type."""
        dtype = stored_dtype(column)
        if isinstance(column.dtype, pd.CategoricalDtype):
            texts = [str(one) for one in column.cat.categories]
            self._see(None, texts, bool((column.cat.codes < 0).any()))
            return
        values, missing = cells_of(column)
        gaps = missing is not None and bool(missing.any())
        if missing is not None and gaps:
            values = values[~missing]
        nothing = dtype is None and not len(values) and len(column) > 0
        self._gaps |= gaps
        if not nothing:
            self._see(dtype, values, gaps)

    def _see(self, dtype: np.dtype[Any] | None, values: Any, gaps: bool) -> None:
        self._seen.add(dtype)
        self._gaps |= gaps
        if dtype is None:
            self._width = max(self._width, *map(_n_bytes, values), 0, 0)
        elif dtype.kind in "iu" and len(values):
            self._highest = max(self._highest, int(values.max()))
            limit = int(np.iinfo(dtype).min) + _CANDIDATES
            self._taken.update(values[values < np.array(limit, dtype=dtype)].tolist())

    @property
    def _dtype(self) -> np.dtype[Any] | None:
        """The one type that holds every chunk."""
        if not self._seen or None in self._seen:
            return None
        return np.result_type(*(one for one in self._seen if one is not None))

    def field(self) -> Field:
        """What was learnt."""
        dtype, unused = self._dtype, None
        if dtype is not None and dtype.kind in "iu" and self._gaps:
            lowest = int(np.iinfo(dtype).min)
            candidates = range(lowest, lowest + _CANDIDATES)
            unused = next((k for k in candidates if k not in self._taken), None)
        return Field(
            self._name,
            dtype,
            self._gaps,
            self._width,
            self._highest,
            unused,
            self._about,
        )


def profiled(frame: pd.DataFrame, about: dict[str, Column]) -> list[Field]:
    """The fields of a whole table."""
    fields = []
    for name in frame.columns:
        profile = Profile(str(name), about.get(str(name)))
        profile.see(frame[name])
        fields.append(profile.field())
    return fields


def fitted_to(frame: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    """A chunk with every column in the type of its field."""
    cells = {}
    for one in fields:
        column = frame[one.name]
        cells[one.name] = column if stored_dtype(column) == one.dtype else _cast(column, one)
    return pd.DataFrame(cells, columns=[one.name for one in fields])


def _cast(column: pd.Series[Any], field: Field) -> pd.Series[Any]:
    if field.dtype is None:
        texts, missing = cells_of(column)
        objects = np.array([str(one) for one in texts.tolist()], dtype=object)
        if missing is not None:
            objects[missing] = None
        return pd.Series(objects, dtype=object)
    gone = column.isna()
    if field.dtype.kind in "fc":
        return column.astype(object).where(~gone, np.nan).astype(field.dtype)
    prefix = {"b": "boolean", "i": "Int", "u": "UInt"}[field.dtype.kind]
    nullable: Any = prefix if prefix == "boolean" else f"{prefix}{field.dtype.itemsize * 8}"
    return column.astype(object).where(~gone, pd.NA).astype(nullable)


def stored_dtype(column: pd.Series[Any]) -> np.dtype[Any] | None:
    """The numpy type of a column's numbers; None for text, and for times, which become text."""
    dtype: Any = getattr(column.dtype, "numpy_dtype", column.dtype)
    return dtype if isinstance(dtype, np.dtype) and dtype.kind in "fciub" else None


def cells_of(column: pd.Series[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None]:
    """Cells as an array, and which are missing.

    Numbers keep their type, text is objects of str. Floats are never missing: they are NaN.
    """
    dtype = stored_dtype(column)
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy()
        named = np.array([*map(str, column.cat.categories), ""], dtype=object)
        told: npt.NDArray[Any] = named[codes]
        return told, codes < 0
    if dtype is None:
        missing = column.isna().to_numpy(dtype=bool)
        objects = column.to_numpy(dtype=object)
        texts = np.empty(len(objects), dtype=object)
        texts[:] = ["" if gone else str(one) for one, gone in zip(objects, missing, strict=True)]
        return texts, missing
    if dtype.kind in "fc":
        return column.to_numpy(dtype=dtype, na_value=np.nan), None
    if isinstance(column.dtype, np.dtype):
        return column.to_numpy(), None
    missing = column.isna().to_numpy(dtype=bool)
    return column.to_numpy(dtype=dtype, na_value=dtype.type(0)), missing


def as_signed(field: Field) -> np.dtype[Any] | None:
    """The type of an unsigned column where a format has signed integers only; None for text."""
    return None if field.highest > np.iinfo(np.int64).max else np.dtype(np.int64)


def stand_in(field: Field) -> int:
    """The integer that stands for missing.

    Raises
    ------
    SessionError
        If every candidate occurs.
    """
    if field.unused is None:
        raise SessionError(
            f"The column {field.name!r} uses every number that could stand for a missing cell. "
            "Choose another format, or leave the column out."
        )
    return field.unused


def _n_bytes(text: str) -> int:
    return len(text.encode())
