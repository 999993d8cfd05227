"""Small square pictures."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from napari_astro_al.cutouts.cutout import Cutout
from napari_astro_al.cutouts.stretch import Stretch, stretch

MISSING_GREY = 36
"""Grey level of the thumbnail of a picture that is missing."""


def thumbnail(cutout: Cutout, side: int, how: Stretch | None = None) -> npt.NDArray[np.uint8]:
    """A small square picture, right way up.

    Parameters
    ----------
    cutout : Cutout
        Fitted into the square whole; a picture that is not square is centred on black.
    side : int
        Pixels a side.
    how : Stretch, optional
        How values become brightness; `Stretch.natural` by default.

    Returns
    -------
    (side, side, 3) uint8 ndarray
        Dark grey all over where the picture is missing.
    """
    from PIL import Image

    pixels = cutout.upright
    if pixels is None:
        return np.full((side, side, 3), MISSING_GREY, dtype=np.uint8)
    shown = np.ascontiguousarray(stretch(pixels, how=how))
    ny, nx = shown.shape[:2]
    scale = side / max(ny, nx)
    size = (max(1, round(nx * scale)), max(1, round(ny * scale)))
    small = Image.fromarray(shown).convert("RGB")
    if small.size != size:
        resampling = Image.Resampling.LANCZOS if scale < 1 else Image.Resampling.BICUBIC
        # far larger pictures are brought near by means of pixels first, which is faster
        small = small.resize(size, resampling, reducing_gap=2.0)
    square = np.zeros((side, side, 3), dtype=np.uint8)
    top, left = (side - size[1]) // 2, (side - size[0]) // 2
    square[top : top + size[1], left : left + size[0]] = np.asarray(small)
    return square
