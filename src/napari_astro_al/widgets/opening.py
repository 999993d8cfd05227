"""From a file, a folder, a table in memory or a sample to a session."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import AstroALError, AstroALWarning
from napari_astro_al.features import can_be_measured, default_columns
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.scale import PartitionedCatalogue
from napari_astro_al.session import Session
from napari_astro_al.session.places import default_path, free_path, is_session, open_or_create

MEASURE = (
    "No column looks like a measurement. Start all the same: sources come at random until "
    "“Measure pictures…” has made features of the pictures."
)


@dataclass(frozen=True)
class Proposal:
    """A catalogue with guessed roles, to be looked at before it is used.

    Attributes
    ----------
    catalogue : Catalogue
        With the roles as guessed.
    features : tuple of str
        The columns that would be features.
    kept_at : Path
        Where its session is kept, or would be.
    warnings : tuple of str
        What reading it warned of, and what to know before starting.
    prepare : callable or None
        What is to be done with a new session before it is shown.
    whole : PartitionedCatalogue or None
        All of it, where it stays on disk; `catalogue` then has its first rows.
    """

    catalogue: Catalogue
    features: tuple[str, ...]
    kept_at: Path
    warnings: tuple[str, ...] = ()
    prepare: Callable[[Session], None] | None = None
    whole: PartitionedCatalogue | None = None

    @property
    def title(self) -> str:
        """Name and size."""
        name, whole = self.catalogue.name, self.whole
        if whole is None:
            return f"{name}: {len(self.catalogue):,} sources"
        return f"{name}: {len(whole):,} sources in {len(whole.partitions):,} partitions, on disk"

    @property
    def has_session(self) -> bool:
        """Whether there is a session to go on with."""
        return is_session(self.kept_at)


def classes_of(catalogue: Catalogue) -> tuple[str, ...]:
    """Classes of the label column; else those that the catalogue suggests."""
    if catalogue.roles.label is None:
        return catalogue.suggested_classes
    known = pd.unique(catalogue.column_labels)
    return tuple(sorted(str(one) for one in known if one is not None))


def proposal_job(make: Callable[[], Catalogue], what: str) -> Job[Proposal]:
    """Read a catalogue and guess its roles and features."""
    return guarded(_propose(make, what), f"read {what}")


def _propose(make: Callable[[], Catalogue], what: str) -> Job[Proposal]:
    yield Progress(f"Reading {what}")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", AstroALWarning)
        catalogue = make()
        features = tuple(default_columns(catalogue))
    told = [str(one.message) for one in caught if issubclass(one.category, AstroALWarning)]
    if not features and can_be_measured(catalogue):
        told.append(MEASURE)
    return Proposal(catalogue, features, default_path(catalogue), tuple(told))


def session_job(
    catalogue: Catalogue,
    roles: dict[str, Any],
    *,
    anew: bool = False,
    prepare: Callable[[Session], None] | None = None,
    **recipes: Any,
) -> Job[Session]:
    """Give a catalogue its roles and open or make its session, and prepare that."""
    return guarded(_begin(catalogue, roles, anew, prepare, recipes), f"open {catalogue.name}")


def _begin(
    catalogue: Catalogue,
    roles: dict[str, Any],
    anew: bool,
    prepare: Callable[[Session], None] | None,
    recipes: dict[str, Any],
) -> Job[Session]:
    yield Progress(f"Preparing {catalogue.name}: features and split")
    changed = {key: value for key, value in roles.items() if getattr(catalogue.roles, key) != value}
    if changed:
        catalogue = catalogue.with_roles(**changed)
    place = default_path(catalogue)
    session = open_or_create(catalogue, free_path(place) if anew else place, **recipes)
    try:
        if prepare is not None:
            prepare(session)
        yield from first_projection_job(session)
    except BaseException:
        session.close()
        raise
    return session


def first_projection_job(session: Session) -> Job[None]:
    """Make the first projection of a new session, so that the window finds it made.

    Where it cannot be made, the window says why when it asks for it.
    """
    first = session.first_projection
    if session.projection_recipe is not None or first is None:
        return
    with suppress(AstroALError):
        projection = yield from session.project_job(first)
        session.accept_projection(first, projection)


def folder_job(path: Path, catalogue: Catalogue | None = None) -> Job[Session]:
    """Open a session's folder."""
    return guarded(_open(path, catalogue), f"open {path.name}")


def _open(path: Path, catalogue: Catalogue | None) -> Job[Session]:
    yield Progress(f"Opening {path.name}")
    return Session.open(path, catalogue)
