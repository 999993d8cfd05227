"""The session's folder, ``NAME.astroal``: ``session.json``, ``ledger.sqlite``, ``models/``."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from napari_astro_al.catalogue import ROWS, Catalogue, Roles
from napari_astro_al.cutouts import ImagePixels
from napari_astro_al.errors import AstroALError, AstroALWarning, SessionError
from napari_astro_al.home import flush_folder
from napari_astro_al.learning.store import save_model
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.document import (
    CatalogueReference,
    SessionDocument,
    StoredRoles,
    read_document,
    write_document,
)
from napari_astro_al.session.file_names import file_stems
from napari_astro_al.session.file_paths import seen_from
from napari_astro_al.session.stored_pictures import stored_provider

if TYPE_CHECKING:
    from napari_astro_al.session.state import State


def create(path: Path) -> Path:
    """Make a folder for a new session.

    Raises
    ------
    SessionError
        If something of that name is there, or the folder cannot be made.
    """
    missing = [one for one in (path, *path.parents) if not one.exists()]
    try:
        path.mkdir(parents=True)
    except FileExistsError:
        raise SessionError(
            f"{path} exists already. Open it with Session.open({str(path)!r}, catalogue), or "
            "choose another path for a new session."
        ) from None
    except OSError as error:
        raise SessionError(f"Could not make the folder {path}: {error.strerror}.") from error
    for one in missing:
        flush_folder(one.parent)
    return path


def discard(path: Path) -> None:
    """Remove the folder of a session that could not be begun."""
    shutil.rmtree(path, ignore_errors=True)


def ledger_path(path: Path | None) -> Path | None:
    """Where a session's ledger is; None in memory."""
    return None if path is None else path / "ledger.sqlite"


def read(path: Path) -> SessionDocument:
    """The document of a session folder."""
    return read_document(path / "session.json")


def write(path: Path, session: State, changes: Mapping[str, Any] | None = None) -> None:
    """Write ``session.json``.

    Parameters
    ----------
    path : Path
        The folder.
    session : State
        What to write.
    changes : mapping, optional
        Attributes of the session as they are about to be.

    Raises
    ------
    SessionError
        If the folder cannot be written to, something cannot be said in JSON, or the session is
        closed: another may have the folder by now.
    """
    session.check_open()
    try:
        document = document_of(session, path, changes or {})
    except ValidationError as error:
        raise SessionError(f"The session cannot be written to {path}: {error}.") from error
    write_document(path / "session.json", document)


def recipes_of(session: State, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The recipes of a session as JSON values.

    Raises
    ------
    LearnerError
        If a model or strategy cannot be written to a file.
    """

    def now(name: str) -> Any:
        return changes[name] if name in changes else getattr(session, name)

    return {
        "features": now("features").recipe.to_json(),
        "tasks": {name: task.to_json() for name, task in now("tasks").items()},
        "learners": {name: learner.to_json() for name, learner in now("learners").items()},
        "split": now("split").to_json(),
        "pool": session.pool,
        "seed": session.seed,
        "annotator": session.annotator,
        "going_on": sorted(now("going_on")),
        "curated": {part: plan.to_json() for part, plan in now("plans").items()},
    }


def document_of(session: State, path: Path, changes: Mapping[str, Any]) -> SessionDocument:
    """What is to be written of a session."""
    recipe = session.projection_recipe
    providers = session.cutouts.providers
    pictures = [stored_provider(one, path) for one in providers]
    return SessionDocument(
        package_version=version("napari-astro-al"),
        catalogue=session.catalogue_reference(path),
        **recipes_of(session, changes),
        projection=None if recipe is None else recipe.to_json(),
        cutouts=[one for one in pictures if one is not None],
        # who writes providers of a kind of their own knows that they are to be added again
        cutouts_not_kept=[
            one.name for one in providers if isinstance(one, ImagePixels) and one.path is None
        ],
        current=None if session.visits.current is None else str(session.visits.current),
        window=session.window,
    )


def reference_to(catalogue: Catalogue, folder: Path) -> CatalogueReference:
    """How a session names its catalogue."""
    return CatalogueReference(
        name=catalogue.name,
        path="" if catalogue.path is None else seen_from(folder, catalogue.path),
        table=catalogue.table_key,
        expand=list(catalogue.expanded),
        n_sources=len(catalogue),
        id_kind=catalogue.id_kind,
        id_digest=catalogue.id_digest,
        roles=stored_roles_of(catalogue.roles),
    )


def write_models(path: Path, results: Mapping[str, TrainResult], tasks: Iterable[str]) -> None:
    """Store the models beside the document; one that cannot be stored is named and left out.

    Models of tasks that there are no more are removed.
    """
    folder = path / "models"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    stems = file_stems(tasks)
    for name, result in results.items():
        try:
            save_model(result.learner, folder / f"{stems[name]}.skops")
        except AstroALError as error:
            warnings.warn(
                f"The model of task {name!r} was not stored and will be trained again: {error}",
                AstroALWarning,
                stacklevel=3,
            )
    kept = {f"{stem}.skops" for stem in stems.values()}
    for file in folder.glob("*.skops"):
        if file.name not in kept:
            with suppress(OSError):
                file.unlink()


def stored_roles_of(roles: Roles) -> StoredRoles:
    """Roles as ``session.json`` holds them."""
    id_role = roles.id
    return StoredRoles(
        id=None if id_role is ROWS else list(id_role) if isinstance(id_role, tuple) else id_role,
        label=roles.label,
        ra=roles.ra,
        dec=roles.dec,
        info=list(roles.info),
        images=list(roles.images),
        unknown=list(roles.unknown),
        label_use=roles.label_use,
    )
