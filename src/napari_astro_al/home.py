"""Where the person's own files are: settings, sessions without a place, files to be had again."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

HOME_VARIABLE = "NAPARI_ASTRO_AL_HOME"
_NAME = "napari-astro-al"


def configuration_folder() -> Path:
    """The user's folder for what belongs to the person and not to a session.

    Returns
    -------
    pathlib.Path
        ``$NAPARI_ASTRO_AL_HOME`` where it is set, else the platform's place for configuration,
        such as ``~/.config/napari-astro-al``. It need not exist.
    """
    if (chosen := _chosen()) is not None:
        return chosen
    from platformdirs import user_config_path

    return user_config_path(_NAME, appauthor=False)


def data_folder() -> Path:
    """The user's folder for data: ``$NAPARI_ASTRO_AL_HOME``, or the platform's place for it."""
    if (chosen := _chosen()) is not None:
        return chosen
    from platformdirs import user_data_path

    return user_data_path(_NAME, appauthor=False)


def cache_folder() -> Path:
    """The user's folder for what can be had again: ``cache`` in the chosen home, or the platform's.

    It may be emptied at any time.
    """
    if (chosen := _chosen()) is not None:
        return chosen / "cache"
    from platformdirs import user_cache_path

    return user_cache_path(_NAME, appauthor=False)


def write_whole(path: Path, text: str, *, replace_existing: bool) -> None:
    """Write a whole file or nothing; `FileExistsError` where one must not be replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if replace_existing:
            Path(beside).replace(path)
        else:
            _link(Path(beside), path)
        flush_folder(path.parent)
    finally:
        with suppress(FileNotFoundError):
            Path(beside).unlink()


def flush_folder(folder: Path) -> None:
    """Let the names in a folder survive a power cut, where the system can be asked to."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _link(source: Path, target: Path) -> None:
    """Give a file a second name; where the file system has no links, rename it."""
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        if target.exists():
            raise FileExistsError(target) from None
        source.replace(target)


def _chosen() -> Path | None:
    chosen = os.environ.get(HOME_VARIABLE)
    return Path(chosen).expanduser() if chosen else None
