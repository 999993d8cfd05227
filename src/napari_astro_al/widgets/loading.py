"""Taking over a share file in a window, at one of three levels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from napari.utils.notifications import show_info

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.cutouts import CutoutProvider
from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.session.beginning import beginning_job, with_shared_roles
from napari_astro_al.session.catalogue_print import CatalogueChange, change_job
from napari_astro_al.session.places import default_path, free_path
from napari_astro_al.session.share_document import ShareDocument, read_share
from napari_astro_al.session.sharing import Level, Settings
from napari_astro_al.widgets.workspace import Workspace, report


@dataclass(frozen=True)
class ReadShare:
    """A share file that was read, and how the open catalogue differs from its own."""

    path: Path
    document: ShareDocument
    change: CatalogueChange | None
    why_not: str
    """Why the catalogue cannot be compared: it cannot have the file's roles, say."""


def reading_job(path: Path, catalogue: Catalogue) -> Job[ReadShare]:
    """Read a share file and compare catalogues, before anything is used."""
    return guarded(_read(path, catalogue), "read the share file")


def _read(path: Path, catalogue: Catalogue) -> Job[ReadShare]:
    yield Progress(f"Reading {path.name}")
    document = read_share(path)
    try:
        own = with_shared_roles(document, catalogue)
        change = yield from change_job(document.fingerprint, own)
    except AstroALError as error:
        return ReadShare(path, document, None, str(error))
    return ReadShare(path, document, change, "")


def load(workspace: Workspace, found: ReadShare, level: Level) -> None:
    """Take over a share file: into the open session, or as a session of its own."""
    session, document = workspace.session, found.document
    if session is None:
        return
    if level == "everything":
        stem = found.path.name.removesuffix(".json").removesuffix(".share")
        place = free_path(default_path(session.catalogue).with_name(f"{stem}.astroal"))
        job = beginning_job(document, session.catalogue, path=place)
        workspace.open(
            guarded(job, "begin the session"), title=f"Beginning a session from {found.path.name}"
        )
        return

    def show(ready: tuple[Settings | None, list[CutoutProvider]]) -> None:
        settings, pictures = ready
        if workspace.session is not session:
            return
        try:
            if settings is not None:
                session.accept_settings(settings)
            session.accept_layout(document, pictures)
        except AstroALError as error:
            report(error)
            return
        workspace.show_anew()
        show_info(f"The {level} of {found.path.name} was taken over; your labels are as they were.")

    try:
        settings_job = session.settings_job(document) if level == "settings" else None
        job = _made_ready(settings_job, session.layout_job(document))
    except AstroALError as error:
        report(error)
        return
    workspace.run(job, title=f"Taking over {found.path.name}", done=show)


def _made_ready(
    settings: Job[Settings] | None, layout: Job[list[CutoutProvider]]
) -> Job[tuple[Settings | None, list[CutoutProvider]]]:
    ready = None if settings is None else (yield from settings)
    return ready, (yield from layout)
