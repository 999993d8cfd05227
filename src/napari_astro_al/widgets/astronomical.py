"""Opening an AstronomicAL configuration: as a job, with what has no equal shown afterwards."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtWidgets import QFileDialog, QWidget

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.session import Session
from napari_astro_al.session.astronomical import import_astronomical_job
from napari_astro_al.session.astronomical.importing import catalogue_beside
from napari_astro_al.session.astronomical.settings import read_settings
from napari_astro_al.session.places import default_path, free_path
from napari_astro_al.widgets.comparison_dialog import ComparisonDialog
from napari_astro_al.widgets.workspace import Workspace, report

TITLE = "Open an AstronomicAL configuration"
KINDS = "AstronomicAL configurations (*.json);;All files (*)"
_MARK = b'"features_for_training"'
_ENOUGH = 2**20


def is_configuration(path: Path) -> bool:
    """Whether a file looks like an AstronomicAL configuration; reads its beginning."""
    if path.suffix.lower() != ".json":
        return False
    try:
        with path.open("rb") as stream:
            return _MARK in stream.read(_ENOUGH)
    except OSError:
        return False


class AstronomicalOpening:
    """Asks for the file, and for the catalogue where that is not beside it.

    Parameters
    ----------
    workspace : Workspace
        Takes the session.
    parent : QWidget
        Of the dialogs.
    """

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        self._workspace, self._parent = workspace, parent
        self.dialog: ComparisonDialog | None = None

    def ask(self) -> None:
        """Let the person choose a configuration."""
        path, _ = QFileDialog.getOpenFileName(self._parent, TITLE, "", KINDS)
        if path:
            self.open(Path(path))

    def open(self, config: Path) -> None:
        """Import a configuration; ask for its catalogue first if it is not beside it."""

        def found(catalogue: Path | None) -> None:
            chosen = catalogue or self._asked_for(config)
            if chosen is not None:
                self.start(config, chosen)

        self._workspace.run(
            guarded(_look_beside(config), f"read {config.name}"),
            title=f"Reading {config.name}",
            done=found,
        )

    def _asked_for(self, config: Path) -> Path | None:
        path, _ = QFileDialog.getOpenFileName(self._parent, f"The catalogue of {config.name}")
        return Path(path) if path else None

    def start(self, config: Path, catalogue: Path) -> None:
        """Import a configuration of a catalogue's file."""
        self._workspace.jobs.run(
            guarded(_import(config, catalogue), f"import {config.name}"),
            title=f"Importing {config.name}",
            done=self._take,
            failed=report,
            discard=lambda late: late.close(),
        )

    def _take(self, session: Session) -> None:
        self._workspace.take(session)
        self.show(session)

    def show(self, session: Session) -> None:
        """Show what was taken over, and what has no equal."""
        told = session.imported
        if told is None:
            return
        if self.dialog is not None:
            self.dialog.close()
        self.dialog = ComparisonDialog(told, self._parent.window())
        self.dialog.finished.connect(self._closed)
        self.dialog.show()

    def _closed(self) -> None:
        self.dialog = None


def _look_beside(config: Path) -> Job[Path | None]:
    yield Progress(f"Reading {config.name}")
    settings, _ = read_settings(config)
    return catalogue_beside(config, settings)


def _import(config: Path, file: Path) -> Job[Session]:
    yield Progress(f"Reading {file.name}")
    catalogue = Catalogue.read(file)
    place = free_path(default_path(catalogue))
    return (yield from import_astronomical_job(config, catalogue, path=place))
