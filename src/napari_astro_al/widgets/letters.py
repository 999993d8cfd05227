"""The letters of a canvas, drawn before they are needed."""

from __future__ import annotations

from collections import deque
from string import ascii_letters, digits

from napari.qt import QtViewer
from qtpy.QtCore import QObject, QTimer
from qtpy.QtWidgets import QWidget

TALL = "ÅÉÑŐ"
"""What VisPy measures the height of lines by."""
LETTERS = f"{TALL}{digits}.\N{MINUS SIGN}-+ °'\"():,/[]_%\N{HORIZONTAL ELLIPSIS}{ascii_letters}"
"""In the order in which axes, legends and names are likely to need them."""
EVERY = 40
"""Milliseconds from one letter to the next."""


class LettersAhead(QTimer):
    """Draws the letters of a canvas one by one, while a person still chooses a catalogue.

    napari writes with fields of distances, which take some 20 ms a letter: those of the axes, the
    legend and the names together as long as it takes to read a million sources.

    Parameters
    ----------
    qt_viewer : QtViewer
        The canvas.
    parent : QObject
        Ends with it.
    """

    def __init__(self, qt_viewer: QtViewer, parent: QObject) -> None:
        super().__init__(parent)
        info = qt_viewer.canvas.font_info()
        self._font = info.font_manager.get_font(info.face)
        self._left = deque(LETTERS)
        self.timeout.connect(self._draw_one)
        self.start(EVERY)

    @classmethod
    def of(cls, widget: QWidget, parent: QObject) -> LettersAhead | None:
        """Those of the first canvas in a widget; None where there is none."""
        found = widget if isinstance(widget, QtViewer) else widget.findChild(QtViewer)
        return None if found is None else cls(found, parent)

    def _draw_one(self) -> None:
        self._font[self._left.popleft()]
        if not self._left:
            self.stop()
