"""Many thumbnails in one picture, each at its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import CutoutError


def mosaic(
    thumbnails: Sequence[npt.NDArray[np.uint8]],
    positions: npt.NDArray[Any],
    shape: tuple[int, int],
    *,
    frames: npt.NDArray[Any] | None = None,
    frame_width: int = 2,
    opacity: float = 1.0,
) -> npt.NDArray[np.uint8]:
    """Place thumbnails on a transparent picture.

    Parameters
    ----------
    thumbnails : sequence of (s, s, 3) uint8 ndarray
        Their sizes may differ. Later ones lie over earlier ones.
    positions : (n, 2) ndarray
        Pixel coordinates of their centres as (row, column) of the result; the first pixel's
        centre is (0, 0). Those that lie wholly or partly outside are cut.
    shape : (int, int)
        Rows and columns of the result.
    frames : (n, 3) or (n, 4) ndarray, optional
        Colours of the frames in 0 to 1. A frame with opacity 0 is not drawn.
    frame_width : int
        Pixels, inward from the edge of the thumbnail.
    opacity : float
        Of the thumbnails, 0 to 1.

    Returns
    -------
    shape + (4,) uint8 ndarray
        RGBA, transparent where no thumbnail is.

    Raises
    ------
    CutoutError
        If the numbers of thumbnails, positions and frames differ.
    """
    places = np.asarray(positions, dtype=np.float64).reshape(-1, 2)
    colours = None if frames is None else _as_rgba(frames)
    counts = {len(thumbnails), len(places)} | (set() if colours is None else {len(colours)})
    if len(counts) != 1:
        raise CutoutError(
            f"A mosaic needs one position for each thumbnail: {len(thumbnails)} thumbnails, "
            f"{len(places)} positions"
            + ("" if colours is None else f", {len(colours)} frames")
            + " were given."
        )
    canvas = np.zeros((*shape, 4), dtype=np.uint8)
    for number, (picture, place) in enumerate(zip(thumbnails, places, strict=True)):
        if not np.isfinite(place).all():
            continue
        tile = np.dstack(
            [picture, np.full(picture.shape[:2], round(255 * opacity), dtype=np.uint8)]
        )
        if colours is not None and colours[number, 3] and frame_width > 0:
            _draw_frame(tile, colours[number], frame_width)
        _paste(canvas, tile, place)
    return canvas


def _as_rgba(frames: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    colours = np.atleast_2d(np.asarray(frames, dtype=np.float64))
    if colours.shape[1] == 3:
        colours = np.column_stack([colours, np.ones(len(colours))])
    return np.rint(np.clip(colours, 0.0, 1.0) * 255.0).astype(np.uint8)


def _draw_frame(
    tile: npt.NDArray[np.uint8], colour: npt.NDArray[np.uint8], frame_width: int
) -> None:
    inside = np.zeros(tile.shape[:2], dtype=bool)
    inside[frame_width:-frame_width, frame_width:-frame_width] = True
    tile[~inside] = colour


def _paste(
    canvas: npt.NDArray[np.uint8], tile: npt.NDArray[np.uint8], place: npt.NDArray[np.float64]
) -> None:
    rows, columns = tile.shape[:2]
    top = int(np.floor(place[0] - (rows - 1) / 2 + 0.5))
    left = int(np.floor(place[1] - (columns - 1) / 2 + 0.5))
    above, before = max(0, -top), max(0, -left)
    below = min(rows, canvas.shape[0] - top)
    after = min(columns, canvas.shape[1] - left)
    if above < below and before < after:
        canvas[top + above : top + below, left + before : left + after] = tile[
            above:below, before:after
        ]
