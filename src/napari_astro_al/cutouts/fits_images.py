"""The first two-dimensional image of a FITS file, also where its header is not quite right."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from napari_astro_al.cutouts.cutout import Cutout
from napari_astro_al.imaging.headers import celestial, pixel_scale, quietly
from napari_astro_al.imaging.pixels import image_shape, native, plane_index, with_nan


def read_fits(
    data: bytes,
    title: str,
    *,
    most_pixels: int,
    extension: int | str | None = None,
    band: int | None = None,
) -> Cutout:
    """Read the first image of a FITS file that has two axes, or the one that is asked for.

    Axes of length one before them (Stokes, frequency) are passed over.

    Parameters
    ----------
    data : bytes
        The file, unpacked.
    title : str
        Its name, for the provenance and for reasons.
    most_pixels : int
        Larger images are refused before they are decoded.
    extension : int or str, optional
        Number or name of the extension to look at, if not all in turn.
    band : int, optional
        Which plane of images with three axes, from 0; without one, such images are passed over.

    Returns
    -------
    Cutout
        With WCS and pixel scale where the header has celestial coordinates. BLANK pixels,
        infinities and the largest finite number of either sign are NaN. `missing` says why where
        there is no image.
    """
    from astropy.io import fits

    with quietly():
        try:
            with fits.open(
                io.BytesIO(data), memmap=False, lazy_load_hdus=True, ignore_missing_simple=True
            ) as hdus:
                return _image(hdus, title, most_pixels, extension, band)
        except Exception as error:  # a malformed header can raise anything
            return Cutout.absent(f"{title} is damaged FITS: {error}", provenance=title)


def _image(
    hdus: Any, title: str, most_pixels: int, extension: int | str | None, band: int | None
) -> Cutout:
    planes = []
    for number, hdu in enumerate(hdus):
        if not chosen(number, hdu.name, extension):
            continue
        shape = image_shape(hdu)
        if len(shape) == 3 and band is None:
            planes.append(f"{where(title, number)} has {shape[0]} planes; say which with band=")
        if len(shape) != (2 if band is None else 3):
            continue
        ny, nx = shape[-2:]
        if ny * nx > most_pixels:
            return Cutout.absent(
                f"{title} is too large for a cutout: {nx} x {ny} pixels", provenance=title
            )
        if band is not None and not 0 <= band < shape[0]:
            why = f"{where(title, number)} has no band {band}, but {shape[0]}, counted from 0"
            return Cutout.absent(why, provenance=title)
        plane = hdu.section[(*plane_index(hdu, band), ...)] if band is not None else hdu.data
        pixels = with_nan(native(plane).reshape(ny, nx))
        if pixels.dtype.kind == "f" and not np.isfinite(pixels).any():
            return Cutout.absent(f"{title} has no pixel with data", provenance=title)
        wcs = celestial(hdu.header)
        return Cutout(
            pixels,
            wcs=wcs,
            pixel_scale=None if wcs is None else pixel_scale(wcs),
            provenance=where(title, number),
            origin="lower",
        )
    if planes:
        return Cutout.absent(planes[0], provenance=title)
    in_it = "" if extension is None else f" in an extension {extension!r}"
    axes = "two axes" if band is None else "three axes"
    return Cutout.absent(f"{title} has no image with {axes}{in_it}", provenance=title)


def chosen(number: int, name: str, extension: int | str | None) -> bool:
    """Whether an extension of a file is the one that is meant; all are where none is."""
    if extension is None:
        return True
    if isinstance(extension, str):
        return name.upper() == extension.strip().upper()
    return number == extension


def where(title: str, number: int) -> str:
    """A file's name, with the number of the extension where it is not the first."""
    return title if number == 0 else f"{title}[{number}]"
