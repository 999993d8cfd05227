"""Cutouts from images of the sky: FITS tiles and mosaics, cut at the positions of the sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.catalogue.positions import position_of, positions
from napari_astro_al.cutouts.angles import arcseconds, rounded
from napari_astro_al.cutouts.cutout import Cutout
from napari_astro_al.cutouts.fields import Field
from napari_astro_al.cutouts.fits_images import chosen
from napari_astro_al.cutouts.open_files import OpenFiles
from napari_astro_al.cutouts.tile import Tile, tiles_of
from napari_astro_al.errors import CatalogueError, CutoutError, listing
from napari_astro_al.imaging.directions import ARCSEC, direction
from napari_astro_al.imaging.headers import quietly
from napari_astro_al.imaging.pixels import plane_index

SIDE = 64
"""Pixels a side of a cutout whose size nobody gave, before it is rounded to a plain angle."""
MOST_SIDE = 1024
"""Larger cutouts are shown with coarser pixels."""
MOST_TILES = 8
"""Images that a single cutout is pieced together from."""

PACKED = ("", ".gz", ".bz2", ".xz")
ENDINGS = tuple(f".{kind}{packed}" for kind in ("fits", "fit", "fts", "fz") for packed in PACKED)


class ImageTiles:
    """Cutouts from the images of one survey or band, by their world coordinates.

    Parameters
    ----------
    paths : path-like or iterable of path-like
        FITS files, plain, compressed by tiles, gzipped, bzipped or packed with xz; folders, of
        which all FITS files are taken; patterns such as ``"tiles/*_r.fits"``. Every image with
        celestial coordinates in any extension is used.
    size : str or astropy.units.Quantity, optional
        Width and height on the sky where none is asked for. By default about 64 pixels.
    title : str, optional
        Name of the provider; by default what the files' names begin with.
    extensions : sequence of int or str, optional
        Numbers or names of the extensions to use, if not all.
    band : int, optional
        Which plane of images with three axes, from 0; without one, such images are passed over.

    Notes
    -----
    Each cutout is north up and east to the left, with the source in the middle, at the pixel scale
    of the image that it is deepest inside of. Where it leads over that image's edge, others fill
    it in; what remains is NaN, and `Cutout.covered` says how much does not. Headers are read
    once; of the pixels only those around a source are read, where the file allows that.

    Examples
    --------
    >>> from napari_astro_al.cutouts import ImageTiles
    >>> ImageTiles(["mosaic_r.fits"], size="2 arcmin", title="r band").name
    'r band'
    """

    def __init__(
        self,
        paths: str | PathLike[str] | Iterable[str | PathLike[str]],
        *,
        size: Any = None,
        title: str | None = None,
        extensions: Sequence[int | str] | None = None,
        band: int | None = None,
    ) -> None:
        given = [paths] if isinstance(paths, (str, PathLike)) else list(paths)
        self.paths = tuple(Path(one).expanduser() for one in given)
        self.size = arcseconds(size)
        self.title = title
        self.extensions = None if extensions is None else tuple(extensions)
        self.band = band
        self._lock = RLock()
        self._files = OpenFiles()
        self._tiles: list[Tile] | None = None

    @property
    def name(self) -> str:
        """What the picture is called."""
        if self.title:
            return self.title
        stems = [one.name.split(".")[0].rstrip("*") for one in self.paths]
        shortest = min(stems, key=len)
        shared = next(
            n for n in range(len(shortest), -1, -1) if len({one[:n] for one in stems}) == 1
        )
        return shortest[:shared].strip("_- ") or "images"

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """The images, by the order of their files.

        Raises
        ------
        CutoutError
            If a file is not there or cannot be read, or none has an image with coordinates.
        """
        with self._lock:
            if self._tiles is None:
                self._tiles = self._index()
                self._middles = np.stack([one.middle for one in self._tiles])
                self._radii = np.array([one.radius for one in self._tiles])
            return tuple(self._tiles)

    @property
    def natural_size(self) -> float:
        """Arcseconds a side where no size is asked for."""
        return self.size or rounded(SIDE * max(one.pixel_scale for one in self.tiles))

    def check(self, catalogue: Catalogue) -> None:
        """Refuse a catalogue without positions or with none on the images.

        Raises
        ------
        CutoutError
            Naming what is missing.
        """
        try:
            ra, dec = positions(catalogue)
        except CatalogueError as error:
            raise CutoutError(f"Nothing can be cut out of images: {error}") from error
        tiles = self.tiles
        known = np.isfinite(ra) & np.isfinite(dec)
        towards = direction(ra[known], dec[known])
        for tile in tiles:
            near = np.tensordot(tile.middle, towards, 1) >= np.cos(tile.radius)
            x, y = tile.places(towards[:, near])
            ny, nx = tile.shape
            if ((x > -0.5) & (x < nx - 0.5) & (y > -0.5) & (y < ny - 0.5)).any():
                return
        raise CutoutError(
            f"No source of {catalogue.name!r} lies on {listing(one.title for one in tiles)}. "
            f"Are {catalogue.roles.ra!r} and {catalogue.roles.dec!r} in degrees, ICRS?"
        )

    def cutout(self, catalogue: Catalogue, source: SourceId, size: float | None) -> Cutout:
        """The field of one source; see `CutoutProvider.cutout`."""
        position = position_of(catalogue, source)
        if position is None:
            return Cutout.absent("this source has no position", name=self.name)
        ra, dec = position
        width = size or self.natural_size
        towards = direction(ra, dec)
        found = self._covering(towards, width)
        if not found:
            return Cutout.absent(f"no image of {self.name} covers this source", name=self.name)
        pixels, field, used = self._pieced(found, ra, dec, width)
        has_data = np.isfinite(pixels)
        if not has_data.any():
            return Cutout.absent(
                "there are no pixels with data around this source",
                provenance=", ".join(used),
                name=self.name,
            )
        return Cutout(
            pixels,
            wcs=field.wcs(),
            pixel_scale=field.pixel_scale,
            provenance=", ".join(used),
            name=self.name,
            origin="lower",
            covered=float(has_data.mean()),
        )

    def close(self) -> None:
        """Let go of the files; they are opened again when they are needed."""
        with self._lock:
            self._files.close()

    def _covering(self, towards: npt.NDArray[Any], width: float) -> list[Tile]:
        """Images on which part of a field may lie, the one that it is deepest inside of first."""
        tiles = self.tiles
        reach = np.minimum(self._radii + width * ARCSEC * np.sqrt(0.5), np.pi)
        near = np.flatnonzero(self._middles @ towards >= np.cos(reach))
        with self._lock:
            depth = {int(k): tiles[k].depth(towards) for k in near}
        # the source itself must be on an image: the field of another is not its picture
        if not depth or max(depth.values()) < 0:
            return []
        return [tiles[k] for k in sorted(depth, key=lambda k: -depth[k])][:MOST_TILES]

    def _pieced(
        self, found: list[Tile], ra: float, dec: float, width: float
    ) -> tuple[npt.NDArray[np.float32], Field, list[str]]:
        side = max(1, round(width / found[0].pixel_scale))
        field = Field(ra, dec, min(side, MOST_SIDE), width / min(side, MOST_SIDE))
        pixels = np.full((field.side, field.side), np.nan, dtype=np.float32)
        used: list[str] = []
        with self._lock:
            for tile in found:
                blank = np.isnan(pixels)
                if not blank.any():
                    break
                piece = tile.cut(self._reader(tile), field)
                fills = blank & ~np.isnan(piece)
                if fills.any() or not used:
                    pixels[fills] = piece[fills]
                    used.append(tile.title)
        return pixels, field, used

    def _reader(self, tile: Tile) -> Any:
        from astropy.io.fits import CompImageHDU

        hdu = self._files.hdus(tile.path)[tile.extension]
        before = plane_index(hdu, self.band)
        if isinstance(hdu, CompImageHDU):
            return lambda rows, columns: hdu.section[(*before, rows, columns)]
        # whole rows lie together in the file; parts of rows would be read one by one
        return lambda rows, columns: hdu.section[(*before, rows)][:, columns]

    def _index(self) -> list[Tile]:
        files = [file for given in self.paths for file in _files(given)]
        found: list[Tile] = []
        for file in files:
            try:
                hdus = self._files.hdus(file)
                with quietly():
                    found += [
                        one for one in tiles_of(hdus, file, self.band) if self._wants(hdus, one)
                    ]
            except CutoutError:
                raise
            except Exception as error:  # a malformed file can raise anything
                raise CutoutError(
                    f"{file.name} cannot be read as FITS: {error}. Leave it out, or restore it."
                ) from error
        if not found:
            raise CutoutError(
                f"{listing(file.name for file in files) or 'Nothing'} has no image with celestial "
                "coordinates (WCS), so that no source can be found on it. For one picture a source "
                "use ImageColumn."
            )
        return found

    def _wants(self, hdus: Any, tile: Tile) -> bool:
        name = hdus[tile.extension].name
        return self.extensions is None or any(
            chosen(tile.extension, name, one) for one in self.extensions
        )


def _files(given: Path) -> list[Path]:
    if given.is_dir():
        inside = sorted(one for one in given.iterdir() if one.name.lower().endswith(ENDINGS))
        if not inside:
            raise CutoutError(f"The folder {str(given)!r} has no FITS files ({listing(ENDINGS)}).")
        return inside
    if given.is_file():
        return [given]
    matching = sorted(given.parent.glob(given.name))
    if not matching:
        raise CutoutError(f"There is no file {str(given)!r} to cut pictures out of.")
    return matching
