"""How sources are found in an image, as data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from napari_astro_al.errors import ImageError, check_fields

_RANGES = {
    "threshold": (0.5, 1000.0),
    "least_pixels": (1, 100_000),
    "smoothing": (0.0, 50.0),
    "mesh": (8, 4096),
    "contrast": (0.0, 1.0),
    "zero_point": (-100.0, 100.0),
}


@dataclass(frozen=True)
class DetectionSettings:
    """How sources are found and how their magnitudes are reckoned.

    Attributes
    ----------
    threshold : float
        Standard deviations of the background's noise that the pixels of a source exceed, after
        smoothing; the noise is that of the image itself.
    least_pixels : int
        Connected pixels that a source needs.
    smoothing : float
        Full width at half maximum, in pixels, of the Gaussian that the image is smoothed with
        before it is searched; best that of a star. 0 for none.
    mesh : int
        Side in pixels of the cells in which background and noise are measured: larger than any
        source.
    deblend : bool
        Whether sources that touch are taken apart.
    contrast : float
        The share of a blend's light that a peak needs to be a source of its own: 0 takes apart
        most, 1 nothing.
    zero_point : float or None
        Magnitude of a flux of 1; None for no magnitudes.
    """

    threshold: float = 3.0
    least_pixels: int = 5
    smoothing: float = 2.5
    mesh: int = 64
    deblend: bool = True
    contrast: float = 0.005
    zero_point: float | None = None

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if value is None and name == "zero_point":
                continue
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not (number and math.isfinite(value) and low <= value <= high):
                raise ImageError(f"{name}={value!r} is not a number from {low:g} to {high:g}.")
        for name in ("least_pixels", "mesh"):
            if int(getattr(self, name)) != getattr(self, name):
                raise ImageError(f"{name}={getattr(self, name)!r} is not a whole number of pixels.")
            object.__setattr__(self, name, int(getattr(self, name)))

    def to_json(self) -> dict[str, Any]:
        """As a plain dict."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> DetectionSettings:
        """The inverse of `to_json`; what is absent takes its default.

        Raises
        ------
        ImageError
            If a field is unknown or has a value that is not allowed.
        """
        check_fields(stored, cls.__dataclass_fields__, "The detection", ImageError)
        return cls(**stored)
