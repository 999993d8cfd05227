"""The source in the middle of a picture: which pixels are its own, which another's, which sky."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

MOST_SIDE = 512
"""Larger pictures are binned by a whole number until they are not."""

THRESHOLD = 3.0
"""Standard deviations above the sky, in the smoothed picture, where a source ends."""

SMOOTHING = 0.01
"""Width of the smoothing as a share of the picture's side; at least a pixel."""

OFF_CENTRE = 0.05
"""How far from the middle a source may begin, as a share of the side; at least 3 pixels."""

FEWEST_PIXELS = 12

_SAMPLE = 30_000

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Found:
    """A source, cut out of its sky.

    Attributes
    ----------
    image : (ny, nx) float64 ndarray
        Without the sky; 0 where there are no data and where another source is.
    region : (ny, nx) bool ndarray
        The source's own pixels above the threshold.
    other : (ny, nx) bool ndarray
        Pixels without data, or of other sources.
    sky : (ny, nx) bool ndarray
        Pixels of the sky.
    binning : int
        Pixels of the picture, along a side, that are one here.
    """

    image: Floats
    region: Mask
    other: Mask
    sky: Mask
    binning: int

    @property
    def cut_off(self) -> bool:
        """Whether the source reaches the edge of the picture."""
        edge = (self.region[0], self.region[-1], self.region[:, 0], self.region[:, -1])
        return any(bool(one.any()) for one in edge)


def grey(pixels: npt.NDArray[Any]) -> Floats:
    """A picture in one channel: the mean of the channels of a colour picture.

    NaN where a channel has no data, and for infinities.
    """
    values = pixels.astype(np.float64)
    values[~np.isfinite(values)] = np.nan
    return values.mean(axis=2) if values.ndim == 3 else values


def binned(values: Floats) -> tuple[Floats, int]:
    """The picture with at most `MOST_SIDE` pixels a side, by means over squares; and the factor.

    Works on the first two axes. Rows and columns that fill no square are left out alike on both
    sides.
    """
    factor = -(-max(values.shape[:2]) // MOST_SIDE)
    if factor == 1:
        return values, 1
    ny, nx = (length // factor for length in values.shape[:2])
    if not ny or not nx:
        return values[:0, :0], factor
    top, left = (
        (length - count * factor) // 2
        for length, count in zip(values.shape[:2], (ny, nx), strict=True)
    )
    core = values[top : top + ny * factor, left : left + nx * factor]
    parts = core.reshape(ny, factor, nx, factor, *values.shape[2:])
    means: Floats = parts.mean(axis=(1, 3))
    return means, factor


def clipped(values: Floats) -> tuple[float, float]:
    """Median and standard deviation of what is within 3 of these, found by repetition.

    Of every so manieth value, where there are very many.
    """
    kept = values[:: -(-len(values) // _SAMPLE)]
    for _ in range(5):
        middle, spread = float(np.median(kept)), float(kept.std())
        inside = np.abs(kept - middle) <= 3.0 * spread
        if inside.all():
            break
        kept = kept[inside]
    return float(np.median(kept)), float(kept.std())


def find_source(values: Floats, *, step: float = 0.0) -> Found | None:
    """The source at the middle of a picture in one channel.

    The sky is the sigma-clipped median. A source is a connected region of the smoothed picture
    that is more than 3 standard deviations above it; the one at the middle, or that begins nearest
    to it, is taken whole: two galaxies that touch are one source.

    Parameters
    ----------
    values : (ny, nx) float64 ndarray
        NaN for no data.
    step : float
        The smallest difference that the pixels can show: 1 for whole numbers.

    Returns
    -------
    Found or None
        None where nothing stands out at the middle.
    """
    from scipy import ndimage

    image, binning = binned(values)
    known = np.isfinite(image)
    if min(image.shape) < 8 or np.count_nonzero(known) < image.size / 2:
        return None
    level, _ = clipped(image[known])
    image = np.where(known, image - level, 0.0)
    smooth = ndimage.gaussian_filter(image, max(1.0, SMOOTHING * min(image.shape)))
    base, spread = clipped(smooth[known])
    labels, count = ndimage.label(smooth > base + THRESHOLD * max(spread, 0.3 * step))
    number = _in_the_middle(labels, ndimage) if count else 0
    region = ndimage.binary_fill_holes(labels == number) & known if number else None
    if region is None or np.count_nonzero(region) < FEWEST_PIXELS:
        return None
    other = ~known | ((labels > 0) & ~region)
    sky = ~ndimage.binary_dilation((labels > 0) | region | ~known, iterations=2)
    return Found(np.where(other, 0.0, image), region, other, sky, binning)


def _in_the_middle(labels: npt.NDArray[Any], ndimage: Any) -> int:
    """The number of the region at the middle, or of the nearest within reach; 0 for none."""
    middle = tuple((length - 1) // 2 for length in labels.shape)
    if labels[middle]:
        return int(labels[middle])
    reach = max(3.0, OFF_CENTRE * min(labels.shape))
    rows, columns = np.nonzero(labels)
    distance = np.hypot(rows - middle[0], columns - middle[1])
    nearest = int(np.argmin(distance))
    return int(labels[rows[nearest], columns[nearest]]) if distance[nearest] <= reach else 0
