"""How many labels of each class a curated set has, and how many it is to have."""

from __future__ import annotations

from collections.abc import Mapping

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QColor
from qtpy.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.learning import Task
from napari_astro_al.viewer.palette import as_hex, class_styles
from napari_astro_al.widgets.class_buttons import chip, short
from napari_astro_al.widgets.style import plain

MOST = 100_000
NO_TARGET = "–"
CHIP = 16
NARROWEST = 264
"""Pixels at which a row can be read."""


class CuratedProgress(QScrollArea):
    """A row a class: its name, a bar, and the target."""

    targets_changed = Signal()
    """A person has set another target."""

    def __init__(self) -> None:
        super().__init__()
        self._classes: tuple[str, ...] = ()
        self._bars: dict[str, QProgressBar] = {}
        self.targets: dict[str, QSpinBox] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 4, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(self._grid)
        rows.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(NARROWEST)
        self.setWidget(inside)

    def set_classes(self, classes: tuple[str, ...], colours: Mapping[str, str]) -> None:
        """Make a row for each class."""
        if classes == self._classes:
            return
        self._classes = classes
        while self._grid.count():
            self._grid.takeAt(0).widget().deleteLater()
        self._bars, self.targets = {}, {}
        styles = class_styles(classes, colours)
        for row, name in enumerate(classes):
            disc = QLabel()
            disc.setPixmap(chip(QColor(as_hex(styles[name].colour))).pixmap(CHIP, CHIP))
            words = plain(short(Task.words(name)))
            words.setToolTip(Task.words(name))
            bar = QProgressBar()
            bar.setFixedHeight(18)
            bar.setMinimumWidth(52)
            target = QSpinBox()
            target.setRange(0, MOST)
            target.setSpecialValueText(NO_TARGET)
            target.setFixedWidth(76)
            target.setToolTip(f"How many labels of {Task.words(name)} the set is to have")
            target.setKeyboardTracking(False)
            target.valueChanged.connect(lambda _: self.targets_changed.emit())
            for column, widget in enumerate((disc, words, bar, target)):
                self._grid.addWidget(widget, row, column)
            self._bars[name], self.targets[name] = bar, target

    def show_counts(self, counts: Mapping[str, int], targets: Mapping[str, int]) -> None:
        """Show how far each class is."""
        for name, bar in self._bars.items():
            spin, n, wanted = self.targets[name], counts.get(name, 0), targets.get(name, 0)
            if spin.value() != wanted and not spin.hasFocus():
                spin.blockSignals(True)
                spin.setValue(wanted)
                spin.blockSignals(False)
            bar.setRange(0, max(1, wanted))
            bar.setValue(min(n, wanted))
            bar.setFormat(f"{n:,} of {wanted:,}" if wanted else f"{n:,}")
            labels = f"{n:,} label{'' if n == 1 else 's'}"
            bar.setToolTip(f"{labels} by people" + (f" of {wanted:,} wanted" if wanted else ""))

    def wanted(self) -> dict[str, int]:
        """The targets as they are set."""
        return {name: spin.value() for name, spin in self.targets.items() if spin.value()}
