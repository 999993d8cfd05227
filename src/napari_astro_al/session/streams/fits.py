"""FITS binary tables, their rows written as they come.

References
----------
FITS Standard 4.0, section 7.3.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.astropy_tables import standard_unit
from napari_astro_al.session.streams.fields import Field, as_signed, cells_of, stand_in

_BLOCK = 2880
_FORMATS = {
    "b1": "L",
    "u1": "B",
    "i2": "I",
    "i4": "J",
    "i8": "K",
    "u2": "I",
    "u4": "J",
    "u8": "K",
    "f4": "E",
    "f8": "D",
    "c8": "C",
    "c16": "M",
}


class FitsStream:
    """Missing integers and flags are a number that does not occur, which TNULL names."""

    def __init__(
        self, file: BinaryIO, fields: Sequence[Field], n_rows: int, header: dict[str, Any]
    ) -> None:
        self._file = file
        self._columns = [_Stored(field) for field in fields]
        self._dtype = np.dtype(
            [(f"f{number}", one.record) for number, one in enumerate(self._columns)]
        )
        self._n_bytes = 0
        file.write(_primary_header())
        file.write(self._table_header(n_rows, header))

    def _table_header(self, n_rows: int, header: dict[str, Any]) -> bytes:
        from astropy.io import fits

        cards = fits.Header()
        cards["XTENSION"] = "BINTABLE"
        cards["BITPIX"] = 8
        cards["NAXIS"] = 2
        cards["NAXIS1"] = (self._dtype.itemsize, "bytes a row")
        cards["NAXIS2"] = (n_rows, "rows")
        cards["PCOUNT"] = 0
        cards["GCOUNT"] = 1
        cards["TFIELDS"] = len(self._columns)
        for number, one in enumerate(self._columns, 1):
            one.describe(cards, number)
        for key, value in header.items():
            text = value if isinstance(value, str) else json.dumps(value)
            cards.add_history(_ascii(f"{key}: {text}"))
        return bytes(cards.tostring().encode("ascii"))

    def write(self, frame: pd.DataFrame) -> None:
        """Write some rows."""
        rows = np.empty(len(frame), dtype=self._dtype)
        for number, one in enumerate(self._columns):
            rows[f"f{number}"] = one.cells(frame[one.field.name])
        data = rows.tobytes()
        self._n_bytes += len(data)
        self._file.write(data)

    def finish(self) -> None:
        """Fill the last block."""
        self._file.write(b"\0" * (-self._n_bytes % _BLOCK))


def _primary_header() -> bytes:
    from astropy.io import fits

    return bytes(fits.PrimaryHDU().header.tostring().encode("ascii"))


class _Stored:
    """A column as FITS has it: its type in a row, and its cards."""

    def __init__(self, field: Field) -> None:
        self.field = field
        dtype = field.dtype
        self.offset = 0
        self.null: int | None = None
        if dtype is not None and dtype.kind == "b" and field.gaps:
            dtype, self.null = np.dtype(np.int16), -1
        elif dtype == np.int8:
            dtype = np.dtype(np.int16)
        elif dtype is not None and dtype.kind == "u" and field.gaps:
            dtype = as_signed(field)
            self.null = -1
        if dtype is not None and dtype.kind == "u" and dtype.itemsize > 1:
            self.offset = 1 << (8 * dtype.itemsize - 1)
        if self.null is None and field.gaps and dtype is not None and dtype.kind == "i":
            self.null = stand_in(field)
        self.dtype = dtype

    @property
    def record(self) -> np.dtype[Any]:
        if self.dtype is None:
            return np.dtype(f"S{max(1, self._width)}")
        if self.dtype.kind == "b":
            return np.dtype("S1")
        signed = f"i{self.dtype.itemsize}" if self.offset else self.dtype.str[1:]
        return np.dtype(f">{signed}")

    @property
    def _width(self) -> int:
        return self.field.width if self.field.is_text else 20  # digits of an unsigned integer

    def describe(self, cards: Any, number: int) -> None:
        """Add the cards of the column."""
        about = self.field.about
        cards[f"TTYPE{number}"] = self.field.name
        if self.dtype is None:
            cards[f"TFORM{number}"] = f"{max(1, self._width)}A"
        else:
            cards[f"TFORM{number}"] = _FORMATS[self.dtype.str[1:]]
        if self.null is not None and self.dtype is not None:
            cards[f"TNULL{number}"] = self.null
        if self.offset:
            cards[f"TZERO{number}"] = self.offset
        unit = _fits_unit(about.unit)
        if unit:
            cards[f"TUNIT{number}"] = unit
        if about.ucd:
            cards[f"TUCD{number}"] = _ascii(about.ucd)
        if about.description:
            cards[f"TCOMM{number}"] = _ascii(about.description)

    def cells(self, column: pd.Series[Any]) -> npt.NDArray[Any]:
        """A chunk, as it lies in rows."""
        values, missing = cells_of(column)
        if self.dtype is None:
            texts = ["" if one is None else str(one) for one in values.tolist()]
            found = np.array(texts, dtype=object).astype(self.record)
            if missing is not None:
                found[missing] = b""
            return found
        if self.dtype.kind == "b":
            return np.where(values, b"T", b"F")
        if self.offset:
            signed = np.dtype(f"i{self.dtype.itemsize}")
            flipped: npt.NDArray[Any] = (values ^ self.dtype.type(self.offset)).view(signed)
            return flipped
        stored = values.astype(self.dtype)
        if self.null is not None and missing is not None:
            stored[missing] = self.null
        return stored


def _ascii(text: str) -> str:
    plain = text.encode("ascii", "replace").decode()
    return "".join(one if one.isprintable() else " " for one in plain)


def _fits_unit(unit: str | None) -> str | None:
    """A unit as FITS can write it; None where it cannot."""
    from astropy.units import Unit

    if unit is None or unit.isascii():
        return unit
    try:
        return str(Unit(unit).to_string("fits"))
    except ValueError:
        return standard_unit(None)
