"""The box that shows what labels drawn at random would have brought."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QCheckBox

from napari_astro_al.errors import AstroALError
from napari_astro_al.widgets.runner import JobRunner, Running
from napari_astro_al.widgets.workspace import Workspace, report

TIP = (
    "Estimates the curve of labels drawn at random: from a survey sample drawn at random, or from "
    "those labels that are like the catalogue. A dozen models are trained for it"
)
MORE = 1.1
"""As many times as many labels as before, and it is worked out anew."""
AFTER = 0.3


class BaselineBox(QCheckBox):
    """Works the baseline out in a job while it is checked.

    Parameters
    ----------
    workspace : Workspace

    Attributes
    ----------
    rows : list of dict
        Rows of scores as of `History`; empty where it is not wanted or not there yet.
    """

    changed = Signal()
    """The rows are others."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("random")
        self.setToolTip(TIP)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.rows: list[dict[str, Any]] = []
        self._workspace = workspace
        # with a runner of its own: nobody is told to wait for what is not waited for
        self._runner = JobRunner(self)
        self._running: Running | None = None
        self._made_for: tuple[object, str, int] | None = None
        self._task = ""
        self.toggled.connect(self._toggled)

    def follow(self, task: str, n_labels: int) -> None:
        """Work it out for a task's newest model, unless it was for nearly as many labels."""
        self._task = task
        session, before = self._workspace.session, self._made_for
        if session is None or not self.isChecked() or task not in session.tasks:
            return
        known = before is not None and before[:2] == (session, task)
        if known and before is not None and n_labels < MORE * before[2]:
            return
        if not known:
            self.rows = []
        self._drop()
        self._made_for = (session, task, n_labels)
        try:
            job = session.random_baseline_job(task)
        except AstroALError as error:
            self._failed(error)
            return
        self._running = self._runner.run(
            job, title="Random labels", done=self._take, failed=self._failed, after=AFTER
        )

    def _drop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def _take(self, rows: list[dict[str, Any]]) -> None:
        self._running, self.rows = None, rows
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        self._running = None
        self.setChecked(False)
        report(error)

    def _toggled(self, checked: bool) -> None:
        if not checked:
            self._drop()
            self.rows, self._made_for = [], None
        self.changed.emit()
