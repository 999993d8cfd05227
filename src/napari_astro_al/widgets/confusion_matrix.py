"""The confusion matrix, drawn to the space that there is."""

from __future__ import annotations

import math

from qtpy.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from qtpy.QtWidgets import QSizePolicy, QToolTip, QWidget

from napari_astro_al.session.curves import Confusion
from napari_astro_al.widgets.chart_colours import ChartColours, mixed, readable_on

GAP = 2.0
WIDEST_CELL, TALLEST_CELL = 132.0, 64.0
LONGEST_NAMES = 0.3
"""Part of the width that names of rows may take."""


class ConfusionMatrix(QWidget):
    """Counts and shares of the row; a row is a true class, a column a predicted one.

    Cells are coloured by the share of their row. Whatever does not fit, names or counts, is said
    by the cell's tool tip.

    Parameters
    ----------
    colours : ChartColours
    """

    def __init__(self, colours: ChartColours) -> None:
        super().__init__()
        self._colours = colours
        self._confusion: Confusion | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for three classes."""
        return QSize(240, 110)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for ten classes."""
        return QSize(400, 190)

    def set_colours(self, colours: ChartColours) -> None:
        """Follow another theme."""
        self._colours = colours
        self.update()

    def show_confusion(self, confusion: Confusion | None) -> None:
        """Draw another matrix, or none."""
        self._confusion = confusion
        self.update()

    def text_of(self, row: int, column: int) -> str:
        """A cell in words."""
        matrix = self._confusion
        if matrix is None:
            return ""
        true, predicted = matrix.classes[row], matrix.classes[column]
        count, of = int(matrix.counts[row, column]), int(matrix.counts[row].sum())
        if of == 0:
            return f"No source that is {true}"
        verb = "rightly taken for" if row == column else "taken for"
        return f"{count:,} of {of:,} {true} ({percent(count, of)}) {verb} {predicted}"

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Row and column of the cell at a point of the widget; None beside the cells.

        A name counts as the cell of the diagonal that it stands for.
        """
        if self._confusion is None:
            return None
        cells = self._grid(len(self._confusion.classes))
        size = len(self._confusion.classes)
        column = math.floor((point.x() - cells.left()) / cells.width() * size)
        row = math.floor((point.y() - cells.top()) / cells.height() * size)
        if column < 0 <= row < size:
            return row, row
        if row < 0 <= column < size:
            return column, column
        return (row, column) if 0 <= row < size and 0 <= column < size else None

    def event(self, event: QEvent) -> bool:
        """Explain the cell under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at = self.cell_at(QPointF(event.pos()))
            if at is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self.text_of(*at), self)
            return True
        return super().event(event)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        """Draw names, cells and what is in them."""
        if self._confusion is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_names(painter, self._confusion)
        self._paint_cells(painter, self._confusion)
        painter.end()

    def _grid(self, size: int) -> QRectF:
        """Where the cells are: upper left, no larger than they need to be."""
        metrics = QFontMetricsF(self._small())
        line = metrics.height()
        names = self._confusion.classes if self._confusion is not None else ()
        longest = max((metrics.horizontalAdvance(name) for name in names), default=0.0)
        left = line + 6 + min(longest, LONGEST_NAMES * self.width()) + 8
        top = 2 * line + 6
        width = min(self.width() - left - 1, size * WIDEST_CELL)
        height = min(self.height() - top - 1, size * TALLEST_CELL)
        return QRectF(left, top, max(width, 1.0), max(height, 1.0))

    def _small(self, scale: float = 0.92) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * scale)
        return font

    def _paint_names(self, painter: QPainter, matrix: Confusion) -> None:
        font = self._small()
        metrics = QFontMetricsF(font)
        line = metrics.height()
        size = len(matrix.classes)
        cells = self._grid(size)
        width, height = cells.width() / size, cells.height() / size
        painter.setFont(font)
        painter.setPen(self._colours.quiet)
        centre = Qt.AlignmentFlag.AlignCenter
        painter.drawText(QRectF(cells.left(), 0, cells.width(), line), centre, "predicted")
        painter.save()
        painter.translate(0, cells.bottom())
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, cells.height(), line), centre, "true")
        painter.restore()
        painter.setPen(self._colours.ink)
        elided = Qt.TextElideMode.ElideRight
        beside = cells.left() - 8 - (line + 6)
        for place, name in enumerate(matrix.classes):
            above = QRectF(cells.left() + place * width, line + 2, width, line)
            short = metrics.elidedText(name, elided, width - 2 * GAP)
            painter.drawText(above, centre, short)
            left = QRectF(line + 6, cells.top() + place * height, beside, height)
            short = metrics.elidedText(name, elided, beside + 1)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(left, right, short)

    def _paint_cells(self, painter: QPainter, matrix: Confusion) -> None:
        size = len(matrix.classes)
        cells = self._grid(size)
        width, height = cells.width() / size, cells.height() / size
        corner = min(3.0, height / 6)
        shares = matrix.shares
        for row in range(size):
            of = int(matrix.counts[row].sum())
            for column in range(size):
                place = QRectF(
                    cells.left() + column * width + GAP / 2,
                    cells.top() + row * height + GAP / 2,
                    width - GAP,
                    height - GAP,
                )
                paper = self._paper(float(shares[row, column]), right=row == column)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(paper)
                painter.drawRoundedRect(place, corner, corner)
                self._paint_numbers(painter, place, int(matrix.counts[row, column]), of, paper)

    def _paper(self, share: float, *, right: bool) -> QColor:
        empty = mixed(self._colours.paper, self._colours.ink, 0.06)
        if not share > 0:
            return empty
        full = self._colours.right if right else self._colours.wrong
        return mixed(empty, full, 0.12 + 0.88 * share)

    def _paint_numbers(
        self, painter: QPainter, place: QRectF, count: int, of: int, paper: QColor
    ) -> None:
        ink = readable_on(paper) if count else self._colours.quiet
        painter.setPen(ink)
        centre = Qt.AlignmentFlag.AlignCenter
        bold = self._small(1.0)
        bold.setBold(True)
        small = self._small(0.9)
        line = QFontMetricsF(bold).height()
        share = percent(count, of)
        both = f"{count:,}   {share}"
        if count == 0:
            painter.setFont(small)
            painter.drawText(place, centre, "0" if of else "–")
        elif place.height() >= 2 * line + 2 and _fits(bold, f"{count:,}", place):
            middle = place.center().y()
            painter.setFont(bold)
            painter.drawText(
                QRectF(place.left(), middle - line, place.width(), line), centre, f"{count:,}"
            )
            painter.setFont(small)
            painter.drawText(QRectF(place.left(), middle, place.width(), line), centre, share)
        elif _fits(small, both, place):
            painter.setFont(small)
            painter.drawText(place, centre, both)
        else:
            self._paint_tight(painter, place, share)

    def _paint_tight(self, painter: QPainter, place: QRectF, share: str) -> None:
        """The share alone, as large as there is room for."""
        bare = share.removesuffix("\N{NARROW NO-BREAK SPACE}%")
        for text, scale in ((share, 0.9), (bare, 0.9), (bare, 0.75)):
            font = self._small(scale)
            if _fits(font, text, place):
                painter.setFont(font)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
                return


def percent(count: int, of: int) -> str:
    """A share in whole per cent that says neither "none" nor "all" where that is not so."""
    if of == 0:
        return "–"
    share = 100 * count / of
    space = "\N{NARROW NO-BREAK SPACE}"
    if 0 < share < 0.5:
        return f"<1{space}%"
    if 99.5 <= share < 100:
        return f">99{space}%"
    return f"{share:.0f}{space}%"


def _fits(font: QFont, text: str, place: QRectF) -> bool:
    metrics = QFontMetricsF(font)
    narrow = metrics.horizontalAdvance(text) <= place.width() - 4
    return narrow and metrics.capHeight() + 4 <= place.height()
