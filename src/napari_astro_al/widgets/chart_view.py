"""A chart of `learning.diagrams`, drawn in the colours of the theme."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import numpy as np
import pyqtgraph as pg
from qtpy.QtCore import QPointF, Qt
from qtpy.QtGui import QColor, QFont
from qtpy.QtWidgets import QToolTip

from napari_astro_al.learning import Task
from napari_astro_al.learning.diagrams import Chart, Series
from napari_astro_al.learning.score_chart import BY_COLUMN
from napari_astro_al.widgets.chart_colours import ChartColours, mixed
from napari_astro_al.widgets.still_chart import hold_still
from napari_astro_al.widgets.tick_axis import TickAxis

TICK_WIDTH, TICK_HEIGHT = 56.0, 26.0
"""Pixels between two tick labels, at least."""
CLOSEST = 24.0
"""Pixels from the pointer within which a point is told about."""
MOST_NAMES = 8
BAR = 0.62
_EMPTY = np.empty(0)
ROOM = 0.06
"""Around what is drawn, as a part of it: numbers at the ends of axes are not cut off."""
LEGENDS = {
    "reliability": (0.0, 0.0),
    "precision-recall": (0.0, 1.0),
    "probabilities": (0.0, 0.0),
    BY_COLUMN: (0.0, 1.0),
}
"""The corner where nothing is drawn, from the upper left: across and down."""


class ChartView(pg.PlotWidget):
    """Lines, points, steps or bars; the point under the pointer is told about exactly.

    Parameters
    ----------
    colours : ChartColours
    """

    def __init__(self, colours: ChartColours) -> None:
        self._x_axis = TickAxis("bottom", TICK_WIDTH, whole=False)
        self._y_axis = TickAxis("left", TICK_HEIGHT, whole=False)
        super().__init__(axisItems={"bottom": self._x_axis, "left": self._y_axis})
        hold_still(self)
        self.setMinimumSize(240, 110)
        self.chart: Chart | None = None
        self._colours = colours
        self._classes: dict[str, QColor] = {}
        self._legend: pg.TextItem | None = None
        self._kept: object = None
        self._moves: list[Callable[[Series], None]] = []
        self._dots = pg.ScatterPlotItem(size=8)
        self._pointed = pg.ScatterPlotItem(size=9, pen=None)
        self.plotItem.vb.disableAutoRange()
        self.plotItem.vb.sigResized.connect(self._place_legend)
        self.scene().sigMouseMoved.connect(self._point_at)
        self.set_colours(colours)

    def set_colours(self, colours: ChartColours) -> None:
        """Follow another theme."""
        self._colours = colours
        self.setBackground(colours.paper)
        for axis in (self._x_axis, self._y_axis):
            axis.enableAutoSIPrefix(enable=False)
            axis.setTickFont(self._font())
            axis.setTextPen(colours.quiet)
            axis.setPen(colours.grid)
            axis.setTickPen(colours.grid)
            axis.setZValue(-2)
        self._kept = None
        self._draw()

    def show_chart(self, chart: Chart | None, classes: Mapping[str, QColor]) -> None:
        """Draw another chart, or none; each class in its colour."""
        if self._classes != dict(classes):
            self._kept = None
        self.chart, self._classes = chart, dict(classes)
        self._draw()

    def told_at(self, x: float, y: float) -> str:
        """What is known of the point nearest to a place within the view, in words."""
        found = self._nearest(x, y)
        if found is None or self.chart is None:
            return ""
        series, place, _ = found
        chart = self.chart
        interval = ""
        if len(series.low) and math.isfinite(series.low[place]):
            interval = f" ({series.low[place]:.3f} to {series.high[place]:.3f})"
        if chart.draw == "bars":
            value = f"{chart.x_title} {series.y[place]:.4f}{interval}"
            notes = f"\n{series.notes[place]}" if series.notes else ""
            return f"{series.labels[place]}: {value}{notes}"
        lines = [] if chart.draw == "steps" else [f"{chart.x_title} {series.x[place]:.3f}"]
        lines.append(f"{chart.y_title} {series.y[place]:.3f}{interval}")
        if series.notes:
            lines.append(series.notes[place])
        named = [f"{Task.words(series.name)}:"] if series.name else []
        return "\n".join(named + lines)

    def _font(self, scale: float = 0.92) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * scale)
        return font

    def _colour(self, series: Series) -> QColor:
        return self._classes.get(series.name, self._colours.right)

    def _draw(self) -> None:
        """Draw anew; where only numbers are others, move what is drawn: that is much faster."""
        chart = self.chart
        names = () if chart is None else tuple(one.name for one in chart.series)
        kept = None if chart is None else (names, *_frame(chart))
        if chart is not None and kept == self._kept and chart.draw != "bars":
            self._move(chart)
            return
        self._kept = kept
        self.plotItem.clear()
        self._legend, self._moves = None, []
        self._y_axis.setTicks(None)
        if chart is None:
            return
        self._label_axes(chart)
        if chart.diagonal:
            pen = pg.mkPen(self._colours.quiet, width=1, style=Qt.PenStyle.DashLine)
            self._add(pg.PlotCurveItem([0, 1], [0, 1], pen=pen))
        draw = {
            "line": self._draw_line,
            "points": self._draw_points,
            "steps": self._draw_steps,
            "bars": self._draw_bars,
        }[chart.draw]
        for series in chart.series:
            draw(series)
        self._add(self._dots)
        self._pointed.setBrush(self._colours.ink)
        self._add(self._pointed)
        self._fit(chart)
        self._add_legend(chart)
        self._move(chart)

    def _move(self, chart: Chart) -> None:
        for move, series in zip(self._moves, chart.series, strict=True):
            move(series)
        self._pointed.setData([], [])
        dotted = chart.series if chart.draw == "points" else ()
        self._dots.setData(
            x=np.concatenate([_EMPTY, *(one.x for one in dotted)]),
            y=np.concatenate([_EMPTY, *(one.y for one in dotted)]),
            brush=[pg.mkBrush(self._colour(one)) for one in dotted for _ in one.y],
            pen=pg.mkPen(self._colours.paper, width=1),
        )

    def _add(self, item: Any) -> None:
        self.addItem(item, ignoreBounds=True)

    def _label_axes(self, chart: Chart) -> None:
        for axis, words in ((self._x_axis, chart.x_title), (self._y_axis, chart.y_title)):
            axis.showLabel(show=bool(words))
            style = {"color": self._colours.quiet.name(), "font-size": "8pt"}
            axis.setLabel(words, **style)

    def _draw_line(self, series: Series) -> None:
        colour = self._colour(series)
        fill = QColor(colour)
        fill.setAlphaF(0.13)
        low, high = (pg.PlotCurveItem(pen=None) for _ in range(2))
        self._add(pg.FillBetweenItem(low, high, brush=fill))
        line = pg.PlotCurveItem(pen=pg.mkPen(colour, width=2), antialias=True)
        self._add(line)

        def move(to: Series) -> None:
            low.setData(to.x, to.low)
            high.setData(to.x, to.high)
            line.setData(to.x, to.y)

        self._moves.append(move)

    def _draw_points(self, series: Series) -> None:
        colour = self._colour(series)
        pen = pg.mkPen(mixed(self._colours.paper, colour, 0.7), width=1.5)
        whiskers = pg.PlotCurveItem(pen=pen, connect="pairs")
        line = pg.PlotCurveItem(pen=pg.mkPen(colour, width=1.5), antialias=True)
        for item in (whiskers, line):
            self._add(item)

        def move(to: Series) -> None:
            whiskers.setData(np.repeat(to.x, 2), _ends(to))
            line.setData(to.x, to.y)

        self._moves.append(move)

    def _draw_steps(self, series: Series) -> None:
        colour = self._colour(series)
        fill = QColor(colour)
        fill.setAlphaF(0.18)
        pen = pg.mkPen(colour, width=1.5)
        item = pg.PlotCurveItem(
            series.x, series.y, fillLevel=0, brush=fill, pen=pen, stepMode="center"
        )
        self._add(item)
        self._moves.append(lambda to: item.setData(to.x, to.y))

    def _draw_bars(self, series: Series) -> None:
        bars = pg.BarGraphItem(
            x0=np.zeros(len(series.y)),
            y=series.x,
            height=BAR,
            width=series.y,
            brush=self._colours.right,
            pen=None,
        )
        self._add(bars)
        pen = pg.mkPen(self._colours.ink, width=1.5)
        places = np.repeat(series.x, 2)
        self._add(pg.PlotCurveItem(_ends(series), places, connect="pairs", pen=pen))
        self._moves.append(lambda _: None)
        ticks = [(place, name) for place, name in zip(series.x, series.labels, strict=True)]
        self._y_axis.setTicks([ticks])

    def _fit(self, chart: Chart) -> None:
        view = self.plotItem.vb
        bars = chart.draw == "bars"
        view.invertY(bars)
        n = max((len(one.y) for one in chart.series), default=1)
        y_limits = (-0.6, n - 0.4) if bars else chart.y_limits
        view.setRange(xRange=chart.x_limits, yRange=y_limits, padding=0.0 if bars else ROOM)
        self._y_axis.setGrid(False if bars else 255)

    def _add_legend(self, chart: Chart) -> None:
        names = [one.name for one in chart.series if one.name]
        if not names:
            return
        rows = [
            f"<span style='color: {self._classes.get(name, self._colours.right).name()}'>●</span> "
            f"<span style='color: {self._colours.ink.name()}'>{escape(Task.words(name))}</span>"
            for name in names[:MOST_NAMES]
        ]
        if len(names) > MOST_NAMES:
            rows.append(f"and {len(names) - MOST_NAMES} more")
        self._legend = pg.TextItem(html="<br>".join(rows), anchor=LEGENDS[chart.kind])
        self._legend.setFont(self._font())
        self._add(self._legend)
        self._place_legend()

    def _place_legend(self, *_: object) -> None:
        if self._legend is None or self.chart is None:
            return
        (x0, x1), (y0, y1) = self.plotItem.vb.viewRange()
        across, down = LEGENDS[self.chart.kind]
        inset = 0.02
        x = x0 + (x1 - x0) * (inset + (1 - 2 * inset) * across)
        y = y1 - (y1 - y0) * (inset + (1 - 2 * inset) * down)
        self._legend.setPos(x, y)

    def _nearest(self, x: float, y: float) -> tuple[Series, int, tuple[float, float]] | None:
        """The point nearest on screen, and where it is drawn."""
        chart = self.chart
        if chart is None:
            return None
        dx, dy = self.plotItem.vb.viewPixelSize()
        best: tuple[float, Series, int, tuple[float, float]] | None = None
        for series in chart.series:
            at_x, at_y = _drawn_at(chart, series)
            if not len(at_x):
                continue
            far = np.abs(at_x - x) / dx
            if chart.draw == "bars":
                far = np.abs(at_y - y) / dy
            elif chart.draw != "steps":
                far = np.hypot(far, (at_y - y) / dy)
            else:
                far = np.hypot(far, 0.25 * (at_y - y) / dy)
            place = int(far.argmin())
            if best is None or far[place] < best[0]:
                best = (float(far[place]), series, place, (at_x[place], at_y[place]))
        if best is None or best[0] > CLOSEST:
            return None
        return best[1:]

    def _point_at(self, position: QPointF) -> None:
        view = self.plotItem.vb
        at = view.mapSceneToView(position)
        found = self._nearest(at.x(), at.y())
        if found is None or not view.sceneBoundingRect().contains(position):
            self._pointed.setData([], [])
            QToolTip.hideText()
            return
        self._pointed.setData([found[2][0]], [found[2][1]])
        where = self.mapToGlobal(self.mapFromScene(position))
        QToolTip.showText(where, self.told_at(at.x(), at.y()), self)


def _frame(chart: Chart) -> tuple[object, ...]:
    """What a chart is drawn in, whatever its numbers."""
    titles = (chart.x_title, chart.y_title)
    return chart.kind, chart.draw, titles, chart.x_limits, chart.y_limits


def _ends(series: Series) -> np.ndarray:
    """The ends of intervals, one after the other."""
    return np.stack([series.low, series.high], axis=1).ravel()


def _drawn_at(chart: Chart, series: Series) -> tuple[np.ndarray, np.ndarray]:
    if chart.draw == "steps":
        return (series.x[1:] + series.x[:-1]) / 2, series.y
    if chart.draw == "bars":
        return series.y, series.x
    return series.x, series.y
