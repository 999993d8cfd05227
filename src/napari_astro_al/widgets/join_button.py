"""The button that adds another catalogue's columns to the session's."""

from __future__ import annotations

import warnings
from pathlib import Path

from napari.utils.notifications import show_info
from qtpy.QtWidgets import QFileDialog, QPushButton

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import AstroALError, AstroALWarning
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.session import Session
from napari_astro_al.session.columns import NewColumns
from napari_astro_al.widgets.join_dialog import JoinDialog, Joining
from napari_astro_al.widgets.workspace import Workspace, report

WORDS = "Join another catalogue…"
TIP = "Add the columns of another table, by ids, by a column or by place on the sky"


class JoinButton(QPushButton):
    """Asks for a file and how its sources are found, and adds its columns.

    Parameters
    ----------
    workspace : Workspace
        Whose session gets them.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(WORDS)
        self.setToolTip(TIP)
        self._workspace = workspace
        self.clicked.connect(self.ask)

    def ask(self) -> None:
        """Let the person choose a file."""
        path, _ = QFileDialog.getOpenFileName(self, "Join another catalogue")
        if path:
            self.read(Path(path))

    def read(self, path: Path) -> None:
        """Read a file, and ask how its sources are found."""
        session = self._workspace.session
        if session is not None:
            self._workspace.jobs.run(
                _reading(path),
                title=f"Reading {path.name}",
                done=lambda other: self._choose(session, other),
                failed=report,
            )

    def _choose(self, session: Session, other: Catalogue) -> None:
        if self._workspace.session is not session:
            return
        dialog = JoinDialog(session.catalogue, other, self)
        if dialog.exec():
            self.join(other, dialog.wanted)

    def join(self, other: Catalogue, wanted: Joining) -> None:
        """Add another catalogue's columns."""
        session = self._workspace.session
        if session is None:
            return
        try:
            job = session.join_job(other, wanted.name, on=wanted.on, sky=wanted.sky)
        except AstroALError as error:
            report(error)
            return
        self._workspace.jobs.run(
            job,
            title=f"Joining {other.name}",
            done=lambda new: self._take(session, new),
            failed=report,
            discard=lambda late: late.drop(),
        )

    def _take(self, session: Session, new: NewColumns) -> None:
        try:
            taken = session.accept_columns(new)
        except AstroALError as error:
            report(error)
            return
        if not taken:
            show_info("The catalogue has changed in the meantime: join once more.")
            return
        matched = new.group.made["matched"]
        show_info(
            f"{matched:,} of {len(session.catalogue):,} sources have a match in "
            f"{new.group.made['joined']}: {len(new.group.names)} columns {new.group.name!r}."
        )


def _reading(path: Path) -> Job[Catalogue]:
    def job() -> Job[Catalogue]:
        yield Progress(f"Reading {path.name}")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AstroALWarning)  # about ids, which need not be used
            return Catalogue.read(path)

    return guarded(job(), f"read {path.name}")
