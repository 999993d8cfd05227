"""What each format can hold of names and texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from napari_astro_al.errors import SessionError, listing
from napari_astro_al.session.streams.fields import stored_dtype
from napari_astro_al.session.streams.opening import ASTROPY_FORMATS, SUFFIXES

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


def check_name(name: str, suffix: str) -> None:
    """Refuse a column's name that a format cannot hold.

    Raises
    ------
    SessionError
        Naming formats that can.
    """
    form = ASTROPY_FORMATS.get(suffix, suffix)
    too_long = form == "fits" and len(name) > _LONGEST_FITS_NAME
    if not name or _unfit_name(name, form):
        raise SessionError(
            f"The column name {name!r} cannot be written as {suffix}: {_HELD[form]}"
            f"{f', at most {_LONGEST_FITS_NAME} in a name' if too_long else ''}. "
            f"{_other_formats(name, form, _unfit_name)}, or leave the column out."
        )


def check_texts(frame: pd.DataFrame, suffix: str) -> None:
    """Refuse texts that a format cannot hold.

    Raises
    ------
    SessionError
        Naming the column, the text and formats that can.
    """
    form = ASTROPY_FORMATS.get(suffix, suffix)
    for name in frame.columns:
        column: pd.Series[Any] = frame[name]
        if stored_dtype(column) is not None or form == ".parquet":
            continue
        odd = next((text for text in map(str, column.dropna()) if _unfit(text, form)), None)
        if odd is not None:
            raise SessionError(
                f"The column {name!r} cannot be written as {suffix}, for it has {odd!r}: "
                f"{_HELD[form]}. {_other_formats(odd, form)}."
            )


def _unfit_name(name: str, form: str) -> bool:
    too_long = form == "fits" and len(name) > _LONGEST_FITS_NAME
    return too_long or "\n" in name or _unfit(name, form)


def _unfit(text: str, form: str) -> bool:
    return _UNFIT_TEXT[form].search(text) is not None


def _other_formats(text: str, form: str, unfit: Callable[[str, str], bool] | None = None) -> str:
    unfit = unfit or _unfit
    forms = {one: ASTROPY_FORMATS.get(one, one) for one in SUFFIXES}
    fit = [one for one, other in forms.items() if other != form and not unfit(text, other)]
    return f"Choose {listing(fit)}" if fit else "Rename it"
