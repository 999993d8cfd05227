"""Where a session is kept when nobody says so."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from napari_astro_al.annotation.identity import HOME_VARIABLE
from napari_astro_al.catalogue import Catalogue
from napari_astro_al.session.session import Session

SUFFIX = ".astroal"


def data_folder() -> Path:
    """The user's folder for data: ``$NAPARI_ASTRO_AL_HOME``, or the platform's place for it."""
    if chosen := os.environ.get(HOME_VARIABLE):
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("napari-astro-al", appauthor=False)


def default_path(catalogue: Catalogue) -> Path:
    """The folder for a catalogue's session.

    Parameters
    ----------
    catalogue : Catalogue
        Beside its file where that folder can be written to; else in the user's data folder, under
        the catalogue's name.
    """
    if catalogue.path is not None and os.access(catalogue.path.parent, os.W_OK):
        return catalogue.path.with_name(_stem(catalogue.path) + SUFFIX)
    plain = re.sub(r"[^\w\- ]+", "-", catalogue.name).strip(" -") or "catalogue"
    return data_folder() / "sessions" / f"{plain}{SUFFIX}"


def _stem(path: Path) -> str:
    name = path.name
    for ending in (".gz", ".bz2", ".xz", ".zip", ".Z"):
        name = name.removesuffix(ending)
    return Path(name).stem or name


def is_session(path: Path) -> bool:
    """Whether a path is a session's folder."""
    return (path / "session.json").is_file()


def free_path(path: Path) -> Path:
    """The path, or the first of ``NAME-2``, ``NAME-3``, ... where nothing is yet."""
    candidate, number = path, 2
    while candidate.exists():
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return candidate


def open_or_create(catalogue: Catalogue, path: Path | None = None, **recipes: Any) -> Session:
    """The session kept at a path, or a new one there.

    Parameters
    ----------
    catalogue : Catalogue
        The sources.
    path : Path, optional
        `default_path` where not given.
    **recipes
        Parameters of `Session` for a new one.

    Raises
    ------
    SessionError
        If a session is there that belongs to another catalogue.
    """
    place = default_path(catalogue) if path is None else path
    if is_session(place):
        return Session.open(place, catalogue)
    place.parent.mkdir(parents=True, exist_ok=True)
    return Session(catalogue, path=place, **recipes)
