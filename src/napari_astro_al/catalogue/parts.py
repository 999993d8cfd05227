"""A table before its columns have roles, and how it is put together column by column."""

from __future__ import annotations

import re
import warnings
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.cells import native, tidy, tidy_array
from napari_astro_al.catalogue.provenance import DataOrigin
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.errors import AstroALWarning, CatalogueError

if TYPE_CHECKING:
    from napari_astro_al.catalogue.arrays import ArrayColumn


_BREAK = re.compile(r"\s*[\t\n\v\f\r\x85\u2028\u2029]\s*")


class CellTexts(Protocol):
    """Reads the cells of a text file again, as they stand there."""

    @property
    def padded(self) -> frozenset[str]:
        """Columns of whole numbers that the file writes with leading zeros."""
        ...

    def __call__(self, name: str, /) -> list[str]:
        """One column, without white space around the cells."""
        ...


@dataclass(frozen=True, eq=False)
class RawTable:
    """A table before its columns have roles.

    Attributes
    ----------
    frame : pandas.DataFrame
        Scalar columns with a ``RangeIndex``, each in one of the forms of `cells`.
    columns : dict of str to Column
        Unit, description and UCD of the columns that have any.
    arrays : dict of str to ArrayColumn
        Columns with an array a row.
    name : str
        For titles.
    path : Path or None
        The file.
    text_of : CellTexts or None
        Gives one column as the text that stands in the file; None where the file is not text.
    origin : DataOrigin or None
        The service that it came from, where the file says so.
    """

    frame: pd.DataFrame
    columns: dict[str, Column] = field(default_factory=dict)
    arrays: dict[str, ArrayColumn] = field(default_factory=dict)
    name: str = "catalogue"
    path: Path | None = None
    text_of: CellTexts | None = None
    origin: DataOrigin | None = None

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def names(self) -> list[str]:
        """Names of all columns, those with an array a row last."""
        return [*self.frame.columns, *self.arrays]


