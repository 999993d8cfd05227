"""CSV, TSV and other tables of text."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from napari_astro_al.catalogue.astropy_tables import standard_unit
from napari_astro_al.catalogue.cells import EXACT_BELOW
from napari_astro_al.catalogue.dialects import Dialect, is_number, sniff
from napari_astro_al.catalogue.opening import opened, plain_name
from napari_astro_al.catalogue.parts import RawTable, TableParts
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.catalogue.widths import check_widths, contains
from napari_astro_al.errors import AstroALWarning, CatalogueError, listing

HEAD = 1 << 18
NEVER_TEXT = ["", "nan", "NaN", "NAN", "-nan", "-NaN", "<NA>", "#N/A", "null", "NULL"]
MISSING_AMONG_NUMBERS = ("NA", "N/A", "n/a", "na", "None", "none", "--", "-", "...", "?", "*")
_EXACT_FLOATS: dict[str, Any] = (
    {"float_precision": "round_trip"} if int(pd.__version__.split(".")[0]) < 3 else {}
)
MARKERS = ("-99", "-99.0", "-999", "-999.0", "-9999", "-9999.0", "-99999")


@dataclass(frozen=True)
class ColumnTexts:
    """Reads one column of a text table again, as the text that stands there.

    Attributes
    ----------
    path : Path
        The file.
    dialect : Dialect
        How it is written.
    places : tuple of str
        Names of the columns in the order of the file.
    """

    path: Path
    dialect: Dialect
    places: tuple[str, ...]

    @property
    def padded(self) -> frozenset[str]:
        """Columns of whole numbers that the file writes with leading zeros."""
        return frozenset(self.places[place] for place in self.dialect.padded)

    def __call__(self, name: str, /) -> list[str]:
        """The texts of a column, blank where a cell is."""
        with opened(self.path) as file:
            source, _ = _without_comments(file, self.dialect)
            column = _parse(
                source, self.dialect, dtype=str, na_values=[], usecols=[self.places.index(name)]
            )
        return [str(one).strip() for one in column.iloc[:, 0]]


def read_text(file: BinaryIO, name: str, path: Path) -> RawTable:
    """Read a table of text: CSV, TSV, or with another delimiter.

    Lines of comment (``#``) above the table may hold the names of its columns. A file that writes
    missing cells as -99 or the like among text is taken at its word everywhere, with a warning.

    Raises
    ------
    CatalogueError
        If rows have more or fewer cells than the header; the message names the first such line.
    """
    head = file.read(HEAD)
    dialect = sniff(head, whole=len(head) < HEAD, name=plain_name(path))
    if not dialect.names:
        raise CatalogueError(f"{path.name} holds no table, only lines of comment.")
    source, n_comments = _without_comments(file, dialect)
    if n_comments:
        warnings.warn(
            AstroALWarning(
                f"{path.name}: {n_comments} lines of comment inside it were passed over."
            ),
            stacklevel=2,
        )
    try:
        frame = _parse(source, dialect, na_values=NEVER_TEXT)
    except UnicodeDecodeError:
        dialect = replace(dialect, encoding="latin-1")
        source, _ = _without_comments(file, dialect)
        frame = _parse(source, dialect, na_values=NEVER_TEXT)
    except pd.errors.EmptyDataError:
        frame = pd.DataFrame(index=pd.RangeIndex(0), columns=range(len(dialect.names)))
    except pd.errors.ParserError as error:
        check_widths(file, dialect, path)
        raise CatalogueError(f"{path.name} cannot be read as a table of text: {error}") from error
    if frame.iloc[:, -1].isna().any():
        check_widths(file, dialect, path)
    if not dialect.has_header:
        warnings.warn(
            AstroALWarning(
                f"{path.name} has no header: its columns are called "
                f"{listing(dialect.names, most=3)}."
            ),
            stacklevel=2,
        )
    return _finish(frame, dialect, name, path)


def _finish(frame: pd.DataFrame, dialect: Dialect, name: str, path: Path) -> RawTable:
    columns = {
        place: _numbers_among_blanks(frame.iloc[:, place]) for place in range(frame.shape[1])
    }
    columns = _apply_marker(columns, dialect, path)
    parts = TableParts(len(frame), path.name)
    taken = []
    for place, column in columns.items():
        unit = standard_unit(dialect.units[place]) if place < len(dialect.units) else None
        taken.append(parts.add(dialect.names[place], column, about=Column(unit)))
    texts = ColumnTexts(path, dialect, tuple(taken))
    for place, column in columns.items():
        if _lost_digits(column):
            cells = pd.Series(texts(taken[place]), dtype=object)
            exact = _exact_integers(cells.mask(column.isna()))
            if exact is not None:
                parts.replace(taken[place], exact)
    return parts.done(name=name, path=path, text_of=texts)


def csv_options(dialect: Dialect) -> dict[str, Any]:
    """How pandas is to read a text table, its columns named by their places."""
    return {
        "sep": r"\s+" if dialect.delimiter == " " else dialect.delimiter,
        "header": None,
        "names": range(len(dialect.names)),
        "index_col": False,
        "skiprows": dialect.skip,
        "skipinitialspace": True,
        "encoding": dialect.encoding,
        "keep_default_na": False,
        "low_memory": False,
        **_EXACT_FLOATS,
    }


def _parse(source: Any, dialect: Dialect, **how: Any) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            frame: pd.DataFrame = pd.read_csv(source, **csv_options(dialect), **how)
            return frame
        except pd.errors.ParserWarning as warning:
            raise pd.errors.ParserError(str(warning)) from warning


def _without_comments(file: BinaryIO, dialect: Dialect) -> tuple[BinaryIO, int]:
    """The file at its start without lines of comment below the header, and how many there were."""
    found = contains(file, b"\n#")
    file.seek(0)
    if not found:
        return file, 0
    lines = file.readlines()
    file.seek(0)
    kept = [
        line
        for number, line in enumerate(lines)
        if number < dialect.skip or not line.startswith(b"#")
    ]
    return io.BytesIO(b"".join(kept)), len(lines) - len(kept)


def _is_text(column: pd.Series[Any]) -> bool:
    return pd.api.types.infer_dtype(column, skipna=True) == "string"


def _numbers_among_blanks(column: pd.Series[Any]) -> pd.Series[Any]:
    """Numbers, where a column is text only for its missing cells, blank or written NA or --."""
    if not _is_text(column):
        return column
    # pandas leaves even blank cells as text where whole numbers above 2^63 stand beside them
    gone = column.isin([*MISSING_AMONG_NUMBERS, *NEVER_TEXT]) | column.isna()
    rest = column[~gone]
    if not gone.any() or rest.empty or not is_number(str(rest.iloc[0])):
        return column
    numbers = _exact_integers(rest)
    if numbers is None:
        numbers = pd.to_numeric(rest, errors="coerce")
        if numbers.isna().any():
            return column
    return numbers.reindex(column.index)


def _apply_marker(
    columns: dict[int, pd.Series[Any]], dialect: Dialect, path: Path
) -> dict[int, pd.Series[Any]]:
    """Missing cells, where the file writes them as one number among text and numbers alike."""
    for place, column in columns.items():
        marker = _marker_in(column)
        if marker is None:
            continue
        meant = {
            one: values == (marker if _is_text(values) else float(marker))
            for one, values in columns.items()
        }
        if not any(cells.any() for one, cells in meant.items() if not _is_text(columns[one])):
            continue
        warnings.warn(
            AstroALWarning(
                f"{path.name} writes missing cells as {marker} (also among the text in "
                f"{dialect.names[place]!r}): every cell of that value was taken as missing."
            ),
            stacklevel=2,
        )
        return {one: values.mask(meant[one]) for one, values in columns.items()}
    return columns


def _marker_in(column: pd.Series[Any]) -> str | None:
    if not _is_text(column):
        return None
    distinct: Sequence[str] = [str(one) for one in column.dropna().unique()]
    found = [one for one in distinct if one in MARKERS]
    if len(found) != 1 or len(distinct) < 2:
        return None
    return None if any(is_number(one) for one in distinct if one != found[0]) else found[0]


def _lost_digits(column: pd.Series[Any]) -> bool:
    """Whether whole numbers were rounded because some cells are missing."""
    if column.dtype != np.float64 or not column.isna().any():
        return False
    present = column.to_numpy()[column.notna().to_numpy()]
    large = np.abs(present) >= EXACT_BELOW
    return bool(large.any()) and bool((present == np.floor(present)).all())


def _exact_integers(texts: pd.Series[Any]) -> pd.Series[Any] | None:
    """Texts as Python integers, None where a cell is missing; nothing if one is no integer."""
    if not texts.dropna().str.fullmatch(r"[+-]?\d+").all():
        return None
    numbers = [int(one) if isinstance(one, str) else None for one in texts]
    return pd.Series(numbers, index=texts.index, dtype=object)
