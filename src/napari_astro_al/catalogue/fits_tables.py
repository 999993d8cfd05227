"""Tables in FITS files.

Columns are taken from the stored bytes, because what FITS calls undefined (TNULL, a logical that
is neither T nor F, a blank cell of an ASCII table) is lost in astropy's own conversion.

References
----------
FITS Standard 4.0, sections 7.2 (ASCII tables) and 7.3 (binary tables).
"""

from __future__ import annotations

import io
from collections.abc import Collection
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.astropy_tables import (
    columns_from_yaml,
    one_line,
    standard_unit,
    unit_text,
)
from napari_astro_al.catalogue.cells import decode
from napari_astro_al.catalogue.choosing import Candidate, choose
from napari_astro_al.catalogue.parts import RawTable, TableParts
from napari_astro_al.catalogue.roles import Column

_YAML_BEGIN = "--BEGIN-ASTROPY-SERIALIZED-COLUMNS--"
_AS_STORED = ("I", "J", "K", "E", "D")
"""Formats whose numbers astropy hands over as they are, where nothing scales them."""
_IN_CACHE = 1 << 20
"""Bytes of rows that are taken apart at once."""
_YAML_END = "--END-ASTROPY-SERIALIZED-COLUMNS--"


def read_fits(file: BinaryIO, name: str, path: Path, table: str | int | None = None) -> RawTable:
    """Read a table extension of a FITS file.

    Parameters
    ----------
    file : binary file
        Uncompressed.
    name, path
        For the result.
    table : str or int, optional
        Name of the extension, or its number as FITS counts (the primary HDU is 0).

    Raises
    ------
    CatalogueError
        If the file has no table extension, or not that one; the message lists its HDUs.
    """
    from astropy.io import fits

    with fits.open(file, memmap=not isinstance(file, io.BytesIO)) as hdus:
        parts = hdu_parts(chosen_hdu(hdus, path, table), path.name)
    return parts.done(name=name, path=path)


def chosen_hdu(hdus: Any, path: Path, table: str | int | None) -> Any:
    """The table extension of an open file that is asked for (see `read_fits`)."""
    from astropy.io import fits

    tables, contents = [], []
    for number, hdu in enumerate(hdus):
        kind = "primary " if number == 0 else ""
        if isinstance(hdu, fits.BinTableHDU | fits.TableHDU) and not isinstance(
            hdu, fits.CompImageHDU
        ):
            tables.append(Candidate(number, (hdu.name, f"{hdu.name},{hdu.ver}")))
            contents.append(f"{number} {hdu.name!r} a table")
        elif hdu.header.get("NAXIS", 0) and hdu.header.get("GROUPS"):
            contents.append(f"{number} {hdu.name!r} random groups")
        elif hdu.shape:
            size = " x ".join(map(str, reversed(hdu.shape)))
            contents.append(f"{number} {hdu.name!r} an image of {size} pixels")
        else:
            contents.append(f"{number} {hdu.name!r} a {kind}header without data")
    return hdus[choose(tables, table, file=path.name, contents=", ".join(contents)).number]


def hdu_parts(
    hdu: Any, what: str, rows: slice | None = None, wanted: Collection[str] | None = None
) -> TableParts:
    """The columns of a table extension, some of them and of some rows, or all."""
    from astropy.io import fits

    about = _about_columns(hdu)
    n_rows = int(hdu.header["NAXIS2"])
    if rows is not None:
        n_rows = len(range(*rows.indices(n_rows)))
    parts = TableParts(n_rows, what)
    if n_rows == 0 or not hdu.columns:
        return parts
    names = list(hdu.columns.names)
    for number, name in enumerate(names):
        if name in names[:number]:
            hdu.columns[number].name = f"{name} (column {number + 1})"
    data = hdu.data if rows is None else hdu.data[rows]
    stored = data.view(np.ndarray)
    is_ascii = isinstance(hdu, fits.TableHDU)
    plain = {} if is_ascii else _plain_numbers(stored, hdu.columns)
    for number, column in enumerate(hdu.columns):
        name = names[number]
        if wanted is not None and name not in wanted:
            continue
        known = about.get(column.name) or _about_column(hdu, number)
        if column.name not in stored.dtype.names:
            parts.leave_out(name, "no width")
            continue
        raw = stored[column.name]
        if column.name in plain:
            parts.add(name, plain[column.name], about=known)
        elif is_ascii:
            parts.add(name, *_ascii_cells(raw, column), about=known)
        else:
            parts.add(name, *_binary_cells(data, raw, column, number), about=known)
    for column in data.columns:
        column.array = None  # or Astropy copies every column once more when the file is closed
    return parts


