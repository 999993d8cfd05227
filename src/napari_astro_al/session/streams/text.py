"""CSV, and ECSV: the same rows below a header that says what the columns are."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from napari_astro_al.session.streams.fields import Field, cells_of


class CsvStream:
    """Comma-separated values; the first line names the columns, an empty cell is missing."""

    def __init__(self, file: BinaryIO, fields: Sequence[Field]) -> None:
        self._file, self._fields = file, list(fields)
        names = pd.DataFrame(columns=[field.name for field in fields])
        self._put(names.to_csv(index=False, lineterminator="\n"))

    def _put(self, text: str) -> None:
        self._file.write(text.encode())

    def write(self, frame: pd.DataFrame) -> None:
        """Write some rows."""
        self._put(frame.to_csv(index=False, header=False, lineterminator="\n"))

    def finish(self) -> None:
        """Nothing comes after the last row."""


class EcsvStream(CsvStream):
    """Enhanced CSV, astropy's format (APE 6).

    The header is astropy's own, of a table without rows.
    """

    def __init__(self, file: BinaryIO, fields: Sequence[Field], header: dict[str, Any]) -> None:
        self._file, self._fields = file, list(fields)
        self._put(_astropy_header(fields, header))

    def write(self, frame: pd.DataFrame) -> None:
        """Write some rows."""
        cells = {}
        for field in self._fields:
            column = frame[field.name]
            if field.dtype is not None and field.dtype.kind in "fc":
                values, _ = cells_of(column)
                column = pd.Series(values.astype(str), dtype=object)
            cells[field.name] = column.reset_index(drop=True)
        super().write(pd.DataFrame(cells))


def _astropy_header(fields: Sequence[Field], header: dict[str, Any]) -> str:
    from astropy.table import Column, Table

    table = Table()
    for field in fields:
        dtype = np.dtype("U1") if field.dtype is None else field.dtype
        about = field.about
        meta = {"ucd": about.ucd} if about.ucd else None
        table[field.name] = Column(
            np.empty(0, dtype=dtype), unit=about.unit, description=about.description, meta=meta
        )
    table.meta.update(header)
    text = io.StringIO()
    table.write(text, format="ascii.ecsv", delimiter=",")
    return text.getvalue()
