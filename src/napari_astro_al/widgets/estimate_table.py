"""Estimates of the catalogue, drawn: a row a class, each number with its interval on a scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from qtpy.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from qtpy.QtWidgets import QSizePolicy, QToolTip, QWidget

from napari_astro_al.learning import Task
from napari_astro_al.session.estimate_cells import ALL_CLASSES, SHOWN, Cell, Row
from napari_astro_al.widgets.chart_colours import ChartColours, mixed

ROW_HEIGHT, HEAD_HEIGHT = 31.0, 21.0
COLUMN_GAP = 22.0
ROOM_FOR_BOTH = 128.0
"""Pixels of a column that tells the naive number in writing too."""
NAMES = 0.2
"""Part of the width that the classes' names take."""
TITLES = {"purity": "Purity", "completeness": "Completeness", "fraction": "Of the catalogue"}
TITLE_TIPS = {
    "purity": "Of the sources taken for a class, the part that is of it",
    "completeness": "Of the sources of a class, the part that is taken for it",
    "fraction": "The part of the catalogue that is of a class, whatever the model says",
}


class EstimateTable(QWidget):
    """Purity, completeness and fraction of each class, with 95 % intervals.

    Below each number is a scale from 0 to 100 %: a bar for the interval, a dot for the value, a
    ring for what the labels that were asked for would say.

    Parameters
    ----------
    colours : ChartColours
    """

    def __init__(self, colours: ChartColours) -> None:
        super().__init__()
        self._colours = colours
        self._rows: list[Row] = []
        self._classes: dict[str, QColor] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(int(HEAD_HEIGHT + 3 * ROW_HEIGHT))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for its rows."""
        return QSize(460, self.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As wide as its numbers need."""
        return QSize(400, self.height())

    def set_colours(self, colours: ChartColours) -> None:
        """Follow another theme."""
        self._colours = colours
        self.update()

    def show_rows(self, rows: Sequence[Row], classes: Mapping[str, QColor]) -> None:
        """Draw other estimates, each class in its colour."""
        self._rows, self._classes = list(rows), dict(classes)
        height = int(HEAD_HEIGHT + max(1, len(rows)) * ROW_HEIGHT + 2)
        if height != self.height():
            self.setFixedHeight(height)
        self.update()

    def text_at(self, point: QPointF) -> str:
        """What is told about a place."""
        place = math.floor((point.y() - HEAD_HEIGHT) / ROW_HEIGHT)
        column = next(
            (
                k
                for k in range(len(SHOWN))
                if self._column(k).left() <= point.x() <= self._column(k).right()
            ),
            None,
        )
        if place < 0:
            return "" if column is None else TITLE_TIPS[SHOWN[column]]
        if place >= len(self._rows) or column is None:
            return ""
        row = self._rows[place]
        quantity = "accuracy" if row.name == ALL_CLASSES else SHOWN[column]
        cell = row.cells.get(quantity)
        return "" if cell is None or (row.name == ALL_CLASSES and column) else cell.told

    def event(self, event: QEvent) -> bool:
        """Tell the exact numbers under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.text_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _column(self, place: int) -> QRectF:
        left = NAMES * self.width()
        width = (self.width() - left - 4) / len(SHOWN)
        return QRectF(left + place * width, 0, width - COLUMN_GAP, self.height())

    def _font(self, scale: float = 0.95, *, bold: bool = False) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * scale)
        font.setBold(bold)
        return font

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        """Draw titles, names and numbers."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._font())
        painter.setPen(self._colours.quiet)
        for place, quantity in enumerate(SHOWN):
            head = self._column(place)
            head.setHeight(HEAD_HEIGHT - 4)
            painter.drawText(head, left, TITLES[quantity])
        for place, row in enumerate(self._rows):
            top = HEAD_HEIGHT + place * ROW_HEIGHT
            self._paint_row(painter, row, top)
        painter.end()

    def _paint_row(self, painter: QPainter, row: Row, top: float) -> None:
        whole = row.name == ALL_CLASSES
        colour = self._colours.quiet if whole else self._classes.get(row.name, self._colours.right)
        words = "All: right" if whole else Task.words(row.name)
        font = self._font()
        metrics = QFontMetricsF(font)
        line = metrics.height()
        painter.setFont(font)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        if not whole:
            painter.drawEllipse(QPointF(5, top + line / 2), 4, 4)
        painter.setPen(self._colours.ink)
        room = NAMES * self.width() - 24
        name = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(14, top, room + 6, line), Qt.AlignmentFlag.AlignLeft, name)
        if whole:
            cell = row.cells.get("accuracy")
            if cell is not None:
                self._paint_cell(painter, cell, self._column(0), top, colour)
            return
        for place, quantity in enumerate(SHOWN):
            if (one := row.cells.get(quantity)) is not None:
                self._paint_cell(painter, one, self._column(place), top, colour)

    def _paint_cell(
        self,
        painter: QPainter,
        cell: Cell,
        column: QRectF,
        top: float,
        colour: QColor,
    ) -> None:
        metrics = QFontMetricsF(self._font())
        line = metrics.height()
        place = QRectF(column.left(), top, column.width(), line)
        painter.setFont(self._font(bold=True))
        painter.setPen(self._colours.ink if math.isfinite(cell.value) else self._colours.quiet)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, cell.words)
        painter.setFont(self._font(0.9))
        painter.setPen(self._colours.quiet)
        if math.isfinite(cell.naive) and column.width() >= ROOM_FOR_BOTH:
            painter.drawText(place, Qt.AlignmentFlag.AlignRight, f"○ {100 * cell.naive:.0f} %")
        scale = QRectF(column.left() + 4, top + line + 4, column.width() - 8, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(self._colours.paper, self._colours.ink, 0.13))
        painter.drawRoundedRect(scale, 2, 2)

        def at(share: float) -> float:
            return scale.left() + share * scale.width()

        middle = scale.center().y()
        if math.isfinite(cell.value):
            painter.setBrush(mixed(self._colours.paper, colour, 0.55))
            wide = max(2.0, at(cell.high) - at(cell.low))
            painter.drawRoundedRect(QRectF(at(cell.low), scale.top(), wide, 4), 2, 2)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(at(cell.value), middle), 4, 4)
        if math.isfinite(cell.naive):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._colours.quiet, 1.4))
            painter.drawEllipse(QPointF(at(cell.naive), middle), 4, 4)
