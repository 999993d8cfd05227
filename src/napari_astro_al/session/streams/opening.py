"""From a file's suffix to what writes it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, Protocol

import pandas as pd

from napari_astro_al.errors import SessionError, listing
from napari_astro_al.session.streams.fields import Field

ASTROPY_FORMATS = {
    ".fits": "fits",
    ".fit": "fits",
    ".vot": "votable",
    ".xml": "votable",
    ".ecsv": "ascii.ecsv",
}
SUFFIXES = (*ASTROPY_FORMATS, ".csv", ".parquet")

Header = Mapping[str, Any]
"""What a file says of where it came from; JSON values."""


class TableStream(Protocol):
    """Writes a table chunk by chunk; the file is whole once it is finished."""

    def write(self, frame: pd.DataFrame) -> None:
        """Write some rows; columns are those of the fields, in their order."""
        ...

    def finish(self) -> None:
        """Write what comes after the last row."""
        ...


def check_suffix(suffix: str, what: str = "Labels") -> None:
    """Refuse a suffix that no format has.

    Raises
    ------
    SessionError
        Naming those that there are.
    """
    if suffix not in SUFFIXES:
        raise SessionError(
            f"{what} cannot be written as {suffix or 'a file without a suffix'}. "
            f"Choose one of {listing(SUFFIXES)}."
        )


def open_stream(
    file: BinaryIO,
    suffix: str,
    fields: Sequence[Field],
    n_rows: int,
    header: Header | None = None,
) -> TableStream:
    """What writes a table into a file that is open.

    Parameters
    ----------
    file : binary file
        At its beginning.
    suffix : str
        One of `SUFFIXES`.
    fields : sequence of Field
    n_rows : int
        How many rows will come.
    header : mapping, optional
        Where the table came from; CSV has no place for it.

    Raises
    ------
    SessionError
        If the format cannot hold a column's name.
    """
    from napari_astro_al.session.streams.holding import check_name

    for field in fields:
        check_name(field.name, suffix)
    told = dict(header or {})
    match ASTROPY_FORMATS.get(suffix, suffix):
        case "fits":
            from napari_astro_al.session.streams.fits import FitsStream

            return FitsStream(file, fields, n_rows, told)
        case "votable":
            from napari_astro_al.session.streams.votable import VOTableStream

            return VOTableStream(file, fields, told)
        case "ascii.ecsv":
            from napari_astro_al.session.streams.text import EcsvStream

            return EcsvStream(file, fields, told)
        case ".csv":
            from napari_astro_al.session.streams.text import CsvStream

            return CsvStream(file, fields)
    from napari_astro_al.session.streams.parquet import ParquetStream

    return ParquetStream(file, fields, told)


def stream_bytes(frame: pd.DataFrame, suffix: str, fields: Sequence[Field]) -> bytes:
    """A whole table as the content of a file."""
    from napari_astro_al.session.streams.holding import check_texts

    content = io.BytesIO()
    check_texts(frame, suffix)
    stream = open_stream(content, suffix, fields, len(frame))
    stream.write(frame)
    stream.finish()
    return content.getvalue()
