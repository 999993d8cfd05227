"""Between directions on the sky and the pixels of an image."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from napari_astro_al.imaging.directions import ARCSEC, Floats, angles, direction
from napari_astro_al.imaging.headers import pixel_scale

Turn = Callable[[Floats], Floats]

EDGE_POINTS = 9
"""Places along each edge that the bound on the sky is reckoned from."""
MARGIN = 1.02
"""Edges bow out between those places."""
_ASTRAY = 0.05
"""Pixels that a place found by iteration may be off."""


@dataclass(frozen=True, eq=False)
class Plate:
    """Where an image lies on the sky.

    Attributes
    ----------
    shape : tuple of int
        Rows and columns.
    wcs : astropy.wcs.WCS
        Celestial.
    pixel_scale : float
        Arcseconds a pixel.
    turn, back : callable
        From ICRS unit vectors (3, ...) to those of the frame of `wcs`, and back.
    middle : (3,) float64 ndarray
        ICRS unit vector of the middle.
    radius : float
        Radians around `middle` within which the whole image lies; pi where it cannot be bounded.
    """

    shape: tuple[int, int]
    wcs: Any
    pixel_scale: float
    turn: Turn
    back: Turn
    middle: Floats
    radius: float

    @classmethod
    def of(cls, wcs: Any, shape: tuple[int, int]) -> Plate | None:
        """The plate of an image; None where its pixels have no size on the sky.

        Parameters
        ----------
        wcs : astropy.wcs.WCS
            Celestial, in any frame that astropy knows.
        shape : tuple of int
            Rows and columns.
        """
        scale = pixel_scale(wcs)
        if scale is None:
            return None
        turn, back = turns(wcs)
        ny, nx = shape
        along = np.linspace(0.0, 1.0, EDGE_POINTS)
        x = np.concatenate([along, along, 0 * along, 0 * along + 1, [0.5]]) * nx - 0.5
        y = np.concatenate([0 * along, 0 * along + 1, along, along, [0.5]]) * ny - 0.5
        edge = back(direction(*wcs.all_pix2world(x, y, 0)))
        middle = edge[:, -1]
        if np.isfinite(edge).all():
            furthest = float(np.arccos(np.clip((edge * middle[:, None]).sum(axis=0), -1, 1)).max())
            radius = furthest * MARGIN if furthest * MARGIN < np.pi / 2 else np.pi
        else:
            radius = np.pi
            middle = middle if np.isfinite(middle).all() else np.array([0.0, 0.0, 1.0])
        return Plate(shape, wcs, scale, turn, back, middle, radius)

    def places(self, directions: Floats) -> tuple[Floats, Floats]:
        """Where directions fall on the image.

        Parameters
        ----------
        directions : (3, ...) float ndarray
            ICRS unit vectors.

        Returns
        -------
        x, y : (...) float64 ndarray
            Columns and rows, 0 in the middle of the first pixel; NaN where the projection has no
            place for a direction.
        """
        turned = self.turn(directions)
        longitude, latitude = (one.ravel() for one in angles(turned))
        x, y = self._pixels(longitude, latitude)
        # a projection from the plane also has places for what is behind the observer
        there = directions.shape[1:]
        towards = (self.middle @ directions.reshape(3, -1)).reshape(there)
        behind = towards < min(0.0, np.cos(self.radius))
        lost = behind | self._astray(turned.reshape(3, -1), x, y).reshape(there)
        return (
            np.where(lost, np.nan, x.reshape(there)),
            np.where(lost, np.nan, y.reshape(there)),
        )

    def _pixels(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        if not self.wcs.has_distortion:
            with suppress(Exception):  # wcslib refuses all where one has no place
                found = self.wcs.wcs.s2p(np.stack([longitude, latitude], axis=1), 0)["pixcrd"]
                return found[:, 0], found[:, 1]
        x, y = self.wcs.all_world2pix(longitude, latitude, 0, quiet=True)
        return x, y

    def _astray(self, turned: Floats, x: Floats, y: Floats) -> Any:
        """Which places on the image the inverse of a distortion did not converge to."""
        lost = np.zeros(x.shape, dtype=bool)
        if self.wcs.has_distortion:
            here = np.flatnonzero(self.contains(x, y))
            found = direction(*self.wcs.all_pix2world(x[here], y[here], 0))
            apart = np.sqrt(((found - turned[:, here]) ** 2).sum(axis=0))
            lost[here] = ~(apart < _ASTRAY * self.pixel_scale * ARCSEC)
        return lost

    def contains(self, x: Floats, y: Floats) -> Any:
        """Which places are on the image."""
        ny, nx = self.shape
        return (x > -0.5) & (x < nx - 0.5) & (y > -0.5) & (y < ny - 0.5)

    def near(self, directions: Floats) -> Any:
        """Which of some directions, (3, n), may be on the image: quick, and none is missed."""
        return self.middle @ directions >= np.cos(self.radius)

    def positions(self, x: Any, y: Any) -> tuple[Floats, Floats]:
        """Right ascension and declination of places, in degrees, ICRS.

        Parameters
        ----------
        x, y : (n,) float array-like
            Columns and rows, 0 in the middle of the first pixel.
        """
        world = self.wcs.all_pix2world(np.asarray(x, float), np.asarray(y, float), 0)
        return angles(self.back(direction(*world)))


def turns(wcs: Any) -> tuple[Turn, Turn]:
    """From ICRS unit vectors to those of an image's frame, and back.

    Most frames are a rotation, which is found once. FK4 also has terms of aberration and goes
    through `astropy.coordinates` each time.
    """
    from astropy.coordinates import FK4, ICRS
    from astropy.wcs.utils import wcs_to_celestial_frame

    icrs, frame = ICRS(), wcs_to_celestial_frame(wcs)
    if isinstance(frame, FK4):
        return partial(_transformed, icrs, frame), partial(_transformed, frame, icrs)
    matrix = _transformed(icrs, frame, np.eye(3))
    return partial(_rotated, matrix), partial(_rotated, matrix.T)


def _rotated(matrix: Floats, directions: Floats) -> Floats:
    turned: Floats = (matrix @ directions.reshape(3, -1)).reshape(directions.shape)
    return turned


def _transformed(origin: Any, target: Any, directions: Floats) -> Floats:
    from astropy import units as u
    from astropy.coordinates import SkyCoord

    longitude, latitude = angles(directions)
    there = SkyCoord(longitude * u.deg, latitude * u.deg, frame=origin).transform_to(target)
    return direction(there.spherical.lon.deg, there.spherical.lat.deg)
