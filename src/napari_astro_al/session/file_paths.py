"""Paths as a session stores them: relative to its folder where they can be."""

from __future__ import annotations

from os.path import relpath
from pathlib import Path

from napari_astro_al.errors import SessionError


def seen_from(folder: Path, path: Path) -> str:
    """A path relative to a folder, absolute where they are on different drives."""
    absolute = path.expanduser().resolve()
    try:
        return Path(relpath(absolute, folder.resolve())).as_posix()
    except ValueError:
        return absolute.as_posix()


def named_file(root: Path, stored: str) -> Path:
    """A file or folder that a session names, relative to its own folder or absolute.

    Raises
    ------
    SessionError
        If that cannot be a path.
    """
    try:
        return (root / stored).resolve()
    except (OSError, ValueError, RuntimeError) as error:
        raise SessionError(f"{root.name} names {stored!r}, which is no path: {error}.") from error
