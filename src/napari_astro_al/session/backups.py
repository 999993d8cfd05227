"""Files that are replaced as a whole, with the last ones kept beside them."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from napari_astro_al.errors import SessionError
from napari_astro_al.session.document import write_atomically
from napari_astro_al.session.file_names import folder_stem

KEPT = 3


def backup_of(path: Path, number: int) -> Path:
    """Where the file that was replaced so many times ago is kept, 1 the newest."""
    return path.with_name(f"{path.stem}.backup-{number}{path.suffix}")


def check_name(path: Path) -> None:
    """Refuse a file name that some system does not take, and say which it would.

    Raises
    ------
    SessionError
    """
    safe = folder_stem(path.stem) + path.suffix
    if safe != path.name:
        raise SessionError(
            f"Not every system takes a file called {path.name!r}, so that others could not open "
            f"it. Call it {safe!r}."
        )


def replace_keeping(path: Path, content: bytes) -> None:
    """Write a file as a whole; the three before it stay as NAME.backup-1 to NAME.backup-3.

    The same content again leaves everything as it is.

    Raises
    ------
    SessionError
        If it cannot be written; then the file is as it was.
    """
    try:
        if path.is_dir():
            raise SessionError(f"{path} is a folder. Name a file, such as share.json.")
        there = path.exists()
        if there and path.stat().st_size == len(content) and path.read_bytes() == content:
            return
        if there:
            _keep(path)
    except OSError as error:
        raise SessionError(
            f"Could not keep a backup of {path}: {error.strerror or error}. Nothing was written: "
            "make room, or choose another folder."
        ) from error
    write_atomically(path, content)


def _keep(path: Path) -> None:
    """Shift the backups, and copy the file, which stays where it is until it is replaced."""
    beside = path.with_name(f".{path.name}.part")
    try:
        shutil.copyfile(path, beside)
        for number in range(KEPT, 1, -1):
            with suppress(FileNotFoundError):
                backup_of(path, number - 1).replace(backup_of(path, number))
        beside.replace(backup_of(path, 1))
    finally:
        beside.unlink(missing_ok=True)
