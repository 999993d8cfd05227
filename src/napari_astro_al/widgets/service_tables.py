"""The tables of a service and their columns, to be put into a query."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.interop.vo import TapTable
from napari_astro_al.interop.vo.tables import in_adql
from napari_astro_al.widgets.style import caption, small

MOST_SHOWN = 500
"""Tables in the list at once; some services have tens of thousands."""
FRAME = "border: 1px solid palette(placeholder-text); padding: 3px;"
"""Around what is written or listed: napari draws neither a frame nor another ground there."""
_TABLE, _NAME = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class ServiceTables(QWidget):
    """A button that asks for tables, a filter, and the tables with their columns below them."""

    wanted = Signal()
    """The tables are to be asked for."""
    columns_wanted = Signal(str)
    """The columns of a table are to be asked for."""
    inserted = Signal(str)
    """A name is to be written into the query."""

    def __init__(self) -> None:
        super().__init__()
        self._tables: dict[str, TapTable] = {}
        self.look_up = QPushButton("Look up")
        self.look_up.setAutoDefault(False)
        self.look_up.setToolTip("Ask the service which tables it has")
        self.look_up.clicked.connect(self.wanted)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Part of a name or description")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(lambda _: self._fill())
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setStyleSheet(f"QTreeWidget {{ {FRAME} }}")
        self.tree.setColumnCount(2)
        self.tree.setUniformRowHeights(True)
        self.tree.setToolTip(
            "Open a table to see its columns; a double click puts a name into the query"
        )
        self.tree.itemExpanded.connect(self._open)
        self.tree.itemDoubleClicked.connect(self._insert)
        self.count = small("")
        self.count.setWordWrap(True)
        self.count.setMinimumHeight(34)
        head = QHBoxLayout()
        head.addWidget(caption("Tables"), 1)
        head.addWidget(self.look_up)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addLayout(head)
        rows.addWidget(self.filter)
        rows.addWidget(self.tree, 1)
        rows.addWidget(self.count)
        self.clear()

    def clear(self) -> None:
        """Know of no tables."""
        self._tables = {}
        self._fill()

    @property
    def chosen(self) -> TapTable | None:
        """The table that is chosen, or whose column is."""
        item = self.tree.currentItem()
        if item is None:
            return None
        return self._tables.get((item.parent() or item).data(0, _TABLE))

    def take(self, tables: Sequence[TapTable]) -> None:
        """List the tables of a service."""
        self._tables = {one.name: one for one in tables}
        self._fill()

    def take_columns(self, table: TapTable) -> None:
        """Show the columns of one of the tables."""
        if table.name not in self._tables:
            return
        self._tables[table.name] = table
        for place in range(self.tree.topLevelItemCount()):
            item = self.tree.topLevelItem(place)
            if item is not None and item.data(0, _TABLE) == table.name:
                _fill_columns(item, table)
                item.setExpanded(True)
                self._fit()

    def _fill(self) -> None:
        words = self.filter.text().casefold().split()
        found = [
            one
            for one in self._tables.values()
            if all(word in f"{one.name} {one.description}".casefold() for word in words)
        ]
        self.tree.clear()
        for one in found[:MOST_SHOWN]:
            item = QTreeWidgetItem([one.name, one.description])
            item.setData(0, _TABLE, one.name)
            item.setData(0, _NAME, in_adql(one.name))
            item.setToolTip(0, one.name)
            item.setToolTip(1, one.description)
            item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
            if one.columns:
                _fill_columns(item, one)
            self.tree.addTopLevelItem(item)
        self._fit()
        if not self._tables:
            words_of = "Look up which tables the service has, or write the query as it is."
        elif len(found) > MOST_SHOWN:
            words_of = f"{MOST_SHOWN} of {len(found):,} tables: type part of a name."
        else:
            words_of = f"{len(found):,} of {len(self._tables):,} tables"
        self.count.setText(words_of)

    def _fit(self) -> None:
        self.tree.resizeColumnToContents(0)
        self.tree.setColumnWidth(0, min(self.tree.columnWidth(0), 190))

    def _open(self, item: QTreeWidgetItem) -> None:
        if item.parent() is None and not item.childCount():
            self.columns_wanted.emit(str(item.data(0, _TABLE)))

    def _insert(self, item: QTreeWidgetItem, _: int) -> None:
        self.inserted.emit(str(item.data(0, _NAME)))


def _fill_columns(item: QTreeWidgetItem, table: TapTable) -> None:
    item.takeChildren()
    for one in table.columns:
        about = " · ".join(part for part in (one.unit, one.ucd) if part)
        child = QTreeWidgetItem([one.name, about])
        child.setData(0, _NAME, f'"{one.name}"' if not one.name.isidentifier() else one.name)
        told = "\n".join(part for part in (one.description, one.kind, one.unit, one.ucd) if part)
        child.setToolTip(0, told or one.name)
        child.setToolTip(1, told or one.name)
        item.addChild(child)
