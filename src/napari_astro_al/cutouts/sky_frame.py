"""Between the pixels of a picture and the sky, whatever its projection and frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.cutouts.cutout import Cutout
from napari_astro_al.cutouts.fields import angles, direction
from napari_astro_al.cutouts.fits_images import quietly
from napari_astro_al.cutouts.tile import turns

Floats = npt.NDArray[np.floating[Any]]


class SkyFrame:
    """The world coordinates of a picture, in ICRS.

    Parameters
    ----------
    wcs : astropy.wcs.WCS
        Celestial, of any frame that astropy knows.
    pixel_scale : float
        Arcseconds a pixel.
    """

    def __init__(self, wcs: Any, pixel_scale: float) -> None:
        self._wcs = wcs
        self._step = np.radians(pixel_scale / 3600.0)
        self._turn, self._back = turns(wcs)

    @classmethod
    def of(cls, cutout: Cutout) -> SkyFrame | None:
        """That of a cutout; None where its place on the sky is not known."""
        if cutout.wcs is None or not cutout.pixel_scale:
            return None
        try:
            with quietly():
                return cls(cutout.wcs, cutout.pixel_scale)
        except (
            Exception
        ):  # a header may name a frame that nobody knows; the picture is good without
            return None

    def pixels(self, ra: Any, dec: Any) -> tuple[Floats, Floats]:
        """Where places of the sky are on the picture.

        Parameters
        ----------
        ra, dec : (n,) array-like or float
            Degrees, ICRS.

        Returns
        -------
        x, y : (n,) float64 ndarray
            Columns and rows, 0 in the middle of the first pixel; NaN where there is no such place.
        """
        return self._at(direction(np.atleast_1d(ra), np.atleast_1d(dec)))

    def sky(self, x: Any, y: Any) -> tuple[Floats, Floats]:
        """Right ascension and declination in degrees, ICRS, of columns and rows of any shape."""
        longitude, latitude = self._wcs.all_pix2world(np.ravel(x), np.ravel(y), 0)
        ra, dec = angles(self._back(direction(longitude, latitude)))
        shape = np.shape(x)
        return ra.reshape(shape), dec.reshape(shape)

    def compass(self, x: float, y: float) -> tuple[Floats, Floats]:
        """Where north and east are at a pixel.

        Returns
        -------
        north, east : (2,) float64 ndarray
            Unit vectors (columns, rows) on the picture; NaN where they cannot be known.
        """
        ra, dec = (np.radians(float(one[0])) for one in self.sky([x], [y]))
        middle = np.array([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])
        east = np.array([-np.sin(ra), np.cos(ra), 0.0])
        north = np.cross(middle, east)
        steps = np.stack([middle, middle + self._step * north, middle + self._step * east], axis=1)
        columns, rows = self._at(steps / np.sqrt((steps**2).sum(axis=0)))
        towards = np.stack([columns[1:] - columns[0], rows[1:] - rows[0]], axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            towards = towards / np.sqrt((towards**2).sum(axis=1, keepdims=True))
        return towards[0], towards[1]

    def _at(self, directions: Floats) -> tuple[Floats, Floats]:
        longitude, latitude = angles(self._turn(directions))
        x, y = self._wcs.all_world2pix(longitude, latitude, 0, quiet=True)
        return np.asarray(x), np.asarray(y)
