"""Which sources are in view: a grid over the world square with the sources of each cell in order.

Each source has a rank, a random number from its id hash. Cells keep their sources in order of
rank, so that the sources of lowest rank in a view, which are a uniform sample of it, stand at the
front of its cells; and since ranks stay, so does most of the sample when the view moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import ProjectionError
from napari_astro_al.projection.frame import Rect
from napari_astro_al.projection.grid import Grid, runs
from napari_astro_al.projection.polygon import cells_of_polygon, points_inside
from napari_astro_al.projection.raster import density

Rows = npt.NDArray[np.int64]

_FRONT = 262_144


@dataclass(frozen=True, eq=False)
class TileIndex:
    """Sources by place.

    Attributes
    ----------
    grid : Grid
        The cells.
    offsets : (n_cells + 1,) int64 ndarray
        Where each cell's sources begin among the sorted ones.
    rows : (n_placed,) int32 or int64 ndarray
        Row numbers, cell after cell, by rank within each cell.
    points : (n_placed, 2) float32 ndarray
        World coordinates (x, y) of `rows`.
    ranks : (n_placed,) uint32 ndarray
        Ranks of `rows`: the upper half of the id hash.
    front : (k,) int64 ndarray
        Places among the sorted sources of those of lowest rank of all, lowest first.
    front_points : (k, 2) float32 ndarray
        Their world coordinates.
    """

    grid: Grid
    offsets: npt.NDArray[np.int64]
    rows: npt.NDArray[Any]
    points: npt.NDArray[np.float32]
    ranks: npt.NDArray[np.uint32]
    front: npt.NDArray[np.int64]
    front_points: npt.NDArray[np.float32]

    @classmethod
    def build(
        cls, points_world: npt.NDArray[np.float32], ids_hash: npt.NDArray[np.uint64]
    ) -> TileIndex:
        """Sort sources into cells.

        Parameters
        ----------
        points_world : (n, 2) float32 ndarray
            (x, y); sources with a coordinate that is not finite are left out.
        ids_hash : (n,) uint64 ndarray
            A seeded hash of each id (`catalogue.ids.id_hashes`).

        Raises
        ------
        ProjectionError
            If the two are not of one length.
        """
        if points_world.shape != (len(ids_hash), 2):
            raise ProjectionError(
                f"A tile index needs points of shape (n, 2) and n hashes; these are "
                f"{points_world.shape} and {len(ids_hash)}."
            )
        finite = np.isfinite(points_world).all(axis=1)
        kind = np.int32 if len(ids_hash) < 2**31 else np.int64
        if finite.all():
            placed, hashes = points_world, ids_hash
            placed_rows = None
        else:
            placed_rows = np.flatnonzero(finite)
            placed, hashes = points_world[placed_rows], ids_hash[placed_rows]
        grid = Grid.over(placed, hashes)
        cells = grid.cells(placed)
        # one sort by cell, then rank: 16 bits of cell above 48 bits of hash
        keys = hashes >> np.uint64(16)
        keys |= cells.astype(np.uint64) << np.uint64(48)
        order = np.argsort(keys)
        rows = order if placed_rows is None else placed_rows[order]
        counts = np.bincount(cells, minlength=grid.n_cells)
        points = np.take(placed, order, axis=0)
        ranks = (hashes >> np.uint64(32)).astype(np.uint32)[order]
        front = _front(ranks)
        return cls(
            grid=grid,
            offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            rows=rows.astype(kind),
            points=points,
            ranks=ranks,
            front=front,
            front_points=points[front],
        )

    def __len__(self) -> int:
        return len(self.rows)

    def count(self, rect: Rect) -> int:
        """How many sources are in a rectangle, corners included: exact."""
        inner, border = self.grid.split(rect)
        starts, stops = self._spans(inner)
        return int((stops - starts).sum()) + self._inside(border, rect).size

    def inside_rectangle(self, rect: Rect) -> Rows:
        """Rows of all sources in a rectangle.

        Parameters
        ----------
        rect : tuple of float
            (x0, y0, x1, y1) in world coordinates, corners included.

        Returns
        -------
        (k,) int64 ndarray
            In an order that depends on places and ranks alone.
        """
        inner, border = self.grid.split(rect)
        return self._rows_at(
            np.concatenate([runs(*self._spans(inner)), self._inside(border, rect)])
        )

    def inside_polygon(self, vertices: npt.ArrayLike) -> Rows:
        """Rows of all sources in a polygon.

        Parameters
        ----------
        vertices : (k, 2) array-like
            (x, y) in world coordinates; the last is joined to the first. Inside is what a line to
            the outside crosses the polygon an odd number of times from.

        Returns
        -------
        (m,) int64 ndarray
            In an order that depends on places and ranks alone.

        Raises
        ------
        ProjectionError
            If there are fewer than three vertices or some are not finite.
        """
        polygon = np.asarray(vertices, dtype=np.float64)
        if polygon.ndim != 2 or polygon.shape[1:] != (2,) or len(polygon) < 3:
            raise ProjectionError(
                f"A polygon needs three or more vertices (x, y); these have shape {polygon.shape}."
            )
        if not np.isfinite(polygon).all():
            raise ProjectionError("A polygon's vertices are finite numbers; some of these are not.")
        found = []
        for inner, border, edges in cells_of_polygon(self.grid, polygon):
            found.append(runs(*self._spans(inner)))
            places = runs(*self._spans(border))
            found.append(places[points_inside(self.points[places], edges)])
        return self._rows_at(np.concatenate(found) if found else np.empty(0, dtype=np.int64))

    def sample(self, rect: Rect, budget: int) -> Rows:
        """A uniform sample of the sources in a rectangle: those of lowest rank.

        Parameters
        ----------
        rect : tuple of float
            (x0, y0, x1, y1) in world coordinates, corners included.
        budget : int
            The largest number of sources.

        Returns
        -------
        (min(count, budget),) int64 ndarray
            Lowest rank first. Shrinking the budget shortens it; moving the rectangle keeps those
            that stay in it, but for the few that newcomers of lower rank push out.
        """
        inner, border = self.grid.split(rect)
        cells = np.concatenate([inner, border])
        starts, stops = self._spans(cells)
        share = int((stops - starts).sum()) / max(len(self), 1)
        if share * self.front.size > 1.2 * budget:
            # a wide view: enough of it is among the lowest ranks of all
            places = self.front[_within(self.front_points, rect)]
            if places.size >= budget:
                return self._rows_at(places[:budget])
        in_border = np.zeros(cells.size, dtype=bool)
        in_border[inner.size :] = True
        places = self._lowest(starts, stops, in_border, rect, max(budget, 0))
        return self._rows_at(places)

    def nearest(self, x: float, y: float, radius: float) -> int | None:
        """The row of the source nearest to a place, or None where none is within the radius.

        Parameters
        ----------
        x, y : float
            World coordinates.
        radius : float
            In world units, included. Of sources equally near, the one of lowest rank.
        """
        rect = (x - radius, y - radius, x + radius, y + radius)
        inner, border = self.grid.split(rect)
        places = runs(*self._spans(np.concatenate([inner, border])))
        if places.size == 0:
            return None
        offset = self.points[places].astype(np.float64) - (x, y)
        squares = (offset**2).sum(axis=1)
        least = squares.min()
        if not least <= radius**2:
            return None
        ties = places[squares == least]
        return int(self.rows[ties[np.argmin(self.ranks[ties])]])

    def density(self, rect: Rect, shape: tuple[int, int]) -> npt.NDArray[np.float32]:
        """`raster.density` of a rectangle, from the cells that it touches alone."""
        inner, border = self.grid.split(rect)
        starts, stops = self._spans(np.sort(np.concatenate([inner, border])))
        whole = int((stops - starts).sum()) == len(self)
        return density(self.points if whole else self.points[runs(starts, stops)], rect, shape)

    def _spans(self, cells: npt.NDArray[np.int64]) -> tuple[Rows, Rows]:
        return self.offsets[cells], self.offsets[cells + 1]

    def _rows_at(self, places: Rows) -> Rows:
        return self.rows[places].astype(np.int64)

    def _inside(self, cells: npt.NDArray[np.int64], rect: Rect) -> Rows:
        places = runs(*self._spans(cells))
        return places[_within(self.points[places], rect)]

    def _lowest(
        self,
        starts: Rows,
        stops: Rows,
        in_border: npt.NDArray[np.bool_],
        rect: Rect,
        budget: int,
    ) -> Rows:
        """Places of the lowest ranks: read the front of each cell, farther where it matters."""
        total = int((stops - starts).sum())
        if not total or not budget:
            return np.empty(0, dtype=np.int64)
        expected = (stops - starts) * min(1.0, budget / total)
        reach = np.minimum(stops, starts + np.ceil(expected + np.sqrt(expected)).astype(np.int64))
        done = starts.copy()
        chosen = np.empty(0, dtype=np.int64)
        while True:
            fresh = [
                runs(done[~in_border], reach[~in_border]),
                runs(done[in_border], reach[in_border]),
            ]
            fresh[1] = fresh[1][_within(self.points[fresh[1]], rect)]
            chosen = self._keep_lowest(np.concatenate([chosen, *fresh]), budget)
            done = reach
            more = done < stops
            if chosen.size == budget:
                # a cell can still matter only if its last source read has a lower rank
                last = np.maximum(done - 1, 0)
                more &= (done == starts) | (self.ranks[last] <= self.ranks[chosen[-1]])
            if not more.any():
                return chosen
            step = np.maximum(done - starts, 8)
            reach = np.where(more, np.minimum(stops, done + step), done)

    def _keep_lowest(self, places: Rows, budget: int) -> Rows:
        ranks = self.ranks[places]
        if places.size > budget:
            kept = np.argpartition(ranks, budget - 1)[:budget]
            places, ranks = places[kept], ranks[kept]
        return places[np.lexsort((places, ranks))]


def _front(ranks: npt.NDArray[np.uint32]) -> Rows:
    if ranks.size > _FRONT:
        places = np.flatnonzero(ranks <= np.partition(ranks, _FRONT)[_FRONT])
    else:
        places = np.arange(ranks.size)
    return places[np.lexsort((places, ranks[places]))]


def _within(points: npt.NDArray[np.float32], rect: Rect) -> npt.NDArray[np.bool_]:
    # in float64, as the grid: a bound rounded to float32 could move past a point
    x0, y0, x1, y1 = map(np.float64, rect)
    x, y = points[:, 0], points[:, 1]
    inside: npt.NDArray[np.bool_] = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    return inside
