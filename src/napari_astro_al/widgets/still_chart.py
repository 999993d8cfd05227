"""A chart in a dock: it is looked at and pointed at, not dragged or zoomed."""

from __future__ import annotations

import pyqtgraph as pg
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFrame


def hold_still(chart: pg.PlotWidget) -> None:
    """Take from a chart the frame, the menu, the mouse's grip and the keyboard."""
    chart.setFrameShape(QFrame.Shape.NoFrame)
    chart.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    chart.setAntialiasing(True)
    chart.setMenuEnabled(False)
    chart.setMouseEnabled(x=False, y=False)
    chart.hideButtons()
