"""What of another program's file was taken over, and what has no equal."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from napari_astro_al.session.comparison import Comparison
from napari_astro_al.widgets.style import caption, small

SIZE = (760, 560)
COLUMNS = ("Where", "What it says", "What is done instead")
WIDTHS = (170, 190)


class ComparisonDialog(QDialog):
    """Two lists, of which the second is the one to read.

    Parameters
    ----------
    told : Comparison
    parent : QWidget, optional
    back : bool
        Whether it is of a file that was written, and not of one that was read.
    """

    def __init__(self, told: Comparison, parent: Any = None, *, back: bool = False) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{'Exported to' if back else 'Imported from'} {told.source}")
        taken = small("\n".join(f"• {line}" for line in told.taken) or "Nothing.")
        taken.setWordWrap(True)
        taken.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = _table(told)
        close = QPushButton("Close")
        close.clicked.connect(lambda _: self.accept())
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 12, 14, 12)
        rows.setSpacing(8)
        rows.addWidget(caption("Written" if back else "Taken over"))
        rows.addWidget(taken)
        n = len(told.no_equal)
        things = "thing has" if n == 1 else "things have"
        rows.addSpacing(4)
        where = "there" if back else "here"
        words = f"{n} {things} no equal {where}" if n else "Everything has an equal"
        rows.addWidget(caption(words))
        rows.addWidget(self.table, 1)
        self.table.setVisible(bool(n))
        if not n:
            rows.addStretch(1)
        rows.addLayout(buttons)
        self.resize(*SIZE)


def _table(told: Comparison) -> QTableWidget:
    table = QTableWidget(len(told.no_equal), len(COLUMNS))
    table.setHorizontalHeaderLabels(COLUMNS)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    table.setTabKeyNavigation(False)
    table.setAccessibleName("What has no equal")
    table.setWordWrap(True)
    table.setShowGrid(False)
    for row, one in enumerate(told.no_equal):
        for column, text in enumerate((one.key, one.value, one.why)):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            item.setTextAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            table.setItem(row, column, item)
    side, header = table.verticalHeader(), table.horizontalHeader()
    assert side is not None
    assert header is not None
    side.hide()
    side.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
    header.setStretchLastSection(True)
    for column, width in enumerate(WIDTHS):
        table.setColumnWidth(column, width)
    return table
