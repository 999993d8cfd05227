"""What was added to the program, and whether files of one's own may be run."""

from __future__ import annotations

from qtpy.QtCore import Qt, QUrl
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.session import extensions
from napari_astro_al.session.extensions import Extension
from napari_astro_al.widgets.runner import JobRunner
from napari_astro_al.widgets.style import EmptyState, caption, small
from napari_astro_al.widgets.workspace import report

COLUMNS = ("Kind", "Name", "From", "State")
WELL = "ready"
NOTHING = (
    "Nothing was added yet",
    "Models, query strategies, features, projections, plots and cutout services come from packages "
    "that you install, or from Python files in your folder below.",
)
ASK = (
    "Python files in\n{folder}\nwill be run whenever AstroAL is used. They can read and change "
    "whatever you can. Allow it only if you know who wrote them."
)


class ExtensionsPanel(QWidget):
    """Lists extensions with what is wrong with them, and lets a folder's files be run."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = JobRunner(self)
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setAccessibleName("Extensions")
        self.table.setTabKeyNavigation(False)
        self.table.setHorizontalHeaderLabels(COLUMNS)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        rows, header = self.table.verticalHeader(), self.table.horizontalHeader()
        assert rows is not None
        assert header is not None
        rows.hide()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.allow = QCheckBox("Run my own Python files")
        self.allow.setToolTip("Those of the folder below, whenever AstroAL is used")
        self.allow.clicked.connect(self._choose)
        self.folder = QPushButton("Open folder")
        self.folder.clicked.connect(self._open_folder)
        self.again = QPushButton("Look again")
        self.again.setToolTip("Run files that are new, or that failed before")
        self.again.clicked.connect(lambda: self.refresh(anew=True))
        self._empty = EmptyState(*NOTHING)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._empty)
        buttons = QHBoxLayout()
        buttons.addWidget(self.allow, 1)
        buttons.addWidget(self.folder)
        buttons.addWidget(self.again)
        layout = QVBoxLayout(self)
        layout.addWidget(caption("Extensions"))
        layout.addWidget(self._pages, 1)
        layout.addLayout(buttons)
        self._where = small("")
        self._where.setWordWrap(True)
        layout.addWidget(self._where)
        self.setMinimumSize(420, 260)
        self.refresh()

    def refresh(self, *, anew: bool = False) -> None:
        """List what there is, once packages and files are loaded: that may take seconds."""
        self.allow.setChecked(extensions.allowed)
        self._where.setText(str(extensions.folder))
        self.folder.setEnabled(extensions.folder.is_dir())
        self.again.setEnabled(extensions.allowed)
        job = guarded(_listed(anew), "look for extensions")
        self._runner.run(job, title="Looking for extensions", done=self._show, failed=report)

    def _show(self, found: list[Extension]) -> None:
        self.table.setRowCount(len(found))
        for row, one in enumerate(found):
            for column, text in enumerate((one.kind, one.name, one.origin, one.error or WELL)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(row, column, item)
        self._pages.setCurrentWidget(self.table if found else self._empty)

    def _choose(self, wanted: bool) -> None:
        try:
            if wanted and not self._is_sure():
                self.allow.setChecked(False)
                return
            extensions.allow_folder(wanted)
        except AstroALError as error:
            report(error)
        self.refresh()

    def _is_sure(self) -> bool:
        box = QMessageBox(
            QMessageBox.Icon.Warning,
            "Run files as programs?",
            ASK.format(folder=extensions.folder),
            QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
            self,
        )
        box.setDefaultButton(QMessageBox.StandardButton.No)
        box.setTextFormat(Qt.TextFormat.PlainText)
        return bool(box.exec() == QMessageBox.StandardButton.Yes)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(extensions.folder)))


def _listed(anew: bool) -> Job[list[Extension]]:
    yield Progress("Loading what packages and files bring")
    if anew:
        extensions.load_folder()
    return list(extensions)
