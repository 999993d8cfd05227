"""A table of sources, as long as the catalogue: mouse, keys and scroll bar."""

from __future__ import annotations

from typing import Any

import numpy as np
from qtpy.QtCore import QPoint, Qt, Signal
from qtpy.QtGui import QKeySequence
from qtpy.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QScrollBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.session import Session
from napari_astro_al.session.row_order import RowOrder
from napari_astro_al.session.selection import How
from napari_astro_al.widgets.table_model import TableModel

ROW_HEIGHT, LOWEST = 20, 40
NARROWEST, WIDEST = 56, 190
MEASURED = 60
"""Columns whose width is taken from the cells in view; there may be hundreds."""
NOTCH = 120
"""Of a mouse wheel, in Qt's units."""
LINES_A_NOTCH = 3
MARGIN = 18
Key, Modifier = Qt.Key, Qt.KeyboardModifier


class SourceTable(QWidget):
    """Rows of sources with a scroll bar of their own.

    Qt's table keeps a record of every row and counts its height in pixels, which ends at a hundred
    million rows. Here it holds the rows on screen, and the scroll bar moves them.

    A click shows a source. Dragging over rows selects them, Shift and a click selects from the row
    clicked last, Control and a click adds or takes away one row; Control and A selects all rows.
    The arrow keys go up and down.
    """

    sort_wanted = Signal(int)
    """The header of a column was clicked."""
    copy_wanted = Signal()
    """The rows are to be copied."""
    menu_wanted = Signal(QPoint)
    """A menu is asked for, at a place on the screen."""
    header_menu_wanted = Signal(int, QPoint)
    """A menu of a column is asked for, at a place on the screen."""
    moved = Signal()
    """Other rows are in view."""

    def __init__(self) -> None:
        super().__init__()
        self._session: Session | None = None
        self.model = TableModel()
        self.drags = True
        self._anchor: int | None = None
        self._pressed: int | None = None
        self.bar = QScrollBar(Qt.Orientation.Vertical)
        self.view = _Rows(self)
        self.view.setModel(self.model)
        self.bar.valueChanged.connect(self._scrolled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.view, 1)
        beside = QVBoxLayout()
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.bar)
        row.addLayout(beside)
        self.setFocusProxy(self.view)

    def take(self, session: Session | None) -> None:
        """Show another session."""
        self._session = session
        self._anchor = self._pressed = None
        self.model.take(session)
        self.fit()
        self._set_widths()

    def set_order(self, order: RowOrder) -> None:
        """Show other sources, or the same in another order; the current one is brought in view.

        Of other sources without the current one, the first.
        """
        self._anchor = self._pressed = None
        others = order.base is not self.model.order.base
        self.model.set_order(order, min(self.model.first, max(0, order.n - self.capacity)))
        self.fit()
        if others and self.place_of_current() is None:
            self.bar.setValue(0)
        self.follow_current()

    @property
    def capacity(self) -> int:
        """How many rows are on screen as a whole."""
        return max(1, self.view.viewport().height() // ROW_HEIGHT)

    def fit(self) -> None:
        """Hold as many rows as there is room for."""
        self.model.set_room(self.capacity + 1)
        self.bar.setRange(0, max(0, self.model.order.n - self.capacity))
        self.bar.setPageStep(self.capacity)
        self.bar.setVisible(self.bar.maximum() > 0)
        self.model.show_from(self.bar.value())
        self.moved.emit()

    def _scrolled(self, first: int) -> None:
        self.model.show_from(first)
        self.moved.emit()

    def _set_widths(self) -> None:
        metrics = self.view.fontMetrics()
        for section, column in enumerate(self.model.columns):
            widest = metrics.horizontalAdvance(column.title) + 2 * MARGIN
            if section < MEASURED:
                texts = (
                    str(self.model.data(self.model.index(place, section)) or "")
                    for place in range(min(self.model.rowCount(), 30))
                )
                cells = max((metrics.horizontalAdvance(text) for text in texts), default=0)
                widest = max(widest, cells + MARGIN)
            self.view.setColumnWidth(section, min(max(widest, NARROWEST), WIDEST))

    def follow_current(self) -> None:
        """Bring the current source in view, if it is in the table."""
        place = self.place_of_current()
        if place is not None and place not in self.in_view():
            self.bar.setValue(place - self.capacity // 3)
        self.model.refresh()

    def place_of_current(self) -> int | None:
        """The place of the current source; None where it is not in the table."""
        session = self._session
        if session is None or session.current is None:
            return None
        return self.model.order.place_of(session.catalogue.row_of(session.current))

    def in_view(self) -> range:
        """The places of the rows that are on screen as a whole."""
        first = self.model.first
        return range(first, min(first + self.capacity, self.model.order.n))

    def place_at(self, y: int) -> int | None:
        """The place of the row at a height of the viewport, above and below it too."""
        last = self.model.order.n - 1
        if last < 0:
            return None
        return max(0, min(last, self.model.first + y // ROW_HEIGHT))

    def show_place(self, place: int) -> None:
        """Make the source at a place the current one."""
        if self._session is not None and 0 <= place < self.model.order.n:
            rows = self.model.order.rows(place, place + 1)
            self._session.show(self._session.catalogue.ids_at(rows)[0])

    def press(self, place: int, *, shift: bool, control: bool) -> None:
        """A row was pressed."""
        if shift:
            start = self._anchor if self._anchor is not None else self.place_of_current()
            self._select(place if start is None else start, place, "add" if control else "replace")
            return
        self._anchor = place
        if control:
            self._turn(place)
            return
        self._pressed = place
        self.show_place(place)

    def sweep(self, y: int) -> None:
        """The mouse was moved with its button down."""
        place = self.place_at(y)
        if self._pressed is None or place is None or not self.drags:
            return
        if y < 0 or y > self.view.viewport().height():
            self.bar.setValue(self.bar.value() + (1 if y > 0 else -1))
            place = self.place_at(y)
            assert place is not None
        if place == self._pressed and not self.model.swept:
            return
        self.model.swept = range(min(place, self._pressed), max(place, self._pressed) + 1)
        self.model.refresh()

    def release(self) -> None:
        """The mouse button was let go."""
        swept, self.model.swept, self._pressed = self.model.swept, range(0), None
        if swept:
            self._select(swept.start, swept.stop - 1, "replace")

    def _select(self, start: int, end: int, how: How) -> None:
        if self._session is not None:
            rows = self.model.order.rows(min(start, end), max(start, end) + 1)
            self._session.select_rows(rows, how)

    def _turn(self, place: int) -> None:
        if self._session is not None:
            row = self.model.order.rows(place, place + 1)
            inside = bool(self._session.selection.contains(row)[0])
            self._session.select_rows(row, "subtract" if inside else "add")

    def select_all(self) -> None:
        """Select every source in the table."""
        session, base = self._session, self.model.order.base
        if session is None:
            return
        if base is None:
            session.select_rows(np.arange(self.model.order.n))
        else:
            session.select(base)

    def key(self, event: Any) -> bool:
        """Whether a key was one of the table's."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif event.key() in (Key.Key_Up, Key.Key_Down):
            self._step(1 if event.key() == Key.Key_Down else -1)
        elif event.key() in (Key.Key_PageUp, Key.Key_PageDown):
            way = 1 if event.key() == Key.Key_PageDown else -1
            self.bar.setValue(self.bar.value() + way * self.capacity)
        elif event.key() in (Key.Key_Home, Key.Key_End):
            self.bar.setValue(0 if event.key() == Key.Key_Home else self.bar.maximum())
        else:
            return False
        return True

    def _step(self, way: int) -> None:
        place = self.place_of_current()
        self.show_place(self.model.first if place is None else place + way)
        self._anchor = self.place_of_current()


class _Rows(QTableView):
    """Qt's table of the rows on screen; what is done to it goes to the `SourceTable`."""

    def __init__(self, owner: SourceTable) -> None:
        super().__init__()
        self.setMinimumHeight(LOWEST)
        self.setAccessibleName("Sources")
        self.setTabKeyNavigation(False)
        self._owner = owner
        self._turned = 0
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAutoScroll(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        down = self.verticalHeader()
        down.hide()
        down.setMinimumSectionSize(ROW_HEIGHT)
        down.setDefaultSectionSize(ROW_HEIGHT)
        across = self.horizontalHeader()
        across.setSectionsClickable(True)
        across.setHighlightSections(False)
        across.setMinimumSectionSize(NARROWEST)
        across.sectionClicked.connect(owner.sort_wanted)
        across.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        across.customContextMenuRequested.connect(
            lambda at: owner.header_menu_wanted.emit(
                across.logicalIndexAt(at), across.mapToGlobal(at)
            )
        )

    def wheelEvent(self, event: Any) -> None:  # noqa: N802
        """Scroll the rows, and sideways where that is meant."""
        turned = event.angleDelta()
        if turned.x() or event.modifiers() & Modifier.ShiftModifier:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - (turned.x() or turned.y()))
        else:
            self._turned -= turned.y() * LINES_A_NOTCH
            lines = int(self._turned / NOTCH)
            self._turned -= lines * NOTCH
            self._owner.bar.setValue(self._owner.bar.value() + lines)
        event.accept()

    def mousePressEvent(self, event: Any) -> None:  # noqa: N802
        """Show or select."""
        y = int(event.position().y())
        place = self._owner.place_at(y)
        beyond = self.rowAt(y) < 0
        if place is not None and not beyond and event.button() == Qt.MouseButton.LeftButton:
            keys = event.modifiers()
            self._owner.press(
                place,
                shift=bool(keys & Modifier.ShiftModifier),
                control=bool(keys & Modifier.ControlModifier),
            )

    def mouseMoveEvent(self, event: Any) -> None:  # noqa: N802
        """Select what is dragged over."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._owner.sweep(int(event.position().y()))

    def mouseReleaseEvent(self, event: Any) -> None:  # noqa: N802
        """End dragging."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._owner.release()

    def mouseDoubleClickEvent(self, event: Any) -> None:  # noqa: N802
        """Twice is no more than once."""
        self.mousePressEvent(event)

    def contextMenuEvent(self, event: Any) -> None:  # noqa: N802
        """Offer a menu."""
        self._owner.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802
        """Keys of the table; others go on to the window."""
        if not self._owner.key(event):
            event.ignore()

    def resizeEvent(self, event: Any) -> None:  # noqa: N802
        """Hold more rows, or fewer."""
        super().resizeEvent(event)
        self._owner.fit()
