"""What went wrong since the program was started, whole, and what of it can be sent on."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtGui import QFontDatabase
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.widgets.error_notice import PROBLEMS, Problem, copy_report
from napari_astro_al.widgets.style import caption, small

SIZE = (680, 620)
LIST_HEIGHT = 96
NOTHING = "Nothing went wrong since the program was started."
SAFE = (
    "The report: kinds of errors, places in the code and versions. No data, no names of columns, "
    "files, people or computers are in it."
)


class ErrorDialog(QDialog):
    """Errors, newest first; the chosen one in words, and as a report.

    Parameters
    ----------
    parent : QWidget
    chosen : Problem, optional
        By default the newest.
    """

    def __init__(self, parent: QWidget | None, chosen: Problem | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("What went wrong")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*SIZE)
        self._problems = list(reversed(PROBLEMS))
        self.problems = QListWidget()
        self.problems.setAccessibleName("Errors, newest first")
        self.problems.setFixedHeight(LIST_HEIGHT)
        self.problems.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.problems.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.words = _text("What was said")
        self.report = _text("The report")
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.copy = QPushButton("Copy report")
        self.copy.setToolTip(
            "Put the report on the clipboard, to be pasted into a mail or an issue"
        )
        self.copy.clicked.connect(self._copy)
        self.copied = QLabel()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        safe = small(SAFE)
        safe.setWordWrap(True)
        for part in (caption("Errors, newest first"), self.problems, caption("In words")):
            rows.addWidget(part)
        rows.addWidget(self.words, 2)
        rows.addWidget(caption("For the developers"))
        rows.addWidget(safe)
        rows.addWidget(self.report, 3)
        rows.addWidget(self.copied)
        rows.addWidget(buttons)
        for one in self._problems:
            self.problems.addItem(f"{one.at:%H:%M:%S}   {one.words.splitlines()[0]}")
        self.problems.currentRowChanged.connect(self._show)
        self.copy.setEnabled(bool(self._problems))
        if self._problems:
            self.problems.setCurrentRow(
                self._problems.index(chosen) if chosen in self._problems else 0
            )
        else:
            self.words.setPlainText(NOTHING)

    def _show(self, row: int) -> None:
        one = self._problems[row]
        self.words.setPlainText(one.words)
        self.report.setPlainText(one.report)
        self.copied.setText("")

    def _copy(self) -> None:
        copy_report(self._problems[self.problems.currentRow()])
        self.copied.setText("The report is on the clipboard.")


def _text(name: str) -> QPlainTextEdit:
    text = QPlainTextEdit()
    text.setReadOnly(True)
    text.setAccessibleName(name)
    text.setTabChangesFocus(True)
    return text


def show_problems(parent: QWidget | None, chosen: Problem | None = None) -> ErrorDialog:
    """Open the dialog beside a window; the window goes on."""
    dialog = ErrorDialog(parent, chosen)
    dialog.show()
    dialog.raise_()
    return dialog
