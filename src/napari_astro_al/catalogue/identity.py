"""Source ids out of the columns of a table."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.keys import column_ids, id_candidates, joined_key
from napari_astro_al.catalogue.parts import RawTable
from napari_astro_al.catalogue.roles import ROWS, IdRole
from napari_astro_al.errors import AstroALWarning, CatalogueError, listing


def make_ids(raw: RawTable, role: IdRole) -> npt.NDArray[Any]:
    """Unique ids of the rows.

    Parameters
    ----------
    raw : RawTable
        The table; its columns are there.
    role : str, tuple of str, or ROWS
        As `Roles.id`.

    Returns
    -------
    (n,) ndarray
        int64, uint64, or object holding str; read-only.

    Raises
    ------
    CatalogueError
        If an id is missing or stands twice; the message names the column and ways out.

    Warns
    -----
    AstroALWarning
        Where ids were stored as floating-point numbers and may have lost digits.
    """
    if role is ROWS:
        ids: npt.NDArray[Any] = np.arange(len(raw), dtype=np.int64)
    elif isinstance(role, tuple):
        _refuse_missing(raw, role)
        ids = _joined(raw, role)
        _refuse_duplicates(raw, role, ids)
    else:
        _refuse_missing(raw, (role,))
        ids, warning = column_ids(raw, role)
        _refuse_duplicates(raw, (role,), ids)
        if warning:
            warnings.warn(AstroALWarning(warning), stacklevel=4)
    ids.flags.writeable = False
    return ids


def _joined(raw: RawTable, names: tuple[str, ...]) -> npt.NDArray[Any]:
    parts = [[str(one) for one in column_ids(raw, name)[0].tolist()] for name in names]
    joined = np.empty(len(raw), dtype=object)
    joined[:] = ["-".join(cells) for cells in zip(*parts, strict=True)]
    return joined


def _refuse_missing(raw: RawTable, names: tuple[str, ...]) -> None:
    for name in names:
        column = raw.frame[name]
        if isinstance(column.dtype, np.dtype) and column.dtype.kind in "bcmM":
            raise CatalogueError(
                f"The id column {name!r} holds {column.dtype}: ids are whole numbers or text. "
                f"{_ways_out(raw, names)}"
            )
        gone = int(column.isna().sum())
        if gone:
            raise CatalogueError(
                f"The id column {name!r} has no value in {gone:,} of {len(raw):,} rows; every "
                f"source needs one. {_ways_out(raw, names)}"
            )


def _refuse_duplicates(raw: RawTable, names: tuple[str, ...], ids: npt.NDArray[Any]) -> None:
    index = pd.Index(ids)
    if index.is_unique:
        return
    shared = index.duplicated(keep=False)
    counts = pd.Series(ids[shared]).value_counts()
    worst = counts.index[0]
    what = (
        f"The id column {names[0]!r} is"
        if len(names) == 1
        else f"The columns {listing(names)} are together"
    )
    lossy = (
        " The column holds floating-point numbers, so digits were probably lost."
        if len(names) == 1 and raw.frame[names[0]].dtype.kind == "f"
        else ""
    )
    raise CatalogueError(
        f"{what} not unique: {int(shared.sum()):,} of {len(raw):,} rows share their id with "
        f"another row ({index.nunique():,} distinct; {worst!s} stands {int(counts.iloc[0])} times)."
        f"{lossy} {_ways_out(raw, names)}"
    )


def _ways_out(raw: RawTable, names: tuple[str, ...]) -> str:
    ways = ["id=aal.ROWS numbers the rows"]
    key = joined_key(raw)
    if key and key != names:
        ways.insert(0, f"id={list(key)!r} joins columns that are unique together")
    else:
        ways.append('a list such as id=["plate", "mjd", "fiberid"] joins several columns')
    others = [one for one in id_candidates(raw) if one not in names]
    if others:
        ways.insert(0, f"{listing(others, most=4)} would do")
    return f"Ways out: {'; '.join(ways)}."