def _plain_numbers(stored: npt.NDArray[Any], columns: Any) -> dict[str, npt.NDArray[Any]]:
    """Columns of a number a row that are stored as they are, in the machine's byte order.

    Rows lie one behind the other in the file, so that a column alone takes as many reads from
    memory as all of them: pieces that fit the processor's cache are taken apart at once.
    """
    plain = {
        column.name: np.empty(len(stored), stored.dtype[column.name].newbyteorder("="))
        for column in columns
        if column.name in (stored.dtype.names or ())
        and _letter(column) in _AS_STORED
        and stored.dtype[column.name].shape == ()
        and column.null is None
        and column.bscale in (None, "", 1)
        and column.bzero in (None, "", 0)
    }
    step = max(1, _IN_CACHE // max(1, stored.itemsize))
    for start in range(0, len(stored), step):
        piece = stored[start : start + step]
        for name, values in plain.items():
            values[start : start + step] = piece[name]
    return plain


def _letter(column: Any) -> str:
    form = column.format
    return str(form.format if hasattr(form, "format") else form)


def _binary_cells(
    data: Any, raw: npt.NDArray[Any], column: Any, number: int
) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None]:
    if raw.dtype.kind == "S":
        return np.char.rstrip(decode(np.array(raw))), None
    if _letter(column) == "L":
        flags = np.array(raw).view(np.uint8)
        return flags == ord("T"), ~np.isin(flags, (ord("T"), ord("F")))
    values = np.asarray(data.field(number))
    null = column.null
    missing = None
    if null is not None and raw.dtype.kind in "iu" and raw.shape == values.shape:
        missing = np.asarray(raw == int(null))
    if values.dtype.kind == "O":
        return np.array([np.asarray(one) for one in values] + [None], dtype=object)[:-1], None
    return np.array(values, dtype=values.dtype.newbyteorder("=")), missing


def _ascii_cells(
    raw: npt.NDArray[Any], column: Any
) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None]:
    texts = np.char.rstrip(decode(np.array(raw)))
    letter = str(column.format)[0].upper()
    if letter == "A":
        return texts, None
    texts = np.char.strip(texts)
    null = None if column.null is None else str(column.null).strip()
    missing = texts == ""
    if null is not None:
        missing |= texts == null
    present = np.char.replace(np.char.upper(texts[~missing]), "D", "E")
    numbers = pd.to_numeric(pd.Series(present, dtype=object)).to_numpy()
    if len(numbers) == 0:
        return np.full(len(texts), np.nan), None
    if letter != "I":
        numbers = numbers.astype(np.float64)
    if column.bscale not in (None, "", 1) or column.bzero not in (None, "", 0):
        numbers = numbers * (column.bscale or 1) + (column.bzero or 0)
    values = np.zeros(len(texts), dtype=numbers.dtype)
    values[~missing] = numbers
    return values, missing


def _about_column(hdu: Any, number: int) -> Column:
    header, place = hdu.header, number + 1
    described = next(
        (header[key] for key in (f"TCOMM{place}", f"TDESC{place}") if header.get(key)), None
    )
    ucd = header.get(f"TUCD{place}")
    return Column(
        standard_unit(unit_text(hdu.columns[number].unit), "fits"),
        one_line(described),
        str(ucd).strip() if ucd else None,
    )


def _about_columns(hdu: Any) -> dict[str, Column]:
    """What astropy's serialised header in the COMMENT cards says, where there is one."""
    if "COMMENT" not in hdu.header:
        return {}
    comments = [str(one) for one in hdu.header["COMMENT"]]
    if _YAML_BEGIN not in comments or _YAML_END not in comments:
        return {}
    lines: list[str] = []
    continued = False
    for one in comments[comments.index(_YAML_BEGIN) + 1 : comments.index(_YAML_END)]:
        ended = one.rstrip("\\")
        if continued:
            lines[-1] += ended
        else:
            lines.append(ended)
        continued = one.endswith("\\")
    about = columns_from_yaml(lines)
    for number, column in enumerate(hdu.columns):
        in_cards = _about_column(hdu, number)
        known = about.get(column.name, Column())
        about[column.name] = Column(
            known.unit or in_cards.unit,
            known.description or in_cards.description,
            known.ucd or in_cards.ucd,
        )
    return about
