"""Draws what a plot of one source shows."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import numpy as np
import pyqtgraph as pg
from qtpy.QtCore import QPointF, Qt
from qtpy.QtGui import QColor, QFont, QFontMetricsF
from qtpy.QtWidgets import QFrame, QToolTip

from napari_astro_al.plots import Figure, Series
from napari_astro_al.plots.figure import Values
from napari_astro_al.plots.limits import limits_of, placed
from napari_astro_al.plots.telling import told_of
from napari_astro_al.widgets.chart_colours import ChartColours, mixed
from napari_astro_al.widgets.chart_ticks import ChartTicks

TICK_WIDTH, TICK_HEIGHT = 64.0, 26.0
"""Pixels between two tick labels, at least."""
CLOSEST = 28.0
"""Pixels from the pointer within which a point is told about."""
HEADROOM = 0.14
"""Of what is shown, for the names of lines across the plot."""
AT_A_MARK = 4.0
"""Pixels from a line across the plot within which it is told about."""
FEWEST_DECADES = 2.0
"""How far down an error bar is drawn that reaches zero on a logarithmic axis."""
CLEAR = 1e-9


class SourceChart(pg.PlotWidget):
    """Points with error bars and limits, lines, marks and shaded ranges; the wheel zooms.

    Parameters
    ----------
    colours : ChartColours

    Attributes
    ----------
    figure : Figure or None
        What is drawn.
    """

    def __init__(self, colours: ChartColours) -> None:
        self._x_axis = ChartTicks("bottom", TICK_WIDTH)
        self._y_axis = ChartTicks("left", TICK_HEIGHT)
        super().__init__(axisItems={"bottom": self._x_axis, "left": self._y_axis})
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAntialiasing(True)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMinimumSize(160, 60)
        self.plotItem.layout.setContentsMargins(0, 6, 8, 6)
        self.figure: Figure | None = None
        self._colours = colours
        self._class_colours: Mapping[str, str] = {}
        self._names: list[tuple[pg.TextItem, float, bool]] = []
        self._pointed = pg.ScatterPlotItem(size=11, brush=None)
        self.plotItem.vb.sigRangeChanged.connect(self._place_names)
        self.plotItem.vb.sigResized.connect(self._place_names)
        self.scene().sigMouseMoved.connect(self._point_at)
        self.scene().sigMouseClicked.connect(self._clicked)
        self.set_colours(colours)

    def set_colours(self, colours: ChartColours) -> None:
        """Follow another theme."""
        self._colours = colours
        self.setBackground(colours.paper)
        for axis in (self._x_axis, self._y_axis):
            axis.setTickFont(self._font())
            axis.setTextPen(colours.quiet)
            axis.setPen(colours.grid)
            axis.setTickPen(colours.grid)
        lines = QFontMetricsF(self._font()).height()
        self._x_axis.setHeight(round(2 * lines + 6))
        self._draw()

    def show_figure(self, figure: Figure, class_colours: Mapping[str, str]) -> None:
        """Draw another figure, all of it in view.

        Parameters
        ----------
        figure : Figure
        class_colours : mapping of str to str
            ``"#rrggbb"`` of each class.
        """
        self.figure, self._class_colours = figure, dict(class_colours)
        self._draw()
        self.show_whole()

    def show_whole(self) -> None:
        """Bring everything in view again."""
        if self.figure is not None and self.figure.series:
            x, y = limits_of(self.figure)
            if any(mark.name for mark in self.figure.marks):
                room = HEADROOM * (y[1] - y[0])
                y = (y[0] - room, y[1]) if self.figure.y.reversed else (y[0], y[1] + room)
            self.plotItem.vb.setRange(xRange=x, yRange=y, padding=0)

    def colour_of(self, series: Series) -> QColor:
        """What a series is drawn in."""
        own = series.colour or self._class_colours.get(series.label, "")
        if own:
            colour = QColor(own)
            return mixed(self._colours.paper, colour, 0.75) if series.tone == "faint" else colour
        tones = {"main": self._colours.ink, "quiet": self._colours.quiet}
        return tones.get(series.tone, mixed(self._colours.paper, self._colours.ink, 0.4))

    def legend(self) -> str:
        """Names of the series behind dots in their colours, as HTML; empty where one is enough."""
        named = [] if self.figure is None else [one for one in self.figure.series if one.name]
        if len(named) < 2:
            return ""
        seen: dict[str, str] = {}
        tones = ("main", "quiet", "faint")
        for one in sorted(named, key=lambda one: tones.index(one.tone)):
            seen.setdefault(one.name, self.colour_of(one).name())
        return " &nbsp; ".join(
            f"<span style='color: {colour}'>●</span>&nbsp;{escape(name).replace(' ', '&nbsp;')}"
            for name, colour in seen.items()
        )

    def told_at(self, position: QPointF) -> str:
        """What is known of the point nearest to a place of the scene; empty where none is near."""
        found, figure = self._nearest(position), self.figure
        if figure is None:
            return ""
        told = [] if found is None else [told_of(figure, *found)]
        return "\n".join([*told, *self._marks_at(position)])

    def _marks_at(self, position: QPointF) -> list[str]:
        """What is said of the lines across the plot that are at the pointer."""
        figure, view = self.figure, self.plotItem.vb
        if figure is None or not view.sceneBoundingRect().contains(position):
            return []
        at, pixel = view.mapSceneToView(position).x(), view.viewPixelSize()[0]
        places = placed(np.array([mark.x for mark in figure.marks]), figure.x)
        return [
            mark.tip or mark.name
            for mark, x in zip(figure.marks, places, strict=True)
            if abs(x - at) <= AT_A_MARK * pixel
        ]

    def _font(self, scale: float = 0.92) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * scale)
        return font

    def _draw(self) -> None:
        self.plotItem.clear()
        self._names = []
        figure = self.figure
        if figure is None or not figure.series:
            return
        for item, axis in ((self._x_axis, figure.x), (self._y_axis, figure.y)):
            item.axis = axis
            item.setLabel(axis.title, color=self._colours.quiet.name())
            item.label.setFont(self._font())
        self.plotItem.vb.invertX(figure.x.reversed)
        self.plotItem.vb.invertY(figure.y.reversed)
        for span in figure.spans:
            ends = placed(np.array([span.low, span.high]), figure.x)
            fill = QColor(self._colours.right)
            fill.setAlphaF(0.14)
            region = pg.LinearRegionItem(ends, movable=False, brush=fill, pen=pg.mkPen(None))
            self.addItem(region, ignoreBounds=True)
        for mark in figure.marks:
            self._draw_mark(mark.name, float(placed(np.array([mark.x]), figure.x)[0]), mark.strong)
        for series in figure.series:
            self._draw_series(figure, series)
        self._pointed.setData([], [])
        self._pointed.setPen(pg.mkPen(self._colours.ink, width=1.5))
        self.addItem(self._pointed, ignoreBounds=True)
        self._place_names()

    def _draw_mark(self, name: str, x: float, strong: bool) -> None:
        if not np.isfinite(x):
            return
        colour = self._colours.wrong if strong else self._colours.quiet
        faded = mixed(self._colours.paper, colour, 0.9 if strong else 0.5)
        style = Qt.PenStyle.SolidLine if strong else Qt.PenStyle.DotLine
        line = pg.InfiniteLine(x, angle=90, pen=pg.mkPen(faded, width=1, style=style))
        self.addItem(line, ignoreBounds=True)
        if name:
            text = pg.TextItem(name, color=colour, anchor=(0.5, 0.0))
            text.setFont(self._font(0.85))
            self.addItem(text, ignoreBounds=True)
            self._names.append((text, x, strong))

    def _draw_series(self, figure: Figure, series: Series) -> None:
        colour = self.colour_of(series)
        x, y = placed(series.x, figure.x), placed(series.y, figure.y)
        if series.draw in ("line", "both"):
            width = 1.2 if series.draw == "both" or series.tone != "main" else 1.5
            faded = mixed(self._colours.paper, colour, 0.5 if series.draw == "both" else 1.0)
            pen = pg.mkPen(faded, width=width)
            self.addItem(pg.PlotCurveItem(x, y, pen=pen, connect="finite", antialias=True))
        if series.draw == "line":
            return
        self._draw_bars(figure, series, x, y, colour)
        known = np.isfinite(x) & np.isfinite(y)
        limits = np.zeros(len(x), np.int8) if series.limits is None else series.limits
        if figure.y.reversed:
            limits = -limits
        edge = pg.mkPen(self._colours.paper, width=1)
        for way, symbol in ((0, "o"), (-1, "t"), (1, "t1")):
            some = known & (limits == way)
            if some.any():
                pen, brush = (edge, colour) if way == 0 else (pg.mkPen(colour, width=1.5), None)
                size = 8 if len(x) < 500 else 5
                self.addItem(
                    pg.ScatterPlotItem(
                        x[some], y[some], size=size + 2 * (way != 0), pen=pen, brush=brush,
                        symbol=symbol,
                    )
                )  # fmt: skip

    def _draw_bars(
        self, figure: Figure, series: Series, x: Values, y: Values, colour: QColor
    ) -> None:
        faded = mixed(self._colours.paper, colour, 0.7)
        for low, high, across in (
            (series.x_low, series.x_high, True),
            (series.y_low, series.y_high, False),
        ):
            if low is None or high is None:
                continue
            axis, middle = (figure.x, x) if across else (figure.y, y)
            lower, upper = placed(low, axis), placed(high, axis)
            if axis.scale == "log":
                lower = np.where(np.isfinite(low) & (low <= 0), middle - FEWEST_DECADES, lower)
            some = np.isfinite(x) & np.isfinite(y) & np.isfinite(lower) & np.isfinite(upper)
            if not some.any():
                continue
            ends = (middle - lower)[some], (upper - middle)[some]
            bars = dict(zip(("left", "right") if across else ("bottom", "top"), ends, strict=True))
            self.addItem(
                pg.ErrorBarItem(x=x[some], y=y[some], pen=pg.mkPen(faded, width=1.2), **bars)
            )

    def _place_names(self, *_: object) -> None:
        """Write the names of marks along the top, those about the source first, none over another.

        What finds no room in two rows is left to the tooltip.
        """
        view = self.plotItem.vb
        (left, right), (bottom, top) = view.viewRange()
        width, height = max(view.width(), 1.0), max(view.height(), 1.0)
        reversed_y = self.figure is not None and self.figure.y.reversed
        metrics = QFontMetricsF(self._font(0.85))
        rows: list[list[tuple[float, float]]] = [[], []]
        for text, x, _ in sorted(self._names, key=lambda one: not one[2]):
            at = (x - left) / max(right - left, CLEAR) * width
            half = metrics.horizontalAdvance(text.toPlainText()) / 2 + 4
            free = next(
                (
                    number
                    for number, row in enumerate(rows)
                    if all(at + half < low or at - half > high for low, high in row)
                ),
                None,
            )
            shown = free is not None and half < at < width - half
            text.setVisible(shown)
            if shown and free is not None:
                rows[free].append((at - half, at + half))
                down = (free * metrics.height() * 0.95) / height * (top - bottom)
                text.setPos(x, bottom + down if reversed_y else top - down)

    def _clicked(self, event: object) -> None:
        if getattr(event, "double", lambda: False)():
            self.show_whole()

    def _nearest(self, position: QPointF) -> tuple[Series, int] | None:
        figure, view = self.figure, self.plotItem.vb
        if figure is None or not view.sceneBoundingRect().contains(position):
            return None
        at = view.mapSceneToView(position)
        pixel = view.viewPixelSize()
        best, found = CLOSEST, None
        for series in figure.series:
            x, y = placed(series.x, figure.x), placed(series.y, figure.y)
            # along a spectrum the nearest wavelength counts, however far the pointer is above it
            tall = 0.25 if series.draw == "line" and series.tone == "main" else 1.0
            apart = np.hypot((x - at.x()) / pixel[0], tall * (y - at.y()) / pixel[1])
            if np.isfinite(apart).any():
                place = int(np.nanargmin(apart))
                # what is drawn on top wins where two are as near
                if apart[place] <= best:
                    best, found = float(apart[place]), (series, place)
        return found

    def _point_at(self, position: QPointF) -> None:
        found, figure = self._nearest(position), self.figure
        told = self.told_at(position)
        self._pointed.setData([], [])
        if not told or figure is None:
            QToolTip.hideText()
            return
        if found is not None:
            series, place = found
            x, y = placed(series.x, figure.x)[place], placed(series.y, figure.y)[place]
            self._pointed.setData([x], [y])
        where = self.mapToGlobal(self.mapFromScene(position))
        QToolTip.showText(where, told, self)
