"""A person at a dialog: real mouse events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtCore import Qt, QTimer
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QDialogButtonBox, QWidget


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def in_dialog(kind: type, act: Callable[[Any], object]) -> None:
    """Do something with the dialog of a kind that is about to open, and accept it."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, kind):
            QTimer.singleShot(20, look)
            return
        act(dialog)
        click(dialog.buttons.button(QDialogButtonBox.StandardButton.Ok))

    QTimer.singleShot(20, look)
