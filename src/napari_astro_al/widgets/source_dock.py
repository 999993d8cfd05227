"""The Source dock: everything that the catalogue says of the current source, and finding one."""

from __future__ import annotations

from qtpy.QtCore import Qt, QUrl, Signal
from qtpy.QtGui import QBrush, QDesktopServices, QKeyEvent, QKeySequence
from qtpy.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import CatalogueError
from napari_astro_al.session import Session
from napari_astro_al.session.lookups import Lookup, lookups_of
from napari_astro_al.session.particulars import Particular, particulars_of
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.pass_panel import find_on_disk
from napari_astro_al.widgets.style import EmptyState, ThemeColours, small
from napari_astro_al.widgets.workspace import Workspace


class SourceDock(QWidget):
    """A table of columns, values and units, with a search by id and the history of sources.

    Parameters
    ----------
    workspace : Workspace
        Whose current source is described.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._workspace = workspace
        self._links = Links()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a source by its id")
        self.search.setToolTip("The whole id, then Return: every view shows the source")
        self.search.setClearButtonEnabled(True)
        self.search.returnPressed.connect(self._find)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter columns")
        self.filter.setToolTip("Shows the lines that have these letters in their names")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._fill)
        self.back = QPushButton("←")
        self.back.setToolTip("The source that was on show before (left arrow)")
        self.forward = QPushButton("→")
        self.forward.setToolTip("The source that you went back from (right arrow)")
        self.back.clicked.connect(lambda: self._go("back"))
        self.forward.clicked.connect(lambda: self._go("forward"))
        self.look_up = QPushButton("Look up")
        self.look_up.setStyleSheet("padding: 3px 10px;")
        self.pages = QMenu(self)
        self.pages.setToolTipsVisible(True)
        self.pages.aboutToShow.connect(self._offer_pages)
        self.look_up.setMenu(self.pages)
        self.trouble = small("")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.table = _Lines(0, 4)
        self.table.setAccessibleName("Measurements")
        self.table.setTabKeyNavigation(False)
        self.table.setHorizontalHeaderLabels(["Column", "Value", "Unit", "Description"])
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(22)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.table.setColumnWidth(0, 150)
        self.table.setWordWrap(False)
        self.table.copy_wanted.connect(self.copy)
        self.lines: list[Particular] = []
        self._described: bool | None = None
        self._quiet = QBrush(ThemeColours(workspace.viewer).secondary)
        self._body = QWidget()
        rows = QVBoxLayout(self._body)
        rows.setContentsMargins(0, 0, 0, 0)
        top = QHBoxLayout()
        for button in (self.back, self.forward):
            button.setFixedWidth(32)
            top.addWidget(button)
        top.addWidget(self.search, 3)
        top.addWidget(self.filter, 2)
        top.addWidget(self.look_up)
        rows.addLayout(top)
        rows.addWidget(self.trouble)
        rows.addWidget(self.table, 1)
        self._empty = EmptyState(
            "No source", "Open a catalogue first: what was measured of a source is shown here."
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 8)
        whole.addWidget(self._body)
        whole.addWidget(self._empty)
        workspace.session_changed.connect(self._take)
        self._take(workspace.session)

    def _take(self, session: Session | None) -> None:
        self._body.setVisible(session is not None)
        self._empty.setVisible(session is None)
        self._links.cut()
        if session is not None:
            self._links.tie(session.current_changed, self._fill)
            self._links.tie(session.labels_changed, self._fill)
            self._links.tie(session.past_changed, self._fill)
            self._links.tie(session.exclusions_changed, self._fill)
            self._links.tie(session.marks_changed, self._fill)
            self._links.tie(session.interest_changed, self._fill)
            self._links.tie(session.blind_changed, self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        session = self._workspace.session
        if session is None:
            return
        self.back.setEnabled(session.visits.can_go_back)
        self.forward.setEnabled(session.visits.can_go_forward)
        self._show_look_up(session)
        self.lines = particulars_of(session, session.current, containing=self.filter.text())
        self.table.setRowCount(len(self.lines))
        for row, line in enumerate(self.lines):
            cells = (line.name, line.value, line.unit, line.description)
            for place, text in enumerate(cells):
                self._say(row, place, text, line)
        self._share_width(described=any(line.description for line in self.lines))

    def _share_width(self, *, described: bool) -> None:
        """Give the room that is left to descriptions where there are any, else to values."""
        if described == self._described:
            return
        self._described = described
        header, mode = self.table.horizontalHeader(), QHeaderView.ResizeMode
        self.table.setColumnHidden(3, not described)
        header.setSectionResizeMode(1, mode.Interactive if described else mode.Stretch)
        header.setSectionResizeMode(3, mode.Stretch)
        self.table.setColumnWidth(0, 110 if described else 150)
        self.table.setColumnWidth(1, 120)

    def _show_look_up(self, session: Session) -> None:
        known = bool(lookups_of(session, session.current))
        self.look_up.setEnabled(known)
        self.look_up.setToolTip(
            "Pages on the web about this place on the sky; opening one sends the position to its "
            "site"
            if known
            else "This source has no position to look up"
        )

    def _offer_pages(self) -> None:
        """List the pages; the menu says what opening one does before it is done."""
        session = self._workspace.session
        self.pages.clear()
        warning = self.pages.addAction("Opens your browser and sends the position to the site:")
        warning.setEnabled(False)
        for page in () if session is None else lookups_of(session, session.current):
            action = self.pages.addAction(f"{page.name} ({page.host})")
            action.setToolTip(page.url)
            action.triggered.connect(lambda _, page=page: open_page(page))

    def copy(self) -> None:
        """Put the chosen lines on the clipboard: name, value with all digits, unit."""
        rows = sorted({index.row() for index in self.table.selectedIndexes()})
        told = [self.lines[row] for row in rows if row < len(self.lines)]
        clipboard = QApplication.clipboard()
        if told and clipboard is not None:
            text = "\n".join("\t".join((one.name, one.digits, one.unit)) for one in told)
            clipboard.setText(text + "\n")

    def _say(self, row: int, place: int, text: str, line: Particular) -> None:
        """Put a text into a cell; the table is laid out anew for each that differs."""
        item = self.table.item(row, place)
        if item is None:
            item = QTableWidgetItem()
            self.table.setItem(row, place, item)
        tip, bold = _tip(line, place), line.group == "session"
        if item.text() != text:
            item.setText(text)
        if item.toolTip() != tip:
            item.setToolTip(tip)
        font = item.font()
        if font.bold() != bold:
            font.setBold(bold)
            item.setFont(font)
        ink = self._quiet if line.missing and place == 1 else QBrush()
        if item.foreground() != ink:
            item.setForeground(ink)

    def _find(self) -> None:
        session = self._workspace.session
        text = self.search.text().strip()
        if session is None or not text:
            return
        try:
            source = session.catalogue.parse_id(text)
        except CatalogueError as error:
            if session.sources_called == "sources":
                self._say_trouble(error)
            else:
                self._find_on_disk(session, text)
            return
        self._found(session, source)

    def _found(self, session: Session, source: SourceId) -> None:
        session.show(source)
        self.trouble.hide()
        self.search.clear()

    def _say_trouble(self, error: Exception) -> None:
        self.trouble.setText(str(error))
        self.trouble.show()

    def _find_on_disk(self, session: Session, text: str) -> None:
        """Look for a source in all partitions, and show it."""
        self.trouble.setText("Not in memory: looking for it in the partitions on disk…")
        self.trouble.show()
        find_on_disk(self._workspace, session, text, self._found, self._say_trouble)

    def _go(self, way: str) -> None:
        session = self._workspace.session
        if session is not None:
            session.back() if way == "back" else session.forward()


def open_page(page: Lookup) -> None:
    """Open a page in the person's browser."""
    QDesktopServices.openUrl(QUrl(page.url))


def _tip(line: Particular, place: int) -> str:
    """What is said of a cell: the meaning, and for a value all its digits."""
    if place == 1 and line.missing:
        return "No value of this source"
    if place == 1 and line.exact:
        return f"{line.exact} {line.unit}".strip()
    return line.description or (line.name, line.value, line.unit, "")[place]


class _Lines(QTableWidget):
    """A table that leaves copying to the dock, which knows all digits."""

    copy_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        if event is not None and event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        else:
            super().keyPressEvent(event)
