"""A dialog that writes labels, predictions, models and cards into files, as a job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from napari.utils.notifications import show_info
from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.session import Session
from napari_astro_al.session.astronomical.exporting import export_astronomical
from napari_astro_al.session.comparison import Comparison
from napari_astro_al.session.model_export import export_card, export_model
from napari_astro_al.widgets.busy_bar import BusyBar
from napari_astro_al.widgets.comparison_dialog import ComparisonDialog
from napari_astro_al.widgets.export_form import CARD, MODEL, OTHER, SELECTED, ExportForm
from napari_astro_al.widgets.runner import Running
from napari_astro_al.widgets.style import small
from napari_astro_al.widgets.workspace import Workspace, report

WIDTH = 460


def open_export(workspace: Workspace, parent: QWidget) -> ExportDialog | None:
    """Show the dialog for the session of a window; None without one.

    Parameters
    ----------
    workspace : Workspace
    parent : QWidget
        Of the dialog.
    """
    if workspace.session is None:
        return None
    dialog = ExportDialog(workspace, workspace.session, parent)
    dialog.show()
    return dialog


class ExportDialog(QDialog):
    """The form, how far the writing is, and two buttons.

    Parameters
    ----------
    workspace : Workspace
        Runs the job.
    session : Session
        What is exported.
    """

    def __init__(self, workspace: Workspace, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Export")
        self._workspace, self._session = workspace, session
        self._running: Running | None = None
        self.form = ExportForm(session)
        self.note = small("")
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(20)
        self._bar = BusyBar(4)
        self.export, self.cancel = QPushButton("Export"), QPushButton("Cancel")
        buttons = QHBoxLayout()
        buttons.addWidget(self.export, 1)
        buttons.addWidget(self.cancel)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 12, 14, 12)
        rows.setSpacing(8)
        rows.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        self.form.setFixedWidth(WIDTH)
        rows.addWidget(self.form)
        rows.addWidget(self.note)
        rows.addWidget(self._bar)
        rows.addLayout(buttons)
        self.form.changed.connect(self._show_work)
        self.export.clicked.connect(lambda _: self.start())
        self.cancel.clicked.connect(lambda _: self.reject())
        workspace.jobs.changed.connect(self._show_work)
        self._show_work()

    def start(self) -> None:
        """Write what the form says."""
        path = self.form.path()
        try:
            job = self._job(path)
        except AstroALError as error:
            self._failed(error)
            return
        self._running = self._workspace.jobs.run(
            job, title=f"Exporting {path.name}", done=self._done, failed=self._failed
        )
        self._show_work()

    def _job(self, path: Path) -> Job[Any]:
        form, session = self.form, self._session
        if form.kind in (MODEL, CARD):
            name = form.chosen_task or next(iter(session.tasks))
            result = session.results[name]
            if form.kind == MODEL:
                return _call(lambda: export_model(session, result, path), path)
            return _call(lambda: export_card(session, result, path, None, (), ()), path)
        if form.kind == OTHER:
            return _call(lambda: export_astronomical(session, path), path)
        rows = form.rows.currentData()
        return session.export_job(
            path,
            columns=form.columns.ticked(),
            rows=session.selection if rows == SELECTED else rows,
            predictions=form.wants_predictions,
            task=form.chosen_task,
        )

    def _done(self, result: object) -> None:
        self._running = None
        path, parent = self.form.path(), self.parentWidget()
        show_info(f"Written: {path}")
        self.accept()
        if isinstance(result, Comparison) and result.no_equal and parent is not None:
            ComparisonDialog(result, parent.window(), back=True).show()

    def _failed(self, error: Exception) -> None:
        self._running = None
        self._show_work()
        if isinstance(error, AstroALError):
            self.note.setText(str(error))
        else:
            report(error)

    def _show_work(self) -> None:
        running = self._running
        obstacle = self.form.obstacle()
        self._bar.setVisible(running is not None)
        self.form.setEnabled(running is None)
        self.export.setEnabled(running is None and not obstacle)
        words = obstacle or self.form.warning()
        self.note.setText(words if running is None else running.message)

    def done(self, result: int) -> None:
        """Give up what is being written, which leaves no file behind."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
        self._workspace.jobs.changed.disconnect(self._show_work)
        super().done(result)


def _call(action: Callable[[], object], path: Path) -> Job[object]:
    def work() -> Job[object]:
        yield Progress(f"Writing {path.name}")
        return action()

    return guarded(work(), f"write {path.name}")
