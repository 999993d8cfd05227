"""Images of files: FITS with all its extensions, PNG, JPEG."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import mmap
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import ImageError, listing
from napari_astro_al.imaging.headers import celestial, quietly
from napari_astro_al.imaging.pixels import native, plane_of, with_nan
from napari_astro_al.imaging.sky_image import SkyImage
from napari_astro_al.jobs import Job, Progress, guarded

FITS_ENDINGS = (".fits", ".fit", ".fts")
PACKED_ENDINGS = (".gz", ".bz2", ".fz")
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
MAPPED_FROM = 2**26
"""Bytes from which on the pixels of a plain FITS file stay in the file until they are needed."""


@dataclass(frozen=True, eq=False)
class OpenImage:
    """An image with its pixels.

    Attributes
    ----------
    image : SkyImage
    pixels : (ny, nx) or (ny, nx, 3) ndarray
        Rows as in the file. Native floats with NaN where there is no data; of large plain FITS
        files a map of the file, in its byte order.
    unit : str
        Of the pixels, as the file calls it; empty where it does not.
    """

    image: SkyImage
    pixels: npt.NDArray[Any]
    unit: str = ""


def is_fits(path: Path) -> bool:
    """Whether a file's name is that of FITS, packed or not."""
    name = path.name.lower()
    for ending in PACKED_ENDINGS:
        name = name.removesuffix(ending)
    return name.endswith(FITS_ENDINGS) or path.name.lower().endswith(".fz")


def images_of(path: str | PathLike[str]) -> list[SkyImage]:
    """The images of a file, without their pixels.

    Raises
    ------
    ImageError
        If the file is not there, cannot be read, or has none.
    """
    return _told(path)[0]


def has_images(path: str | PathLike[str]) -> bool:
    """Whether a FITS file can be read and has an image."""
    try:
        return bool(images_of(path))
    except ImageError:
        return False


def read_image(path: str | PathLike[str], extension: int | str | None = None) -> OpenImage:
    """One image of a file.

    Parameters
    ----------
    path : path-like
        FITS, plain, compressed by tiles, gzipped or bzipped; or PNG, JPEG, TIFF.
    extension : int or str, optional
        Number or name of the extension of a FITS file; its first image by default.

    Raises
    ------
    ImageError
        Naming the file, what was expected, and the extensions that there are.
    """
    images, names = _told(path)
    if extension is None:
        return _read(images[0])
    for image in images:
        if extension in (image.extension, names[image.extension]):
            return _read(image)
    known = [f"{one.extension} ({names[one.extension]})" for one in images]
    raise ImageError(
        f"{Path(path).name} has no image in extension {extension!r}. It has: {listing(known)}."
    )


def read_images(path: str | PathLike[str]) -> list[OpenImage]:
    """All images of a file; see `read_image`."""
    return [_read(image) for image in images_of(path)]


def opening_job(path: str | PathLike[str]) -> Job[list[OpenImage]]:
    """`read_images` as a job."""
    return guarded(_opening(path), f"open {Path(path).name}")


def _opening(path: str | PathLike[str]) -> Job[list[OpenImage]]:
    images, opened = images_of(path), []
    for number, image in enumerate(images):
        yield Progress(f"Reading {image.name}", number, len(images))
        opened.append(_read(image))
    return opened


def _told(path: str | PathLike[str]) -> tuple[list[SkyImage], dict[int, str]]:
    """The images of a file, and the names of its extensions."""
    file = Path(path).expanduser().absolute()
    if not file.is_file():
        raise ImageError(f"There is no file {str(file)!r}. Check the path of the image.")
    if not is_fits(file):
        return [_picture(file)], {0: ""}
    found, names = [], {}
    with _opened(file) as hdus:
        for number, hdu in enumerate(hdus):
            shape = plane_of(hdu)
            if shape is not None:
                names[number] = str(hdu.name)
                found.append((number, shape, celestial(hdu.header), str(hdu.name)))
    if not found:
        raise ImageError(
            f"{file.name} has no image with two axes. Tables are opened as catalogues, and cubes "
            "have to be cut into planes first."
        )
    images = [
        SkyImage.of(
            _stem(file) if len(found) == 1 else f"{_stem(file)} {title or number}",
            shape,
            wcs,
            path=str(file),
            extension=number,
        )
        for number, shape, wcs, title in found
    ]
    return images, names


def _read(image: SkyImage) -> OpenImage:
    file = Path(image.path)
    if not is_fits(file):
        return OpenImage(image, _picture_pixels(file))
    with _opened(file) as hdus:
        hdu = hdus[image.extension]
        data = hdu.data.reshape(image.shape)
        mapped = data.nbytes >= MAPPED_FROM and _is_mapped(data) and data.dtype.kind == "f"
        pixels = data if mapped else with_nan(native(data))
        return OpenImage(image, pixels, str(hdu.header.get("BUNIT", "")).strip())


def _is_mapped(data: Any) -> bool:
    while isinstance(data, np.ndarray):
        data = data.base
    return isinstance(data, mmap)


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    from astropy.io import fits

    try:
        # by default pixels are mapped unless they have to be scaled; memmap=True refuses those
        with quietly(), fits.open(file, ignore_missing_simple=True) as hdus:
            yield hdus
    except ImageError:
        raise
    except Exception as error:  # a malformed file can raise anything
        raise ImageError(
            f"{file.name} cannot be read as FITS: {error}. Restore it from a copy."
        ) from error


def _picture(file: Path) -> SkyImage:
    from PIL import Image

    try:
        with Image.open(file) as picture:
            width, height = picture.size
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise ImageError(
            f"{file.name} cannot be read as a picture: {error}. Give FITS, PNG, JPEG or TIFF."
        ) from error
    return SkyImage(_stem(file), height, width, path=str(file), origin="upper")


def _picture_pixels(file: Path) -> npt.NDArray[Any]:
    from PIL import Image

    try:
        with Image.open(file) as picture:
            if picture.mode in ("RGB", "L", "I;16", "F", "I"):
                return np.array(picture)
            return np.array(picture.convert("RGB"))
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise ImageError(f"{file.name} cannot be read as a picture: {error}.") from error


def _stem(file: Path) -> str:
    return file.name.split(".")[0] or file.name
