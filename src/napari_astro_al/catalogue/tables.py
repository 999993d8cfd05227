"""Tables in memory, of whichever kind, as one kind: `RawTable`."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.cells import native, tidy, tidy_array
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.errors import AstroALWarning, CatalogueError, listing

if TYPE_CHECKING:
    from napari_astro_al.catalogue.catalogue import ArrayColumn


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
    text_of : callable or None
        Gives one column as the text that stands in the file; None where the file is not text.
    padded : frozenset of str
        Columns of whole numbers that the file writes with leading zeros.
    """

    frame: pd.DataFrame
    columns: dict[str, Column] = field(default_factory=dict)
    arrays: dict[str, ArrayColumn] = field(default_factory=dict)
    name: str = "catalogue"
    path: Path | None = None
    text_of: Callable[[str], list[str]] | None = None
    padded: frozenset[str] = frozenset()

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
        free = self._free_name(str(name).strip())
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
        self._arrays[self._free_name(name)] = values

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
            self.leave_out(name, "arrays of different lengths")
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
        text_of: Callable[[str], list[str]] | None = None,
        padded: frozenset[str] = frozenset(),
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
        return RawTable(
            frame, self._known, self._arrays, name, path, text_of=text_of, padded=padded
        )


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


def take_table(
    table: Any,
    *,
    name: str = "catalogue",
    path: Path | None = None,
    columns: Mapping[str, Column] | None = None,
    arrays: Mapping[str, ArrayColumn] | None = None,
) -> RawTable:
    """Take a table that is in memory.

    Parameters
    ----------
    table : pandas.DataFrame, astropy.table.Table, pyarrow.Table, structured ndarray or mapping
        Never modified; its memory is shared where nothing had to change. A named index of a
        DataFrame becomes a column.
    name, path
        As the attributes of `RawTable`.
    columns : mapping, optional
        Units, descriptions and UCDs beside those that the table has itself.
    arrays : mapping, optional
        Further columns with an array a row.

    Returns
    -------
    RawTable

    Raises
    ------
    CatalogueError
        If it is not a table, or a column has another number of rows.
    """
    parts = _parts_of(table, repr(name))
    for one, values in (arrays or {}).items():
        parts.add_array(one, values)
    raw = parts.done(name=name, path=path)
    strangers = [one for one in columns or {} if one not in raw.names]
    if strangers:
        raise CatalogueError(
            f"Units or descriptions are given for columns that {name!r} does not have: "
            f"{listing(strangers)}."
        )
    raw.columns.update(columns or {})
    return raw


def _parts_of(table: Any, what: str) -> TableParts:
    if isinstance(table, pd.DataFrame):
        return frame_parts(table, what)
    if isinstance(table, np.ndarray):
        return structured_parts(table, what)
    kind = {f"{one.__module__.split('.')[0]}.{one.__name__}" for one in type(table).__mro__}
    if "astropy.Table" in kind:
        from napari_astro_al.catalogue.astropy_tables import astropy_parts

        return astropy_parts(table, what)
    if "pyarrow.Table" in kind:
        from napari_astro_al.catalogue.arrow_tables import arrow_parts

        return arrow_parts(table, what)
    if isinstance(table, Mapping):
        return mapping_parts(table, what)
    raise CatalogueError(
        f"A {type(table).__name__} is not a table. Give a pandas.DataFrame, an astropy Table, "
        "a pyarrow Table or a structured numpy array."
    )


def frame_parts(frame: pd.DataFrame, what: str) -> TableParts:
    """The columns of a DataFrame; a named index is a column too."""
    parts = TableParts(len(frame), what)
    for level, name in enumerate(frame.index.names):
        if name is not None and name not in frame.columns:
            parts.add(name, frame.index.get_level_values(level).to_series())
    for position, name in enumerate(frame.columns):
        label = " ".join(map(str, name)) if isinstance(name, tuple) else name
        parts.add(label, frame.iloc[:, position])
    return parts


def mapping_parts(table: Mapping[Any, Any], what: str) -> TableParts:
    """The columns of a mapping from names to sequences of one length."""
    lengths = {str(name): len(values) for name, values in table.items()}
    if len(set(lengths.values())) > 1:
        pairs = ", ".join(f"{name!r}: {length}" for name, length in lengths.items())
        raise CatalogueError(f"The columns of {what} have different lengths ({pairs}).")
    parts = TableParts(next(iter(lengths.values()), 0), what)
    for name, values in table.items():
        is_array = isinstance(values, np.ndarray)
        parts.add(name, values if is_array else pd.Series(_plain(values)))
    return parts


def _plain(values: Sequence[Any]) -> Any:
    return values if isinstance(values, pd.Series) else list(values)


def structured_parts(
    array: npt.NDArray[Any], what: str, about: Mapping[str, Column] | None = None
) -> TableParts:
    """The fields of a structured array; nested fields are named ``outer.inner``.

    Raises
    ------
    CatalogueError
        If the array has no named fields, or is not one-dimensional.
    """
    if array.dtype.names is None or array.ndim != 1:
        raise CatalogueError(
            f"{what} is an array of shape {array.shape} and dtype {array.dtype}, without named "
            "columns. A table is a one-dimensional array with a structured dtype; "
            "numpy.rec.fromarrays(columns, names=...) makes one."
        )
    parts = TableParts(len(array), what)
    masks = mask_columns(array.dtype.names) if about else {}
    for name in array.dtype.names:
        if name in masks.values():
            continue
        gone = array[masks[name]].astype(bool) if name in masks else None
        _add_field(parts, name, array[name], (about or {}).get(name), gone)
    return parts


def mask_columns(names: Sequence[str]) -> dict[str, str]:
    """Columns that astropy wrote with a mask beside them (``x`` and ``x.mask``), and that mask."""
    present = set(names)
    return {name: f"{name}.mask" for name in names if f"{name}.mask" in present}


def _add_field(
    parts: TableParts,
    name: str,
    values: npt.NDArray[Any],
    about: Column | None,
    gone: npt.NDArray[np.bool_] | None = None,
) -> None:
    if values.dtype.names:
        for inner in values.dtype.names:
            _add_field(parts, f"{name}.{inner}", values[inner], None)
        return
    if isinstance(values, np.ma.MaskedArray):
        gone = np.ma.getmaskarray(values)
    parts.add(name, np.ma.getdata(values), gone, about=about)
