"""A catalogue with more columns than its file has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.catalogue import Catalogue
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.errors import CatalogueError, listing

_OF_SOURCES = ("_index", "id_digest", "column_labels")
"""What was worked out from ids and labels, which stay as they are."""


def with_columns(
    catalogue: Catalogue, table: pd.DataFrame, columns: Mapping[str, Column]
) -> Catalogue:
    """The same sources with further columns.

    Parameters
    ----------
    catalogue : Catalogue
    table : pandas.DataFrame
        Numbers or text, indexed by source id, in any order. Sources that are not in it have missing
        values.
    columns : mapping of str to Column
        Unit, description and UCD of new columns.

    Raises
    ------
    CatalogueError
        If names are taken or given twice, an id is unknown or there twice, or a column holds
        neither numbers nor text.
    """
    names = [str(name) for name in table.columns]
    _check_names(catalogue, names)
    rows = catalogue.rows_of(_indexed(table))
    if len(np.unique(rows)) != len(rows):
        twice = table.index[table.index.duplicated()].unique()
        raise CatalogueError(f"The new columns have more than one row for {listing(twice)}.")
    in_order = len(rows) == len(catalogue) and bool((np.diff(rows) == 1).all())
    new: dict[str, Any] = {}
    for place, name in enumerate(names):
        values = _plain(table.iloc[:, place], name)
        new[name] = values if in_order else _spread(values, rows, len(catalogue))
    frame = pd.concat([catalogue.table, pd.DataFrame(new, index=catalogue.table.index)], axis=1)
    about = {name: one for name, one in columns.items() if name in new}
    return _same_sources(catalogue, frame, {**catalogue.columns, **about})


def without_columns(catalogue: Catalogue, names: Iterable[str]) -> Catalogue:
    """The same sources without some scalar columns; those that it does not have are let be."""
    gone = {name for name in names if name in catalogue.table.columns}
    if not gone:
        return catalogue
    about = {name: one for name, one in catalogue.columns.items() if name not in gone}
    return _same_sources(catalogue, catalogue.table.drop(columns=list(gone)), about)


def _same_sources(
    catalogue: Catalogue, frame: pd.DataFrame, columns: Mapping[str, Column]
) -> Catalogue:
    made = replace(catalogue, table=frame, columns=MappingProxyType(dict(columns)))
    known = {name: vars(catalogue)[name] for name in _OF_SOURCES if name in vars(catalogue)}
    vars(made).update(known)
    return made


def _check_names(catalogue: Catalogue, names: list[str]) -> None:
    if not names:
        raise CatalogueError("There is no new column in the table.")
    twice = sorted(name for name, n in Counter(names).items() if n > 1)
    if twice:
        raise CatalogueError(f"The new columns name {listing(twice)} more than once.")
    taken = [name for name in names if name in catalogue.table.columns or name in catalogue.arrays]
    if taken:
        raise CatalogueError(
            f"{catalogue.name!r} has columns called {listing(taken)} already. Rename the new ones."
        )


def _indexed(table: pd.DataFrame) -> Any:
    """The ids that a table is indexed by, as the catalogue looks them up."""
    ids = table.index.to_numpy()
    return ids if ids.dtype.kind in "iu" else ids.tolist()


def _plain(column: pd.Series[Any], name: str) -> npt.NDArray[Any]:
    """A column as numpy holds it: numbers as they are, text as objects with None for missing."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        values = column.to_numpy()
        if values.dtype.kind in "biuf":
            return values
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    texts = column.astype(object).where(column.notna(), None).to_numpy(dtype=object)
    if not all(one is None or isinstance(one, str) for one in texts):
        raise CatalogueError(f"The new column {name!r} holds neither numbers nor text.")
    return texts


def _spread(
    values: npt.NDArray[Any], rows: npt.NDArray[np.int64], n_sources: int
) -> npt.NDArray[Any]:
    """Values at their rows, missing elsewhere; whole numbers become float64 where some are."""
    complete = len(rows) == n_sources
    if values.dtype.kind == "O":
        spread = np.full(n_sources, None, dtype=object)
    elif values.dtype.kind == "f" or complete:
        spread = np.empty(n_sources, values.dtype)
        if not complete:
            spread[:] = np.nan
    else:
        spread = np.full(n_sources, np.nan)
    spread[rows] = values
    return spread
