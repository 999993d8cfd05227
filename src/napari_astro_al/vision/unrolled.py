"""A picture unrolled around its middle: angles along the columns, radii along the rows.

Turning the source moves the unrolled picture sideways, which a mean over it does not see, and so
one pass of a network does for every position angle. Arms become slanted stripes, and which way they
slant says which way the source winds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.vision.finding import find_source, grey
from napari_astro_al.vision.light import CIRCLE, Growth, centroid

REACH = 1.2
"""Petrosian radii that are shown."""

LEAST_RADIUS = 8.0
"""Pixels that are shown at least."""


def reach_of(pixels: npt.NDArray[Any]) -> float:
    """How far from the middle a picture shows its source, in pixels.

    Parameters
    ----------
    pixels : (ny, nx) or (ny, nx, 3) ndarray
        Row 0 on top.

    Returns
    -------
    float
        1.2 Petrosian radii; half the shorter side at most, and where no source is found.
    """
    most = float(min(pixels.shape[:2])) / 2.0
    with np.errstate(all="ignore"):
        found = find_source(grey(pixels), step=1.0 if pixels.dtype.kind in "iub" else 0.0)
        if found is None:
            return most
        radii = CIRCLE.radii(found.image.shape, centroid(found.image, found.region))
        reach = max(2.5 * float(radii[found.region].max()), 16.0)
        petrosian = Growth.of(found.image, radii, min(reach, float(radii.max()))).petrosian()
    if not np.isfinite(petrosian):
        return most
    return min(max(REACH * petrosian * found.binning, LEAST_RADIUS), most)


def unrolled(shown: npt.NDArray[np.uint8], reach: float, side: int) -> npt.NDArray[np.uint8]:
    """A picture unrolled around its middle.

    Parameters
    ----------
    shown : (ny, nx) or (ny, nx, 3) uint8 ndarray
        Row 0 on top.
    reach : float
        Radius of the last row, in pixels.
    side : int
        Pixels a side of what is made.

    Returns
    -------
    (side, side, 3) uint8 ndarray
        Row 0 is the middle of the picture; columns go against the clock from the right.
    """
    from scipy import ndimage

    colour = shown if shown.ndim == 3 else np.repeat(shown[..., np.newaxis], 3, axis=2)
    radii = (np.arange(side) + 0.5)[:, np.newaxis] * (reach / side)
    angles = np.arange(side) * (2.0 * np.pi / side)
    middle_y, middle_x = ((length - 1) / 2.0 for length in colour.shape[:2])
    places = np.stack([middle_y - radii * np.sin(angles), middle_x + radii * np.cos(angles)])
    planes = [
        ndimage.map_coordinates(
            colour[..., band], places, output=np.float32, order=1, mode="nearest"
        )
        for band in range(3)
    ]
    turned: npt.NDArray[np.uint8] = np.rint(np.stack(planes, axis=-1)).astype(np.uint8)
    return turned
