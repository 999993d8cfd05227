"""Pictures as small squares of pixels, for networks that look at them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from napari_astro_al.errors import ImagingError

SIDES = (8, 56)
"""The smallest and the largest side: 56 has 9,408 numbers."""


def square_pixels(shown: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.float32]:
    """The middle square of a picture, made smaller or larger.

    Parameters
    ----------
    shown : (ny, nx) or (ny, nx, 3) uint8 ndarray
        As a screen shows it.
    side : int
        Pixels a side.

    Returns
    -------
    (side, side, 3) float32 ndarray
        From 0 to 1; one channel is repeated. A smaller pixel is the mean of those that it covers.

    Raises
    ------
    ImagingError
        If the side is out of `SIDES`.
    """
    if not SIDES[0] <= side <= SIDES[1]:
        raise ImagingError(f"Pixels have a side of {SIDES[0]} to {SIDES[1]}, not {side}.")
    height, width = shown.shape[:2]
    least = min(height, width)
    top, left = (height - least) // 2, (width - least) // 2
    square: Any = shown[top : top + least, left : left + least]
    if square.ndim == 2:
        square = np.repeat(square[:, :, None], 3, axis=2)
    picture = Image.fromarray(np.ascontiguousarray(square[:, :, :3]))
    small = picture.resize((side, side), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float32) / np.float32(255)
