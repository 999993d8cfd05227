"""The line above the cutouts: whose they are, how much of the sky, what is drawn over them."""

from __future__ import annotations

from dataclasses import replace

from qtpy.QtCore import Signal
from qtpy.QtGui import QAction
from qtpy.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QWidget
from superqt import QElidingLabel

from napari_astro_al.cutouts.angles import angle_text
from napari_astro_al.viewer.cutout_canvas import MOST_INDEXED, CutoutCanvas
from napari_astro_al.viewer.cutout_settings import Arrangement

SWITCHES = {
    "crosshair": ("Cross-hair", "Marks the source and leaves it free"),
    "scale": ("Scale and compass", "A bar of known angle; where north and east are"),
    "sources": ("Other sources", "Rings around the catalogue's other sources in the field"),
    "overlaid": ("Overlay pictures", "One above the other; opacity is under Adjust"),
}
PADDING = "padding: 2px 7px;"
PLUS, MINUS = "+", "\N{MINUS SIGN}"


class CutoutsBar(QWidget):
    """Title, stepper of the field, switches, and the buttons that open panels.

    Parameters
    ----------
    pictures : QWidget
        The button that adds and removes pictures.

    Attributes
    ----------
    closer, wider : QPushButton
        The next smaller and larger field.
    adjust : QPushButton
        Opens the panel of stretches.
    """

    colour_wanted = Signal()
    """The person wants to choose a colour composite."""

    def __init__(self, pictures: QWidget) -> None:
        super().__init__()
        self._canvas: CutoutCanvas | None = None
        self._title = QElidingLabel("")
        self.field = QLabel("")
        self.field.setMinimumWidth(56)
        self.field.setToolTip("Width and height of the field on the sky")
        self.wider = _button(MINUS, "A larger field of the sky (-)")
        self.closer = _button(PLUS, "A smaller field of the sky (+)")
        self.wider.clicked.connect(lambda: self._step(larger=True))
        self.closer.clicked.connect(lambda: self._step(larger=False))
        self.adjust = _button("Adjust", "Stretch, contrast and colour map of each picture")
        self.adjust.setCheckable(True)
        self.view = _button("View", "What is drawn over the pictures, and how they are laid out")
        self.actions_of: dict[str, QAction] = {}
        self.menu = self._menu()
        self.view.clicked.connect(
            lambda: self.menu.popup(self.view.mapToGlobal(self.view.rect().bottomLeft()))
        )
        pictures.setStyleSheet(PADDING)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._title, 1)
        for part in (self.wider, self.field, self.closer, pictures, self.view, self.adjust):
            row.addWidget(part)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for name, (text, tip) in SWITCHES.items():
            if name == "overlaid":
                menu.addSeparator()
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setToolTip(tip)
            action.triggered.connect(lambda on, name=name: self._switch(name, on))
            menu.addAction(action)
            self.actions_of[name] = action
        colour = QAction("Colour composite…", menu)
        colour.triggered.connect(self.colour_wanted.emit)
        whole = QAction("Whole pictures", menu)
        whole.setToolTip("Undoes zooming and moving (0, or a double click)")
        whole.triggered.connect(lambda: self._canvas and self._canvas.whole())
        self.actions_of |= {"colour": colour, "whole": whole}
        menu.addActions([colour, whole])
        return menu

    def take(self, canvas: CutoutCanvas | None) -> None:
        """Show and change what a canvas shows; None lets go of it."""
        self._canvas = canvas
        self.refresh()

    def name(self, title: str) -> None:
        """Say whose pictures these are."""
        self._title.setText(title)
        self._title.setToolTip(title)

    def refresh(self) -> None:
        """Show what the canvas shows now."""
        canvas = self._canvas
        shown = Arrangement() if canvas is None else canvas.arrangement
        for name in SWITCHES:
            self.actions_of[name].setChecked(bool(getattr(shown, name)))
        can = canvas is not None and canvas.has_positions
        others = self.actions_of["sources"]
        others.setEnabled(can)
        others.setToolTip(
            SWITCHES["sources"][1]
            if can
            else "Needs columns of right ascension and declination, and a catalogue of at most "
            f"{MOST_INDEXED:,} sources"
        )
        greys = [] if canvas is None else grey_names(canvas)
        self.actions_of["colour"].setEnabled(len(greys) > 1)
        self.actions_of["colour"].setToolTip(
            "Three pictures of one field as red, green and blue"
            if len(greys) > 1
            else "Needs pictures of one field in two or more bands"
        )
        self.actions_of["overlaid"].setEnabled(canvas is not None and len(canvas.panels) > 1)
        size = None if canvas is None else canvas.size
        self.field.setText("" if size is None else f"{angle_text(size)} field")
        for part in (self.field, self.wider, self.closer):
            part.setVisible(size is not None)

    def _switch(self, name: str, on: bool) -> None:
        if self._canvas is not None:
            self._canvas.arrange(replace(self._canvas.arrangement, **{name: on}))

    def _step(self, *, larger: bool) -> None:
        if self._canvas is not None:
            self._canvas.resize(larger=larger)


def grey_names(canvas: CutoutCanvas) -> list[str]:
    """Names of pictures that can be a channel of a colour composite."""
    return [
        one.name
        for one in canvas.panels
        if one.picture is not None
        and (one.picture.cutout.pixels is None or one.picture.cutout.pixels.ndim == 2)
        and canvas.is_given(one)
    ]


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setStyleSheet(PADDING)
    button.setToolTip(tip)
    return button
