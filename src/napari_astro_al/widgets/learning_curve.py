"""The learning curve: a score against the number of labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pyqtgraph as pg
from qtpy.QtCore import QPointF, Qt
from qtpy.QtGui import QColor, QFont, QFontMetricsF, QPen
from qtpy.QtWidgets import QGraphicsRectItem, QToolTip

from napari_astro_al.session.curves import Curve, score_limits
from napari_astro_al.widgets.chart_colours import ChartColours, mixed
from napari_astro_al.widgets.still_chart import hold_still
from napari_astro_al.widgets.tick_axis import TickAxis

TICK_WIDTH, TICK_HEIGHT = 56.0, 26.0
"""Pixels between two tick labels, at least."""
END_SIZE = 1.05
"""Of the writing at the ends of lines, to the size of the widget's own."""
CLOSEST = 24.0
"""Pixels from the pointer within which a model is told about."""


@dataclass(frozen=True)
class Line:
    """A curve and how it is drawn.

    Attributes
    ----------
    curve : Curve
    title : str
        Written at its end, before the value; empty for the only one.
    colour : QColor
    """

    curve: Curve
    title: str
    colour: QColor


class LearningCurve(pg.PlotWidget):
    """Lines with their 95 % intervals; the newest value is marked and written at each end.

    Parameters
    ----------
    colours : ChartColours
    """

    def __init__(self, colours: ChartColours) -> None:
        self._x_axis = TickAxis("bottom", TICK_WIDTH, whole=True)
        self._y_axis = TickAxis("left", TICK_HEIGHT, whole=False)
        super().__init__(axisItems={"bottom": self._x_axis, "left": self._y_axis})
        hold_still(self)
        self.setMinimumSize(260, 110)
        self._colours = colours
        self._lines: list[Line] = []
        self._metric = ""
        self._ends: list[pg.TextItem] = []
        self._margin = QGraphicsRectItem()
        self._margin.setPen(QPen(Qt.PenStyle.NoPen))
        self._margin.setZValue(-1)
        self.plotItem.vb.addItem(self._margin, ignoreBounds=True)
        self._pointed = pg.ScatterPlotItem(size=9, pen=None)
        self.plotItem.vb.disableAutoRange()
        self.plotItem.vb.sigResized.connect(self._place)
        self.scene().sigMouseMoved.connect(self._point_at)
        self.set_colours(colours)

    def set_colours(self, colours: ChartColours) -> None:
        """Follow another theme."""
        self._colours = colours
        self.setBackground(colours.paper)
        self._margin.setBrush(colours.paper)
        for axis in (self._x_axis, self._y_axis):
            axis.setTickFont(self._font())
            axis.setTextPen(colours.quiet)
            axis.setPen(colours.grid)
            axis.setTickPen(colours.grid)
            axis.setZValue(-2)
        self._draw()

    def show_lines(self, lines: Sequence[Line], metric: str) -> None:
        """Draw other curves.

        Parameters
        ----------
        lines : sequence of Line
            The last one on top.
        metric : str
            What the score is, in words.
        """
        self._lines = list(lines)
        self._metric = metric
        self._draw()

    @property
    def curves(self) -> list[Curve]:
        """What is drawn."""
        return [line.curve for line in self._lines]

    def told_at(self, n_labels: float) -> str:
        """What is known of the models nearest to a number of labels, in words."""
        nearest = [
            (line, int(np.abs(line.curve.n_labels - n_labels).argmin())) for line in self._lines
        ]
        if not nearest:
            return ""
        first, place = nearest[-1]
        number = int(first.curve.n_labels[place])
        words = [f"{number:,} label{'' if number == 1 else 's'}, {first.curve.models[place]}"]
        words += [
            f"{line.title or self._metric}: {_with_interval(line.curve, place)}"
            for line, place in nearest
        ]
        return "\n".join(words)

    def _font(self, scale: float = 0.92, *, bold: bool = False) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * scale)
        font.setBold(bold)
        return font

    def _draw(self) -> None:
        self.plotItem.clear()
        self._ends = []
        for line in self._lines:
            self._draw_band(line)
        for line in self._lines:
            self._draw_line(line)
        self._pointed.setData([], [])
        self._pointed.setBrush(self._colours.ink)
        self.addItem(self._pointed, ignoreBounds=True)
        self._place()

    def _draw_band(self, line: Line) -> None:
        curve = line.curve
        known = np.isfinite(curve.low) & np.isfinite(curve.high)
        if not known.any():
            return
        x, low, high = curve.n_labels[known], curve.low[known], curve.high[known]
        fill = QColor(line.colour)
        fill.setAlphaF(0.22)
        edges = [pg.PlotCurveItem(x, edge, pen=None, antialias=True) for edge in (low, high)]
        self.addItem(pg.FillBetweenItem(*edges, brush=fill), ignoreBounds=True)
        whisker = pg.mkPen(line.colour, width=1.5)
        whisker.setColor(mixed(self._colours.paper, line.colour, 0.6))
        self.addItem(pg.PlotCurveItem(x[[-1, -1]], np.array([low[-1], high[-1]]), pen=whisker))

    def _draw_line(self, line: Line) -> None:
        curve = line.curve
        pen = pg.mkPen(line.colour, width=2)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        path = pg.PlotCurveItem(
            curve.n_labels, curve.value, pen=pen, connect="finite", antialias=True
        )
        self.addItem(path, ignoreBounds=True)
        if not math.isfinite(curve.value[-1]):
            return
        edge = pg.mkPen(self._colours.paper, width=1.5)
        mark = pg.ScatterPlotItem(
            curve.n_labels[-1:], curve.value[-1:], size=9, pen=edge, brush=line.colour
        )
        self.addItem(mark, ignoreBounds=True)
        end = pg.TextItem(html=_end_html(line, self._colours.ink), anchor=(0, 0.5))
        end.setFont(self._font(END_SIZE, bold=True))
        self.addItem(end, ignoreBounds=True)
        self._ends.append(end)

    def _place(self, *_: object) -> None:
        """Fit the axes to lines and size, and part the writing at the ends of the lines."""
        view = self.plotItem.vb
        width, height = max(view.width(), 1.0), max(view.height(), 1.0)
        metrics = QFontMetricsF(self._font(END_SIZE, bold=True))
        ended = [line for line in self._lines if math.isfinite(line.curve.value[-1])]
        writing = max((metrics.horizontalAdvance(_end_text(line)) for line in ended), default=0)
        writing = min(writing + 22, 0.6 * width)
        most = max((int(line.curve.n_labels[-1]) for line in self._lines), default=1)
        low, high = score_limits([line.curve for line in self._lines])
        room = (high - low) * 6 / height
        across = most * width / (width - writing)
        view.setRange(xRange=(0, across), yRange=(low, high + room), padding=0)
        self._x_axis.last = most
        self._margin.setRect(most, low, across - most, high + room - low)
        scale = (high + room - low) / height
        wished = [(high + room - line.curve.value[-1]) / scale for line in ended]
        placed = parted(wished, metrics.height() * 0.95, height)
        for line, end, down in zip(ended, self._ends, placed, strict=True):
            end.setPos(line.curve.n_labels[-1] + 8 * across / width, high + room - down * scale)

    def _point_at(self, position: QPointF) -> None:
        view = self.plotItem.vb
        inside = view.sceneBoundingRect().contains(position)
        at = view.mapSceneToView(position)
        points = [
            (line, int(np.abs(line.curve.n_labels - at.x()).argmin())) for line in self._lines
        ]
        close = [
            (float(line.curve.n_labels[place]), float(line.curve.value[place]))
            for line, place in points
            if abs(line.curve.n_labels[place] - at.x()) <= CLOSEST * view.viewPixelSize()[0]
        ]
        if not inside or not close:
            self._pointed.setData([], [])
            QToolTip.hideText()
            return
        self._pointed.setData([x for x, _ in close], [y for _, y in close])
        where = self.mapToGlobal(self.mapFromScene(position))
        QToolTip.showText(where, self.told_at(at.x()), self)


