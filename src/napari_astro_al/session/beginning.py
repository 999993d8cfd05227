"""A session begun from a share file, at each of three levels."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import fields
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from napari_astro_al.annotation import Chain, Event
from napari_astro_al.catalogue import Catalogue, Roles
from napari_astro_al.errors import (
    AstroALError,
    AstroALWarning,
    CatalogueError,
    SessionError,
    listing,
)
from napari_astro_al.jobs import Job, Progress, drain
from napari_astro_al.session import folder
from napari_astro_al.session.access import note_opening
from napari_astro_al.session.catalogue_print import CatalogueChange, change_job
from napari_astro_al.session.reopening import StoredRecipes, read_with, stored_roles
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.share_document import ShareDocument
from napari_astro_al.session.shared_events import answered_sources, from_shared
from napari_astro_al.session.shared_layout import check_layout
from napari_astro_al.session.shared_recipes import shared_recipes
from napari_astro_al.session.sharing import Level, check_level

if TYPE_CHECKING:
    from napari_astro_al.session.session import Session

T = TypeVar("T")
SHARED = "shared"
"""The kind of the event that says that a session was begun from a share file."""


def undamaged(job: Job[T]) -> Job[T]:
    """The same job; what a damaged share file makes fail is said to be that."""
    try:
        return (yield from job)
    except AstroALError:
        raise
    except Exception as error:  # the file may hold anything
        raise SessionError(
            f"The share file is damaged: {type(error).__name__}: {error}. Get another copy of it."
        ) from error


def catalogue_for(document: ShareDocument, what: Catalogue | str | PathLike[str]) -> Catalogue:
    """A catalogue as it is, or that of a file, read with the roles of a share file."""
    if isinstance(what, Catalogue):
        return what
    return read_with(what, document.catalogue.roles)


def with_shared_roles(document: ShareDocument, catalogue: Catalogue) -> Catalogue:
    """The catalogue with the roles of a share file.

    Raises
    ------
    SessionError
        If it lacks columns that decide what labels mean.

    Warns
    -----
    AstroALWarning
        Of columns that are only looked at and are not there.
    """
    wanted = stored_roles(document.catalogue.roles)
    given = catalogue.roles
    changes = {
        one.name: getattr(wanted, one.name)
        for one in fields(Roles)
        if getattr(wanted, one.name) != getattr(given, one.name)
    }
    for names in (("id", "label", "unknown", "label_use"), ("ra", "dec"), ("info",), ("images",)):
        some = {name: changes[name] for name in names if name in changes}
        if not some:
            continue
        try:
            catalogue = catalogue.with_roles(**some)
        except CatalogueError as error:
            words = ", ".join(f"{name}={value!r}" for name, value in some.items())
            if names[0] == "id":
                raise SessionError(
                    f"The share file is about a catalogue with {words}, which {catalogue.name!r} "
                    f"cannot have: {error}"
                ) from error
            _warn(f"{catalogue.name!r} cannot have {words}, as in the share file: {error}")
    return catalogue


def beginning_job(
    document: ShareDocument,
    catalogue: Catalogue,
    *,
    level: Level = "everything",
    path: str | PathLike[str] | None = None,
    annotator: str | None = None,
) -> Job[Session]:
    """The work of `Session.from_config`: everything is checked before anything is made."""
    return undamaged(_begun(document, catalogue, level, path, annotator))


def _begun(
    document: ShareDocument,
    catalogue: Catalogue,
    level: Level,
    path: str | PathLike[str] | None,
    annotator: str | None,
) -> Job[Session]:
    from napari_astro_al.session.session import Session, chain_of

    check_level(level)
    check_layout(document.layout)
    catalogue = with_shared_roles(document, catalogue)
    change = yield from change_job(document.fingerprint, catalogue)
    place = None if path is None else Path(path).expanduser().absolute()
    if level == "layout":
        warn_of(change, catalogue)
        session = Session(catalogue, path=place, annotator=annotator)
        laid_out(session, document)
        return session
    recipes = shared_recipes(document, catalogue, document.recipes.seed)
    if level == "settings":
        warn_of(change, catalogue)
        session = Session(
            catalogue,
            recipes.features,
            recipes.tasks,
            recipes.learners,
            recipes.split,
            place,
            pool=document.recipes.pool,
            seed=document.recipes.seed,
            annotator=annotator,
        )
        laid_out(session, document)
        return session
    yield Progress("Reading the answers")
    events = from_shared(document.annotators, document.events)
    check_answers(document, catalogue, change)
    warn_of(change, catalogue)
    session = yield from assembled(document, catalogue, recipes, chain_of(annotator), events, place)
    session.annotator = annotator
    session.say_about_share(
        author=document.author,
        doi=document.doi,
        licence=document.licence,
        description=document.description,
    )
    laid_out(session, document)
    return session


def check_answers(document: ShareDocument, catalogue: Catalogue, change: CatalogueChange) -> None:
    """Refuse answers about sources that the catalogue does not have; names them."""
    missing = []
    for text in answered_sources(document.events):
        try:
            catalogue.parse_id(text)
        except CatalogueError:
            missing.append(text)
    if missing:
        raise SessionError(
            f"{catalogue.name!r} lacks {len(missing):,} sources that the share file has answers "
            f"about: {listing(missing)}. Compared with its catalogue: {change}. Give the "
            'catalogue that was labelled, or take the settings alone: level="settings".'
        )


def assembled(
    document: ShareDocument,
    catalogue: Catalogue,
    recipes: StoredRecipes,
    chain: Chain,
    events: list[Event],
    place: Path | None,
) -> Job[Session]:
    """A session of these recipes and events; where it fails, no folder is left."""
    from napari_astro_al.session.session import Session

    session = Session.__new__(Session)
    session.catalogue, session.path, session.column_groups = catalogue, None, {}
    session.pool, session.seed = document.recipes.pool, document.recipes.seed
    session.annotator, session._lock = None, None
    session.split, session.partition = recipes.split, recipes.partition
    session.tasks, session.learners = recipes.tasks, recipes.learners
    session.plans = recipes.plans
    session.going_on = {one for one in document.recipes.going_on if one in recipes.tasks}
    session.features = yield from session._features_job(recipes.features, recipes.partition)
    excluded = _selection(catalogue, document.excluded)
    sets = {name: _selection(catalogue, ids) for name, ids in document.sets.items()}
    if place is not None:
        session.path = folder.create(place)
    try:
        with session._ledger(chain, False) as ledger:
            if events:
                said = {"events": len(events), "author": document.author, "doi": document.doi}
                ledger.take_in(events, (SHARED, said))
            session._begin(ledger)
            session.note_curated()
            note_opening(session, anew=True)
            if session.path is not None:
                session.save()
        _with_sets(session, excluded, sets)
    except BaseException:
        if "ledger" in session.__dict__:
            session.give_up()
        elif place is not None:
            folder.discard(place)
        raise
    return session


def _with_sets(session: Session, excluded: Selection, sets: Mapping[str, Selection]) -> None:
    for name, selection in sets.items():
        session.sets.save(name, selection)
    if excluded.count:
        session.exclude(excluded)


def _selection(catalogue: Catalogue, texts: list[str]) -> Selection:
    known: list[Any] = []
    for text in texts:
        try:
            known.append(catalogue.parse_id(text))
        except CatalogueError:
            continue  # a source that is gone plays no part anyway
    return Selection.of_rows(catalogue, catalogue.rows_of(known))


def laid_out(session: Session, document: ShareDocument) -> None:
    """Show what a share file shows; what cannot be shown is told in a warning."""
    try:
        session.accept_layout(document, drain(session.layout_job(document)))
        if session.projection_recipe is not None:
            session.project(session.projection_recipe)
    except Exception as error:  # what is shown is no reason to lose the answers
        session.projection_recipe = None
        _warn(f"Not everything of the share file can be shown: {error}")


def warn_of(change: CatalogueChange, catalogue: Catalogue) -> None:
    """Say how a catalogue differs from that of the share file, where it does."""
    if change:
        _warn(f"{catalogue.name!r} is not as the catalogue of the share file was: {change}.")


def _warn(message: str) -> None:
    warnings.warn(message, AstroALWarning, stacklevel=6)
