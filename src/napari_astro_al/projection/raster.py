"""Counts of sources on a pixel grid."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import ProjectionError
from napari_astro_al.projection.frame import Rect

_BLOCK, _CHUNK = 2_097_152, 32_768
_DOUBT = 1e-6


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
    x0, y0, x1, y1 = rect
    ny, nx = shape
    if not (x0 < x1 and y0 < y1) or ny < 1 or nx < 1:
        raise ProjectionError(
            f"Nothing can be counted on {ny} x {nx} pixels over the rectangle {rect}; (x0, y0) "
            "must lie below and left of (x1, y1)."
        )
    x_edges, y_edges = np.linspace(x0, x1, nx + 1), np.linspace(y0, y1, ny + 1)
    counts = np.zeros(ny * nx, dtype=np.int64)
    pixels = np.empty(min(_BLOCK, len(points_world)), dtype=np.int64)
    for block in range(0, len(points_world), _BLOCK):
        filled, end = 0, min(block + _BLOCK, len(points_world))
        for start in range(block, end, _CHUNK):
            chunk = points_world[start : min(start + _CHUNK, end)]
            x, y = chunk[:, 0].astype(np.float64), chunk[:, 1].astype(np.float64)
            inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
            if not inside.all():
                x, y = x[inside], y[inside]
            pixels[filled : filled + x.size] = _bins(y, y_edges) * nx + _bins(x, x_edges)
            filled += x.size
        counts += np.bincount(pixels[:filled], minlength=ny * nx)
    return counts.reshape(ny, nx).astype(np.float32)


def _bins(values: npt.NDArray[np.float64], edges: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Bins of values that lie between the first and the last edge."""
    n = len(edges) - 1
    places = (values - edges[0]) * (n / (edges[-1] - edges[0]))
    bins: npt.NDArray[np.int64] = places.astype(np.int64)
    np.minimum(bins, n - 1, out=bins)
    # the edges decide where rounding is in doubt
    offset = places - bins
    doubt = np.flatnonzero((offset < _DOUBT) | (offset > 1 - _DOUBT))
    if doubt.size:
        bins[doubt] = np.minimum(np.searchsorted(edges, values[doubt], side="right") - 1, n - 1)
    return bins
