"""One axis of a plot of columns: what it shows, and how it is drawn."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QPushButton, QWidget

from napari_astro_al.projection import Axis
from napari_astro_al.widgets.name_box import NameBox


class AxisRow(QWidget):
    """A name, and whether the axis is logarithmic and turned round.

    Parameters
    ----------
    tip : str
        Which axis.
    arrows : str
        What the button to turn it round shows.
    """

    chosen = Signal()
    """Another name, of which scale and direction are natural."""
    drawn = Signal()
    """Another scale or direction."""

    def __init__(self, tip: str, arrows: str) -> None:
        super().__init__()
        self.box = NameBox(
            f"{tip}: a column, a feature, or an expression such as u - g or log10(w3 / w2)"
        )
        self.log = _toggle("log", "Logarithmic")
        self.turned = _toggle(arrows, "Turned round, as magnitudes are")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        row.addWidget(self.box, 1)
        row.addWidget(self.log)
        row.addWidget(self.turned)
        self.box.chosen.connect(lambda _: self.chosen.emit())
        for button in (self.log, self.turned):
            button.clicked.connect(lambda _: self.drawn.emit())

    def show_axis(self, name: str, axis: Axis | None) -> None:
        """Show what an axis is."""
        self.box.show_value(name)
        self.log.setChecked(axis is not None and axis.scale == "log")
        self.turned.setChecked(axis is not None and axis.reversed)

    def show_drawing(self, shown: bool) -> None:
        """Show, or hide, how the axis is drawn: on an image that is settled."""
        self.log.setVisible(shown)
        self.turned.setVisible(shown)


def _toggle(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setStyleSheet("padding: 3px 6px;")
    button.setToolTip(tip)
    button.setCheckable(True)
    return button