class TableParts:
    """Collects columns one by one into a `RawTable`.

    Parameters
    ----------
    n_rows : int
        How many rows every column has.
    what : str
        The table, for messages.
    """

    def __init__(self, n_rows: int, what: str) -> None:
        self.n_rows = n_rows
        self.what = what
        self._scalars: dict[str, pd.Series[Any]] = {}
        self._arrays: dict[str, ArrayColumn] = {}
        self._known: dict[str, Column] = {}
        self._left_out: dict[str, str] = {}
        self._renamed: dict[str, str] = {}

    def add(
        self,
        name: Hashable,
        values: pd.Series[Any] | npt.NDArray[Any],
        missing: npt.NDArray[np.bool_] | None = None,
        *,
        about: Column | None = None,
    ) -> str:
        """Add a column of any kind.

        Parameters
        ----------
        name : hashable
            Made text, and made different from the names before it.
        values : pandas.Series or ndarray
            ``(n,)`` for a scalar column, ``(n, ...)`` for an array a row, or objects that hold
            one array each.
        missing : bool ndarray, optional
            Of the shape of `values`.
        about : Column, optional
            Its unit, description and UCD.

        Returns
        -------
        str
            The name that it got.
        """
        free = self._free_name(one_line(str(name)))
        if isinstance(values, pd.Series):
            if missing is not None and missing.any():
                values = values.mask(missing)
            whole = _stack(values.to_numpy()) if _holds_arrays(values) else None
            if whole is None and not _holds_arrays(values):
                self._scalars[free] = tidy(values.reset_index(drop=True))
            else:
                self._add_arrays(free, whole, None)
        else:
            array = np.asarray(values)
            if array.dtype.kind == "O" and array.ndim == 1 and _holds_arrays(array):
                self._add_arrays(free, _stack(array), None)
            elif array.ndim == 1:
                self._scalars[free] = tidy_array(array, missing)
            else:
                self._add_arrays(free, array, missing)
        if about is not None and about != Column() and free not in self._left_out:
            self._known[free] = about
        return free

    def replace(self, name: str, values: pd.Series[Any]) -> None:
        """Put other values into a scalar column."""
        self._scalars[name] = tidy(values)

    def add_array(self, name: str, values: ArrayColumn) -> None:
        """Add a column that is an array a row already.

        Raises
        ------
        CatalogueError
            If it has another number of rows.
        """
        if len(values.shape) < 2 or values.shape[0] != self.n_rows:
            raise CatalogueError(
                f"The array column {name!r} has the shape {tuple(values.shape)}; "
                f"{self.what} has {self.n_rows} rows, so ({self.n_rows}, ...) was expected."
            )
        self._arrays[self._free_name(one_line(name))] = values

    def leave_out(self, name: str, why: str) -> None:
        """Note a column that cannot be taken; `done` warns of it."""
        self._left_out[name] = why

    def _add_arrays(
        self,
        name: str,
        values: npt.NDArray[Any] | None,
        missing: npt.NDArray[np.bool_] | None,
    ) -> None:
        if values is None:
            self.leave_out(name, "arrays of different shapes, or missing ones")
        elif values.size == 0:
            self.leave_out(name, "arrays without elements")
        elif values.dtype.kind not in "biuf":
            self.leave_out(name, "arrays of something other than real numbers")
        elif values.size == len(values):
            flat = None if missing is None else missing.reshape(-1)
            self._scalars[name] = tidy_array(values.reshape(-1), flat)
        else:
            whole = native(values)
            if missing is not None and missing.any():
                whole = whole.astype(np.float64 if whole.dtype.kind != "f" else whole.dtype)
                whole[missing] = np.nan
            self._arrays[name] = whole

    def _free_name(self, name: str) -> str:
        taken = self._scalars.keys() | self._arrays.keys() | self._left_out.keys()
        plain = name or f"column {len(taken) + 1}"
        free, count = plain, 0
        while free in taken:
            count += 1
            free = f"{plain}.{count}"
        if count:
            self._renamed[free] = plain
        return free

    def done(
        self,
        *,
        name: str,
        path: Path | None = None,
        text_of: CellTexts | None = None,
    ) -> RawTable:
        """The table of all columns added; warns of those left out or renamed."""
        if self._left_out:
            reasons = "; ".join(f"{one!r} ({why})" for one, why in self._left_out.items())
            warnings.warn(
                AstroALWarning(f"Columns of {self.what} that were left out: {reasons}."),
                stacklevel=2,
            )
        if self._renamed:
            pairs = ", ".join(f"{old!r} as {new!r}" for new, old in self._renamed.items())
            warnings.warn(
                AstroALWarning(
                    f"Names that stand more than once in {self.what}: later ones were taken "
                    f"as {pairs}."
                ),
                stacklevel=2,
            )
        frame = pd.DataFrame(self._scalars, index=pd.RangeIndex(self.n_rows), copy=False)
        return RawTable(frame, self._known, self._arrays, name, path, text_of)


def one_line(name: str) -> str:
    """A name without blanks around it and with one for each line break or tab."""
    return _BREAK.sub(" ", name.strip())


def _holds_arrays(values: pd.Series[Any] | npt.NDArray[Any]) -> bool:
    if values.dtype != np.dtype(object):
        return False
    objects = values.to_numpy() if isinstance(values, pd.Series) else values
    first = next((one for one in objects if one is not None and one is not pd.NA), None)
    return isinstance(first, (np.ndarray, list, tuple))


def _stack(objects: npt.NDArray[Any]) -> npt.NDArray[Any] | None:
    """Equal-shaped arrays as one; None where the shapes differ or an array is missing."""
    try:
        parts = [np.asarray(one) for one in objects]
    except ValueError:
        return None
    if any(part.shape != parts[0].shape or part.ndim == 0 for part in parts):
        return None
    return np.stack(parts)
