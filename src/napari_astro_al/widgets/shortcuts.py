"""The labelling keys as shortcuts of the window, that yield to whoever types."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qtpy.QtCore import QObject, Qt
from qtpy.QtGui import QKeySequence
from qtpy.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QShortcut,
    QTextEdit,
    QWidget,
)

MOVING = ("Space", "Left", "Right")
"""Keys that lists, sliders and buttons need for themselves."""


class Shortcuts(QObject):
    """Keys that work wherever the focus is in a window, unless that place types or needs them.

    A key that is held down counts once.

    Parameters
    ----------
    window : QWidget
        The main window.
    actions : mapping of str to callable
        By key, in napari's spelling: ``"1"``, ``"U"``, ``"Shift-Z"``.
    """

    def __init__(self, window: QWidget, actions: Mapping[str, Callable[[], None]]) -> None:
        super().__init__(window)
        self._shortcuts: dict[str, QShortcut] = {}
        for key, action in actions.items():
            shortcut = QShortcut(
                QKeySequence(
                    key if len(key) == 1 else key.replace("Control-", "Ctrl-").replace("-", "+")
                ),
                window,
            )
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(action)
            self._shortcuts[key] = shortcut
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_moves)

    def _focus_moves(self, _: QWidget | None, now: QWidget | None) -> None:
        types = isinstance(now, (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)) or (
            isinstance(now, QComboBox) and now.isEditable()
        )
        moves = isinstance(now, (QAbstractItemView, QAbstractSlider, QAbstractButton, QComboBox))
        for key, shortcut in self._shortcuts.items():
            shortcut.setEnabled(not types and not (moves and key in MOVING))
