"""From a session's folder back to what it describes."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_astro_al.catalogue import ROWS, Catalogue, Roles
from napari_astro_al.errors import (
    AstroALError,
    AstroALWarning,
    CatalogueError,
    SessionError,
    listing,
)
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.learning import LearnerRecipe, Split, Task
from napari_astro_al.projection import ProjectionRecipe, image_of
from napari_astro_al.session.curated import Plan
from napari_astro_al.session.document import (
    CatalogueReference,
    SessionDocument,
    StoredRoles,
)
from napari_astro_al.session.file_paths import named_file
from napari_astro_al.session.known_catalogue import (
    change_in_words,
    found_again,
    warn_of_columns,
)
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.stored_pictures import StoredProvider, provider_of

if TYPE_CHECKING:
    from napari_astro_al.session.session import Session

_DECISIVE = ("id", "label", "unknown", "label_use")
"""Roles without which labels would mean something else."""
_ON_SHOW = (("ra", "dec"), ("info",), ("images",))


def matching_catalogue(
    root: Path, reference: CatalogueReference, catalogue: Catalogue | None
) -> Catalogue:
    """The catalogue of a session with the session's roles.

    Parameters
    ----------
    root : Path
        The session's folder.
    reference : CatalogueReference
        What the session knows of its catalogue.
    catalogue : Catalogue or None
        With any roles; None reads the file that the session names.

    Raises
    ------
    SessionError
        If it is another catalogue, it cannot have the session's roles, or the file is not there.

    Warns
    -----
    AstroALWarning
        If columns that are only looked at are gone.
    """
    if catalogue is None:
        catalogue = _read_again(root, reference)
    else:
        catalogue = _with_stored_roles(root, reference, catalogue)
    if catalogue.id_kind != reference.id_kind or len(catalogue) != reference.n_sources:
        raise _another(root, reference, catalogue)
    if catalogue.id_digest != reference.id_digest:
        raise SessionError(
            f"{root.name} belongs to {reference.name!r}; {catalogue.name!r} has as many sources, "
            f"but other ids. Read it with the same id column, or open its own catalogue."
            f"{change_in_words(root, catalogue)}"
        )
    warn_of_columns(root, catalogue)
    return catalogue


def stored_roles(stored: StoredRoles) -> Roles:
    """Roles as ``session.json`` holds them."""
    return Roles(
        id=ROWS if stored.id is None else _id_role(stored.id),
        label=stored.label,
        ra=stored.ra,
        dec=stored.dec,
        info=tuple(stored.info),
        images=tuple(stored.images),
        unknown=tuple(stored.unknown),
        label_use=stored.label_use,
    )


def read_with(what: str | PathLike[str], stored: StoredRoles, **how: Any) -> Catalogue:
    """Read a file with stored roles and no guesses; `how` as `Catalogue.read` takes it."""
    roles = stored_roles(stored)
    given = {one.name: getattr(roles, one.name) for one in fields(Roles)}
    return Catalogue.read(what, **given, **how, guess=False)


def _id_role(stored: str | list[str]) -> str | tuple[str, ...]:
    return stored if isinstance(stored, str) else tuple(stored)


def _another(root: Path, reference: CatalogueReference, catalogue: Catalogue) -> SessionError:
    return SessionError(
        f"{root.name} belongs to {reference.name!r}, with {reference.n_sources:,} sources and "
        f"ids of kind {reference.id_kind}; {catalogue.name!r} has {len(catalogue):,} sources "
        f"and ids of kind {catalogue.id_kind}. Open it with its own catalogue."
        f"{change_in_words(root, catalogue)}{_WITH_ANOTHER}"
    )


_WITH_ANOTHER = (
    " To take the answers to another release of it: session.export_config(...), then "
    "Session.from_config(share, catalogue)."
)


def _with_stored_roles(
    root: Path, reference: CatalogueReference, catalogue: Catalogue
) -> Catalogue:
    wanted = stored_roles(reference.roles)
    changes = {
        one.name: getattr(wanted, one.name)
        for one in fields(Roles)
        if getattr(wanted, one.name) != getattr(catalogue.roles, one.name)
    }
    if not changes:
        return catalogue
    if len(catalogue) != reference.n_sources:
        raise _another(root, reference, catalogue)
    decisive = {name: changes[name] for name in _DECISIVE if name in changes}
    if decisive:
        given = {name: getattr(catalogue.roles, name) for name in decisive}
        try:
            catalogue = catalogue.with_roles(**decisive)
        except CatalogueError as error:
            raise SessionError(
                f"{root.name} was made with {_in_words(decisive)}, which {catalogue.name!r}, given "
                f"with {_in_words(given)}, cannot have: {error}"
            ) from error
    for names in _ON_SHOW:
        shown = {name: changes[name] for name in names if name in changes}
        if not shown:
            continue
        try:
            catalogue = catalogue.with_roles(**shown)
        except CatalogueError as error:
            _warn(f"{root.name} cannot have {_in_words(shown)} any more: {error}")
    return catalogue


def _in_words(roles: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in roles.items())


def _read_again(root: Path, reference: CatalogueReference) -> Catalogue:
    if not reference.path:
        raise SessionError(
            f"{root.name} was made from a table in memory ({reference.name!r}). "
            "Give the catalogue: Session.open(path, catalogue)."
        )
    file = named_file(root, reference.path)
    if file.exists():
        return _read(root, reference, file)
    for candidate in found_again(root, reference):
        with suppress(AstroALError):
            catalogue = _read(root, reference, candidate)
            if catalogue.id_digest == reference.id_digest:
                _warn(f"The catalogue of {root.name} was moved: it is {candidate} now.")
                return catalogue
    raise SessionError(
        f"The catalogue of {root.name} is not at {file}. "
        "Give it: Session.open(path, Catalogue.read(...))."
    )


def _read(root: Path, reference: CatalogueReference, file: Path) -> Catalogue:
    try:
        return read_with(file, reference.roles, table=reference.table, expand=reference.expand)
    except CatalogueError as error:
        raise SessionError(
            f"The catalogue of {root.name} cannot be read as it was: {error}"
        ) from error


@dataclass(frozen=True)
class StoredRecipes:
    """What ``session.json`` says that models see, learn and are asked."""

    split: Split
    partition: Partition
    tasks: dict[str, Task]
    learners: dict[str, LearnerRecipe]
    features: FeatureRecipe
    plans: dict[str, Plan]


def stored_recipes(root: Path, document: SessionDocument, catalogue: Catalogue) -> StoredRecipes:
    """The recipes of a document.

    Raises
    ------
    SessionError
        Naming the key that is damaged or does not fit the catalogue.
    """
    with usable(root, "split"):
        split = Split.from_json(document.split)
        partition = Partition.of(catalogue, split, document.seed)
    with usable(root, "tasks"):
        if not document.tasks:
            raise SessionError("there is no task in it")
        tasks = {name: Task.from_json(task) for name, task in document.tasks.items()}
    with usable(root, "learners"):
        lacking = [name for name in tasks if name not in document.learners]
        if lacking:
            raise SessionError(f"there is none for {listing(lacking)} of tasks")
        learners = {name: LearnerRecipe.from_json(document.learners[name]) for name in tasks}
    with usable(root, "features"):
        features = FeatureRecipe.from_json(document.features)
    with usable(root, "curated"):
        plans = {part: Plan.from_json(plan) for part, plan in document.curated.items()}
        strangers = set(plans) - set(split.ids or {})
        if strangers:
            raise SessionError(f"split names no sources for {listing(sorted(strangers))}")
    return StoredRecipes(split, partition, tasks, learners, features, plans)


@contextmanager
def usable(root: Path, key: str) -> Iterator[None]:
    """Let nothing but a `SessionError` that names the key leave the block."""
    try:
        yield
    except KeyError as error:
        raise _unusable(root, key, f"{error} is missing") from error
    except Exception as error:  # the file may hold anything
        kind = "" if isinstance(error, AstroALError) else f"{type(error).__name__}: "
        raise _unusable(root, key, f"{kind}{error}") from error


@contextmanager
def whole_ledger(root: Path) -> Iterator[None]:
    """Let nothing but an error in words leave the block, whatever stands in the ledger."""
    try:
        yield
    except AstroALError:
        raise
    except Exception as error:  # the file may hold anything
        raise SessionError(
            f"The ledger of {root.name} is damaged: {type(error).__name__}: {error}. The command "
            "napari-astro-al verify names the first event that was changed; restore the file from "
            "a copy."
        ) from error


def _unusable(root: Path, key: str, why: str) -> SessionError:
    return SessionError(
        f"{key} in {root / 'session.json'} cannot be used: {why.rstrip('.')}. Restore the file "
        "from a copy, or make a new session; the labels in ledger.sqlite are not affected."
    )


def restore_views(session: Session, root: Path, document: SessionDocument) -> None:
    """Bring back what was on show; what cannot be is told in a warning."""
    session.going_on = {name for name in document.going_on if name in session.tasks}
    session.window = dict(document.window)
    for stored in document.cutouts:
        _add_provider(session, root, stored)
    for name in document.cutouts_not_kept:
        _warn(
            f"The pictures {name!r} of {root.name} are not kept with it: they were pixels in "
            "memory. Add them again: session.cutouts.add(ImagePixels(...))."
        )
    if document.current is not None:
        try:
            session.visits.visit(session.catalogue.parse_id(document.current))
        except CatalogueError as error:
            _warn(f"The source on show in {root.name} could not be found again: {error}")
    if document.projection is not None:
        try:
            recipe = ProjectionRecipe.from_json(document.projection)
            session.project(recipe)
            _miss_image(root, recipe)
        except Exception as error:  # the file may hold anything
            _warn(f"The projection of {root.name} could not be made again: {error}")


def _miss_image(root: Path, recipe: ProjectionRecipe) -> None:
    """Say that an image without a file cannot be shown below the sources that lie on it."""
    image = image_of(recipe) if recipe.kind == "image" else None
    if image is not None and not image.path:
        _warn(
            f"Sources of {root.name} lie on {image.name!r}, which was in memory only and is not "
            f"kept with it: they are where they were, without the image. Open it again as a layer "
            f"named {image.name!r}, and choose it in the Catalogue dock."
        )


def _add_provider(session: Session, root: Path, stored: StoredProvider) -> None:
    try:
        session.cutouts.add(provider_of(stored, root))
    except (AstroALError, OSError, ValueError) as error:
        _warn(f"Cutouts of {root.name} could not be brought back: {error}")


def _warn(message: str) -> None:
    warnings.warn(message, AstroALWarning, stacklevel=5)
