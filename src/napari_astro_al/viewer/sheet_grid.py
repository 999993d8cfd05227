"""Where the cells of a contact sheet lie on its canvas."""

from __future__ import annotations

from dataclasses import dataclass

GAP = 4
"""Pixels between two pictures; half of it belongs to each of the two cells."""

LEAST_SIDE = 12
_MARGIN = 4


@dataclass(frozen=True)
class SheetGrid:
    """Square cells, in whole pixels of the canvas, in its middle.

    Attributes
    ----------
    rows, columns : int
        Cells down and across.
    height, width : int
        Of the canvas.
    side : int
        Of a picture.
    """

    rows: int
    columns: int
    height: int
    width: int
    side: int

    @classmethod
    def fitted(cls, rows: int, columns: int, canvas: tuple[int, int]) -> SheetGrid:
        """As large as the canvas, (height, width) in pixels, has room for."""
        height, width = (max(1, int(length)) for length in canvas)
        room = min((width - 2 * _MARGIN) // columns, (height - 2 * _MARGIN) // rows)
        return cls(rows, columns, height, width, max(LEAST_SIDE, room - GAP))

    @property
    def pitch(self) -> int:
        """From one cell to the next: a picture and its gap."""
        return self.side + GAP

    @property
    def corner(self) -> tuple[int, int]:
        """Row and column of the first cell's first pixel."""
        return (
            (self.height - self.rows * self.pitch) // 2,
            (self.width - self.columns * self.pitch) // 2,
        )

    def box(self, cell: int) -> tuple[slice, slice]:
        """The pixels of a cell with its share of the gaps: the part of them on the canvas."""
        row, column = divmod(cell, self.columns)
        top, left = self.corner[0] + row * self.pitch, self.corner[1] + column * self.pitch
        return slice(top, top + self.pitch), slice(left, left + self.pitch)

    def at(self, y: float, x: float) -> int | None:
        """The cell at a place in pixels; None beside the sheet."""
        row, column = self._place(y, x)
        inside = 0 <= row < self.rows and 0 <= column < self.columns
        return row * self.columns + column if inside else None

    def between(self, first: tuple[float, float], last: tuple[float, float]) -> tuple[int, ...]:
        """The cells that a rectangle with two opposite corners, each (y, x), touches."""
        (top, left), (bottom, right) = self._place(*first), self._place(*last)
        rows = range(max(0, min(top, bottom)), min(self.rows - 1, max(top, bottom)) + 1)
        columns = range(max(0, min(left, right)), min(self.columns - 1, max(left, right)) + 1)
        return tuple(row * self.columns + column for row in rows for column in columns)

    def _place(self, y: float, x: float) -> tuple[int, int]:
        top, left = self.corner
        # a pixel's centre is a whole number
        return int((y + 0.5 - top) // self.pitch), int((x + 0.5 - left) // self.pitch)
