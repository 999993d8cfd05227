"""Where a session is kept when nobody says so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import SessionError
from napari_astro_al.home import data_folder
from napari_astro_al.scale import PartitionedCatalogue
from napari_astro_al.session import folder
from napari_astro_al.session.file_names import folder_stem
from napari_astro_al.session.file_paths import named_file
from napari_astro_al.session.session import Session

SUFFIX = ".astroal"


def session_for(catalogue: Catalogue | PartitionedCatalogue) -> Path:
    """The folder of a catalogue's session, where there is one and where one would be made.

    Parameters
    ----------
    catalogue : Catalogue or PartitionedCatalogue
        The sources.

    Returns
    -------
    Path
        Beside the catalogue's file where that folder can be written to; else in the user's data
        folder, under the catalogue's name. The first of ``NAME``, ``NAME-2``, ... that holds a
        session of this catalogue, or the first where nothing is.

    Notes
    -----
    A session is of this catalogue if its ids are the same, or if it names the same table of the
    same file, whose ids may have been read from another column; opening it tells what else has
    changed. A session that cannot be read may be of any catalogue, so it is not passed over:
    opening it says what is wrong with it.
    """
    for candidate in _numbered(_first_choice(catalogue)):
        if not candidate.exists() or (is_session(candidate) and _may_be_of(candidate, catalogue)):
            return candidate
    raise AssertionError("there is a free number")


default_path = session_for
"""The name by which the window asks."""


def _may_be_of(path: Path, catalogue: Catalogue | PartitionedCatalogue) -> bool:
    try:
        reference = folder.read(path).catalogue
    except SessionError:
        return True
    if reference.path and catalogue.path is not None:
        try:
            same_file = named_file(path, reference.path) == catalogue.path.resolve()
        except SessionError:
            return True
        if isinstance(catalogue, PartitionedCatalogue):
            return same_file and reference.partitions is not None
        if same_file and reference.table == catalogue.table_key:
            return True
    if isinstance(catalogue, PartitionedCatalogue):
        return False  # its ids are not known
    return (reference.n_sources, reference.id_kind, reference.id_digest) == (
        len(catalogue),
        catalogue.id_kind,
        catalogue.id_digest,
    )


def _first_choice(catalogue: Catalogue | PartitionedCatalogue) -> Path:
    if catalogue.path is not None and os.access(catalogue.path.parent, os.W_OK):
        return catalogue.path.with_name(folder_stem(_stem(catalogue.path)) + SUFFIX)
    return data_folder() / "sessions" / f"{folder_stem(catalogue.name)}{SUFFIX}"


def _stem(path: Path) -> str:
    name = path.name
    for ending in (".gz", ".bz2", ".xz", ".zip", ".Z"):
        name = name.removesuffix(ending)
    return Path(name).stem or name


def is_session(path: Path) -> bool:
    """Whether a path is a session's folder."""
    return (path / "session.json").is_file()


def stays_on_disk(path: Path) -> bool:
    """Whether the catalogue of a session's folder is one in partitions, as far as it says."""
    try:
        return folder.read(path).catalogue.partitions is not None
    except SessionError:
        return False


def free_path(path: Path) -> Path:
    """The path, or the first of ``NAME-2``, ``NAME-3``, ... where nothing is yet."""
    return next(candidate for candidate in _numbered(path) if not candidate.exists())


def _numbered(path: Path) -> Iterator[Path]:
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")


def open_or_create(catalogue: Catalogue, path: Path | None = None, **recipes: Any) -> Session:
    """The session kept at a path, or a new one there.

    Parameters
    ----------
    catalogue : Catalogue
        The sources.
    path : Path, optional
        `session_for` where not given: a session there that belongs to another catalogue is left
        alone.
    **recipes
        Parameters of `Session` for a new one.

    Raises
    ------
    SessionError
        If a session is at the path given that belongs to another catalogue.
    """
    place = session_for(catalogue) if path is None else path.expanduser().absolute()
    if is_session(place):
        return Session.open(place, catalogue)
    return Session(catalogue, path=place, **recipes)
