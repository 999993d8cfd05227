"""What one does with the answers of others: take them in, give one's own, settle disagreements."""

from __future__ import annotations

from pathlib import Path

from napari.utils.notifications import show_info
from qtpy.QtWidgets import QFileDialog, QMenu, QWidget

from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.session import Session
from napari_astro_al.session.merging import Additions
from napari_astro_al.widgets.checking import Checking
from napari_astro_al.widgets.workspace import Workspace, report

KINDS = "Answers (*.sqlite);;All files (*)"


class TeamActions:
    """Three commands of a menu.

    Parameters
    ----------
    parent : QWidget
        Of the dialogs.
    workspace : Workspace
    checking : Checking
        Goes through the disagreements.
    """

    def __init__(self, parent: QWidget, workspace: Workspace, checking: Checking) -> None:
        self._parent, self._workspace, self._checking = parent, workspace, checking

    def fill(self, menu: QMenu) -> None:
        """Add the commands."""
        session = self._workspace.session
        if session is None:
            return
        n = len(session.book.annotators)
        settle = menu.addAction("Settle disagreements")
        settle.setToolTip("Go through the sources of which people say different things")
        settle.setEnabled(n > 1)
        settle.triggered.connect(self._checking.settle)
        take = menu.addAction("Take in answers of others…")
        take.setToolTip("From files that they gave you; in any order, and as often as you like")
        take.setEnabled(session.writable)
        take.triggered.connect(self.ask_for_answers)
        give = menu.addAction("Give all answers to others…")
        give.setToolTip("Write one file with every answer, and nothing of the catalogue")
        give.triggered.connect(self.ask_where_to)

    def ask_for_answers(self) -> None:
        """Choose files, and merge them."""
        title = "Take in answers of others"
        paths, _ = QFileDialog.getOpenFileNames(self._parent, title, "", KINDS)
        if paths:
            self.take_in(paths)

    def take_in(self, paths: list[str]) -> None:
        """Merge files: read and checked as a job, then recorded."""
        session = self._workspace.session
        if session is None:
            return

        def record(found: Additions) -> None:
            try:
                show_info(str(session.accept_merge(found)))
            except AstroALError as error:
                report(error)

        try:
            job = session.merge_job(paths)
        except AstroALError as error:
            report(error)
            return
        self._workspace.run(job, title="Taking in answers", done=record)

    def ask_where_to(self) -> None:
        """Choose a file, and write all answers into it."""
        session = self._workspace.session
        if session is None:
            return
        title, name = "Give all answers to others", f"{session.name}.sqlite"
        path, _ = QFileDialog.getSaveFileName(self._parent, title, name, KINDS)
        if path:
            self.give(Path(path))

    def give(self, path: Path) -> None:
        """Write all answers into a file, as a job."""
        session = self._workspace.session
        if session is not None:
            job = guarded(_write(session, path), "write the answers")
            self._workspace.run(
                job,
                title="Writing answers",
                done=lambda file: show_info(f"All answers are in {file.name}."),
            )


def _write(session: Session, path: Path) -> Job[Path]:
    yield Progress(f"Writing {path.name}")
    return session.export_ledger(path)
