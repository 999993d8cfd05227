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
_TELLING = 100_000
_MOST_OF_THEM = (0.2, 99.8)
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
    x0, y0, x1, y1 : float
        What the cells divide: where most points are. Those farther out belong to the outermost
        cells, which have no outer side.
    bounds : tuple of float
        (x0, y0, x1, y1) of all points.
    side : int
        Cells along each side.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    bounds: Rect
    side: int

    @classmethod
    def over(cls, points: npt.NDArray[np.float32], hashes: npt.NDArray[np.uint64]) -> Grid:
        """A grid over all points, with more cells for more points, where most of them are.

        Parameters
        ----------
        points : (n, 2) float32 ndarray
            (x, y), all finite.
        hashes : (n,) uint64 ndarray
            Id hashes: those of lowest hash tell where most points are.
        """
        side = int(min(max(sqrt(len(points) / _PER_CELL), FEWEST), MOST))
        if len(points) == 0:
            return cls(0.0, 0.0, 1.0, 1.0, (0.0, 0.0, 1.0, 1.0), side)
        limit = min(2**64 * _TELLING // len(points), 2**64 - 1)
        telling = points[hashes <= np.uint64(limit)]
        (x0, x1, *x_ends), (y0, y1, *y_ends) = (
            _extent(points[:, axis], telling[:, axis]) for axis in (0, 1)
        )
        return cls(x0, y0, x1, y1, (x_ends[0], y_ends[0], x_ends[1], y_ends[1]), side)

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
        left_end, low_end, right_end, high_end = self.bounds
        if x1 < left_end or x0 > right_end or y1 < low_end or y0 > high_end:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        left, right = self.columns([x0, x1]).tolist()
        low, high = self.lines([y0, y1]).tolist()
        block = np.arange(low, high + 1)[:, None] * self.side + np.arange(left, right + 1)
        inner = np.ones(block.shape, dtype=bool)
        inner[:, 0] &= x0 <= left_end
        inner[:, -1] &= x1 >= right_end
        inner[0, :] &= y0 <= low_end
        inner[-1, :] &= y1 >= high_end
        return block[inner], block[~inner]


def _extent(
    values: npt.NDArray[np.float32], telling: npt.NDArray[np.float32]
) -> tuple[float, float, float, float]:
    """Where most values are, and where all are: low, high, lowest, highest."""
    lowest, highest = float(values.min()), float(values.max())
    if telling.size == 0:
        return lowest, highest, lowest, highest
    inner_low, inner_high = np.percentile(telling.astype(np.float64), _MOST_OF_THEM).tolist()
    if inner_low == inner_high:
        return lowest, highest, lowest, highest
    margin = 0.1 * (inner_high - inner_low)
    return max(lowest, inner_low - margin), min(highest, inner_high + margin), lowest, highest


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
