"""What is in a zip or tar archive, found by name and read at any place; nothing is written out."""

from __future__ import annotations

import tarfile
import weakref
import zipfile
from abc import ABC, abstractmethod
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import IO, Any

from napari_astro_al.cutouts.packed import DAMAGED, opened
from napari_astro_al.errors import CutoutError

MOST_HEADER = 2**20
"""Bytes of a long name in a tar archive."""


class Members(ABC):
    """The files in an archive, by their names; safe between threads.

    Parameters
    ----------
    stream : file
        Closed with this, once it could be listed.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._close = weakref.finalize(self, stream.close)

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """All files, in the order of the archive."""

    @abstractmethod
    def __contains__(self, name: str) -> bool: ...

    @abstractmethod
    def size(self, name: str) -> int:
        """Bytes of a member, unpacked, as the archive says."""

    @abstractmethod
    def read(self, name: str) -> bytes:
        """All of a member.

        Raises
        ------
        OSError, EOFError, ValueError, zlib.error, lzma.LZMAError
            For what is damaged, or packed in a way that is not known.
        """

    def close(self) -> None:
        """Let go of the file."""
        self._close()


def members_of(path: Path) -> Members:
    """Open an archive and list it, once.

    Parameters
    ----------
    path : Path
        zip, or tar, which may be packed with gzip, bzip2 or xz. That is unpacked first, into a
        temporary file, because a packed one can only be read from its beginning.

    Raises
    ------
    CutoutError
        If it is neither, or is damaged.
    """
    if not path.is_file():
        raise CutoutError(f"There is no archive {str(path)!r}.")
    try:
        stream = opened(path)
    except OSError as error:
        raise CutoutError(f"{path.name} cannot be read: {error}.") from error
    try:
        # a tar archive may end in a zip archive, which is then no sign of being one
        if stream.read(2) == b"PK":
            return _Zip(stream)
        stream.seek(0)
        try:
            return _Tar(stream)
        except tarfile.ReadError:
            if not zipfile.is_zipfile(stream):
                raise
            return _Zip(stream)
    # zipfile raises NotImplementedError for versions and kinds of packing that it does not know
    except (tarfile.TarError, zipfile.BadZipFile, NotImplementedError, *DAMAGED) as error:
        stream.close()
        raise CutoutError(
            f"{path.name} cannot be read as a zip or tar archive: {error}. Restore it from a copy."
        ) from error


def plain_name(text: str) -> str | None:
    """A member's name as it is looked for: with "/" between, without "." parts.

    Returns
    -------
    str or None
        None for one that leads out of the archive.
    """
    path = PurePosixPath(text.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
        return None
    return str(path)


class _Zip(Members):
    def __init__(self, stream: IO[bytes]) -> None:
        self._archive = zipfile.ZipFile(stream)
        listed = ((plain_name(one.filename), one) for one in self._archive.infolist())
        self._found = {name: one for name, one in listed if name and not one.is_dir()}
        super().__init__(stream)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._found)

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def size(self, name: str) -> int:
        return self._found[name].file_size

    def read(self, name: str) -> bytes:
        member = self._found[name]
        if member.flag_bits & 1:
            raise ValueError("it is encrypted")
        try:
            # a member may claim to be small and be large: no more than it claims comes out
            with self._archive.open(member) as stream:
                return stream.read(member.file_size)
        except (zipfile.BadZipFile, NotImplementedError) as error:  # the latter: unknown packing
            raise ValueError(str(error)) from error


class _Tar(Members):
    """Keeps offsets, and reads past `tarfile`, which is not for several threads."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._lock = Lock()
        self._found: dict[str, tuple[int, int]] = {}
        links: dict[str, str] = {}
        with tarfile.open(fileobj=stream, mode="r:", tarinfo=_Bounded) as archive:
            while (one := archive.next()) is not None:
                archive.members.clear()  # type: ignore[attr-defined]
                name = plain_name(one.name)
                if name and one.islnk():
                    links[name] = one.linkname
                elif name and one.isreg() and not one.issparse():
                    self._found[name] = (one.offset_data, one.size)
        for name, text in links.items():
            target = plain_name(text)
            if target in self._found:
                self._found[name] = self._found[target]
        super().__init__(stream)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._found)

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def size(self, name: str) -> int:
        return self._found[name][1]

    def read(self, name: str) -> bytes:
        offset, size = self._found[name]
        with self._lock:
            self._stream.seek(offset)
            data = self._stream.read(size)
        if len(data) < size:
            raise EOFError("the archive is cut short")
        return data


class _Bounded(tarfile.TarInfo):
    """Headers that hold names are read into memory, and may claim to be of any length."""

    def _proc_member(self, archive: Any) -> Any:
        holds_names = self.type in (
            tarfile.XHDTYPE,
            tarfile.XGLTYPE,
            tarfile.SOLARIS_XHDTYPE,
            tarfile.GNUTYPE_LONGNAME,
            tarfile.GNUTYPE_LONGLINK,
        )
        if holds_names and self.size > MOST_HEADER:
            raise tarfile.ReadError(f"it has a header of {self.size:,} bytes")
        return super()._proc_member(archive)  # type: ignore[misc]
