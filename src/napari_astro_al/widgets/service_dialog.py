"""Opening a table from a service of the Virtual Observatory."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import AstroALError, AstroALWarning, NotAllowedError
from napari_astro_al.interop.vo import TapTable, tap_columns_job, tap_tables_job
from napari_astro_al.jobs import Job
from napari_astro_al.widgets.busy_bar import BusyBar
from napari_astro_al.widgets.opening import Proposal, proposal_job
from napari_astro_al.widgets.runner import Running
from napari_astro_al.widgets.service_permission import ServicePermission
from napari_astro_al.widgets.service_query import ConePage, TapPage
from napari_astro_al.widgets.style import small
from napari_astro_al.widgets.workspace import Workspace, report

SIZE = (860, 600)
WORDS = "Open from a service…"
TIP = (
    "Ask an archive for a table: by a query (TAP) or around a place (cone search).\n"
    "Nothing is sent before you allow a host and press a button."
)
KEPT = "In your data folder, under a name of its own"


class ServiceButton(QPushButton):
    """Opens the dialog.

    Parameters
    ----------
    workspace : Workspace
        The window's.
    offer : callable
        Takes the `Proposal` of a catalogue.
    """

    def __init__(self, workspace: Workspace, offer: Callable[[Proposal], None]) -> None:
        super().__init__(WORDS)
        self.setToolTip(TIP)
        self._workspace, self._offer = workspace, offer
        self.dialog: ServiceDialog | None = None
        self.clicked.connect(lambda _: self.ask())

    def ask(self) -> None:
        """Show the dialog; what was typed into it before is there still."""
        if self.dialog is None:
            self.dialog = ServiceDialog(self._workspace, self._offer, self)
        self.dialog.show()
        self.dialog.raise_()


class ServiceDialog(QDialog):
    """A query or a place, what is sent where, and how far it is.

    Parameters
    ----------
    workspace : Workspace
        The window's.
    offer : callable
        Takes the `Proposal` of a catalogue.
    """

    def __init__(
        self, workspace: Workspace, offer: Callable[[Proposal], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open a table from a service")
        self._workspace, self._offer = workspace, offer
        self._running: Running | None = None
        self.tap, self.cone = TapPage(), ConePage()
        self.pages = QTabWidget()
        self.pages.addTab(self.tap, "Query (TAP)")
        self.pages.addTab(self.cone, "Around a place (cone search)")
        self.permission = ServicePermission()
        self.file = QLineEdit()
        self.file.setPlaceholderText(KEPT)
        self.file.setToolTip(
            "The answer is kept as a VOTable file that names service and query, and is opened\n"
            "from there again without the network"
        )
        self.browse = QPushButton("Choose…")
        self.state = small("")
        self.bar = BusyBar(4)
        self.bar.set_busy(False)
        self.open, self.stop = QPushButton("Ask and open"), QPushButton("Close")
        for button in (self.browse, self.open, self.stop):
            button.setAutoDefault(False)
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        self.state.setWordWrap(True)
        self.state.setMinimumHeight(52)
        self.state.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.state.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        keep = QHBoxLayout()
        keep.addWidget(small("Keep as"))
        keep.addWidget(self.file, 1)
        keep.addWidget(self.browse)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open, 1)
        buttons.addWidget(self.stop)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 12, 14, 12)
        rows.setSpacing(10)
        rows.addWidget(self.pages, 1)
        rows.addWidget(self.permission)
        rows.addLayout(keep)
        rows.addWidget(self.bar)
        rows.addWidget(self.state)
        rows.addLayout(buttons)
        self.resize(*SIZE)

    def _connect(self) -> None:
        for page in (self.tap, self.cone):
            page.changed.connect(self._refresh)
        self.pages.currentChanged.connect(lambda _: self._turn())
        self.permission.changed.connect(self._show_work)
        self.tap.tables.wanted.connect(self._look_up)
        self.tap.tables.columns_wanted.connect(self._look_up_columns)
        self.browse.clicked.connect(lambda _: self._choose_file())
        self.open.clicked.connect(lambda _: self._ask())
        self.stop.clicked.connect(lambda _: self._stop())
        self._workspace.jobs.changed.connect(self._show_work)

    @property
    def page(self) -> TapPage | ConePage:
        """The page in front."""
        return self.cone if self.pages.currentWidget() is self.cone else self.tap

    def _turn(self) -> None:
        if self._running is None:
            self.state.setText("")
        self._refresh()

    def _refresh(self) -> None:
        self.permission.show_service(self.page.url)
        self._show_work()

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, "Keep the answer as", self.file.text(), "VOTable (*.vot *.xml)"
        )
        if path:
            self.file.setText(path if "." in path.rpartition("/")[2] else f"{path}.vot")

    def _look_up(self) -> None:
        self._begin(lambda: tap_tables_job(self.tap.url), "Looking up tables", self._take_tables)

    def _take_tables(self, tables: list[TapTable]) -> None:
        self._ended("")
        self.tap.tables.take(tables)

    def _look_up_columns(self, table: str) -> None:
        self._begin(
            lambda: tap_columns_job(self.tap.url, table), "Looking up columns", self._take_columns
        )

    def _take_columns(self, table: TapTable) -> None:
        self._ended("")
        self.tap.tables.take_columns(table)

    def _ask(self) -> None:
        to = self.file.text().strip() or None
        self._begin(
            lambda: received_proposal_job(self.page.job(to)), "Asking a service", self._take
        )

    def _take(self, proposal: Proposal) -> None:
        self._ended("")
        self.file.clear()
        self.accept()
        self._offer(proposal)

    def _begin(self, make: Callable[[], Job[Any]], title: str, done: Callable[[Any], None]) -> None:
        if self._running is not None:
            return
        try:
            job = make()
        except AstroALError as error:
            self._failed(error)
            return
        self.state.setText("")
        self._running = self._workspace.jobs.run(job, title=title, done=done, failed=self._failed)
        self._show_work()

    def _failed(self, error: Exception) -> None:
        self._ended(str(error))
        if isinstance(error, NotAllowedError):
            self.permission.show_host(error.hosts[0])
        elif not isinstance(error, AstroALError):
            report(error)

    def _ended(self, words: str) -> None:
        self._running = None
        self._show_work()
        self.state.setText(words)

    def _stop(self) -> None:
        """Give up what is asked, or close the dialog where nothing is."""
        running, self._running = self._running, None
        if running is None:
            self.reject()
            return
        running.cancel()
        self._ended("Stopped. Nothing was kept.")

    def _show_work(self) -> None:
        running = self._running
        may = self.permission.given and running is None
        self.bar.set_busy(running is not None)
        self.tap.tables.look_up.setEnabled(may)
        self.open.setEnabled(may and self.page.ready)
        self.stop.setText("Close" if running is None else "Stop")
        if running is not None:
            self.state.setText(running.message)

    def reject(self) -> None:
        """Give up what is asked, and close."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            self._ended("")
        super().reject()


def received_proposal_job(job: Job[Catalogue]) -> Job[Proposal]:
    """A catalogue from elsewhere, with what reading it warned of, as a proposal."""
    told: list[str] = []
    try:
        while True:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always", AstroALWarning)
                try:
                    step = next(job)
                except StopIteration as stop:
                    catalogue: Catalogue = stop.value
                    break
                finally:
                    told += [
                        str(one.message)
                        for one in caught
                        if issubclass(one.category, AstroALWarning)
                    ]
            yield step
    finally:
        job.close()
    proposal = yield from proposal_job(lambda: catalogue, catalogue.name)
    return replace(proposal, warnings=(*told, *proposal.warnings))
