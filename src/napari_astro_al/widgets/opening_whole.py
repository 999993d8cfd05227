"""From a folder of partitions to a session, by jobs whose progress counts partitions."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from napari_astro_al.errors import AstroALWarning
from napari_astro_al.features import default_columns
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.learning import Task
from napari_astro_al.scale import PartitionedCatalogue
from napari_astro_al.session import Session
from napari_astro_al.session.partitioned import PartitionedSession
from napari_astro_al.session.places import default_path, free_path, is_session
from napari_astro_al.widgets.opening import Proposal, classes_of, first_projection_job

ENGINE = "threads"
"""What runs passes of a catalogue that is opened in the window."""


def whole_proposal_job(path: Path, *, skip_unreadable: bool = False) -> Job[Proposal]:
    """Look at the first rows of a catalogue in partitions, and guess its roles and features."""
    return guarded(_propose(path, skip_unreadable), f"read {path.name}")


def _propose(path: Path, skip_unreadable: bool) -> Job[Proposal]:
    yield Progress(f"Reading the footers of {path.name}")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", AstroALWarning)
        whole = yield from PartitionedCatalogue.open_job(
            path, engine=ENGINE, skip_unreadable=skip_unreadable
        )
        head = whole.head()
        features = tuple(default_columns(head))
    told = [str(one.message) for one in caught if issubclass(one.category, AstroALWarning)]
    if whole.left_out:
        n_out = len(whole.left_out)
        told.append(
            f"Left out, for {'it' if n_out == 1 else 'they'} cannot be read: "
            + "; ".join(whole.left_out)
        )
    return Proposal(head, features, default_path(whole), tuple(told), whole=whole)


def whole_session_job(
    proposal: Proposal, roles: dict[str, Any], *, anew: bool, **recipes: Any
) -> Job[Session]:
    """Give a catalogue in partitions its roles, and open or make its session."""
    return guarded(_begin(proposal, roles, anew, recipes), f"open {proposal.catalogue.name}")


def _begin(
    proposal: Proposal, roles: dict[str, Any], anew: bool, recipes: dict[str, Any]
) -> Job[Session]:
    whole = proposal.whole
    assert whole is not None
    yield Progress(f"Preparing {whole.name}")
    guessed = {name: getattr(whole.roles, name) for name in roles}
    if roles != guessed:
        whole = yield from PartitionedCatalogue.open_job(
            whole.path, **roles, engine=whole.engine, skip_unreadable=bool(whole.left_out)
        )
    if recipes.get("task") == Task(list(classes_of(proposal.catalogue))):
        del recipes["task"]  # nobody has chosen any: those of all partitions, not of the first rows
    place = free_path(proposal.kept_at) if anew else proposal.kept_at
    session = yield from beginning_job(whole, place, recipes)
    return session


def beginning_job(
    whole: PartitionedCatalogue, place: Path, recipes: dict[str, Any]
) -> Job[Session]:
    """The session kept at a place, or a new one there, with its first projection."""
    if is_session(place):
        session = yield from PartitionedSession.opening_job(place, whole)
    else:
        session = yield from PartitionedSession.beginning_job(whole, path=place, **recipes)
    try:
        yield from first_projection_job(session)
    except BaseException:
        session.close()
        raise
    return session


def known_whole_job(whole: PartitionedCatalogue) -> Job[Session]:
    """Go on with the session kept beside a partitioned catalogue, or begin one there."""
    return guarded(beginning_job(whole, default_path(whole), {}), f"open {whole.name}")


def whole_folder_job(path: Path, whole: PartitionedCatalogue | None = None) -> Job[Session]:
    """Open the folder of a session whose catalogue stays on disk."""
    return guarded(_open(path, whole), f"open {path.name}")


def _open(path: Path, whole: PartitionedCatalogue | None) -> Job[Session]:
    yield Progress(f"Opening {path.name}")
    session: Session = yield from PartitionedSession.opening_job(path, whole)
    return session
