"""What is to be known of a column before its first cell is written."""

from __future__ import annotations

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
        self._dtype: np.dtype[Any] | None = None
        self._gaps = False
        self._width = 0
        self._highest = 0
        self._taken: set[int] = set()

    def see(self, column: pd.Series[Any]) -> None:
        """Look at a chunk; all have the same type."""
        self._dtype = stored_dtype(column)
        values, missing = cells_of(column)
        if missing is not None and missing.any():
            self._gaps = True
            values = values[~missing]
        if self._dtype is None:
            self._width = max(self._width, *map(_n_bytes, values.tolist()), 0, 0)
        elif self._dtype.kind in "iu" and len(values):
            self._highest = max(self._highest, int(values.max()))
            low = values[values < np.array(self._limit, dtype=self._dtype)]
            self._taken.update(low.tolist())

    @property
    def _limit(self) -> int:
        assert self._dtype is not None
        return int(np.iinfo(self._dtype).min) + _CANDIDATES

    def field(self) -> Field:
        """What was learnt."""
        unused = None
        if self._dtype is not None and self._dtype.kind in "iu" and self._gaps:
            lowest = int(np.iinfo(self._dtype).min)
            unused = next((k for k in range(lowest, self._limit) if k not in self._taken), None)
        return Field(
            self._name,
            self._dtype,
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


def stored_dtype(column: pd.Series[Any]) -> np.dtype[Any] | None:
    """The numpy type of a column's numbers; None for text, and for times, which become text."""
    dtype: Any = getattr(column.dtype, "numpy_dtype", column.dtype)
    return dtype if isinstance(dtype, np.dtype) and dtype.kind in "fciub" else None


def cells_of(column: pd.Series[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None]:
    """Cells as an array, and which are missing.

    Numbers keep their type, text is objects of str. Floats are never missing: they are NaN.
    """
    dtype = stored_dtype(column)
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
