"""A row of tabs that is higher while one of them is in front."""

from __future__ import annotations

from qtpy.QtCore import QObject, Qt, QTimer
from qtpy.QtWidgets import QDockWidget, QMainWindow, QTabBar


class TallTab(QObject):
    """Gives each of two tabbed docks the height that it had, or begins with, when it was in front.

    Docks that were taken out of the row are left alone.

    Parameters
    ----------
    tall, low : QDockWidget
        In one row of tabs.
    share : float
        Of the window's height, for the tall one at first.
    """

    def __init__(self, tall: QDockWidget, low: QDockWidget, share: float) -> None:
        super().__init__(tall)
        self._docks = (tall, low)
        self._share = share
        self._heights: dict[QDockWidget, int] = {}
        self._front = low
        tall.visibilityChanged.connect(lambda seen: self._look_soon(tall, seen))
        low.visibilityChanged.connect(lambda seen: self._look_soon(low, seen))

    def _look_soon(self, dock: QDockWidget, seen: bool) -> None:
        if seen:
            QTimer.singleShot(0, lambda: self._come_to_front(dock))

    def _come_to_front(self, dock: QDockWidget) -> None:
        tall, low = self._docks
        main = tall.parentWidget()
        if not isinstance(main, QMainWindow) or dock.isFloating() or dock is self._front:
            return
        if main.dockWidgetArea(tall) != main.dockWidgetArea(low):
            return
        self._heights[self._front] = dock.height()
        self._front = dock
        first = round(self._share * main.height()) if dock is tall else dock.height()
        height = self._heights.get(dock, first) + _height_of_tabs(main, dock)
        main.resizeDocks([dock], [height], Qt.Orientation.Vertical)


def _height_of_tabs(main: QMainWindow, dock: QDockWidget) -> int:
    """Qt counts the tabs when a dock in them is resized, and does not where it says its height."""
    for bar in main.findChildren(QTabBar):
        names = [bar.tabText(place) for place in range(bar.count())]
        if bar.isVisible() and dock.windowTitle() in names:
            return bar.height()
    return 0
