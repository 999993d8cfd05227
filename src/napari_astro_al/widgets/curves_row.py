"""Curves over a projection: which there are, another file, none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget
from superqt import QElidingLabel


class CurvesRow(QWidget):
    """The name of the curves that are drawn, and buttons to choose."""

    chosen = Signal(object)
    """The path of a file, or None for no curves."""

    def __init__(self) -> None:
        super().__init__()
        self._name = QElidingLabel("none")
        self.choose = QPushButton("Choose…")
        self.choose.setToolTip("Lines and regions to draw over the sources, from a JSON file")
        self.none = QPushButton("None")
        self.none.setToolTip("Draw no curves")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._name, 1)
        row.addWidget(self.choose)
        row.addWidget(self.none)
        self.choose.clicked.connect(lambda _: self._ask())
        self.none.clicked.connect(lambda _: self.chosen.emit(None))

    def show_curves(self, curves: Mapping[str, Any] | None) -> None:
        """Show what is drawn, as a recipe has it."""
        name = "none" if curves is None else str(curves.get("name") or "without a name")
        self._name.setText(name)
        self._name.setToolTip(name)
        self.none.setVisible(curves is not None)

    def _ask(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Curves to draw", "", "JSON (*.json)")
        if path:
            self.chosen.emit(Path(path))
