"""Points in a polygon, by the even-odd rule, with the grid's cells doing most of the work."""

from __future__ import annotations

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

    def take(self, which: npt.NDArray[Any]) -> Edges:
        """Some of the edges."""
        return Edges(self.x0[which], self.y0[which], self.x1[which], self.y1[which])

    @property
    def slope(self) -> npt.NDArray[np.float64]:
        """How far each edge moves in x while it rises by one; (k,) float64."""
        rise = self.y1 - self.y0
        return (self.x1 - self.x0) / np.where(rise == 0, 1.0, rise)

    @property
    def lines(self) -> tuple[npt.NDArray[np.float64], ...]:
        """`x0`, `y0`, `y1` and `slope`, each contiguous."""
        parts = self.x0, self.y0, self.y1, self.slope
        return tuple(np.ascontiguousarray(one) for one in parts)

    def at(self, y: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Where each edge's line is, in x, at a height within the edge; (k,) float64."""
        return self.x0 + (y - self.y0) * self.slope


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
    slope = edges.slope
    step = max(1, _TESTS // edges.x0.size)
    for start in range(0, len(points), step):
        x = points[start : start + step, 0, None].astype(np.float64)
        y = points[start : start + step, 1, None].astype(np.float64)
        spans = (edges.y0 <= y) != (edges.y1 <= y)
        crossed = spans & (x < edges.x0 + (y - edges.y0) * slope)
        inside[start : start + step] = np.count_nonzero(crossed, axis=1) % 2
    return inside


@dataclass(frozen=True, eq=False)
class PolygonCells:
    """The cells that a polygon touches.

    Attributes
    ----------
    cells : (k,) int64 ndarray
        Ascending.
    whole : (k,) bool ndarray
        Which lie wholly inside; the outline passes through the others.
    edge_firsts, edge_afters : (k,) int64 ndarray
        The edges that matter for the points of each cell: a run of `edges`.
    edges : Edges
    """

    cells: Cells
    whole: npt.NDArray[np.bool_]
    edge_firsts: npt.NDArray[np.int64]
    edge_afters: npt.NDArray[np.int64]
    edges: Edges


def cells_of_polygon(grid: Grid, vertices: npt.NDArray[np.float64]) -> PolygonCells:
    """Which cells lie in a polygon, and which its outline passes through.

    Parameters
    ----------
    grid : Grid
    vertices : (k, 2) float64 ndarray
        (x, y).
    """
    edges = Edges.of(vertices)
    width, height = grid.cell_size
    # wider than any rounding of a point's cell
    slack = 1e-6 * (abs(grid.y0) + abs(grid.y1) + height)
    low_ends, high_ends = np.minimum(edges.y0, edges.y1), np.maximum(edges.y0, edges.y1)
    first, last = grid.lines([low_ends.min(), high_ends.max()]).tolist()
    centres = np.empty((grid.side, 2))
    centres[:, 0] = grid.x0 + (np.arange(grid.side) + 0.5) * width
    cells, whole, used = [], [], []
    for line in range(first, last + 1):
        bottom = grid.y0 + line * height - slack if line else -np.inf
        top = grid.y0 + (line + 1) * height + slack if line < grid.side - 1 else np.inf
        matter = np.flatnonzero((low_ends <= top) & (high_ends >= bottom))
        here = edges.take(matter)
        touched = _touched(grid, here, bottom, top)
        centres[:, 1] = grid.y0 + (line + 0.5) * height
        inside = points_inside(centres, here) & ~touched
        columns = np.flatnonzero(inside | touched)
        cells.append(line * grid.side + columns)
        whole.append(inside[columns])
        used.append(matter)
    counts = [one.size for one in cells]
    ends = np.cumsum([0, *(one.size for one in used)])
    return PolygonCells(
        np.concatenate(cells),
        np.concatenate(whole),
        np.repeat(ends[:-1], counts),
        np.repeat(ends[1:], counts),
        edges.take(np.concatenate(used)),
    )


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
