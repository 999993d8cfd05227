"""A row of tabs that is higher while one of them is in front."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from qtpy.QtCore import QObject, Qt, QTimer
from qtpy.QtWidgets import QDockWidget, QMainWindow, QTabBar


class TallTab(QObject):
    """Gives tabbed docks the height that they had, or begin with, when they were in front.

    Docks that were taken out of the row are left alone.

    Parameters
    ----------
    tall : QDockWidget
        In one row of tabs with the others.
    low : sequence of QDockWidget
        These have one height for all.
    share : float
        Of the window's height, for the tall one at first.
    """

    def __init__(self, tall: QDockWidget, low: Sequence[QDockWidget], share: float) -> None:
        super().__init__(tall)
        self._tall, self._low = tall, low
        self._share = share
        self._heights: dict[bool, int] = {}
        self._tall_in_front = False
        for dock in (tall, *low):
            dock.visibilityChanged.connect(partial(self._look_soon, dock))

    def _look_soon(self, dock: QDockWidget, seen: bool) -> None:
        if seen:
            QTimer.singleShot(0, lambda: self._come_to_front(dock))

    def _come_to_front(self, dock: QDockWidget) -> None:
        main, tall = self._tall.parentWidget(), dock is self._tall
        if not isinstance(main, QMainWindow) or dock.isFloating() or tall == self._tall_in_front:
            return
        others = self._low if tall else [self._tall]
        area = main.dockWidgetArea(dock)
        if not any(main.dockWidgetArea(one) == area for one in others):
            return
        self._heights[self._tall_in_front] = dock.height()
        self._tall_in_front = tall
        first = round(self._share * main.height()) if tall else dock.height()
        height = self._heights.get(tall, first) + _height_of_tabs(main, dock)
        main.resizeDocks([dock], [height], Qt.Orientation.Vertical)


def _height_of_tabs(main: QMainWindow, dock: QDockWidget) -> int:
    """Qt counts the tabs when a dock in them is resized, and does not where it says its height."""
    for bar in main.findChildren(QTabBar):
        names = [bar.tabText(place) for place in range(bar.count())]
        if bar.isVisible() and dock.windowTitle() in names:
            return bar.height()
    return 0
