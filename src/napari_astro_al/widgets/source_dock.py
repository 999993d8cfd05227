"""The Source dock: everything that the catalogue says of the current source, and finding one."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.errors import CatalogueError
from napari_astro_al.session import Session
from napari_astro_al.session.particulars import Particular, particulars_of
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.style import EmptyState, small
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
        self.search.setClearButtonEnabled(True)
        self.search.returnPressed.connect(self._find)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter columns")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._fill)
        self.back = QPushButton("←")
        self.back.setToolTip("The source that was on show before (left arrow)")
        self.forward = QPushButton("→")
        self.forward.setToolTip("The source that you went back from (right arrow)")
        self.back.clicked.connect(lambda: self._go("back"))
        self.forward.clicked.connect(lambda: self._go("forward"))
        self.trouble = small("")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels(["Column", "Value", "Unit"])
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
        self._body = QWidget()
        rows = QVBoxLayout(self._body)
        rows.setContentsMargins(0, 0, 0, 0)
        top = QHBoxLayout()
        for button in (self.back, self.forward):
            button.setFixedWidth(32)
            top.addWidget(button)
        top.addWidget(self.search, 3)
        top.addWidget(self.filter, 2)
        rows.addLayout(top)
        rows.addWidget(self.trouble)
        rows.addWidget(self.table, 1)
        self._empty = EmptyState("No source", "Every source has its measurements here.")
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
            self._links.tie(session.blind_changed, self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        session = self._workspace.session
        if session is None:
            return
        self.back.setEnabled(session.visits.can_go_back)
        self.forward.setEnabled(session.visits.can_go_forward)
        lines = particulars_of(session, session.current, containing=self.filter.text())
        self.table.setRowCount(len(lines))
        for row, line in enumerate(lines):
            for place, text in enumerate((line.name, line.value, line.unit)):
                self._say(row, place, text, line)

    def _say(self, row: int, place: int, text: str, line: Particular) -> None:
        """Put a text into a cell; the table is laid out anew for each that differs."""
        item = self.table.item(row, place)
        if item is None:
            item = QTableWidgetItem()
            self.table.setItem(row, place, item)
        tip, bold = line.description or text, line.group == "session"
        if item.text() != text:
            item.setText(text)
        if item.toolTip() != tip:
            item.setToolTip(tip)
        font = item.font()
        if font.bold() != bold:
            font.setBold(bold)
            item.setFont(font)

    def _find(self) -> None:
        session = self._workspace.session
        text = self.search.text().strip()
        if session is None or not text:
            return
        try:
            session.show(session.catalogue.parse_id(text))
        except CatalogueError as error:
            self.trouble.setText(str(error))
            self.trouble.show()
            return
        self.trouble.hide()
        self.search.clear()

    def _go(self, way: str) -> None:
        session = self._workspace.session
        if session is not None:
            session.back() if way == "back" else session.forward()
