"""Square cells over the plane, and which of them a rectangle covers."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.projection.frame import Rect

FEWEST, MOST = 64, 256
"""Cells along a side: at least, and at most (so that a cell's number has 16 bits)."""

_PER_CELL = 64
_CHUNK = 262_144

Cells = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Grid:
    """A grid of ``side * side`` cells; cell ``iy * side + ix``.

    The column of a cell is a non-decreasing function of x alone, its row of y alone. So a point
    whose column lies strictly between the columns of two numbers lies between the numbers,
    whatever the rounding.

    Attributes
    ----------
    x0, y0 : float
        The lower corner.
    x1, y1 : float
        The upper corner.
    side : int
        Cells along each side.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    side: int

    @classmethod
    def over(cls, points: npt.NDArray[np.float32]) -> Grid:
        """A grid over all points, with more cells for more points."""
        side = int(min(max(sqrt(len(points) / _PER_CELL), FEWEST), MOST))
        if len(points) == 0:
            return cls(0.0, 0.0, 1.0, 1.0, side)
        (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        return cls(x0, y0, x1, y1, side)

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return self.side * self.side

    @property
    def cell_size(self) -> tuple[float, float]:
        """Width and height of a cell; positive."""
        return (
            (self.x1 - self.x0) / self.side or 1.0,
            (self.y1 - self.y0) / self.side or 1.0,
        )

    def columns(self, x: npt.ArrayLike) -> Cells:
        """Column of each x; what is outside belongs to the outermost."""
        return _steps(x, self.x0, self.cell_size[0], self.side)

    def lines(self, y: npt.ArrayLike) -> Cells:
        """Row of cells of each y; what is outside belongs to the outermost."""
        return _steps(y, self.y0, self.cell_size[1], self.side)

    def cells(self, points: npt.NDArray[np.float32]) -> npt.NDArray[np.uint16]:
        """(n,) uint16 ndarray: the cell of each point."""
        cells = np.empty(len(points), dtype=np.uint16)
        for start in range(0, len(points), _CHUNK):
            chunk = points[start : start + _CHUNK]
            numbers = self.lines(chunk[:, 1]) * self.side + self.columns(chunk[:, 0])
            cells[start : start + _CHUNK] = numbers
        return cells

    def split(self, rect: Rect) -> tuple[Cells, Cells]:
        """The cells that lie wholly in a rectangle, and those that may lie partly in it.

        Parameters
        ----------
        rect : tuple of float
            (x0, y0, x1, y1), corners included.

        Returns
        -------
        inner, border : (k,) int64 ndarray
            Numbers of cells.
        """
        x0, y0, x1, y1 = rect
        if not (x0 <= x1 and y0 <= y1):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        if x1 < self.x0 or x0 > self.x1 or y1 < self.y0 or y0 > self.y1:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        left, right = self.columns([x0, x1]).tolist()
        low, high = self.lines([y0, y1]).tolist()
        block = np.arange(low, high + 1)[:, None] * self.side + np.arange(left, right + 1)
        inner = np.ones(block.shape, dtype=bool)
        inner[:, 0] &= x0 <= self.x0
        inner[:, -1] &= x1 >= self.x1
        inner[0, :] &= y0 <= self.y0
        inner[-1, :] &= y1 >= self.y1
        return block[inner], block[~inner]


def _steps(values: npt.ArrayLike, origin: float, size: float, side: int) -> Cells:
    steps = np.subtract(values, origin, dtype=np.float64)
    steps /= size
    return np.clip(steps, 0, side - 1).astype(np.int64)


def runs(starts: npt.NDArray[Any], stops: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """All whole numbers of several ranges, one range after the other.

    Parameters
    ----------
    starts, stops : (k,) integer ndarray
        Each range from its start up to, not including, its stop.

    Returns
    -------
    (m,) int64 ndarray
    """
    lengths = stops - starts
    filled = lengths > 0
    starts, lengths = starts[filled], lengths[filled]
    if starts.size == 0:
        return np.empty(0, dtype=np.int64)
    ends = np.cumsum(lengths)
    steps = np.ones(int(ends[-1]), dtype=np.int64)
    steps[0] = starts[0]
    steps[ends[:-1]] = starts[1:] - (starts[:-1] + lengths[:-1] - 1)
    return np.cumsum(steps)
