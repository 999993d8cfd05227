"""Whether a person can see a widget, so that nothing is worked out for one that nobody looks at."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, QPoint, QRect, QTimer, Signal
from qtpy.QtWidgets import QDockWidget, QWidget

from napari_astro_al.widgets.further_views import dock_of


def in_sight(widget: QWidget) -> bool:
    """Whether a person can see a widget.

    Qt's ``isVisible`` does not tell: a dock behind another tab is visible, only moved out of the
    window. Nor does ``visibleRegion``: it lacks what the widget's own children cover.
    """
    window = widget.window()
    if window is None or not widget.isVisible():
        return False
    return window.rect().intersects(QRect(widget.mapTo(window, QPoint()), widget.size()))


class Sight(QObject):
    """Whether a widget is in sight, and when it comes into sight.

    Parameters
    ----------
    widget : QWidget
        What is looked at; in a dock or not.

    Attributes
    ----------
    came : Signal
        It has come into sight: shown for the first time, or its tab raised.
    """

    came = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._dock: QDockWidget | None = None
        self._soon = QTimer(self)  # a dock is moved after it says that it will be seen
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._look)
        widget.installEventFilter(self)

    @property
    def seen(self) -> bool:
        """Whether the widget is in sight."""
        return in_sight(self._widget)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Look when the widget is shown; nothing is held back."""
        if event is not None and event.type() == QEvent.Type.Show:
            self._follow(dock_of(self._widget))
            self._soon.start(0)
        return False

    def _follow(self, dock: QDockWidget | None) -> None:
        if dock is None or dock is self._dock:
            return
        self._dock = dock
        dock.visibilityChanged.connect(self._dock_seen)

    def _dock_seen(self, seen: bool) -> None:
        if seen:
            self._soon.start(0)

    def _look(self) -> None:
        if self.seen:
            self.came.emit()
