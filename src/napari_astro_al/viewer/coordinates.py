"""From (x, y) to napari's (y, x) and back, and what the camera sees.

World coordinates are those of `projection.Frame`: a projection scaled into a square, x to the
right and y up. napari stores the vertical axis first; `to_napari` is the only place that flips.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.projection import Rect

if TYPE_CHECKING:
    from napari.components import ViewerModel


def to_napari(points: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Points in (x, y) as napari takes them; its own inverse.

    Parameters
    ----------
    points : (n, 2) or (2,) array-like
        In (x, y); or in napari's (y, x), to go back.

    Returns
    -------
    float32 ndarray of the same shape
        With the last axis reversed; a contiguous copy.
    """
    return np.ascontiguousarray(np.asarray(points, dtype=np.float32)[..., ::-1])


@dataclass(frozen=True)
class Margins:
    """Space around the data, in canvas pixels, for axes and legends."""

    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0


@dataclass(frozen=True)
class View:
    """What the canvas shows.

    Attributes
    ----------
    rect : (x0, y0, x1, y1)
        World coordinates at the canvas's edges.
    zoom : float
        Canvas pixels a world unit; the same along x and y.
    """

    rect: Rect
    zoom: float

    @classmethod
    def of(cls, viewer: ViewerModel) -> View:
        """The view of a viewer's camera, in its 2D mode with x right and y up."""
        camera = viewer.scene.camera
        height, width = viewer.canvas.size
        y, x = camera.center[-2:]
        zoom = max(float(camera.zoom), 1e-9)
        half_width, half_height = width / zoom / 2, height / zoom / 2
        return cls((x - half_width, y - half_height, x + half_width, y + half_height), zoom)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in canvas pixels."""
        x0, y0, x1, y1 = self.rect
        return (x1 - x0) * self.zoom, (y1 - y0) * self.zoom

    def at(self, x: float, y: float) -> tuple[float, float]:
        """World coordinates of a place on the canvas.

        Parameters
        ----------
        x, y : float
            Canvas pixels from the lower left corner, or from the upper right one where negative.
        """
        x0, y0, x1, y1 = self.rect
        return (
            (x0 if x >= 0 else x1) + x / self.zoom,
            (y0 if y >= 0 else y1) + y / self.zoom,
        )

    def inside(self, margins: Margins) -> Rect:
        """The part of the view that is left between margins; at least one pixel wide and high."""
        x0, y0, x1, y1 = self.rect
        left, bottom = x0 + margins.left / self.zoom, y0 + margins.bottom / self.zoom
        pixel = 1 / self.zoom
        return (
            left,
            bottom,
            max(x1 - margins.right / self.zoom, left + pixel),
            max(y1 - margins.top / self.zoom, bottom + pixel),
        )


def fitted(
    rect: Rect, canvas: tuple[int, int], margins: Margins
) -> tuple[tuple[float, float], float]:
    """Where to put the camera so that a rectangle fills the canvas between margins.

    Parameters
    ----------
    rect : (x0, y0, x1, y1)
        World coordinates to show.
    canvas : (height, width)
        Canvas size in pixels, as ``viewer.canvas.size``.
    margins : Margins
        What to keep free.

    Returns
    -------
    centre : (y, x)
        For ``camera.center``.
    zoom : float
        For ``camera.zoom``.
    """
    x0, y0, x1, y1 = rect
    height, width = canvas
    free_width = max(width - margins.left - margins.right, width / 4)
    free_height = max(height - margins.bottom - margins.top, height / 4)
    zoom = min(free_width / max(x1 - x0, 1e-6), free_height / max(y1 - y0, 1e-6))
    x = (x0 + x1) / 2 - (margins.left - margins.right) / 2 / zoom
    y = (y0 + y1) / 2 - (margins.bottom - margins.top) / 2 / zoom
    return (y, x), zoom


def rect_between(first: Sequence[float], second: Sequence[float]) -> Rect:
    """The rectangle with two opposite corners, given as napari positions (y, x)."""
    (y0, x0), (y1, x1) = tuple(first)[-2:], tuple(second)[-2:]
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def widened(rect: Rect, share: float) -> Rect:
    """A rectangle with a share of its width and height added on each side."""
    x0, y0, x1, y1 = rect
    dx, dy = share * (x1 - x0), share * (y1 - y0)
    return x0 - dx, y0 - dy, x1 + dx, y1 + dy


def corners(rect: Rect) -> npt.NDArray[np.float32]:
    """The outline of a rectangle as a closed path.

    Returns
    -------
    (5, 2) float32 ndarray
        In (x, y), anticlockwise from the lower left; the first corner again at the end.
    """
    x0, y0, x1, y1 = rect
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]], dtype=np.float32)


def image_placing(rect: Rect, shape: tuple[int, ...]) -> dict[str, Any]:
    """``scale`` and ``translate`` of an Image layer whose pixels tile a rectangle.

    Parameters
    ----------
    rect : (x0, y0, x1, y1)
        World coordinates of the outer edges of the corner pixels.
    shape : (ny, nx, ...)
        Of the image; row 0 lies at y0.

    Returns
    -------
    dict
        For ``Image`` or its ``add_image``; napari puts coordinate 0 at a pixel's centre.
    """
    x0, y0, x1, y1 = rect
    dx, dy = (x1 - x0) / shape[1], (y1 - y0) / shape[0]
    return {"scale": (dy, dx), "translate": (y0 + dy / 2, x0 + dx / 2)}
