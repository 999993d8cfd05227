"""Square cells over the plane, and which of them a rectangle covers."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from napari_astro_al.projection.frame import Rect

FEWEST, MOST = 64, 512
"""Cells along a side: at least, and at most."""

_PER_CELL = 64
_MOST_OF_THEM = (0.2, 99.8)

Cells = npt.NDArray[np.int64]


class CellRuns(NamedTuple):
    """Cells whose numbers follow each other, run by run.

    Attributes
    ----------
    firsts, afters : (k,) int64 ndarray
        The first cell of each run, and the one after its last.
    whole : (k,) bool ndarray
        Whether the cells of the run lie wholly inside of what was asked for.
    """

    firsts: Cells
    afters: Cells
    whole: npt.NDArray[np.bool_]


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
    def over(cls, n: int, bounds: Rect, telling: npt.NDArray[np.float32]) -> Grid:
        """A grid over all points, with more cells for more points, where most of them are.

        Parameters
        ----------
        n : int
            How many points there are.
        bounds : tuple of float
            (x0, y0, x1, y1) of all points; not looked at where there are none.
        telling : (k, 2) float32 ndarray
            Some of them, drawn at random: they tell where most points are.
        """
        side = int(min(max(sqrt(n / _PER_CELL), FEWEST), MOST))
        if n == 0:
            return cls(0.0, 0.0, 1.0, 1.0, (0.0, 0.0, 1.0, 1.0), side)
        x0, y0, x1, y1 = bounds
        (left, right), (low, high) = (
            _extent(lowest, highest, telling[:, axis])
            for axis, (lowest, highest) in enumerate([(x0, x1), (y0, y1)])
        )
        return cls(left, low, right, high, bounds, side)

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

    def runs(self, rect: Rect) -> CellRuns:
        """The cells that a rectangle touches.

        Parameters
        ----------
        rect : tuple of float
            (x0, y0, x1, y1), corners included.

        Returns
        -------
        CellRuns
            In ascending order.
        """
        x0, y0, x1, y1 = rect
        left_end, low_end, right_end, high_end = self.bounds
        apart = x1 < left_end or x0 > right_end or y1 < low_end or y0 > high_end
        if apart or not (x0 <= x1 and y0 <= y1):
            return _together([])
        left, right = self.columns([x0, x1]).tolist()
        low, high = self.lines([y0, y1]).tolist()
        lines = np.arange(low, high + 1)
        first, last = left + (x0 > left_end), right - (x1 < right_end)
        inner = (lines >= low + (y0 > low_end)) & (lines <= high - (y1 < high_end))
        inner &= first <= last
        outside, starts = lines[~inner] * self.side, lines[inner] * self.side
        return _together(
            [
                CellRuns(outside + left, outside + right + 1, np.zeros(outside.size, dtype=bool)),
                CellRuns(starts + left, starts + first, np.zeros(starts.size, dtype=bool)),
                CellRuns(starts + first, starts + last + 1, np.ones(starts.size, dtype=bool)),
                CellRuns(starts + last + 1, starts + right + 1, np.zeros(starts.size, dtype=bool)),
            ]
        )


def _together(parts: list[CellRuns]) -> CellRuns:
    """Runs of several lists in ascending order, without the empty ones."""
    if not parts:
        nothing = np.empty(0, dtype=np.int64)
        return CellRuns(nothing, nothing, np.empty(0, dtype=bool))
    firsts, afters, whole = (np.concatenate(one) for one in zip(*parts, strict=True))
    order = np.argsort(firsts, kind="stable")
    order = order[firsts[order] < afters[order]]
    return CellRuns(firsts[order], afters[order], whole[order])


def _extent(lowest: float, highest: float, telling: npt.NDArray[np.float32]) -> tuple[float, float]:
    """Where most values are."""
    if telling.size == 0:
        return lowest, highest
    inner_low, inner_high = np.percentile(telling.astype(np.float64), _MOST_OF_THEM).tolist()
    if inner_low == inner_high:
        return lowest, highest
    margin = 0.1 * (inner_high - inner_low)
    return max(lowest, inner_low - margin), min(highest, inner_high + margin)


def _steps(values: npt.ArrayLike, origin: float, size: float, side: int) -> Cells:
    steps = np.subtract(values, origin, dtype=np.float64)
    steps /= size
    return np.clip(steps, 0, side - 1).astype(np.int64)
