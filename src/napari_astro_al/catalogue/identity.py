"""Source ids out of the columns of a table."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.roles import ROWS, IdRole
from napari_astro_al.catalogue.tables import RawTable
from napari_astro_al.errors import AstroALWarning, CatalogueError, listing

_WHOLE = re.compile(r"[+-]?\d+(\.0*)?")
KNOWN_KEYS: tuple[tuple[str, ...], ...] = (
    ("plate", "mjd", "fiberid"),
    ("plate", "mjd", "fiber"),
    ("run", "rerun", "camcol", "field", "obj"),
    ("run", "rerun", "camcol", "field", "id"),
    ("run", "camcol", "field", "obj"),
    ("run", "camcol", "field", "id"),
    ("tile", "number"),
    ("field", "number"),
)
"""Columns that surveys number their sources by, together."""


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


def column_ids(raw: RawTable, name: str) -> tuple[npt.NDArray[Any], str]:
    """Ids of one column without missing cells, and what must be said about them.

    Whole numbers stay whole numbers. A column of floats is one of whole numbers where all of them
    are exact; else the text in the file is the id, and digits may have been lost before.

    Returns
    -------
    ids : (n,) ndarray
        int64, uint64, or object holding str; perhaps not unique.
    warning : str
        Empty where there is nothing to say.
    """
    column = raw.frame[name]
    kind = column.dtype.kind if isinstance(column.dtype, np.dtype) else "O"
    if kind in "iu":
        if raw.text_of is not None and name in raw.padded:
            return np.array(raw.text_of(name), dtype=object), ""
        wide = np.uint64 if column.dtype == np.uint64 else np.int64
        return column.to_numpy().astype(wide), ""
    if kind == "f":
        return _float_ids(raw, name, column.to_numpy())
    return np.array([str(one).strip() for one in column], dtype=object), ""


def _float_ids(raw: RawTable, name: str, values: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], str]:
    texts = raw.text_of(name) if raw.text_of is not None else None
    limit = 2**24 if values.dtype == np.float32 else 2**53
    exact = bool((np.isfinite(values) & (values == np.floor(values))).all()) and bool(
        (np.abs(values) < limit).all()
    )
    if exact and (texts is None or all(_WHOLE.fullmatch(one) for one in texts)):
        return values.astype(np.int64), ""
    if texts is None:
        texts = [repr(one) for one in values.tolist()]
    return np.array(texts, dtype=object), (
        f"The id column {name!r} holds floating-point numbers such as {texts[0]}: digits may have "
        "been lost when the table was written, so the ids may not match those of other tables. "
        f"They are all different and are kept as text.{_better_key(raw, name)}"
    )


def _better_key(raw: RawTable, name: str) -> str:
    key = joined_key(raw)
    return f" A clean key of this table is id={list(key)!r}." if key and name not in key else ""


def _joined(raw: RawTable, names: tuple[str, ...]) -> npt.NDArray[Any]:
    parts = [[str(one) for one in column_ids(raw, name)[0].tolist()] for name in names]
    joined = np.empty(len(raw), dtype=object)
    joined[:] = ["-".join(cells) for cells in zip(*parts, strict=True)]
    return joined


def joined_key(raw: RawTable) -> tuple[str, ...] | None:
    """Columns that are together a key that surveys use, and are one here; else None."""
    by_name = {str(one).casefold(): str(one) for one in raw.frame.columns}
    for key in KNOWN_KEYS:
        if all(one in by_name for one in key):
            names = [by_name[one] for one in key]
            keys = raw.frame[names]
            if not keys.isna().any(axis=None) and not keys.duplicated().any():
                return tuple(names)
    return None


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
    others = _unique_columns(raw, names)
    if others:
        ways.insert(0, f"{listing(others, most=4)} would do")
    return f"Ways out: {'; '.join(ways)}."


def _unique_columns(raw: RawTable, names: tuple[str, ...]) -> list[str]:
    from napari_astro_al.catalogue.guess import id_candidates

    return [one for one in id_candidates(raw) if one not in names]


def is_key(raw: RawTable, name: str) -> bool:
    """Whether a column has a different value in every row, read as ids are."""
    column = raw.frame[name]
    kind = column.dtype.kind if isinstance(column.dtype, np.dtype) else "O"
    if kind in "bcmM" or column.isna().any():
        return False
    if kind == "f" and raw.text_of is None and not column.is_unique:
        return False
    return bool(pd.Index(column_ids(raw, name)[0]).is_unique)
