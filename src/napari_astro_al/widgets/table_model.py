"""The rows of a table of sources that are in view, of however many there are."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from qtpy.QtCore import QAbstractTableModel, QModelIndex, Qt
from qtpy.QtGui import QBrush, QColor

from napari_astro_al.session import Session
from napari_astro_al.session.row_order import RowOrder
from napari_astro_al.session.table_cells import CellColumn, CellSource, columns_of

Role = Qt.ItemDataRole
NO_INDEX = QModelIndex()


class Inks:
    """How rows are marked, for a light or a dark theme."""

    def __init__(self, *, dark: bool) -> None:
        self.current = QBrush(QColor(0, 122, 204, 200))
        self.current_text = QBrush(QColor("white"))
        self.selected = QBrush(QColor(0, 122, 204, 70 if dark else 55))
        self.excluded = QBrush(QColor(128, 128, 128))


class TableModel(QAbstractTableModel):
    """A window of some rows on a `RowOrder`: Qt never hears of more rows than are on screen.

    Cells are fetched a column at a time, when Qt first asks for one of the rows in view.

    Attributes
    ----------
    columns : tuple of CellColumn
    order : RowOrder
        All rows.
    first : int
        The place of the row on top.
    swept : range
        Places that the mouse is just being drawn over.
    """

    def __init__(self) -> None:
        super().__init__()
        self._session: Session | None = None
        self._cells: CellSource | None = None
        self.columns: tuple[CellColumn, ...] = ()
        self.order = RowOrder(None, 0)
        self.first = 0
        self.inks = Inks(dark=True)
        self.marks_selected = True
        self.swept = range(0)
        self._room = 0
        self._count = 0
        self._forget()

    def take(self, session: Session | None) -> None:
        """Show another session: all its sources, unsorted."""
        self.beginResetModel()
        self._session = session
        self.first, self.swept = 0, range(0)
        self.columns = () if session is None else columns_of(session.catalogue)
        none = RowOrder(None, 0)
        self.order = none if session is None else RowOrder.unsorted(session.catalogue, None)
        self._count = min(self._room, self.order.n)
        self._forget()
        self.endResetModel()

    def set_order(self, order: RowOrder, first: int) -> None:
        """Show other sources, or the same in another order."""
        self.order = order
        self.swept = range(0)
        self.show_from(first)

    def set_room(self, rows: int) -> None:
        """Say how many rows have room."""
        self._room = rows
        self.show_from(self.first)

    def show_from(self, first: int) -> None:
        """Move the window on the rows."""
        self.first = max(0, min(first, self.order.n - 1))
        count = min(self._room, self.order.n - self.first)
        if count > self._count:
            self.beginInsertRows(NO_INDEX, self._count, count - 1)
            self._count = count
            self.endInsertRows()
        elif count < self._count:
            self.beginRemoveRows(NO_INDEX, count, self._count - 1)
            self._count = count
            self.endRemoveRows()
        self.refresh()

    def refresh(self) -> None:
        """Fetch what is in view anew."""
        self._forget()
        if self._count and self.columns:
            last = self.index(self._count - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _forget(self) -> None:
        self._cells = None if self._session is None else CellSource.of(self._session)
        self._texts: dict[int, list[str]] = {}
        self._rows: npt.NDArray[np.int64] | None = None
        self._selected: npt.NDArray[np.bool_] = np.zeros(0, dtype=bool)
        self._excluded: npt.NDArray[np.bool_] = np.zeros(0, dtype=bool)
        self._current: int | None = None

    def rows_in_view(self) -> npt.NDArray[np.int64]:
        """Row numbers of the sources in view."""
        session = self._session
        if self._rows is None:
            self._rows = self.order.rows(self.first, self.first + self._count)
            if session is not None:
                self._selected = session.selection.contains(self._rows)
                self._excluded = session.excluded.contains(self._rows)
                current = session.current
                self._current = None if current is None else session.catalogue.row_of(current)
        return self._rows

    def rowCount(self, parent: QModelIndex = NO_INDEX) -> int:  # noqa: N802
        """How many rows are in view."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: QModelIndex = NO_INDEX) -> int:  # noqa: N802
        """How many columns there are, hidden or not."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """The title of a column, and what it means."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Role.DisplayRole:
            return column.title
        if role == Role.ToolTipRole:
            return f"{column.title}\n{column.description}" if column.description else column.title
        if role == Role.TextAlignmentRole:
            return _alignment(column)
        return None

    def data(self, index: QModelIndex, role: int = Role.DisplayRole) -> Any:
        """A cell."""
        if not index.isValid() or index.row() >= self._count or self._cells is None:
            return None
        place, section = index.row(), index.column()
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return self._text(section, place)
        if role == Role.TextAlignmentRole:
            return _alignment(self.columns[section])
        if role == Role.BackgroundRole:
            return self._background(place)
        if role == Role.ForegroundRole:
            rows = self.rows_in_view()
            if rows[place] == self._current:
                return self.inks.current_text
            return self.inks.excluded if self._excluded[place] else None
        return None

    def _text(self, section: int, place: int) -> str:
        if section not in self._texts:
            assert self._cells is not None
            self._texts[section] = self._cells.texts(self.columns[section], self.rows_in_view())
        return self._texts[section][place]

    def _background(self, place: int) -> QBrush | None:
        rows = self.rows_in_view()
        if rows[place] == self._current:
            return self.inks.current
        if self.first + place in self.swept:
            return self.inks.selected
        if self.marks_selected and self._selected[place]:
            return self.inks.selected
        return None


def _alignment(column: CellColumn) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.numeric else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
