"""A table of text some rows at a time, where its rows say the same as when it is read as a whole.

What a column holds is only known at the end of the file. It is gone through once to find out, and
once more for each use. Whatever is not plain, such as comments between the rows or missing cells
that are written as -99 or NA, is left to the reader of whole tables.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from napari_astro_al.catalogue.astropy_tables import standard_unit
from napari_astro_al.catalogue.cells import EXACT_BELOW
from napari_astro_al.catalogue.dialects import Dialect, is_number, sniff
from napari_astro_al.catalogue.opening import plain_name
from napari_astro_al.catalogue.parts import RawTable, TableParts
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.catalogue.text_tables import (
    HEAD,
    MARKERS,
    MISSING_AMONG_NUMBERS,
    NEVER_TEXT,
    csv_options,
)
from napari_astro_al.catalogue.widths import check_widths, contains

STREAMED_FROM = 64 * 2**20
"""Bytes of a file below which it is read as a whole."""
ROWS = 65_536

Kind = Literal["flag", "integer", "number", "text"]
_DTYPES: dict[Kind, Any] = {
    "flag": np.bool_,
    "integer": np.int64,
    "number": np.float64,
    "text": str,
}


def text_rows(path: Path) -> TextRows | None:
    """The rows of a plain file; None where it has to be read as a whole.

    Raises
    ------
    CatalogueError
        If rows have fewer cells than the header.
    """
    if path.stat().st_size < STREAMED_FROM:
        return None
    with path.open("rb") as file:
        dialect = sniff(file.read(HEAD), whole=False, name=plain_name(path))
    if not (dialect.names and dialect.has_header and dialect.encoding.startswith("utf-8")):
        return None
    if _has_comments(path, dialect):
        return None
    try:
        looked = _look_through(path, dialect)
    except (ValueError, UnicodeDecodeError, pd.errors.ParserWarning):
        return None  # the reader of whole tables says what is wrong, and where
    return None if looked is None else TextRows(path, dialect, *looked)


class TextRows:
    """The rows of a text table whose columns are known; see `RowStream`."""

    def __init__(self, path: Path, dialect: Dialect, kinds: Sequence[Kind], n_rows: int) -> None:
        self._path, self._dialect, self._kinds, self._n_rows = path, dialect, kinds, n_rows
        parts = TableParts(0, path.name)
        self.names = [parts.add(name, np.empty(0)) for name in dialect.names]

    def __len__(self) -> int:
        return self._n_rows

    def chunks(self, names: Sequence[str], size: int) -> Iterator[RawTable]:
        """Some columns of all rows, a number of rows at a time."""
        wanted = set(names)
        places = [place for place, name in enumerate(self.names) if name in wanted]
        # one column at least: rows are counted by it
        dtypes = {place: _DTYPES[self._kinds[place]] for place in places or [0]}
        how = {"usecols": list(dtypes), "dtype": dtypes}
        for frame in _pieces(self._path, self._dialect, size, **how):
            parts = TableParts(len(frame), self._path.name)
            for place in places:
                parts.add(
                    self.names[place], frame[place].reset_index(drop=True), about=self._about(place)
                )
            yield parts.done(name=self._path.stem, path=self._path)

    def _about(self, place: int) -> Column:
        units = self._dialect.units
        return Column(standard_unit(units[place]) if place < len(units) else None)


def _has_comments(path: Path, dialect: Dialect) -> bool:
    """Whether lines of comment stand among the rows."""
    with path.open("rb") as file:
        for _ in range(dialect.skip):
            file.readline()
        return file.read(1) == b"#" or contains(file, b"\n#", file.tell() - 1)


def _pieces(path: Path, dialect: Dialect, size: int, **how: Any) -> Iterator[pd.DataFrame]:
    options = csv_options(dialect) | {"na_values": NEVER_TEXT, "chunksize": size, **how}
    with path.open("rb") as file, pd.read_csv(file, **options) as reader:
        while True:
            with warnings.catch_warnings():
                warnings.simplefilter("error", pd.errors.ParserWarning)
                piece = next(reader, None)
            if piece is None:
                return
            yield piece


def _look_through(path: Path, dialect: Dialect) -> tuple[list[Kind], int] | None:
    """What each column holds, and how many rows there are; None where that is not plain."""
    seen: list[set[str]] = [set() for _ in dialect.names]
    n_rows, cut_short = 0, False
    for piece in _pieces(path, dialect, ROWS):
        n_rows += len(piece)
        cut_short = cut_short or bool(piece.iloc[:, -1].isna().any())
        for place, said in enumerate(seen):
            said |= _said_by(piece.iloc[:, place])
    if cut_short:
        with path.open("rb") as file:
            check_widths(file, dialect, path)
    kinds = [_kind(said) for said in seen]
    known = [kind for kind in kinds if kind is not None]
    return (known, n_rows) if len(known) == len(kinds) else None


def _said_by(column: pd.Series[Any]) -> set[str]:
    """What some rows of a column, as pandas reads them, say of it."""
    missing = column.isna().to_numpy()
    gaps = {"missing"} if missing.any() else set()
    if missing.all():
        return gaps
    if column.dtype == np.bool_:
        return {"flag"}
    if column.dtype in (np.int64, np.float64):
        values = column.to_numpy()[~missing]
        whole = values[np.abs(values) >= EXACT_BELOW]
        large = {"large"} if (whole == np.floor(whole)).any() else set()
        return {"integer" if column.dtype == np.int64 else "number"} | large | gaps
    if pd.api.types.infer_dtype(column, skipna=True) != "string":
        return {"odd"}
    rest = column[~(column.isin([*MISSING_AMONG_NUMBERS, *NEVER_TEXT]) | missing)]
    if rest.empty:
        return {"blank"}
    return {"odd"} if rest.isin(MARKERS).any() or is_number(str(rest.iloc[0])) else {"text"}


def _kind(said: set[str]) -> Kind | None:
    """What a column holds, from what its parts say; None where the parts do not go together."""
    kinds = said - {"missing", "large"}
    if "text" in kinds and kinds <= {"text", "blank"}:
        return "text"
    if kinds == {"flag"} and "missing" not in said:
        return "flag"
    if kinds == {"integer"} and "missing" not in said:
        return "integer"
    # whole numbers beside missing cells are exact in a table that is read as a whole
    if kinds <= {"integer", "number"} and not {"large", "missing"} <= said:
        return "number"
    return None
