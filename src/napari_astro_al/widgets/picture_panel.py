"""How one picture is shown: the stretch of its values, then napari's own controls."""

from __future__ import annotations

from qtpy.QtCore import QSignalBlocker, Qt
from qtpy.QtGui import QDoubleValidator
from qtpy.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.cutouts import Stretch
from napari_astro_al.errors import AstroALError
from napari_astro_al.viewer.cutout_canvas import CutoutCanvas, is_picture
from napari_astro_al.viewer.cutout_panel import Panel
from napari_astro_al.widgets.name_box import ChoiceBox
from napari_astro_al.widgets.workspace import report

FUNCTIONS = {"linear": "linear", "square root": "sqrt", "logarithmic": "log", "asinh": "asinh"}
LIMITS = {
    "sky to bright": "sky",
    "99.5 % of the pixels": "percentile",
    "zscale": "zscale",
    "minimum to maximum": "min-max",
    "fixed values": "fixed",
}


class PicturePanel(QWidget):
    """Which picture; function, limits, black and white; contrast, gamma and colour map by napari.

    What is chosen is kept for the pictures of one survey or band, from source to source.
    """

    def __init__(self) -> None:
        super().__init__()
        self._canvas: CutoutCanvas | None = None
        self.picture = ChoiceBox("The picture that is adjusted; a click on it chooses it too")
        self.function = ChoiceBox("How values become brightness", FUNCTIONS)
        self.limits = ChoiceBox("Which values are black and white, found for each picture", LIMITS)
        self.black, self.white = QLineEdit(), QLineEdit()
        for edit, colour in ((self.black, "Black"), (self.white, "White")):
            edit.setValidator(QDoubleValidator(edit))
            edit.setToolTip(f"{colour} is this value, in the picture's own units; type to fix it")
            edit.editingFinished.connect(self._typed)
        self.to_all = QPushButton("Use for all pictures")
        self.to_all.setToolTip("Gives every picture this function and these limits")
        self.as_first = QPushButton("Reset")
        self.as_first.setToolTip("What suits the picture, as at first")
        self._home = QVBoxLayout()
        self._controls: QWidget | None = None
        self._lay_out()
        self.picture.activated.connect(lambda _: self._choose())
        self.function.activated.connect(lambda _: self._restretch())
        self.limits.activated.connect(lambda _: self._restretch())
        self.to_all.clicked.connect(self._for_all)
        self.as_first.clicked.connect(lambda: self._put(None))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        # so that names and fields lie above those of napari's controls
        grid.setContentsMargins(11, 0, 9, 0)
        grid.setColumnMinimumWidth(0, 112)
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(1, 1)
        values = QHBoxLayout()
        values.setSpacing(6)
        values.addWidget(self.black, 1)
        values.addWidget(QLabel("to"))
        values.addWidget(self.white, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.to_all, 1)
        buttons.addWidget(self.as_first)
        for row, (name, part) in enumerate(
            (
                ("picture:", self.picture),
                ("stretch:", self.function),
                ("limits:", self.limits),
                ("values:", values),
                ("", buttons),
            )
        ):
            label = QLabel(name)
            label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(label, row, 0)
            if isinstance(part, QWidget):
                grid.addWidget(part, row, 1)
            else:
                grid.addLayout(part, row, 1)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addLayout(grid)
        rows.addWidget(line)
        self._home.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(self._home)

    def take(self, canvas: CutoutCanvas | None) -> None:
        """Adjust the pictures of a canvas; None lets go of it."""
        self._canvas = canvas
        self.refresh()

    def take_controls(self, controls: QWidget | None) -> None:
        """Show napari's controls of the canvas that there is now."""
        self._controls = controls
        if controls is not None:
            self._home.addWidget(controls)
            controls.show()

    @property
    def panel(self) -> Panel | None:
        """The picture that is adjusted."""
        if self._canvas is None:
            return None
        active = self._canvas.viewer.layers.selection.active
        for panel in self._canvas.panels:
            if panel.image is active and is_picture(active):
                return panel
        return next(iter(self._canvas.panels), None)

    def refresh(self) -> None:
        """Show how the picture is shown now."""
        panel, canvas = self.panel, self._canvas
        names = [] if canvas is None else [one.name for one in canvas.panels]
        with QSignalBlocker(self.picture):
            if names != [self.picture.itemText(k) for k in range(self.picture.count())]:
                self.picture.clear()
                self.picture.addItems(names)
            if panel is not None:
                self.picture.setCurrentText(panel.name)
        picture = None if panel is None else panel.picture
        there = picture is not None and picture.shown is not None
        given = canvas is not None and panel is not None and canvas.is_given(panel)
        for part in (self.function, self.limits, self.black, self.white, self.to_all):
            part.setEnabled(there and given)
        self.as_first.setEnabled(given)
        if picture is None or not there:
            return
        self.function.setCurrentIndex(self.function.findData(picture.stretch.function))
        self.limits.setCurrentIndex(self.limits.findData(picture.stretch.limits))
        for edit, value in zip((self.black, self.white), picture.limits, strict=True):
            if not edit.hasFocus():
                edit.setText(f"{value:.6g}")

    def _choose(self) -> None:
        if self._canvas is None:
            return
        for panel in self._canvas.panels:
            if panel.name == self.picture.currentText():
                self._canvas.viewer.layers.selection.active = panel.image
        self.refresh()

    def _restretch(self) -> None:
        panel = self.panel
        if panel is None or panel.picture is None:
            return
        limits = self.limits.currentData()
        fixed = panel.picture.limits if limits == "fixed" else None
        self._put(Stretch(self.function.currentData(), limits, fixed))

    def _typed(self) -> None:
        """Fix the values that were typed; what was only looked at stays as it is."""
        panel = self.panel
        if panel is None or panel.picture is None:
            return
        shown = tuple(f"{value:.6g}" for value in panel.picture.limits)
        if (self.black.text(), self.white.text()) == shown:
            return
        try:
            values = float(self.black.text()), float(self.white.text())
            self._put(Stretch(self.function.currentData(), "fixed", values))
        except ValueError:
            self.refresh()
        except AstroALError as error:
            self.black.setText(shown[0])
            self.white.setText(shown[1])
            report(error)

    def _put(self, how: Stretch | None) -> None:
        panel = self.panel
        if self._canvas is not None and panel is not None:
            self._canvas.session.cutouts.restretch(panel.name, how)

    def _for_all(self) -> None:
        panel = self.panel
        if self._canvas is None or panel is None or panel.picture is None:
            return
        how = panel.picture.stretch
        for other in self._canvas.panels:
            self._canvas.session.cutouts.restretch(other.name, how)
