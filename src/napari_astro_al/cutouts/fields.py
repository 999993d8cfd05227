"""A square field on the sky, north up and east to the left, around one position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from napari_astro_al.imaging.directions import ARCSEC, Floats, direction


@dataclass(frozen=True)
class Field:
    """A gnomonic (TAN) grid whose middle is a position.

    Attributes
    ----------
    ra, dec : float
        Of the middle, degrees, ICRS.
    side : int
        Pixels a side.
    pixel_scale : float
        Arcseconds a pixel.
    """

    ra: float
    dec: float
    side: int
    pixel_scale: float

    def directions(self, places: Floats | None = None) -> Floats:
        """Unit vectors of the pixels' centres, or of a grid of other places.

        Parameters
        ----------
        places : (n,) float ndarray, optional
            Rows, and columns, of the grid; 0 is the middle of the first pixel.

        Returns
        -------
        (3, side, side) or (3, n, n) float64 ndarray
            ICRS, row 0 in the south and column 0 in the east.

        Notes
        -----
        The inverse gnomonic projection: the middle plus the offsets along east and north in the
        tangent plane, brought back to unit length (Calabretta & Greisen 2002, section 5.1.3).
        """
        middle, east, north = self._axes()
        along = np.arange(self.side) if places is None else places
        offsets = (along - (self.side - 1) / 2) * self.pixel_scale * ARCSEC
        plane = (
            middle[:, None, None]
            - east[:, None, None] * offsets[None, None, :]
            + north[:, None, None] * offsets[None, :, None]
        )
        directions: Floats = plane / np.sqrt((plane**2).sum(axis=0))
        return directions

    def wcs(self, *, upper: bool = False) -> Any:
        """The same as world coordinates.

        Parameters
        ----------
        upper : bool
            Whether row 0 is in the north, as in pictures for the screen.

        Returns
        -------
        astropy.wcs.WCS
        """
        from astropy.wcs import WCS

        wcs = WCS(naxis=2)
        wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
        wcs.wcs.radesys = "ICRS"
        wcs.wcs.crval = [self.ra, self.dec]
        wcs.wcs.crpix = [(self.side + 1) / 2] * 2
        step = self.pixel_scale / 3600.0
        wcs.wcs.cdelt = [-step, -step if upper else step]
        wcs.wcs.set()  # units are degrees thereby; to say so costs a quarter of the whole
        wcs.array_shape = (self.side, self.side)
        return wcs

    def _axes(self) -> tuple[Floats, Floats, Floats]:
        a, d = np.radians(self.ra), np.radians(self.dec)
        middle = direction(self.ra, self.dec)
        east = np.array([-np.sin(a), np.cos(a), 0.0])
        north = np.array([-np.sin(d) * np.cos(a), -np.sin(d) * np.sin(a), np.cos(d)])
        return middle, east, north
