"""Bars of probabilities, and of what features do to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qtpy.QtCore import QEvent, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from qtpy.QtWidgets import QSizePolicy, QToolTip, QWidget

from napari_astro_al.widgets.chart_colours import ChartColours

LINE = 20
GAP = 8.0
THICK = 10.0
INSET = 4.0
"""Of names, as napari's style indents texts."""
LEAST_SCALE = 0.1
"""What a signed bar that fills its half stands for at least."""


@dataclass(frozen=True)
class Bar:
    """One line.

    Attributes
    ----------
    name : str
        At the left.
    value : float
        -1 to 1.
    told : str
        The value in words, at the right.
    tip : str
    colour : QColor
    """

    name: str
    value: float
    told: str
    tip: str
    colour: QColor


class ReasonBars(QWidget):
    """Lines with a name, a bar and a number each.

    Parameters
    ----------
    colours : ChartColours
    signed : bool
        Whether bars go to both sides of a middle, the largest all the way.
    """

    def __init__(self, colours: ChartColours, *, signed: bool) -> None:
        super().__init__()
        self._colours = colours
        self._signed = signed
        self.bars: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for its lines."""
        return QSize(170, LINE * len(self.bars))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for its lines."""
        return QSize(120, LINE * len(self.bars))

    def set_colours(self, colours: ChartColours) -> None:
        """Follow another theme."""
        self._colours = colours
        self.update()

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Draw other lines."""
        self.bars = tuple(bars)
        self.setVisible(bool(bars))
        self.updateGeometry()
        self.update()

    def event(self, event: QEvent) -> bool:
        """Explain the line under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = event.pos().y() // LINE
            if 0 <= place < len(self.bars):
                QToolTip.showText(event.globalPos(), self.bars[place].tip, self)
            return True
        return super().event(event)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        """Draw names, bars and numbers."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(self.font())
        names, numbers = self._columns(metrics)
        start = INSET + names + GAP
        room = QRectF(start, 0, self.width() - start - numbers - GAP, LINE)
        for place, bar in enumerate(self.bars):
            line = QRectF(0, place * LINE, self.width(), LINE)
            painter.setPen(self._colours.ink)
            name = metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, names)
            left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRectF(INSET, line.y(), names, LINE), left, name)
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(line, right, bar.told)
            self._paint_bar(painter, room.translated(0, line.y()), bar)
        painter.end()

    def _columns(self, metrics: QFontMetricsF) -> tuple[float, float]:
        """Widths of the names and of the numbers."""
        names = max((metrics.horizontalAdvance(bar.name) for bar in self.bars), default=0.0)
        numbers = max((metrics.horizontalAdvance(bar.told) for bar in self.bars), default=0.0)
        return min(names + 1, 0.62 * self.width()), numbers

    def _paint_bar(self, painter: QPainter, room: QRectF, bar: Bar) -> None:
        top = room.y() + (LINE - THICK) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colours.grid)
        painter.drawRoundedRect(QRectF(room.x(), top, room.width(), THICK), 2, 2)
        painter.setBrush(bar.colour)
        if self._signed:
            middle, half = room.center().x(), room.width() / 2
            largest = max(LEAST_SCALE, *(abs(one.value) for one in self.bars))
            long = abs(bar.value) / largest * half
            start = middle if bar.value >= 0 else middle - long
            painter.drawRect(QRectF(start, top, long, THICK))
            painter.setBrush(self._colours.quiet)
            painter.drawRect(QRectF(middle - 0.5, room.y() + 2, 1, LINE - 4))
        else:
            painter.drawRoundedRect(
                QRectF(room.x(), top, max(room.width() * bar.value, 1.0), THICK), 2, 2
            )
