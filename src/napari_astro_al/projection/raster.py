"""Counts, sums and tallies of sources on a pixel grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import ProjectionError
from napari_astro_al.projection.frame import Rect

Image = npt.NDArray[np.float32]

_NO_ROWS = np.empty(0, dtype=np.int32)
_NO_CODES = np.empty(0, dtype=np.int8)
_NO_VALUES = np.empty(0, dtype=np.float32)


def density(
    points_world: npt.NDArray[np.float32], rect: Rect, shape: tuple[int, int]
) -> npt.NDArray[np.float32]:
    """Count sources in the pixels of a rectangle.

    The counts are those of ``numpy.histogram2d``: a pixel holds its lower and left edge, the last
    of a row or column its upper edge too.

    Parameters
    ----------
    points_world : (n, 2) float32 ndarray
        (x, y); what is not finite or outside the rectangle is not counted.
    rect : tuple of float
        (x0, y0, x1, y1) in world coordinates.
    shape : tuple of int
        (ny, nx).

    Returns
    -------
    (ny, nx) float32 ndarray
        Counts, row ``[0]`` at y0.

    Raises
    ------
    ProjectionError
        If the rectangle has no area or there are no pixels.
    """
    points = np.ascontiguousarray(points_world, dtype=np.float32)
    whole = np.array([0]), np.array([len(points)])
    counts: Image = Pixels.over(rect, shape).raster(points, *whole)[1][0]
    return counts


@dataclass(frozen=True, eq=False)
class Pixels:
    """A pixel grid over a rectangle; its edges are those of ``numpy.histogram2d``.

    Attributes
    ----------
    x_edges : (nx + 1,) float64 ndarray
    y_edges : (ny + 1,) float64 ndarray
    """

    x_edges: npt.NDArray[np.float64]
    y_edges: npt.NDArray[np.float64]

    @classmethod
    def over(cls, rect: Rect, shape: tuple[int, int]) -> Pixels:
        """The grid of a shape (ny, nx) over a rectangle (x0, y0, x1, y1).

        Raises
        ------
        ProjectionError
            If the rectangle has no area or there are no pixels.
        """
        x0, y0, x1, y1 = map(float, rect)
        ny, nx = shape
        if not (x0 < x1 and y0 < y1) or ny < 1 or nx < 1:
            raise ProjectionError(
                f"Nothing can be counted on {ny} x {nx} pixels over the rectangle {rect}; (x0, y0) "
                "must lie below and left of (x1, y1)."
            )
        return cls(np.linspace(x0, x1, nx + 1), np.linspace(y0, y1, ny + 1))

    def raster(
        self,
        points: npt.NDArray[np.float32],
        starts: npt.NDArray[np.int64],
        stops: npt.NDArray[np.int64],
        *,
        rows: npt.NDArray[np.int32] = _NO_ROWS,
        codes: npt.NDArray[Any] = _NO_CODES,
        n_codes: int = 1,
        values: npt.NDArray[np.float32] = _NO_VALUES,
    ) -> tuple[Image, Image]:
        """Sums of values and counts of the sources in each pixel.

        Parameters
        ----------
        points : (n, 2) float32 ndarray
            (x, y).
        starts, stops : (k,) int64 ndarray
            The sources, in runs: from each start up to its stop.
        rows : (n,) int32 ndarray
            Which code and value are those of each source.
        codes : (n_rows,) int8 or int16 ndarray
            On which of the images each counts, from 0; where this is none of them, on none.
        n_codes : int
            Number of images.
        values : (n_rows,) float32 ndarray
            What to add up, in double precision; only sources whose value is finite count.

        Returns
        -------
        sums, counts : (n_codes, ny, nx) float32 ndarray
            Sums are empty where there are no values.
        """
        from napari_astro_al.projection.raster_kernels import rasterise

        shape = (n_codes, self.y_edges.size - 1, self.x_edges.size - 1)
        counts = np.zeros(shape, dtype=np.uint32)
        sums = np.zeros(shape if values.size else 0, dtype=np.float64)
        images = sums.reshape(-1), counts.reshape(-1)
        edges = self.x_edges, self.y_edges
        rasterise(points, starts, stops, *edges, rows, codes, values, *images)
        return sums.astype(np.float32), counts.astype(np.float32)
