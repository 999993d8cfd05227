"""The session's folder, ``NAME.astroal``: ``session.json``, ``ledger.sqlite``, ``models/``."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_astro_al.catalogue import ROWS, Catalogue, Roles
from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.cutouts import ImageColumn
from napari_astro_al.errors import AstroALError, AstroALWarning, SessionError
from napari_astro_al.learning.store import save_model
from napari_astro_al.learning.training import TrainResult
from napari_astro_al.projection import ProjectionRecipe
from napari_astro_al.session.document import (
    CatalogueReference,
    SessionDocument,
    read_document,
    write_document,
)

if TYPE_CHECKING:
    from napari_astro_al.session.session import Session
    from napari_astro_al.session.state import State


def create(path: Path) -> Path:
    """Make a folder for a new session.

    Raises
    ------
    SessionError
        If something of that name is there, or the folder cannot be made.
    """
    if path.exists():
        raise SessionError(
            f"{path} exists already. Open it with Session.open({str(path)!r}, catalogue), or "
            "choose another path for a new session."
        )
    try:
        (path / "models").mkdir(parents=True)
    except OSError as error:
        raise SessionError(f"Could not make the folder {path}: {error.strerror}.") from error
    return path


def ledger_path(path: Path | None) -> Path | None:
    """Where a session's ledger is; None in memory."""
    return None if path is None else path / "ledger.sqlite"


def read(path: Path) -> SessionDocument:
    """The document of a session folder."""
    return read_document(path / "session.json")


def write(path: Path, session: State) -> None:
    """Write ``session.json``."""
    write_document(path / "session.json", document_of(session))


def document_of(session: State) -> SessionDocument:
    """What is to be written of a session."""
    recipe = session.projection_recipe
    return SessionDocument(
        package_version=version("napari-astro-al"),
        catalogue=reference_to(session.catalogue, session.path),
        features=session.features.recipe.to_json(),
        tasks={name: task.to_json() for name, task in session.tasks.items()},
        learners={name: learner.to_json() for name, learner in session.learners.items()},
        split=session.split.to_json(),
        pool=session.pool,
        seed=session.seed,
        going_on=sorted(session.going_on),
        projection=None if recipe is None else recipe.to_json(),
        cutouts=[
            _column_to_json(provider)
            for provider in session.cutouts.providers
            if isinstance(provider, ImageColumn)
        ],
        current=None if session.visits.current is None else str(session.visits.current),
        window=session.window,
    )


def reference_to(catalogue: Catalogue, folder: Path | None) -> CatalogueReference:
    """How a session names its catalogue."""
    path = ""
    if catalogue.path is not None:
        absolute = catalogue.path.resolve()
        try:
            path = absolute.as_posix() if folder is None else relpath(absolute, folder.resolve())
        except ValueError:
            path = absolute.as_posix()
    roles = asdict(catalogue.roles)
    roles["id"] = None if catalogue.roles.id is ROWS else catalogue.roles.id
    return CatalogueReference(
        name=catalogue.name,
        path=Path(path).as_posix() if path else "",
        n_sources=len(catalogue),
        id_kind=catalogue.id_kind,
        id_digest=id_digest(catalogue),
        roles=roles,
    )


def id_digest(catalogue: Catalogue) -> str:
    """A number for the set of ids, whatever their order, in hexadecimal."""
    with np.errstate(over="ignore"):
        total = id_hashes(catalogue.ids, 0).sum(dtype=np.uint64)
    return f"{int(total):016x}"


def matching_catalogue(
    path: Path, document: SessionDocument, catalogue: Catalogue | None
) -> Catalogue:
    """The catalogue of a session: the one given, or the file that the session names.

    Raises
    ------
    SessionError
        If it is another catalogue, or the file is not there.
    """
    reference = document.catalogue
    if catalogue is None:
        catalogue = _read_again(path, reference)
    if catalogue.id_kind != reference.id_kind or len(catalogue) != reference.n_sources:
        raise SessionError(
            f"{path.name} belongs to {reference.name!r}, with {reference.n_sources:,} sources and "
            f"ids of kind {reference.id_kind}; {catalogue.name!r} has {len(catalogue):,} sources "
            f"and ids of kind {catalogue.id_kind}. Open it with its own catalogue."
        )
    if id_digest(catalogue) != reference.id_digest:
        raise SessionError(
            f"{path.name} belongs to {reference.name!r}; {catalogue.name!r} has as many sources, "
            "but other ids. Read it with the same id column, or open its own catalogue."
        )
    return catalogue


def _read_again(path: Path, reference: CatalogueReference) -> Catalogue:
    if not reference.path:
        raise SessionError(
            f"{path.name} was made from a table in memory ({reference.name!r}). "
            "Give the catalogue: Session.open(path, catalogue)."
        )
    file = Path(reference.path)
    file = file if file.is_absolute() else path / file
    if not file.exists():
        raise SessionError(
            f"The catalogue of {path.name} is not at {file}. "
            "Give it: Session.open(path, Catalogue.read(...))."
        )
    roles = roles_from(reference.roles)
    return Catalogue.read(
        file,
        id=roles.id,
        label=roles.label,
        ra=roles.ra,
        dec=roles.dec,
        info=roles.info,
        images=roles.images,
        unknown=roles.unknown,
        label_use=roles.label_use,
        guess=False,
    )


def roles_from(stored: Mapping[str, Any]) -> Roles:
    """Roles as ``session.json`` holds them."""
    plain: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in stored.items()
    }
    if plain.get("id") is None:
        plain["id"] = ROWS
    try:
        return Roles(**plain)
    except TypeError as error:
        raise SessionError(f"session.json has roles that are not known: {error}.") from error


def write_models(path: Path, results: Mapping[str, TrainResult]) -> None:
    """Store the models beside the document; one that cannot be stored is named and left out."""
    for name, result in results.items():
        try:
            save_model(result.learner, path / "models" / f"{_safe(name)}.skops")
        except AstroALError as error:
            warnings.warn(
                f"The model of task {name!r} was not stored and will be trained again: {error}",
                AstroALWarning,
                stacklevel=3,
            )


def _safe(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe=" ")


def restore(session: Session, path: Path, document: SessionDocument, catalogue: Catalogue) -> None:
    """Bring a session back to how its document describes it."""
    session._restore(path, document, catalogue)
    session.going_on = set(document.going_on)
    session.window = dict(document.window)
    for provider in document.cutouts:
        _add_column(session, provider)
    if document.current is not None:
        session.visits.visit(catalogue.parse_id(document.current))
    if session.book.strangers:
        warnings.warn(
            f"{session.book.strangers} labelled sources of {path.name} are not in "
            f"{catalogue.name!r}; their labels are kept and not used.",
            AstroALWarning,
            stacklevel=4,
        )
    if document.projection is not None:
        session.project(ProjectionRecipe.from_json(document.projection))


def _column_to_json(provider: ImageColumn) -> dict[str, Any]:
    return {
        "column": provider.column,
        "root": None if provider.root is None else Path(provider.root).as_posix(),
        "pixel_scale": provider.pixel_scale,
        "title": provider.title,
    }


def _add_column(session: Session, stored: Mapping[str, Any]) -> None:
    try:
        session.cutouts.add(
            ImageColumn(
                stored["column"],
                stored.get("root"),
                pixel_scale=stored.get("pixel_scale"),
                title=stored.get("title"),
            )
        )
    except (AstroALError, KeyError) as error:
        warnings.warn(f"Cutouts could not be brought back: {error}", AstroALWarning, stacklevel=5)
