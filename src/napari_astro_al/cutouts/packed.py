"""Files packed as a whole: gzip, bzip2 and xz, unpacked within limits."""

from __future__ import annotations

import io
import lzma
import os
import shutil
import zlib
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import IO

from napari_astro_al.catalogue.opening import opener_of
from napari_astro_al.errors import CutoutError

MOST_ON_DISK = 16 * 2**30
"""Files that are larger unpacked are refused."""

DAMAGED = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, MemoryError)
"""What the libraries raise for packed files that are not whole."""

_CHUNK = 2**20


def unpacked(data: bytes, most: int) -> bytes | None:
    """What is in a packed file; `data` itself where it is not packed.

    Parameters
    ----------
    data : bytes
    most : int
        Bytes that may come out.

    Returns
    -------
    bytes or None
        None where more would come out, which is then not unpacked.

    Raises
    ------
    OSError, EOFError, ValueError, zlib.error or lzma.LZMAError
        For damaged files.
    """
    opener = opener_of(data)
    if opener is None:
        return data
    with opener(io.BytesIO(data)) as stream:
        content: bytes = stream.read(most + 1)
    return None if len(content) > most else content


def opened(path: Path) -> IO[bytes]:
    """A file to read at any place, unpacked into one without a name where it is packed.

    That file is in the system's folder for temporary ones and is gone when it is closed.

    Raises
    ------
    CutoutError
        If it would be too large for the disk, or is damaged.
    OSError
        If it cannot be read.
    """
    plain = path.open("rb")
    beginning = plain.read(8)
    plain.seek(0)
    opener = opener_of(beginning)
    if opener is None:
        return plain
    most = min(MOST_ON_DISK, shutil.disk_usage(gettempdir()).free // 2)
    copy = TemporaryFile()  # noqa: SIM115 - whoever asked closes it
    try:
        with plain, opener(plain) as stream:
            while chunk := stream.read(_CHUNK):
                copy.write(chunk)
                if copy.tell() > most:
                    raise CutoutError(
                        f"{path.name} is larger than {most / 2**30:,.2g} GiB unpacked. Unpack it "
                        "to a place of your choice, and use what comes out."
                    )
    except DAMAGED as error:
        copy.close()
        raise CutoutError(f"{path.name} cannot be unpacked: {error}.") from error
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    # astropy wants a file that cannot be written to
    with copy:
        return os.fdopen(os.dup(copy.fileno()), "rb")
