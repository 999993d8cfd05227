"""From measured pixel values to the brightness that a screen shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

SOFTENING = 0.1
"""The asinh stretch is linear below this fraction of the range and logarithmic above it."""

_SAMPLE = 250_000


def contrast_limits(pixels: npt.NDArray[Any]) -> tuple[float, float]:
    """The values that black and white should stand for.

    Black is the sky, taken as the sigma-clipped median, less half a standard deviation; white is
    the 99.7th percentile, or ten standard deviations above the sky where that is more, so that the
    noise of an empty picture does not fill the range.

    Parameters
    ----------
    pixels : (ny, nx) or (ny, nx, 3) ndarray
        Any real dtype; values that are not finite are left out.

    Returns
    -------
    low, high : float
        ``low < high``. For uint8 pixels (0, 255); (0, 1) where no value is finite.
    """
    from astropy.stats import sigma_clipped_stats

    if pixels.dtype == np.uint8:
        return 0.0, 255.0
    values = pixels.reshape(-1)[:: max(1, pixels.size // _SAMPLE)].astype(np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return 0.0, 1.0
    _, sky, noise = sigma_clipped_stats(values, sigma=3.0, maxiters=5)
    low = max(float(sky - 0.5 * noise), float(values.min()))
    high = max(float(np.percentile(values, 99.7)), float(sky + 10.0 * noise))
    return (low, high) if high > low else (low, low + max(abs(low), 1.0) * 1e-6)


def stretch(
    pixels: npt.NDArray[Any], limits: tuple[float, float] | None = None
) -> npt.NDArray[np.uint8]:
    """Pixels as brightness for a screen.

    Parameters
    ----------
    pixels : (ny, nx) or (ny, nx, 3) ndarray
        uint8 is taken to be made for the screen and returned as it is, bool becomes black and
        white, everything else goes through an asinh stretch between the limits. The channels of a
        colour picture share their limits, which keeps its colours.
    limits : (low, high), optional
        Values for black and white; those of `contrast_limits` by default.

    Returns
    -------
    uint8 ndarray of the same shape
        Values that are not finite are 0.

    References
    ----------
    Lupton, Gunn & Szalay 1999, AJ 118, 1406, for asinh as a scale of brightness.
    """
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype == np.bool_:
        return pixels.astype(np.uint8) * np.uint8(255)
    from astropy.visualization import AsinhStretch

    low, high = contrast_limits(pixels) if limits is None else limits
    fraction = (pixels.astype(np.float64) - low) / (high - low)
    np.clip(fraction, 0.0, 1.0, out=fraction)
    np.nan_to_num(fraction, copy=False, nan=0.0)
    shown: npt.NDArray[np.float64] = AsinhStretch(SOFTENING)(fraction)
    return np.rint(shown * 255.0).astype(np.uint8)


def rgba(pixels: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Stretched pixels with an opacity: 0 where there are no data.

    Parameters
    ----------
    pixels : (ny, nx) or (ny, nx, 3) ndarray
        As for `stretch`.

    Returns
    -------
    (ny, nx, 4) uint8 ndarray
        Opacity 0 where every channel is not finite, else 255.
    """
    shown = stretch(pixels)
    colour = shown if shown.ndim == 3 else np.repeat(shown[..., np.newaxis], 3, axis=2)
    known = np.isfinite(pixels)
    seen = known.any(axis=2) if pixels.ndim == 3 else known
    return np.dstack([colour, np.where(seen, 255, 0).astype(np.uint8)])
