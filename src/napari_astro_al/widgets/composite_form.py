"""Choosing three pictures as red, green and blue of one."""

from __future__ import annotations

from dataclasses import replace

from qtpy.QtCore import QSignalBlocker, Qt
from qtpy.QtWidgets import (
    QCheckBox,
    QDialog,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.cutouts import Composite
from napari_astro_al.viewer.cutout_canvas import CutoutCanvas
from napari_astro_al.widgets.cutouts_bar import grey_names
from napari_astro_al.widgets.name_box import ChoiceBox
from napari_astro_al.widgets.picture_panel import LIMITS
from napari_astro_al.widgets.rest import Rest
from napari_astro_al.widgets.style import small

REST_AFTER = 250  # milliseconds
CHANNELS = ("red", "green", "blue")


class CompositeForm(QDialog):
    """A colour composite after Lupton, shown as one more panel as it is changed.

    Parameters
    ----------
    parent : QWidget
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.setWindowTitle("Colour composite")
        self._canvas: CutoutCanvas | None = None
        self._later = Rest(self, REST_AFTER)
        self.on = QCheckBox("Show as one more picture")
        self.channels = {name: ChoiceBox(f"The picture shown in {name}") for name in CHANNELS}
        self.limits = ChoiceBox(
            "Which values of each picture the range is between",
            {text: value for text, value in LIMITS.items() if value != "fixed"},
        )
        self.stretch = _number(0.001, 10.0, "The smaller, the more of what is faint is seen")
        self.softening = _number(0.1, 100.0, "The larger, the more bright cores keep their colour")
        self._lay_out()
        self.on.toggled.connect(lambda _: self._apply())
        for box in (*self.channels.values(), self.limits):
            box.activated.connect(lambda _: self._changed())
        for number in (self.stretch, self.softening):
            number.valueChanged.connect(lambda _: self._changed())

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(1, 1)
        lines: list[tuple[str, QWidget]] = [
            *((name, box) for name, box in self.channels.items()),
            ("limits", self.limits),
            ("stretch", self.stretch),
            ("Q", self.softening),
        ]
        for row, (name, part) in enumerate(lines):
            label = QLabel(f"{name}:")
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(label, row, 0)
            grid.addWidget(part, row, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 10, 12, 10)
        rows.setSpacing(8)
        words = small("Longest wavelength in red. Pictures are aligned by their coordinates.")
        words.setWordWrap(True)
        rows.addWidget(words)
        rows.addLayout(grid)
        rows.addWidget(self.on)
        self.setFixedWidth(290)

    def take(self, canvas: CutoutCanvas | None) -> None:
        """Choose for a canvas; None lets go of it."""
        self._canvas = canvas
        self._later.forget()
        if canvas is None:
            self.hide()

    def open_for(self, canvas: CutoutCanvas) -> None:
        """Show the composite that there is, or one that could be."""
        names = grey_names(canvas)
        composite = canvas.arrangement.composite or suggested(names)
        parts = (self.on, self.limits, self.stretch, self.softening, *self.channels.values())
        blockers = [QSignalBlocker(part) for part in parts]
        for channel, box in self.channels.items():
            box.clear()
            box.addItems(names)
            box.setCurrentText(str(getattr(composite, channel)))
        self.limits.setCurrentIndex(self.limits.findData(composite.limits))
        self.stretch.setValue(composite.stretch)
        self.softening.setValue(composite.softening)
        self.on.setChecked(True)
        for blocker in blockers:
            blocker.unblock()
        self.show()
        self._apply()

    def _changed(self) -> None:
        self._later(self._apply)

    def _apply(self) -> None:
        canvas = self._canvas
        if canvas is None:
            return
        composite = None
        if self.on.isChecked():
            composite = Composite(
                *(box.currentText() for box in self.channels.values()),
                softening=self.softening.value(),
                stretch=self.stretch.value(),
                limits=self.limits.currentData(),
                name=free_name(canvas),
            )
        canvas.arrange(replace(canvas.arrangement, composite=composite))


def suggested(names: list[str]) -> Composite:
    """Red, green and blue of pictures given from short to long wavelengths, as most are."""
    return Composite(names[-1], names[len(names) // 2], names[0])


def free_name(canvas: CutoutCanvas) -> str:
    """A name for the composite that no provider has."""
    taken = {one.name for one in canvas.session.cutouts.providers}
    name = "colour"
    while name in taken:
        name += "\N{PRIME}"
    return name


def _number(low: float, high: float, tip: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(3)
    box.setRange(low, high)
    box.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
    box.setKeyboardTracking(False)
    box.setToolTip(tip)
    return box
