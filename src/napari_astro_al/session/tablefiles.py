"""A table as the bytes of a file, in which every value can be found again.

FITS, VOTable and ECSV are written by astropy, CSV and Parquet by pandas. None of the first four
holds every text, and not all hold every kind of number: what does not fit is either written in a
wider type that is exact, or refused with the column's name.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.roles import Column
from napari_astro_al.errors import SessionError, listing

ASTROPY_FORMATS = {
    ".fits": "fits",
    ".fit": "fits",
    ".vot": "votable",
    ".xml": "votable",
    ".ecsv": "ascii.ecsv",
}
SUFFIXES = (*ASTROPY_FORMATS, ".csv", ".parquet")

_UNFIT_TEXT = {
    "fits": re.compile(r"[^\x20-\x7e]| \Z"),
    "votable": re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|\A\s|\s\Z"),
    "ascii.ecsv": re.compile(r"[\x00-\x08\x0b-\x1f\x85\u2028\u2029]|\A[\s#]|\s\Z"),
    ".csv": re.compile(r"\r"),
    ".parquet": re.compile(r"(?!)"),
}
"""What a text must not have, to be read as it was written."""

_HELD = {
    "fits": "FITS holds the printable characters of ASCII, without spaces at the end",
    "votable": "VOTable holds no control characters, and no white space at either end",
    "ascii.ecsv": "ECSV holds no control characters, no '#' in front, no white space at either end",
    ".csv": "CSV holds no carriage returns",
    ".parquet": "Parquet holds names of one line",
}
_LONGEST_FITS_NAME = 60


def table_bytes(frame: pd.DataFrame, suffix: str, known: Mapping[str, Column]) -> bytes:
    """A table as the content of a file.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns in the forms of `catalogue.cells`.
    suffix : str
        One of `SUFFIXES`.
    known : mapping of str to Column
        Unit and description of columns that have any; FITS, VOTable and ECSV hold them.

    Returns
    -------
    bytes
        Missing cells are masked where the format can, else empty. Integers are exact: in VOTable,
        and in FITS with missing cells, unsigned ones become signed ones, or text from 2^63 on.
        Flags with missing cells are 0 and 1 in FITS.

    Raises
    ------
    SessionError
        Naming the column that the format does not hold, and formats that do.
    """
    form = ASTROPY_FORMATS.get(suffix, suffix)
    for name in frame.columns:
        _check_name(name, suffix)
        _check_texts(frame[name], suffix)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _written(frame, form, known)
    except Exception as error:
        raise SessionError(
            f"The table could not be written as {suffix} ({type(error).__name__}: {error}). "
            f"Choose another format: {listing(SUFFIXES)}."
        ) from error


def _written(frame: pd.DataFrame, form: str, known: Mapping[str, Column]) -> bytes:
    if form == ".csv":
        return frame.to_csv(index=False).encode()
    stream = io.BytesIO()
    if form == ".parquet":
        frame.to_parquet(stream, index=False)
        return stream.getvalue()
    table = _astropy_table(frame, form, known)
    if form == "ascii.ecsv":
        text = io.StringIO()
        table.write(text, format=form)
        return text.getvalue().encode()
    table.write(stream, format=form)
    return stream.getvalue()


def _check_name(name: str, suffix: str) -> None:
    form = ASTROPY_FORMATS.get(suffix, suffix)
    too_long = form == "fits" and len(name) > _LONGEST_FITS_NAME
    if too_long or not name or "\n" in name or _unfit(name, form):
        raise SessionError(
            f"The column name {name!r} cannot be written as {suffix}: {_HELD[form]}"
            f"{f', at most {_LONGEST_FITS_NAME} in a name' if too_long else ''}. "
            f"{_other_formats(name, form)}, or leave the column out."
        )


def _check_texts(column: pd.Series[Any], suffix: str) -> None:
    if getattr(column.dtype, "kind", "O") in "fiubc":
        return
    form = ASTROPY_FORMATS.get(suffix, suffix)
    odd = next((text for text in map(str, column.dropna()) if _unfit(text, form)), None)
    if odd is not None:
        raise SessionError(
            f"The column {column.name!r} cannot be written as {suffix}, for it has {odd!r}: "
            f"{_HELD[form]}. {_other_formats(odd, form)}."
        )


def _unfit(text: str, form: str) -> bool:
    return _UNFIT_TEXT[form].search(text) is not None


def _other_formats(text: str, form: str) -> str:
    forms = {one: ASTROPY_FORMATS.get(one, one) for one in SUFFIXES}
    fit = [one for one, other in forms.items() if other != form and not _unfit(text, other)]
    return f"Choose {listing(fit)}"


def _astropy_table(frame: pd.DataFrame, form: str, known: Mapping[str, Column]) -> Any:
    from astropy.table import MaskedColumn, Table

    table = Table()
    for name in frame.columns:
        cells = _cells(frame[name], form)
        masked = isinstance(cells, np.ma.MaskedArray)
        table[name] = MaskedColumn(cells, fill_value=cells.fill_value) if masked else cells
        about = known.get(name)
        if about is not None:
            table[name].description = about.description
            table[name].unit = about.unit if form != "fits" else _fits_unit(about.unit)
    return table


def _cells(column: pd.Series[Any], form: str) -> Any:
    """An array that a format of astropy's holds, masked where numbers are missing."""
    missing = column.isna().to_numpy(dtype=bool)
    dtype: Any = getattr(column.dtype, "numpy_dtype", column.dtype)
    if not isinstance(dtype, np.dtype) or dtype.kind not in "fciub":
        return _as_text(column.to_numpy(dtype=object), missing)
    if dtype.kind in "fc":
        return column.to_numpy(dtype=dtype)
    values = column.to_numpy(dtype=dtype, na_value=dtype.type(0))
    if (dtype.kind == "b" and form == "fits" and missing.any()) or dtype == np.int8:
        values = values.astype(np.int16)
    elif dtype.kind == "u" and (form == "votable" or (form == "fits" and missing.any())):
        if len(values) and int(values.max()) > np.iinfo(np.int64).max:
            return _as_text(values.astype(object), missing)
        values = values.astype(np.int64)
    if not missing.any():
        return values
    fill = _unused(values[~missing]) if values.dtype.kind in "iu" else None
    return np.ma.array(values, mask=missing, fill_value=fill)


def _as_text(
    values: npt.NDArray[np.object_], missing: npt.NDArray[np.bool_]
) -> npt.NDArray[np.str_]:
    texts = ["" if gone else str(one) for one, gone in zip(values, missing, strict=True)]
    return np.array(texts or np.empty(0, "U1"), dtype=np.str_)


def _unused(values: npt.NDArray[Any]) -> int:
    """An integer to stand for missing: none of the values."""
    taken = set(values.tolist())
    lowest = int(np.iinfo(values.dtype).min)
    return next(one for one in count(lowest) if one not in taken)


def _fits_unit(unit: str | None) -> str | None:
    """A unit as FITS can write it; None where it cannot."""
    from astropy.units import Unit

    if unit is None or unit.isascii():
        return unit
    try:
        return str(Unit(unit).to_string("fits"))
    except ValueError:
        return None
