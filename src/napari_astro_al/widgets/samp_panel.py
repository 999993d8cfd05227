"""TOPCAT, Aladin and other programs of this computer: connect, send, take what they offer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qtpy.QtCore import QObject, Qt, QTimer, Signal
from qtpy.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMainWindow,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import AstroALError, InteropError
from napari_astro_al.interop import Conversation, Received, SampLink
from napari_astro_al.interop.conversation import Offer
from napari_astro_al.interop.messages import Message
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.session import Session
from napari_astro_al.widgets.dashboard import dashboard_of
from napari_astro_al.widgets.further_views import dock_of
from napari_astro_al.widgets.style import caption, small
from napari_astro_al.widgets.workbench import workbench_of
from napari_astro_al.widgets.workspace import report

OFF = "Not connected. Nothing is sent or heard."
MOST_OFFERS = 50


class _Voices(QObject):
    """Carries what the link's threads say over to the window's thread.

    The link holds its methods, so that it outlives the panel: a thread may speak while the window
    is taken down.
    """

    heard = Signal(object)
    failed = Signal(object)
    changed = Signal()

    def hear(self, message: Message) -> None:
        self.heard.emit(message)

    def fail(self, error: InteropError) -> None:
        self.failed.emit(error)

    def change(self) -> None:
        self.changed.emit()


class SampPanel(QWidget):
    """Talks to other programs by SAMP, once it is connected.

    Parameters
    ----------
    napari_viewer : napari.Viewer
    """

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__()
        self._viewer = napari_viewer
        self._bench = workbench_of(napari_viewer)
        self._workspace = self._bench.workspace
        self._conversation: Conversation | None = None
        self._opened: dict[Path, str] = {}
        self._voices = _Voices()
        queued = Qt.ConnectionType.QueuedConnection
        self._voices.heard.connect(self._hear, queued)
        self._voices.failed.connect(report, queued)
        self._voices.changed.connect(self.refresh, queued)
        voices = self._voices
        self.link = SampLink(voices.hear, voices.fail, voices.change)
        self.destroyed.connect(self.link.disconnect)
        self.connect_button = QPushButton("Connect")
        self.connect_button.setToolTip("To the hub that TOPCAT or Aladin brings, on this computer")
        self.connect_button.clicked.connect(self._switch)
        self.state = small(OFF)
        self.state.setWordWrap(True)
        self.send_labelled = QPushButton("Send labelled sources")
        self.send_labelled.clicked.connect(lambda: self._send(selected=False))
        self.send_selected = QPushButton("Send selection")
        self.send_selected.clicked.connect(lambda: self._send(selected=True))
        for button in (self.send_labelled, self.send_selected):
            button.setToolTip("As a table, with all columns and labels, to every program connected")
        self.follow = QCheckBox("Follow each other")
        self.follow.setToolTip(
            "A source on show or selected in one program is in the others too, where it is in a "
            "table that both have"
        )
        self.follow.setChecked(True)
        self.follow.toggled.connect(self._follow)
        self.offers = QListWidget()
        self.offers.setToolTip("Double-click a table to open it as a catalogue")
        self.offers.itemDoubleClicked.connect(self._open)
        self._lay_out()
        self._workspace.session_changed.connect(self._talk_about)
        self._talk_about(self._workspace.session)

    def _lay_out(self) -> None:
        top, sending = QHBoxLayout(), QHBoxLayout()
        top.addWidget(caption("Other programs"), 1)
        top.addWidget(self.connect_button)
        sending.addWidget(self.send_labelled)
        sending.addWidget(self.send_selected)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.state)
        layout.addLayout(sending)
        layout.addWidget(self.follow)
        layout.addWidget(small("Tables offered by others; double-click to open"))
        layout.addWidget(self.offers, 1)
        self.setMinimumSize(320, 260)

    def refresh(self) -> None:
        """Say who is there."""
        connected = self.link.connected
        self.connect_button.setText("Disconnect" if connected else "Connect")
        for widget in (self.send_labelled, self.send_selected):
            widget.setEnabled(connected and self._conversation is not None)
        if not connected:
            self.state.setText(OFF)
            return
        others = self.link.others()
        who = f"Connected with {', '.join(others)}." if others else "Connected; nobody else is."
        self.state.setText(who)

    def _switch(self) -> None:
        try:
            if self.link.connected:
                self.link.disconnect()
            else:
                self.link.connect()
        except AstroALError as error:
            report(error)
        self.refresh()

    def _talk_about(self, session: Session | None) -> None:
        if self._conversation is not None:
            self._conversation.end()
        self._conversation = None if session is None else Conversation(session, self.link)
        if session is not None and self._conversation is not None:
            self._conversation.follows = self.follow.isChecked()
            table = self._opened.get(session.catalogue.path or Path())
            if table is not None:
                self._conversation.knows_whole(table)
        self.refresh()

    def _follow(self, wanted: bool) -> None:
        if self._conversation is not None:
            self._conversation.follows = wanted

    def _send(self, *, selected: bool) -> None:
        session, conversation = self._workspace.session, self._conversation
        if session is None or conversation is None:
            return

        def offer(made: Offer) -> None:
            try:
                conversation.offer(made)
            except AstroALError as error:
                report(error)
            self.refresh()

        try:
            job = conversation.table_job(session.selection if selected else None)
        except AstroALError as error:
            report(error)
            return
        self._workspace.run(job, title="Sending a table", done=offer)

    def _hear(self, message: object) -> None:
        if isinstance(message, Received):
            item = QListWidgetItem(message.name)
            item.setToolTip(message.url)
            item.setData(Qt.ItemDataRole.UserRole, message)
            self.offers.insertItem(0, item)
            while self.offers.count() > MOST_OFFERS:
                self.offers.takeItem(MOST_OFFERS)
        elif self._conversation is not None:
            try:
                self._conversation.hear(message)  # type: ignore[arg-type]
            except AstroALError as error:
                report(error)

    def _open(self, item: QListWidgetItem) -> None:
        offered: Received = item.data(Qt.ItemDataRole.UserRole)

        def propose(path: Path) -> None:
            self._opened[path] = offered.table
            catalogue = dashboard_of(self._viewer).catalogue
            catalogue.propose(lambda: Catalogue.read(path), offered.name)

        job = guarded(_fetched(self.link.fetch_job(offered)), f"fetch {offered.name}")
        self._workspace.run(job, title=f"Fetching {offered.name}", done=propose)

    def showEvent(self, event: Any) -> None:  # noqa: N802
        """Lie beside the Source dock, where there is one, instead of squeezing all others."""
        super().showEvent(event)
        dashboard, main = self._bench.dashboard, self.window()
        own, source = dock_of(self), dashboard and dock_of(dashboard.source)
        if own is not None and source is not None and isinstance(main, QMainWindow):
            main.tabifyDockWidget(source, own)
            QTimer.singleShot(0, own.raise_)

    def closeEvent(self, event: Any) -> None:  # noqa: N802
        """Take leave of the others."""
        self.link.disconnect()
        super().closeEvent(event)


def _fetched(job: Job[Path]) -> Job[Path]:
    yield Progress("Fetching a table")
    return (yield from job)
