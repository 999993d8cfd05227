"""Tables in memory, of whichever kind, as one kind: `RawTable`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.parts import CellTexts, RawTable, TableParts
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.errors import CatalogueError, listing

if TYPE_CHECKING:
    from napari_astro_al.catalogue.arrays import ArrayColumn

__all__ = ["CellTexts", "RawTable", "TableParts", "structured_parts", "take_table"]


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
    names: list[object] = list(frame.columns)
    for position, name in enumerate(names):
        label = " ".join(map(str, name)) if isinstance(name, tuple) else str(name)
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
        as_is = isinstance(values, (np.ndarray, pd.Series))
        parts.add(name, values if as_is else pd.Series(list(values)))
    return parts


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
