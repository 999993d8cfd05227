"""Which rows of a table are shown, typed as a condition."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QLineEdit

from napari_astro_al.errors import CatalogueError
from napari_astro_al.session import Selection, Session
from napari_astro_al.session.row_filter import condition_from_text, filtered_job
from napari_astro_al.widgets.runner import Running
from napari_astro_al.widgets.workspace import Workspace

TIP = (
    "Rows to show, such as: g < 18 and type = II. Other signs are >, >=, <=, !=, contains, in, "
    "is missing. Return looks for them; empty shows all"
)


class RowFilter(QLineEdit):
    """A box for conditions on columns; return looks for the rows, as a job.

    Parameters
    ----------
    workspace : Workspace
    """

    found = Signal(object)
    """The `Selection` that fulfils the condition; where there is none, what is looked within."""
    refused = Signal(str)
    """Why a condition cannot be."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._running: Running | None = None
        self._within: Selection | None = None
        self._applied = ""
        self.setPlaceholderText("Filter rows: g < 18 and …")
        self.setToolTip(TIP)
        self.setClearButtonEnabled(True)
        self.returnPressed.connect(self.look)
        self.textChanged.connect(self._cleared)

    def show_all(self) -> None:
        """Forget the condition, without telling."""
        self._stop()
        self._applied = ""
        self.blockSignals(True)
        self.clear()
        self.blockSignals(False)

    def look_within(self, base: Selection | None) -> None:
        """Look among other sources; None for all."""
        self._within = base
        self.look()

    def look(self) -> None:
        """Look for the rows that fulfil what stands in the box."""
        session: Session | None = self._workspace.session
        self._stop()
        self._applied = self.text().strip()
        if session is None or not self._applied:
            self.found.emit(self._within)
            return
        try:
            condition = condition_from_text(session.catalogue, self._applied)
            job = filtered_job(session.catalogue, condition, self._within)
        except CatalogueError as error:
            self.refused.emit(str(error))
            return
        self._running = self._workspace.jobs.run(
            job,
            title="Filtering rows",
            done=self._done,
            failed=lambda error: self.refused.emit(str(error)),
        )

    def _done(self, found: Selection) -> None:
        self._running = None
        self.found.emit(found)

    def _cleared(self, text: str) -> None:
        """An emptied box shows all rows at once."""
        if not text.strip() and self._applied:
            self.look()

    def _stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self._running = None
