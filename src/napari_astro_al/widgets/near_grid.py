"""The nearest labelled sources of each class, as small pictures that can be clicked."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtGui import QColor, QIcon, QImage, QPixmap
from qtpy.QtWidgets import QGridLayout, QLabel, QToolButton, QWidget

from napari_astro_al.catalogue import SourceId
from napari_astro_al.learning import Task
from napari_astro_al.session.explanation import LabelledNeighbour
from napari_astro_al.viewer.sheet_pictures import Pictures
from napari_astro_al.widgets.class_buttons import chip, short
from napari_astro_al.widgets.style import plain

SIDE = 44
"""Pixels of a picture."""
LONGEST_ID = 9


class NearGrid(QWidget):
    """A row a class: its colour and name, then its nearest sources."""

    chosen = Signal(object)
    """The source that was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self.buttons: dict[SourceId, QToolButton] = {}

    def show_neighbours(
        self,
        neighbours: Mapping[str, tuple[LabelledNeighbour, ...]],
        colours: Mapping[str, str],
        *,
        pictured: bool,
    ) -> None:
        """Show other sources.

        Parameters
        ----------
        neighbours : mapping of str to tuple of LabelledNeighbour
            By class.
        colours : mapping of str to str
            Of the classes.
        pictured : bool
            Whether there may be pictures; ids alone take less room.
        """
        while self._grid.count():
            item = self._grid.takeAt(0)
            item.widget().deleteLater()
        self.buttons = {}
        for line, (name, near) in enumerate(neighbours.items()):
            words = Task.words(name)
            disc, title = QLabel(), plain(short(words))
            disc.setPixmap(chip(QColor(colours.get(name, "#8E98A4"))).pixmap(14, 14))
            title.setToolTip(f"The labelled sources nearest in feature space that are {words}")
            self._grid.addWidget(disc, line, 0)
            self._grid.addWidget(title, line, 1)
            for place, one in enumerate(near):
                button = self._button(one, pictured=pictured)
                self._grid.addWidget(button, line, 2 + place)
                self.buttons[one.source] = button
        self.updateGeometry()

    def _button(self, one: LabelledNeighbour, *, pictured: bool) -> QToolButton:
        button = QToolButton()
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        text = str(one.source)
        button.setText(text if len(text) <= LONGEST_ID else f"…{text[1 - LONGEST_ID :]}")
        button.setToolTip(
            f"{text}, labelled {Task.words(one.label)}: {one.distance:.2g} interquartile ranges "
            "away, averaged over the features. Click to show it; ← comes back"
        )
        if pictured:
            button.setFixedSize(SIDE + 4, SIDE + 4)
            button.setIconSize(QSize(SIDE, SIDE))
            button.setStyleSheet("padding: 1px;")
        else:
            button.setStyleSheet("text-decoration: underline;")
        button.clicked.connect(lambda: self.chosen.emit(one.source))
        return button

    def take_pictures(self, pictures: Pictures) -> None:
        """Put pictures on the buttons of their sources."""
        for source, pixels in pictures.items():
            button = self.buttons.get(source)
            if button is not None and pixels is not None:
                button.setIcon(QIcon(_pixmap(pixels)))
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)


def _pixmap(pixels: npt.NDArray[np.uint8]) -> QPixmap:
    """(ny, nx, 3) pixels, the first row on top."""
    whole = np.ascontiguousarray(pixels)
    ny, nx = whole.shape[:2]
    image = QImage(whole.data, nx, ny, 3 * nx, QImage.Format.Format_RGB888)
    return QPixmap.fromImage(image.copy())
