"""Columns that tell sources apart, by UCD, name and values.

References
----------
IVOA Recommendation UCD1+ 1.5 (``meta.id;meta.main``), and VizieR's older ``ID_MAIN``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.cells import TEXT_DTYPE
from napari_astro_al.catalogue.naming import plain, words
from napari_astro_al.catalogue.parts import RawTable

_WHOLE = re.compile(r"[+-]?\d+(\.0*)?")
_RANKS = 6
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


_NAMED_ID = {
    "id", "uid", "uuid", "sourceid", "srcid", "objid", "objectid", "targetid", "starid",
    "galaxyid", "catalogid", "identifier", "mainid", "recordid",
}  # fmt: skip
_NOT_AN_ID = {
    "fiberid", "plateid", "fieldid", "runid", "filterid", "programid", "expid", "exposureid",
    "nightid", "ccdid", "rcid", "tileid", "chipid", "fid", "pid", "nid", "grid", "rgrid", "valid",
    "mid", "jdmid", "mjdmid", "centroid", "solid", "void", "ellipsoid", "sigmoid", "tblid", "rfid",
    "nodeid", "classid", "typeid", "labelid",
}  # fmt: skip
_RUNNING = {
    "recno", "rowid", "locrowid", "row", "index", "idx", "number", "num", "no", "seq", "rownumber",
    "rowno", "rownum", "unnamed0",
}  # fmt: skip
_NAMES = {"name", "designation", "objname", "sourcename", "iauname", "objectname", "iauid"}


def ucd_of(raw: RawTable, name: str) -> str:
    """The UCD of a column in lower case; empty where it has none."""
    known = raw.columns.get(name)
    return (known.ucd or "").lower() if known else ""


def id_candidates(raw: RawTable) -> list[str]:
    """Columns that are ids by UCD or name and have a different value in every row, best first."""
    return list(_id_candidates(raw))


def best_id(raw: RawTable) -> str | None:
    """The first of `id_candidates`, without a look at the others."""
    return next(_id_candidates(raw), None)


def _id_candidates(raw: RawTable) -> Iterator[str]:
    ranked = [(_id_rank(raw, str(name)), str(name)) for name in raw.frame.columns]
    for rank in range(_RANKS):
        for name in (name for found, name in ranked if found == rank):
            if _could_be_id(raw, name) and is_key(raw, name):
                yield name


def _id_rank(raw: RawTable, name: str) -> int | None:
    """How much a name and UCD look like an id: 0 most, None not at all."""
    ucd, short = ucd_of(raw, name), plain(name)
    if ucd.startswith("meta.id;meta.main") or ucd == "id_main":
        return 0
    if short in _RUNNING:
        return 5
    if short in _NAMED_ID:
        return 1
    if ucd.startswith(("meta.id", "id_")) and "cross" not in ucd:
        return 2
    if short.endswith("id") and short not in _NOT_AN_ID and not re.search(r"\d$", short):
        return 3
    if short in _NAMES or words(name)[-1:] == ["name"]:
        return 4
    return None


def _could_be_id(raw: RawTable, name: str) -> bool:
    """Whole numbers, text, or floats too large to be measurements (ids that lost their form)."""
    column = raw.frame[name]
    kind = column.dtype.kind if isinstance(column.dtype, np.dtype) else "O"
    if kind != "f":
        return kind in "iuO" and not pd.api.types.is_bool_dtype(column.dtype)
    values = column.to_numpy()
    return bool(np.isfinite(values).all()) and bool((values == np.floor(values)).all())


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
        if raw.text_of is not None and name in raw.text_of.padded:
            return np.array(raw.text_of(name), dtype=object), ""
        wide = np.uint64 if column.dtype == np.uint64 else np.int64
        return column.to_numpy().astype(wide), ""
    if kind == "f":
        return _float_ids(raw, name, column.to_numpy())
    return column.astype(TEXT_DTYPE).str.strip().to_numpy(dtype=object), ""


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


def is_key(raw: RawTable, name: str) -> bool:
    """Whether a column has a different value in every row, read as ids are."""
    column = raw.frame[name]
    kind = column.dtype.kind if isinstance(column.dtype, np.dtype) else "O"
    if kind in "bcmM" or column.isna().any():
        return False
    if kind == "f" and raw.text_of is None and not column.is_unique:
        return False
    return bool(pd.Index(column_ids(raw, name)[0]).is_unique)