def parted(wished: Sequence[float], gap: float, height: float) -> list[float]:
    """Places for pieces of writing that do not overlap, near where they are wished.

    Parameters
    ----------
    wished : sequence of float
        Middles, in pixels from the top.
    gap : float
        Pixels between two middles, at least; less where there is not enough room.
    height : float
        Pixels that there are.

    Returns
    -------
    list of float
        In the order of `wished`.
    """
    if not wished:
        return []
    gap = min(gap, height / len(wished))
    order = sorted(range(len(wished)), key=lambda place: wished[place])
    placed = [0.0] * len(wished)
    above = -math.inf
    for place in order:
        placed[place] = above = max(wished[place], gap / 2, above + gap)
    below = math.inf
    for place in reversed(order):
        placed[place] = below = min(placed[place], height - gap / 2, below - gap)
    return placed


def _end_text(line: Line) -> str:
    value = f"{line.curve.value[-1]:.2f}"
    return f"● {line.title} {value}" if line.title else value


def _end_html(line: Line, ink: QColor) -> str:
    """The writing in the ink of all writing, behind a dot in the line's colour."""
    text = _end_text(line)
    dot = f"<span style='color: {line.colour.name()}'>●</span>" if line.title else ""
    return f"<span style='color: {ink.name()}'>{dot}{escape(text.removeprefix('●'))}</span>"


def _with_interval(curve: Curve, place: int) -> str:
    value, low, high = (float(row[place]) for row in (curve.value, curve.low, curve.high))
    if not math.isfinite(value):
        return "–"
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{value:.3f}"
    return f"{value:.3f} ({low:.3f} to {high:.3f})"
