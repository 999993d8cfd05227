"""The confusion matrix, drawn to the space that there is."""

from __future__ import annotations

import math

import numpy as np
from qtpy.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from qtpy.QtWidgets import QSizePolicy, QToolTip, QWidget

from napari_astro_al.session.curves import Confusion
from napari_astro_al.widgets.cell_text import CellText, cell_text, percent
from napari_astro_al.widgets.chart_colours import ChartColours, mixed, readable_on

UNSIGNED = "predicted, in % of the row"
GAP = 2.0
CLICK = "\nClick to select those of the validation set"
WIDEST_CELL, TALLEST_CELL = 132.0, 74.0
LONGEST_NAMES = 0.3
"""Part of the width that names of rows may take."""
FEWEST_LETTERS = 7
"""Letters of a name that a column must have room for, or columns are numbered."""


class ConfusionMatrix(QWidget):
    """Counts and shares of the row; a row is a true class, a column a predicted one.

    Cells are coloured by the share of their row. Where names do not fit above the columns, rows
    and columns are numbered. Whatever else does not fit is said by the cell's tool tip.

    Parameters
    ----------
    colours : ChartColours
    """

    cell_clicked = Signal(int, int)
    """Row and column of a cell."""

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

    @property
    def confusion(self) -> Confusion | None:
        """What is drawn."""
        return self._confusion

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tell which cell is clicked."""
        at = self.cell_at(event.position())
        if at is not None and event.button() == Qt.MouseButton.LeftButton:
            self.cell_clicked.emit(*at)

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
                QToolTip.showText(event.globalPos(), self.text_of(*at) + CLICK, self)
            return True
        return super().event(event)

    def paintEvent(self, _: QPaintEvent) -> None:  # noqa: N802
        """Draw names, cells and what is in them."""
        if self._confusion is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        matrix = self._confusion
        size = len(matrix.classes)
        cells = self._grid(size)
        room = cells.width() / size - GAP, cells.height() / size - GAP
        text = cell_text(self.font(), matrix, *room)
        self._paint_names(painter, matrix, cells)
        self._paint_headings(painter, cells, "predicted" if text.signed else UNSIGNED)
        self._paint_cells(painter, matrix, cells, text)
        painter.end()

    def _grid(self, size: int) -> QRectF:
        """Where the cells are: upper left, no larger than they need to be."""
        metrics = QFontMetricsF(self._small())
        line = metrics.height()
        longest = max((metrics.horizontalAdvance(name) for name in self._names()), default=0.0)
        longest += metrics.horizontalAdvance(self._number(size)) if self._numbered() else 0.0
        left = line + 6 + min(longest, LONGEST_NAMES * self.width()) + 8
        top = 2 * line + 6
        width = min(self.width() - left - 1, size * WIDEST_CELL)
        height = min(self.height() - top - 1, size * TALLEST_CELL)
        return QRectF(left, top, max(width, 1.0), max(height, 1.0))

    def _names(self) -> tuple[str, ...]:
        return () if self._confusion is None else self._confusion.classes

    def _numbered(self) -> bool:
        """Whether numbers stand for the names above the columns."""
        names, metrics = self._names(), QFontMetricsF(self._small())
        column = (1 - LONGEST_NAMES) * self.width() / max(len(names), 1) - 4
        longest = max((metrics.horizontalAdvance(name) for name in names), default=0.0)
        return column < min(longest, FEWEST_LETTERS * metrics.averageCharWidth())

    @staticmethod
    def _number(place: int) -> str:
        return f"  {place}"

    def _small(self, scale: float = 0.92) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * scale)
        return font

    def _paint_headings(self, painter: QPainter, cells: QRectF, above: str) -> None:
        line = QFontMetricsF(self._small()).height()
        centre = Qt.AlignmentFlag.AlignCenter
        painter.setFont(self._small())
        painter.setPen(self._colours.quiet)
        painter.drawText(QRectF(cells.left(), 0, cells.width(), line), centre, above)
        painter.save()
        painter.translate(0, cells.bottom())
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, cells.height(), line), centre, "true")
        painter.restore()

    def _paint_names(self, painter: QPainter, matrix: Confusion, cells: QRectF) -> None:
        metrics = QFontMetricsF(self._small())
        line = metrics.height()
        size = len(matrix.classes)
        width, height = cells.width() / size, cells.height() / size
        painter.setFont(self._small())
        painter.setPen(self._colours.ink)
        centre = Qt.AlignmentFlag.AlignCenter
        at_cells = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        elided = Qt.TextElideMode.ElideRight
        beside = cells.left() - 8 - (line + 6)
        numbered = self._numbered()
        for place, name in enumerate(matrix.classes):
            above = QRectF(cells.left() + place * width, line + 2, width, line)
            of_column = str(place + 1) if numbered else name
            painter.drawText(above, centre, metrics.elidedText(of_column, elided, width - GAP))
            number = self._number(place + 1) if numbered else ""
            left = QRectF(line + 6, cells.top() + place * height, beside, height)
            room = beside + 1 - metrics.horizontalAdvance(number)
            painter.drawText(left, at_cells, metrics.elidedText(name, elided, room) + number)

    def _paint_cells(
        self, painter: QPainter, matrix: Confusion, cells: QRectF, text: CellText
    ) -> None:
        size = len(matrix.classes)
        width, height = cells.width() / size, cells.height() / size
        corner = min(3.0, height / 6)
        shares, sums = matrix.shares, matrix.counts.sum(axis=1)
        for row, column in np.ndindex(size, size):
            whole = QRectF(cells.left() + column * width, cells.top() + row * height, width, height)
            place = whole.adjusted(GAP / 2, GAP / 2, -GAP / 2, -GAP / 2)
            count = int(matrix.counts[row, column])
            paper = self._paper(float(shares[row, column]), right=row == column)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(paper)
            painter.drawRoundedRect(place, corner, corner)
            painter.setPen(readable_on(paper) if count else self._colours.quiet)
            for part in text.parts(count, int(sums[row])):
                painter.setFont(part.font)
                at = place.translated(0, part.down)
                painter.drawText(at, Qt.AlignmentFlag.AlignCenter, part.text)

    def _paper(self, share: float, *, right: bool) -> QColor:
        """The colour of a cell; the square root lets rare mistakes differ from none."""
        empty = mixed(self._colours.paper, self._colours.ink, 0.06)
        if not share > 0:
            return empty
        return mixed(empty, self._colours.right if right else self._colours.wrong, share**0.5)
