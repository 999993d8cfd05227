"""Between the pixels of a picture and the sky, whatever its projection and frame."""

from __future__ import annotations

from typing import Any

import numpy as np

from napari_astro_al.cutouts.cutout import Cutout
from napari_astro_al.imaging.directions import Floats, direction
from napari_astro_al.imaging.headers import quietly
from napari_astro_al.imaging.plate import Plate


class SkyFrame:
    """Where a picture is on the sky, in ICRS.

    Parameters
    ----------
    plate : Plate
        Of the cutout's pixels, in the rows of its file.
    """

    def __init__(self, plate: Plate) -> None:
        self._plate = plate

    @classmethod
    def of(cls, cutout: Cutout) -> SkyFrame | None:
        """That of a cutout; None where its place on the sky is not known."""
        if cutout.wcs is None or cutout.pixels is None or not cutout.pixel_scale:
            return None
        ny, nx = cutout.pixels.shape[:2]
        try:
            with quietly():
                plate = Plate.of(cutout.wcs, (ny, nx))
        except Exception:  # headers name frames that nobody knows; the picture is good without
            return None
        return None if plate is None else cls(plate)

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
        return self._plate.places(direction(np.atleast_1d(ra), np.atleast_1d(dec)))

    def sky(self, x: Any, y: Any) -> tuple[Floats, Floats]:
        """Right ascension and declination in degrees, ICRS, of columns and rows of any shape."""
        ra, dec = self._plate.positions(np.ravel(x), np.ravel(y))
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
        step = np.radians(self._plate.pixel_scale / 3600.0)
        steps = np.stack([middle, middle + step * north, middle + step * east], axis=1)
        columns, rows = self._plate.places(steps / np.sqrt((steps**2).sum(axis=0)))
        towards = np.stack([columns[1:] - columns[0], rows[1:] - rows[0]], axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            towards = towards / np.sqrt((towards**2).sum(axis=1, keepdims=True))
        return towards[0], towards[1]
