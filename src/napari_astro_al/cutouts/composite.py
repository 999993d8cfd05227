"""A colour picture of three pictures of one field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from napari_astro_al.cutouts.cutout import Cutout
from napari_astro_al.cutouts.sky_frame import SkyFrame
from napari_astro_al.cutouts.stretch import LIMITS, Stretch
from napari_astro_al.errors import CutoutError, check_fields, listing

_SAME = 0.05
"""Pixels by which two pictures of one grid may differ at a corner."""


@dataclass(frozen=True)
class Composite:
    """Which pictures are red, green and blue, and how they are put together.

    Attributes
    ----------
    red, green, blue : str
        Names of providers of grey pictures; the same may serve twice.
    softening : float
        Lupton's Q: how soon brightness goes over from linear to logarithmic.
    stretch : float
        Lupton's linear stretch, in fractions of each picture's range: the smaller, the more of what
        is faint is seen.
    limits : {"sky", "percentile", "zscale", "min-max"}
        Which values each picture's range is between, as for `Stretch`.
    name : str
        Of the panel.

    Raises
    ------
    CutoutError
        If a number is not positive and finite, or there are no such limits.

    References
    ----------
    Lupton et al. 2004, PASP 116, 133, through `astropy.visualization.make_lupton_rgb`.

    Examples
    --------
    >>> from napari_astro_al.cutouts import Composite
    >>> picture = Composite("i", "r", "g").of(session.cutouts.get(source))  # doctest: +SKIP
    """

    red: str
    green: str
    blue: str
    softening: float = 8.0
    stretch: float = 0.2
    limits: str = "sky"
    name: str = "colour"

    def __post_init__(self) -> None:
        for what, number in (("softening", self.softening), ("stretch", self.stretch)):
            if not 0 < number < float("inf"):
                raise CutoutError(
                    f"The {what} of a colour composite is a positive number, not {number!r}."
                )
        ranges = [one for one in LIMITS if one != "fixed"]
        if self.limits not in ranges:
            raise CutoutError(
                f"A colour composite has no limits {self.limits!r}. Use {listing(ranges)}."
            )

    @property
    def bands(self) -> tuple[str, str, str]:
        """The names, red first."""
        return self.red, self.green, self.blue

    def of(self, cutouts: Iterable[Cutout]) -> Cutout:
        """The colour picture of one source.

        Parameters
        ----------
        cutouts : iterable of Cutout
            Its pictures, among them those of `bands`.

        Returns
        -------
        Cutout
            (ny, nx, 3) uint8 on the grid of the finest of the three, to which the others are
            resampled by their world coordinates. Absent, with the reason, where one of them is, is
            in colour already, or cannot be laid upon the others.
        """
        by_name = {one.name: one for one in cutouts}
        known = [by_name.get(name) for name in self.bands]
        for name, one in zip(self.bands, known, strict=True):
            if one is None or one.pixels is None:
                reason = "there is no such picture" if one is None else one.missing
                coming = one is not None and one.coming
                return Cutout(None, missing=f"{name}: {reason}", name=self.name, coming=coming)
            if one.pixels.ndim != 2:
                return self._absent(f"{name} is in colour already")
        three = [one for one in known if one is not None]
        grid = min(three, key=lambda one: (one.pixel_scale or np.inf, -_size(one)))
        laid = [_laid_on(one, grid) for one in three]
        for name, pixels in zip(self.bands, laid, strict=True):
            if pixels is None:
                return self._absent(
                    f"{name} and {grid.name} differ in size and have no coordinates to align them"
                )
        return self._composed([one for one in laid if one is not None], grid)

    def _absent(self, reason: str) -> Cutout:
        return Cutout.absent(reason, name=self.name)

    def _composed(self, laid: list[npt.NDArray[np.float32]], grid: Cutout) -> Cutout:
        from astropy.visualization import make_lupton_rgb

        way = Stretch("linear", self.limits)
        data = np.isfinite(np.stack(laid)).all(axis=0)
        if not data.any():
            return self._absent("the three pictures have no pixels in common")
        scaled = []
        for pixels in laid:
            low, high = way.range_of(pixels)
            scaled.append(np.where(data, (pixels - low) / (high - low), 0.0))
        with np.errstate(invalid="ignore", divide="ignore"):  # black is 0 / 0 in its formula
            colour = make_lupton_rgb(*scaled, stretch=self.stretch, Q=self.softening)
        return Cutout(
            np.ascontiguousarray(colour),
            wcs=grid.wcs,
            pixel_scale=grid.pixel_scale,
            provenance=", ".join(self.bands),
            name=self.name,
            origin=grid.origin,
            covered=float(data.mean()),
        )

    def to_json(self) -> dict[str, Any]:
        """As values of JSON."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """From what `to_json` gave.

        Raises
        ------
        CutoutError
            If it is not that.
        """
        known = [field.name for field in fields(cls)]
        check_fields(stored, known, "A colour composite", CutoutError)
        try:
            return cls(**stored)
        except TypeError as error:
            raise CutoutError(f"A colour composite cannot be made of {stored!r}.") from error


def _size(cutout: Cutout) -> int:
    return 0 if cutout.pixels is None else cutout.pixels.size


def _laid_on(cutout: Cutout, grid: Cutout) -> npt.NDArray[np.float32] | None:
    """A picture's pixels on another's grid; None where it cannot be known how they lie."""
    assert cutout.pixels is not None
    assert grid.pixels is not None
    pixels = cutout.pixels.astype(np.float32)
    if cutout is grid:
        return pixels
    here, there = SkyFrame.of(cutout), SkyFrame.of(grid)
    if here is None or there is None:
        if pixels.shape != grid.pixels.shape:
            return None
        return pixels if cutout.origin == grid.origin else pixels[::-1]
    ny, nx = grid.pixels.shape
    corners = np.array([0, nx - 1, 0, nx - 1]), np.array([0, 0, ny - 1, ny - 1])
    across, up = here.pixels(*there.sky(*corners))
    if pixels.shape == grid.pixels.shape and (
        np.abs([across - corners[0], up - corners[1]]).max() < _SAME
    ):
        return pixels
    return _resampled(pixels, here, there, (ny, nx))


def _resampled(
    pixels: npt.NDArray[np.float32], here: SkyFrame, there: SkyFrame, shape: tuple[int, int]
) -> npt.NDArray[np.float32]:
    from scipy.ndimage import map_coordinates

    rows, columns = np.indices(shape)
    x, y = (one.reshape(shape) for one in here.pixels(*map(np.ravel, there.sky(columns, rows))))
    ny, nx = pixels.shape
    inside = (x >= -0.5) & (x <= nx - 0.5) & (y >= -0.5) & (y <= ny - 0.5)
    # an image reaches half a pixel beyond the middles of its outermost pixels
    at = [
        np.where(inside, np.clip(place, 0, length - 1), -2.0)
        for place, length in ((y, ny), (x, nx))
    ]
    out: npt.NDArray[np.float32] = map_coordinates(
        pixels, at, output=np.float32, order=1, mode="constant", cval=np.nan
    )
    return out
