"""One image with world coordinates that pieces are cut from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.cutouts.fields import Field
from napari_astro_al.cutouts.fits_images import where
from napari_astro_al.imaging.directions import Floats
from napari_astro_al.imaging.headers import celestial
from napari_astro_al.imaging.pixels import plane_of, with_nan
from napari_astro_al.imaging.plate import Plate

GRID = 9
"""Places a side of the grid that the pixels of a field are found by; an odd number."""
BEND = 0.01
"""Pixels that a grid half as fine may be wrong by; this one is wrong by a quarter of that."""


@dataclass(frozen=True, eq=False)
class Tile(Plate):
    """An image of a FITS file, by what its header says.

    Attributes
    ----------
    path : Path
        The file.
    extension : int
        The number of the image in it.
    """

    path: Path
    extension: int

    @property
    def title(self) -> str:
        """The file's name, with the number of the extension where it is not the first."""
        return where(self.path.name, self.extension)

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
        shape = plane_of(hdu, band)
        wcs = None if shape is None else celestial(hdu.header)
        plate = None if wcs is None or shape is None else Plate.of(wcs, shape)
        if plate is not None:
            found.append(Tile(**vars(plate), path=path, extension=number))
    return found


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
