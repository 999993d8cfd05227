"""Points in a polygon, by the even-odd rule, with the grid's cells doing most of the work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.projection.grid import Cells, Grid

_TESTS = 4_000_000


@dataclass(frozen=True, eq=False)
class Edges:
    """Edges of a polygon: from (x0, y0) to (x1, y1), each a (k,) float64 ndarray."""

    x0: npt.NDArray[np.float64]
    y0: npt.NDArray[np.float64]
    x1: npt.NDArray[np.float64]
    y1: npt.NDArray[np.float64]

    @classmethod
    def of(cls, vertices: npt.NDArray[np.float64]) -> Edges:
        """The closed polygon through (k, 2) vertices."""
        after = np.roll(vertices, -1, axis=0)
        return cls(vertices[:, 0], vertices[:, 1], after[:, 0], after[:, 1])

    def take(self, which: npt.NDArray[np.bool_]) -> Edges:
        """Some of the edges."""
        return Edges(self.x0[which], self.y0[which], self.x1[which], self.y1[which])

    def at(self, y: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Where each edge's line is, in x, at a height within the edge; (k,) float64."""
        rise = self.y1 - self.y0
        flat = rise == 0
        return self.x0 + (y - self.y0) * ((self.x1 - self.x0) / np.where(flat, 1.0, rise))


def points_inside(points: npt.NDArray[Any], edges: Edges) -> npt.NDArray[np.bool_]:
    """Which points a polygon holds.

    An edge counts for a point if it spans the point's y (its lower end included, its upper one
    not) and passes to the right of it; an odd number of such edges is inside (the even-odd rule,
    Foley et al. 1990, Computer Graphics, section 2.1.3). A point on the outline may be either.

    Parameters
    ----------
    points : (n, 2) float ndarray
        (x, y).
    edges : Edges

    Returns
    -------
    (n,) bool ndarray
    """
    inside = np.zeros(len(points), dtype=bool)
    if edges.x0.size == 0:
        return inside
    rise = edges.y1 - edges.y0
    slope = (edges.x1 - edges.x0) / np.where(rise == 0, 1.0, rise)
    step = max(1, _TESTS // edges.x0.size)
    for start in range(0, len(points), step):
        x = points[start : start + step, 0, None].astype(np.float64)
        y = points[start : start + step, 1, None].astype(np.float64)
        spans = (edges.y0 <= y) != (edges.y1 <= y)
        crossed = spans & (x < edges.x0 + (y - edges.y0) * slope)
        inside[start : start + step] = np.count_nonzero(crossed, axis=1) % 2
    return inside


def cells_of_polygon(
    grid: Grid, vertices: npt.NDArray[np.float64]
) -> Iterator[tuple[Cells, Cells, Edges]]:
    """Row of cells by row of cells: which lie in a polygon, and which its outline passes through.

    Parameters
    ----------
    grid : Grid
    vertices : (k, 2) float64 ndarray
        (x, y).

    Yields
    ------
    inner : (m,) int64 ndarray
        Cells wholly inside.
    border : (m,) int64 ndarray
        Cells whose points must be tested.
    edges : Edges
        Those that matter for the points of this row.
    """
    edges = Edges.of(vertices)
    width, height = grid.cell_size
    # wider than any rounding of a point's cell
    slack = 1e-6 * (abs(grid.y0) + abs(grid.y1) + height)
    low_ends, high_ends = np.minimum(edges.y0, edges.y1), np.maximum(edges.y0, edges.y1)
    first, last = grid.lines([low_ends.min(), high_ends.max()]).tolist()
    for line in range(first, last + 1):
        bottom = grid.y0 + line * height - slack if line else -np.inf
        top = grid.y0 + (line + 1) * height + slack if line < grid.side - 1 else np.inf
        here = edges.take((low_ends <= top) & (high_ends >= bottom))
        if here.x0.size == 0:
            continue
        touched = _touched(grid, here, bottom, top)
        middle = grid.y0 + (line + 0.5) * height
        centres = grid.x0 + (np.arange(grid.side) + 0.5) * width
        inside = points_inside(np.column_stack([centres, np.full(grid.side, middle)]), here)
        start = line * grid.side
        yield start + np.flatnonzero(inside & ~touched), start + np.flatnonzero(touched), here


def _touched(grid: Grid, edges: Edges, bottom: float, top: float) -> npt.NDArray[np.bool_]:
    """Columns that the edges pass through between two heights, with a margin for rounding."""
    slack = 1e-6 * (abs(grid.x0) + abs(grid.x1) + grid.cell_size[0])
    low, high = np.minimum(edges.y0, edges.y1), np.maximum(edges.y0, edges.y1)
    at_low, at_high = edges.at(np.maximum(low, bottom)), edges.at(np.minimum(high, top))
    flat = edges.y0 == edges.y1
    ends = np.where(flat, edges.x0, at_low), np.where(flat, edges.x1, at_high)
    left = grid.columns(np.minimum(*ends) - slack)
    right = grid.columns(np.maximum(*ends) + slack)
    change = np.bincount(left, minlength=grid.side + 1)
    change = change - np.bincount(right + 1, minlength=grid.side + 1)
    touched: npt.NDArray[np.bool_] = np.cumsum(change)[: grid.side] > 0
    return touched
