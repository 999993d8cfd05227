"""A titled part of a dock: what stands beside other parts of its kind."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from napari_astro_al.widgets.style import caption


class Section(QWidget):
    """A title with rows below it.

    Parameters
    ----------
    title : str

    Attributes
    ----------
    head : QHBoxLayout
        What stands beside the title, from the right end on.
    rows : QVBoxLayout
        What stands below it.
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = caption(title)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(5)
        self.head = QHBoxLayout()
        self.head.addWidget(self.title)
        self.head.addStretch(1)
        self.rows.addLayout(self.head)


def button(words: str, tip: str, does: Callable[[], object]) -> QPushButton:
    """A button that a click leaves the keyboard to the window with, and Tab reaches."""
    made = QPushButton(words)
    made.setToolTip(tip)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    made.clicked.connect(lambda: does())
    return made
