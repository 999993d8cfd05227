"""Which sources are in view: a grid over the world square with the sources of each cell in order.

Each source has a rank, from its id hash. Cells keep their sources in order of rank, so that the
sources of lowest rank in a view, which are a uniform sample of it, stand at the front of its
cells; and since ranks stay, so does most of the sample when the view moves.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import ProjectionError
from napari_astro_al.jobs import Job, drain
from napari_astro_al.projection.frame import Frame, Rect
from napari_astro_al.projection.polygon import cells_of_polygon
from napari_astro_al.projection.ranks import Hashes, rank_of_share
from napari_astro_al.projection.raster import Image, Pixels
from napari_astro_al.projection.sorted_sources import Rows, SortedSources, floats

_FRONT = 262_144
_ALL_RANKS = 65_535
_TINY = 1e-300


@dataclass(frozen=True, eq=False)
class TileIndex(SortedSources):
    """Sources by place.

    Attributes
    ----------
    front : (k,) int64 ndarray
        Places among the sorted sources of those of lowest rank of all, lowest first.
    front_points : (k, 2) float32 ndarray
        Their world coordinates.
    """

    front: npt.NDArray[np.int64]
    front_points: npt.NDArray[np.float32]

    @classmethod
    def build(cls, points_world: npt.NDArray[np.float32], ids_hash: Hashes) -> TileIndex:
        """Sort sources into cells.

        Parameters
        ----------
        points_world : (n, 2) float32 ndarray
            (x, y) in world coordinates; sources with a coordinate that is not finite are left out.
        ids_hash : (n,) uint64 ndarray, or callable
            A seeded hash of each id (`catalogue.ids.id_hashes`), or what gives those of the rows
            from one number up to another.

        Raises
        ------
        ProjectionError
            If the two are not of one length.
        """
        from napari_astro_al.projection.sorting import sorted_job

        return cls.of(drain(sorted_job(points_world, None, ids_hash)))

    @classmethod
    def build_job(
        cls, points: npt.NDArray[np.float32], frame: Frame, hashes: Hashes
    ) -> Job[TileIndex]:
        """Place sources in the world and sort them into cells, as a job.

        Beside what it returns, it needs room for a million sources, however many there are.

        Parameters
        ----------
        points : (n, 2) float32 ndarray
            (x, y) in data values; sources without a place in the frame are left out.
        frame : Frame
            From data values to world coordinates.
        hashes : (n,) uint64 ndarray, or callable
            A seeded hash of each id (`catalogue.ids.id_hashes`), or what gives those of the rows
            from one number up to another.

        Raises
        ------
        ProjectionError
            If there is not one hash for each point.
        """
        from napari_astro_al.projection.sorting import sorted_job

        return cls.of((yield from sorted_job(points, frame, hashes)))

    @classmethod
    def of(cls, sources: SortedSources) -> TileIndex:
        """The index of sources that stand in order already."""
        share = _FRONT / max(len(sources), 1)
        front = sources.lowest(sources.grid.bounds, rank_of_share(share))
        parts = {one.name: getattr(sources, one.name) for one in fields(SortedSources)}
        return cls(**parts, front=front, front_points=sources.points[front])

    def count(self, rect: Rect) -> int:
        """How many sources are in a rectangle, corners included: exact."""
        from napari_astro_al.projection.find_kernels import count_within

        return int(count_within(self.offsets, *self.grid.runs(rect), self.points, *floats(rect)))

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
        from napari_astro_al.projection.find_kernels import rows_within

        found = np.empty(self.count(rect), dtype=np.int64)
        runs = self.grid.runs(rect)
        rows_within(self.offsets, *runs, self.points, *floats(rect), self.rows, found)
        return found

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
        from napari_astro_al.projection.find_kernels import rows_in_polygon

        polygon = np.asarray(vertices, dtype=np.float64)
        if polygon.ndim != 2 or polygon.shape[1:] != (2,) or len(polygon) < 3:
            raise ProjectionError(
                f"A polygon needs three or more vertices (x, y); these have shape {polygon.shape}."
            )
        if not np.isfinite(polygon).all():
            raise ProjectionError("A polygon's vertices are finite numbers; some of these are not.")
        touched = cells_of_polygon(self.grid, polygon)
        most = int((self.offsets[touched.cells + 1] - self.offsets[touched.cells]).sum())
        found = np.empty(most, dtype=np.int64)
        n = rows_in_polygon(
            self.offsets,
            touched.cells,
            touched.whole,
            touched.edge_firsts,
            touched.edge_afters,
            *touched.edges.lines,
            self.points,
            self.rows,
            found,
        )
        return found[:n]

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
        count = self.count(rect)
        budget = min(max(budget, 0), count)
        if budget == 0:
            return np.empty(0, dtype=np.int64)
        if count * (self.front.size / len(self)) > 1.2 * budget:
            # a wide view: enough of it is among the lowest ranks of all
            places = self._in_front(rect, budget)
            if places.size == budget:
                return self._rows_at(places)
        share = (budget + 5 * budget**0.5 + 8) / count
        while True:
            highest = rank_of_share(share)
            places = self.lowest(rect, highest)
            if places.size >= budget or highest == _ALL_RANKS:
                return self._rows_at(places[:budget])
            share *= 2

    def nearest(self, x: float, y: float, radius: float | tuple[float, float]) -> int | None:
        """The row of the source nearest to a place, or None where none is within the radius.

        Parameters
        ----------
        x, y : float
            World coordinates.
        radius : float or tuple of float
            In world units, included. Two radii, along x and y, are those of an ellipse, and units
            of the distance. Of sources equally near, the one of lowest rank.
        """
        from napari_astro_al.projection.find_kernels import nearest_place

        across, up = radius if isinstance(radius, tuple) else (radius, radius)
        runs = self.grid.runs((x - across, y - up, x + across, y + up))
        units = (1.0, 1.0, across**2) if across == up else (max(across, _TINY), max(up, _TINY), 1.0)
        place = nearest_place(self.offsets, *runs, self.points, self.ranks, *floats((x, y, *units)))
        return None if place < 0 else int(self.rows[place])

    def density(self, rect: Rect, shape: tuple[int, int]) -> Image:
        """`raster.density` of a rectangle, from the cells that it touches alone."""
        pixels = Pixels.over(rect, shape)
        counts: Image = pixels.raster(self.points, *self.spans(rect))[1][0]
        return counts

    def sums(
        self, rect: Rect, shape: tuple[int, int], values: npt.ArrayLike
    ) -> tuple[Image, Image]:
        """Sums of a value over the sources in each pixel of a rectangle.

        Parameters
        ----------
        rect : tuple of float
            (x0, y0, x1, y1) in world coordinates.
        shape : tuple of int
            (ny, nx).
        values : (n_sources,) array-like
            By row; float32 is not copied. What is not finite is not counted.

        Returns
        -------
        sums : (ny, nx) float32 ndarray
            Added up in double precision.
        counts : (ny, nx) float32 ndarray
            Sources whose value is finite. The mean is their quotient.

        Raises
        ------
        ProjectionError
            If there is not one value for each source, or as in `density`.
        """
        taken = np.ascontiguousarray(values, dtype=np.float32)
        self._check_rows(taken, "values")
        sums, counts = Pixels.over(rect, shape).raster(
            self.points, *self.spans(rect), rows=self.rows, values=taken
        )
        return sums.reshape(counts.shape)[0], counts[0]

    def tallies(
        self, rect: Rect, shape: tuple[int, int], codes: npt.NDArray[Any], n_codes: int
    ) -> Image:
        """How many sources of each code are in each pixel of a rectangle.

        Parameters
        ----------
        rect : tuple of float
            (x0, y0, x1, y1) in world coordinates.
        shape : tuple of int
            (ny, nx).
        codes : (n_sources,) int8 or int16 ndarray
            By row, from 0 to below `n_codes`; sources with others, as -1, are not counted.
        n_codes : int
            How many codes there are.

        Returns
        -------
        (n_codes, ny, nx) float32 ndarray

        Raises
        ------
        ProjectionError
            If there is not one code for each source, if codes are no such integers, or as in
            `density`.
        """
        if codes.dtype not in (np.int8, np.int16):
            raise ProjectionError(f"Codes are of type int8 or int16; these are {codes.dtype}.")
        taken = np.ascontiguousarray(codes)
        self._check_rows(taken, "codes")
        _, counts = Pixels.over(rect, shape).raster(
            self.points, *self.spans(rect), rows=self.rows, codes=taken, n_codes=n_codes
        )
        return counts

    def _check_rows(self, column: npt.NDArray[Any], what: str) -> None:
        if column.shape != (self.n_sources,):
            raise ProjectionError(
                f"There must be one of the {what} for each of the {self.n_sources:,} sources; "
                f"these have shape {column.shape}."
            )

    def _rows_at(self, places: Rows) -> Rows:
        return self.rows[places].astype(np.int64)

    def _in_front(self, rect: Rect, budget: int) -> Rows:
        from napari_astro_al.projection.find_kernels import first_within

        found = np.empty(budget, dtype=np.int64)
        return self.front[found[: first_within(self.front_points, *floats(rect), found)]]
