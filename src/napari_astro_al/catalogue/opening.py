"""Files as bytes: what compresses them, and what format they are, told by their first bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

from napari_astro_al.errors import CatalogueError, listing


class Format(Enum):
    """Formats that are read."""

    FITS = "FITS"
    VOTABLE = "VOTable"
    ECSV = "ECSV"
    TEXT = "text table"
    PARQUET = "Parquet"
    FEATHER = "Feather"
    HDF5 = "HDF5"
    NPY = "npy"


LARGEST = 256 * 2**20
"""Bytes that any compressed file may unpack to."""
SWELLS = 200
"""Times its size that a larger one may; zeros compress a thousandfold, tables do not."""
_PIECE = 2**20
_OPENERS: dict[bytes, Callable[[Any], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
_LZMA_ALONE = b"\x5d\x00\x00"
_HEAD = 65536
_READ = "FITS, VOTable, ECSV, CSV, TSV, Parquet, Feather, HDF5 and structured .npy"
_HDF5 = b"\x89HDF\r\n\x1a\n"
_SIGNATURES = {
    b"PAR1": Format.PARQUET,
    b"ARROW1": Format.FEATHER,
    b"FEA1": Format.FEATHER,
    _HDF5: Format.HDF5,
    b"\x93NUMPY": Format.NPY,
}
_NOT_TABLES = {
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x89PNG": "a PNG picture",
    b"GIF8": "a GIF picture",
    b"II*\x00": "a TIFF picture",
    b"MM\x00*": "a TIFF picture",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "an SQLite database",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the sheet as CSV",
    b"\x80\x04\x95": "a Python pickle, which is never opened, because opening one runs its code",
}
_NOT_UNPACKED = {
    b"\x1f\x9d": "compressed by `compress`: run `uncompress` on it first",
    b"\x28\xb5\x2f\xfd": "compressed by zstd: run `zstd -d` on it first",
    b"7z\xbc\xaf": "a 7z archive: unpack it first",
}
_COMPRESSED_SUFFIXES = {".gz", ".bz2", ".xz", ".zip", ".lzma"}


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file's content, uncompressed where gzip, bzip2, xz or zip wraps it.

    Parameters
    ----------
    path : Path
        The file. Its first bytes tell what compresses it, not its suffix.

    Yields
    ------
    binary file
        At its start, and seekable.

    Raises
    ------
    CatalogueError
        If there is no such file, or the archive holds no single table file.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise CatalogueError(f"There is no file {str(path)!r}.{_beside(path)}") from None
    except IsADirectoryError:
        raise CatalogueError(f"{str(path)!r} is a folder; give a file in it.") from None
    except OSError as error:
        raise CatalogueError(f"{str(path)!r} cannot be opened: {error}.") from error
    with file:
        head = file.read(8)
        file.seek(0)
        opener = opener_of(head) or (lzma.open if head.startswith(_LZMA_ALONE) else None)
        if opener is not None:
            with opener(file) as stream:
                yield _unpacked(path, stream)
        elif head.startswith(b"PK\x03\x04"):
            yield _member(path, file)
        else:
            yield file


def opener_of(beginning: bytes) -> Callable[[Any], Any] | None:
    """What unpacks a gzip, bzip2 or xz file that begins so; None for one that is not packed."""
    return next((one for magic, one in _OPENERS.items() if beginning.startswith(magic)), None)


def _unpacked(path: Path, stream: IO[bytes]) -> BinaryIO:
    """All that a stream unpacks to, unless that is more than a table can be."""
    most = max(LARGEST, SWELLS * path.stat().st_size)
    content = io.BytesIO()
    while piece := stream.read(_PIECE):
        if content.tell() + len(piece) > most:
            raise CatalogueError(
                f"{path.name} unpacks to more than {most / 2**20:,.0f} MiB, which is over {SWELLS} "
                "times its size: no table is like that. If it is one, unpack it first."
            )
        content.write(piece)
    content.seek(0)
    return content


def _beside(path: Path) -> str:
    if not path.parent.is_dir():
        return f" Its folder {str(path.parent)!r} does not exist either."
    from difflib import get_close_matches

    near = get_close_matches(path.name, [one.name for one in path.parent.iterdir()], n=3)
    return f" Near it in the folder: {listing(near)}." if near else ""


def _member(path: Path, file: BinaryIO) -> BinaryIO:
    with zipfile.ZipFile(file) as archive:
        names = [one for one in archive.namelist() if not one.endswith("/")]
        if "[Content_Types].xml" in names:
            raise CatalogueError(
                f"{path.name} is an Excel workbook or other office document. Save the sheet as "
                "CSV, or read it with pandas.read_excel and give the DataFrame to "
                "Catalogue.from_table."
            )
        if names and all(one.endswith(".npy") for one in names):
            raise CatalogueError(
                f"{path.name} is an .npz archive of arrays. Give them to Catalogue.from_table as "
                "a DataFrame or structured array."
            )
        names = [one for one in names if not one.startswith("__MACOSX/")]
        if len(names) != 1:
            raise CatalogueError(
                f"{path.name} is a zip archive of {len(names)} files ({listing(names)}); one "
                "table is expected in it. Unpack it and read the file that is wanted."
            )
        with archive.open(names[0]) as stream:
            return _unpacked(path, stream)


def format_of(file: BinaryIO, path: Path) -> Format:
    """The format of a file by its content.

    Parameters
    ----------
    file : binary file
        Uncompressed; left at its start.
    path : Path
        For messages, and for its suffix where the content does not tell.

    Raises
    ------
    CatalogueError
        If the file is empty or of a kind that holds no table.
    """
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    if not head.strip(b"\0 \t\r\n"):
        raise CatalogueError(f"{path.name} is empty. {_READ} are read.")
    if head[:16].replace(b" ", b"").startswith(b"SIMPLE="):
        return Format.FITS
    for signature, known in _SIGNATURES.items():
        if head.startswith(signature):
            return known
    for offset in (512, 1024, 2048, 4096, 8192, 16384, 32768):
        if head[offset : offset + len(_HDF5)] == _HDF5:
            return Format.HDF5
    for signature, what in _NOT_TABLES.items():
        if head.startswith(signature):
            raise CatalogueError(f"{path.name} is {what}: not a table. {_READ} are read.")
    for signature, what in _NOT_UNPACKED.items():
        if head.startswith(signature):
            raise CatalogueError(f"{path.name} is {what}. gzip, bzip2, xz and zip are opened here.")
    return _text_format(head, path)


def _text_format(head: bytes, path: Path) -> Format:
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" in head:
        raise CatalogueError(
            f"{path.name} holds bytes of a kind that is not known here. {_READ} are read."
        )
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<"):
        if b"<VOTABLE" in head or b":VOTABLE" in head:
            return Format.VOTABLE
        what = "a web page" if b"<html" in start[:2000].lower() else "XML without a VOTABLE"
        raise CatalogueError(
            f"{path.name} is {what}, not a table. If it was downloaded, the service may have "
            f"answered with an error: look at it in a text editor. {_READ} are read."
        )
    if start.startswith(b"\\"):
        raise CatalogueError(
            f"{path.name} looks like an IPAC or LaTeX table. Read it with "
            "astropy.table.Table.read(path, format='ascii.ipac' or 'ascii.latex') and give the "
            "result to Catalogue.from_table."
        )
    if start.startswith((b"{", b"[")) and path.suffix.lower() == ".json":
        raise CatalogueError(f"{path.name} is JSON: not a table. {_READ} are read.")
    if start.startswith(b"# %ECSV"):
        return Format.ECSV
    return Format.TEXT


def plain_name(path: Path) -> PurePosixPath:
    """The file's name without the suffix of what compresses it."""
    name = PurePosixPath(path.name)
    return name.with_suffix("") if name.suffix.lower() in _COMPRESSED_SUFFIXES else name
