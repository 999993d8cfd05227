"""One image with world coordinates that pieces are cut from."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.cutouts.fields import Field, angles, direction
from napari_astro_al.cutouts.fits_images import (
    celestial,
    image_shape,
    pixel_scale,
    where,
    with_nan,
)

Floats = npt.NDArray[np.floating[Any]]
Turn = Callable[[Floats], Floats]

EDGE_POINTS = 9
"""Places along each edge that the bound on the sky is reckoned from."""
MARGIN = 1.02
"""Edges bow out between those places."""
GRID = 9
"""Places a side of the grid that the pixels of a field are found by; an odd number."""
BEND = 0.01
"""Pixels that a grid half as fine may be wrong by; this one is wrong by a quarter of that."""


@dataclass(frozen=True, eq=False)
class Tile:
    """An image of a FITS file, by what its header says.

    Attributes
    ----------
    path : Path
        The file.
    extension : int
        The number of the image in it.
    shape : tuple of int
        Rows and columns.
    wcs : astropy.wcs.WCS
        Celestial.
    pixel_scale : float
        Arcseconds a pixel.
    turn : callable
        From ICRS unit vectors (3, ...) to those of the frame of `wcs`.
    middle : (3,) float64 ndarray
        ICRS unit vector of the middle.
    radius : float
        Radians around `middle` within which the whole image lies; pi where it cannot be bounded.
    """

    path: Path
    extension: int
    shape: tuple[int, int]
    wcs: Any
    pixel_scale: float
    turn: Turn
    middle: Floats
    radius: float

    @property
    def title(self) -> str:
        """The file's name, with the number of the extension where it is not the first."""
        return where(self.path.name, self.extension)

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
        longitude, latitude = angles(self.turn(directions))
        x, y = self._pixels(longitude.ravel(), latitude.ravel())
        # a projection from the plane also has places for what is behind the observer
        there = longitude.shape
        towards = (self.middle @ directions.reshape(3, -1)).reshape(there)
        behind = towards < min(0.0, np.cos(self.radius))
        return (
            np.where(behind, np.nan, x.reshape(there)),
            np.where(behind, np.nan, y.reshape(there)),
        )

    def _pixels(self, longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
        if not self.wcs.has_distortion:
            with suppress(Exception):  # wcslib refuses all where one has no place
                found = self.wcs.wcs.s2p(np.stack([longitude, latitude], axis=1), 0)["pixcrd"]
                return found[:, 0], found[:, 1]
        x, y = self.wcs.all_world2pix(longitude, latitude, 0, quiet=True)
        return x, y

    def depth(self, towards: Floats) -> float:
        """Pixels from a direction to the nearest edge; negative outside."""
        x, y = self.places(towards[:, None])
        ny, nx = self.shape
        inside = min(x[0] + 0.5, nx - 0.5 - x[0], y[0] + 0.5, ny - 0.5 - y[0])
        return float(inside) if np.isfinite(inside) else -np.inf

    def _places_of(self, field: Field) -> tuple[Floats, Floats]:
        """Where a field's pixels fall on the image.

        Projections bend little over a small field: a coarse grid of places, with straight lines
        between them, costs a fortieth. It is used where, at every second place, half as fine a
        grid is right to `BEND` pixels already.
        """
        if field.side > GRID:
            grid = np.linspace(0, field.side - 1, GRID)
            x, y = self.places(field.directions(grid))
            coarse = hats(GRID, GRID // 2 + 1)
            bends = [np.abs(coarse @ one[::2, ::2] @ coarse.T - one).max() for one in (x, y)]
            if max(bends) < BEND:
                fine = hats(field.side, GRID)
                return fine @ x @ fine.T, fine @ y @ fine.T
        return self.places(field.directions())

    def cut(self, read: Callable[[slice, slice], npt.NDArray[Any]], field: Field) -> Floats:
        """The image resampled to a field.

        Parameters
        ----------
        read : callable
            Gives the pixels of some rows and columns.
        field : Field
            What is wanted.

        Returns
        -------
        (side, side) float32 ndarray
            Between pixels, values are interpolated linearly; NaN outside the image and beside
            pixels without data. Coarser fields than the image show means of whole pixels.
        """
        from scipy.ndimage import map_coordinates

        blank = np.full((field.side, field.side), np.nan, dtype=np.float32)
        x, y = self._places_of(field)
        ny, nx = self.shape
        inside = (x >= -0.5) & (x <= nx - 0.5) & (y >= -0.5) & (y <= ny - 0.5)
        if not inside.any():
            return blank
        # an image reaches half a pixel beyond the middles of its outermost pixels
        x, y = np.clip(x, 0, nx - 1), np.clip(y, 0, ny - 1)
        several = max(1, int(field.pixel_scale / self.pixel_scale))
        rows, columns = (_window(place[inside], n, several) for place, n in ((y, ny), (x, nx)))
        values = _means(with_nan(np.asarray(read(rows, columns), dtype=np.float32)), several)
        shift = (several - 1) / 2
        at = [
            np.where(inside, np.clip((place - part.start - shift) / several, 0, length - 1), -2.0)
            for place, part, length in zip((y, x), (rows, columns), values.shape, strict=True)
        ]
        return map_coordinates(  # type: ignore[no-any-return]
            values, at, output=blank, order=1, mode="constant", cval=np.nan
        )


@lru_cache(maxsize=64)
def hats(n: int, nodes: int) -> Floats:
    """Weights of nodes for linear interpolation at n places from the first node to the last.

    Returns
    -------
    (n, nodes) float64 ndarray
    """
    along = np.linspace(0, nodes - 1, n)
    return np.clip(1.0 - np.abs(along[:, None] - np.arange(nodes)), 0.0, 1.0)


def tiles_of(hdus: Any, path: Path, band: int | None = None) -> list[Tile]:
    """The images of an open FITS file that have celestial coordinates.

    Axes of length one before the last two (Stokes, frequency) are passed over. Images with three
    axes count where a band is wanted that they have.
    """
    found = []
    for number, hdu in enumerate(hdus):
        shape = image_shape(hdu)
        if len(shape) == 3 and (band is None or band >= shape[0]):
            continue
        if not 2 <= len(shape) <= 3:
            continue
        wcs = celestial(hdu.header)
        scale = None if wcs is None else pixel_scale(wcs)
        if scale is not None:
            found.append(_tile(path, number, (shape[-2], shape[-1]), wcs, scale))
    return found


def _tile(path: Path, number: int, shape: tuple[int, int], wcs: Any, scale: float) -> Tile:
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
    return Tile(path, number, shape, wcs, scale, turn, middle, radius)


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


def _window(places: Floats, length: int, several: int) -> slice:
    """The rows or columns around some places, one more a side."""
    return slice(
        max(0, int(np.floor(places.min())) - several),
        min(length, int(np.ceil(places.max())) + 1 + several),
    )


def _means(pixels: Floats, several: int) -> Floats:
    if several == 1:
        return pixels
    from skimage.measure import block_reduce

    means: Floats = block_reduce(pixels, several, np.mean, cval=np.nan)
    return means
