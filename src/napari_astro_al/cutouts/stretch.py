"""From measured pixel values to the brightness that a screen shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import CutoutError, check_fields, listing

FUNCTIONS = ("linear", "sqrt", "log", "asinh")
"""From a fraction of the range to a brightness."""

LIMITS = ("sky", "percentile", "zscale", "min-max", "fixed")
"""How the values for black and white are found."""

PERCENT = 99.5
"""The share of the pixels that lies between the limits "percentile"."""

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
    values = _sample(pixels)
    if not len(values):
        return 0.0, 1.0
    _, sky, noise = sigma_clipped_stats(values, sigma=3.0, maxiters=5)
    low = max(float(sky - 0.5 * noise), float(values.min()))
    high = max(float(np.percentile(values, 99.7)), float(sky + 10.0 * noise))
    return _apart(low, high)


@dataclass(frozen=True)
class Stretch:
    """How pixel values become brightness.

    Attributes
    ----------
    function : {"linear", "sqrt", "log", "asinh"}
        From the fraction of the range, 0 to 1, to the brightness, 0 to 1.
    limits : {"sky", "percentile", "zscale", "min-max", "fixed"}
        Where black and white are: as `contrast_limits` finds them, so that 99.5 % of the pixels lie
        between, by IRAF's zscale, at the extremes, or at `fixed`.
    fixed : (low, high), optional
        Values for black and white, in the picture's own units.

    Raises
    ------
    CutoutError
        If there is no such function or way to find limits, or the limits are not in order.
    """

    function: str = "asinh"
    limits: str = "sky"
    fixed: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.function not in FUNCTIONS:
            raise CutoutError(f"There is no stretch {self.function!r}. Use {listing(FUNCTIONS)}.")
        if self.limits not in LIMITS:
            raise CutoutError(f"There are no limits {self.limits!r}. Use {listing(LIMITS)}.")
        if (self.limits == "fixed") != (self.fixed is not None):
            raise CutoutError('Limits that are "fixed", and only those, need fixed=(low, high).')
        if self.fixed is not None:
            low, high = self.fixed
            if not (np.isfinite(low) and np.isfinite(high) and low < high):
                raise CutoutError(
                    "White must be above black, and both be numbers: "
                    f"black is {low:g}, white {high:g}."
                )

    @classmethod
    def natural(cls, pixels: npt.NDArray[Any]) -> Stretch:
        """What suits a picture: linear where it is made for the screen, asinh where measured."""
        return cls("linear") if pixels.dtype in (np.uint8, np.bool_) else cls()

    def range_of(self, pixels: npt.NDArray[Any]) -> tuple[float, float]:
        """The values for black and white of a picture.

        Parameters
        ----------
        pixels : (ny, nx) or (ny, nx, 3) ndarray

        Returns
        -------
        low, high : float
            ``low < high``; (0, 1) where no value is finite.
        """
        if self.fixed is not None:
            return self.fixed
        if self.limits == "sky":
            return contrast_limits(pixels)
        from astropy.visualization import MinMaxInterval, PercentileInterval, ZScaleInterval

        values = _sample(pixels)
        if not len(values):
            return 0.0, 1.0
        interval = {
            "percentile": lambda: PercentileInterval(PERCENT),
            "zscale": ZScaleInterval,
            "min-max": MinMaxInterval,
        }[self.limits]()
        low, high = (float(limit) for limit in interval.get_limits(values))
        return _apart(low, high)

    def brightness(
        self, pixels: npt.NDArray[Any], limits: tuple[float, float] | None = None
    ) -> npt.NDArray[np.float32]:
        """A picture as brightness, 0 to 1; NaN where values are not finite.

        Parameters
        ----------
        pixels : (ny, nx) or (ny, nx, 3) ndarray
            The channels of a colour picture share their limits, which keeps its colours.
        limits : (low, high), optional
            Those of `range_of`, where they are known already.

        References
        ----------
        Lupton, Gunn & Szalay 1999, AJ 118, 1406, for asinh as a scale of brightness.
        """
        from astropy.visualization import AsinhStretch, LogStretch, SqrtStretch

        low, high = limits or self.range_of(pixels)
        fraction = (pixels.astype(np.float64) - low) / (high - low)
        fraction[~np.isfinite(fraction)] = np.nan
        np.clip(fraction, 0.0, 1.0, out=fraction)
        if self.function != "linear":
            shape = {
                "sqrt": SqrtStretch,
                "log": LogStretch,
                "asinh": lambda: AsinhStretch(SOFTENING),
            }[self.function]()
            fraction = shape(fraction)
        return fraction.astype(np.float32)

    def to_json(self) -> dict[str, Any]:
        """As values of JSON."""
        given = {} if self.fixed is None else {"fixed": list(self.fixed)}
        return {"function": self.function, "limits": self.limits, **given}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """From what `to_json` gave.

        Raises
        ------
        CutoutError
            If it is not that.
        """
        check_fields(stored, ("function", "limits", "fixed"), "A stretch", CutoutError)
        fixed = stored.get("fixed")
        try:
            limits = None if fixed is None else (float(fixed[0]), float(fixed[1]))
        except (TypeError, ValueError, LookupError):
            raise CutoutError(f"The fixed limits {fixed!r} are not two numbers.") from None
        return cls(str(stored["function"]), str(stored["limits"]), limits)


def stretch(
    pixels: npt.NDArray[Any],
    limits: tuple[float, float] | None = None,
    *,
    how: Stretch | None = None,
) -> npt.NDArray[np.uint8]:
    """Pixels as brightness for a screen.

    Parameters
    ----------
    pixels : (ny, nx) or (ny, nx, 3) ndarray
        Any real dtype.
    limits : (low, high), optional
        Values for black and white; those that `how` finds by default.
    how : Stretch, optional
        By default `Stretch.natural`: uint8 is taken to be made for the screen and returned as it
        is, bool becomes black and white, everything else goes through asinh.

    Returns
    -------
    uint8 ndarray of the same shape
        Values that are not finite are 0.
    """
    natural = Stretch.natural(pixels)
    if pixels.dtype == np.uint8 and how in (None, natural):
        return pixels
    if pixels.dtype == np.bool_:
        return pixels.astype(np.uint8) * np.uint8(255)
    shown = (how or natural).brightness(pixels, limits)
    np.nan_to_num(shown, copy=False, nan=0.0)
    levels: npt.NDArray[np.uint8] = np.rint(shown * 255.0).astype(np.uint8)
    return levels


def _sample(pixels: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Finite values of a picture, not too many."""
    values = pixels.reshape(-1)[:: max(1, pixels.size // _SAMPLE)].astype(np.float64)
    return values[np.isfinite(values)]


def _apart(low: float, high: float) -> tuple[float, float]:
    return (low, high) if high > low else (low, low + max(abs(low), 1.0) * 1e-6)


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
