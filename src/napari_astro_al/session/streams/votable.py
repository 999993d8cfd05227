"""VOTable 1.4 with its rows as TABLEDATA.

References
----------
IVOA Recommendation VOTable 1.4.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pandas as pd

from napari_astro_al.session.streams.fields import Field, as_signed, cells_of

_TYPES = {
    "b1": "boolean",
    "i2": "short",
    "i4": "int",
    "i8": "long",
    "f4": "float",
    "f8": "double",
    "c8": "floatComplex",
    "c16": "doubleComplex",
}


class VOTableStream:
    """Text is unicodeChar; an empty cell is missing, but for floats, which are NaN."""

    def __init__(self, file: BinaryIO, fields: Sequence[Field], header: dict[str, Any]) -> None:
        self._file, self._fields = file, list(fields)
        self._put('<?xml version="1.0" encoding="utf-8"?>\n')
        self._put('<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">\n')
        self._put('<RESOURCE type="results">\n')
        for key, value in header.items():
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            self._put(f"<INFO name={quoteattr(key)} value={quoteattr(text)}/>\n")
        self._put("<TABLE>\n")
        for number, field in enumerate(fields, 1):
            self._put(_field_tag(field, number))
        self._put("<DATA>\n<TABLEDATA>\n")

    def _put(self, text: str) -> None:
        self._file.write(text.encode())

    def write(self, frame: pd.DataFrame) -> None:
        """Write some rows."""
        columns = [_texts(frame[field.name], field) for field in self._fields]
        between = "</TD><TD>"
        self._put(
            "".join(
                f"<TR><TD>{between.join(row)}</TD></TR>\n" for row in zip(*columns, strict=True)
            )
        )

    def finish(self) -> None:
        """Close what is open."""
        self._put("</TABLEDATA>\n</DATA>\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n")


def _stored(field: Field) -> np.dtype[Any] | None:
    """The type in the file; None for text."""
    dtype = field.dtype
    if dtype is not None and dtype.kind == "u":
        return as_signed(field)
    return np.dtype(np.int16) if dtype == np.int8 else dtype


def _field_tag(field: Field, number: int) -> str:
    dtype = _stored(field)
    if dtype is None:
        kind = 'datatype="unicodeChar" arraysize="*"'
    else:
        kind = f'datatype="{_TYPES[dtype.str[1:]]}"'
    about = field.about
    more = [f"{key}={quoteattr(value)}" for key, value in _attributes(field) if value]
    tag = " ".join([f"<FIELD name={quoteattr(field.name)} {kind}", *more])
    if not about.description:
        return f"{tag}/>\n"
    return f"{tag}><DESCRIPTION>{escape(about.description)}</DESCRIPTION></FIELD>\n"


def _attributes(field: Field) -> Iterable[tuple[str, str | None]]:
    return ("unit", field.about.unit), ("ucd", field.about.ucd)


def _texts(column: pd.Series[Any], field: Field) -> list[str]:
    values, missing = cells_of(column)
    if values.dtype.kind == "O":
        return [escape(text) for text in values.tolist()]
    if values.dtype.kind == "b":
        texts = np.where(values, "T", "F").astype(object)
        gap = "?"
    elif values.dtype.kind == "c":
        texts = np.array([f"{one.real!s} {one.imag!s}" for one in values], dtype=object)
        gap = ""
    else:
        texts, gap = values.astype(str).astype(object), ""
    if missing is not None:
        texts[missing] = gap
    found: list[str] = texts.tolist()
    return found
