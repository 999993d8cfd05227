"""The first two-dimensional image of a FITS file, also where its header is not quite right."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from napari_astro_al.cutouts.cutout import Cutout
from napari_astro_al.imaging.headers import celestial, pixel_scale, quietly
from napari_astro_al.imaging.pixels import native, plane_of, with_nan


def read_fits(data: bytes, title: str, *, most_pixels: int) -> Cutout:
    """Read the first image of a FITS file that has two axes.

    Axes of length one before them (Stokes, frequency) are passed over.

    Parameters
    ----------
    data : bytes
        The file, unpacked.
    title : str
        Its name, for the provenance and for reasons.
    most_pixels : int
        Larger images are refused before they are decoded.

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
                return _first_image(hdus, title, most_pixels)
        except Exception as error:  # a malformed header can raise anything
            return Cutout.absent(f"{title} is damaged FITS: {error}", provenance=title)


def _first_image(hdus: Any, title: str, most_pixels: int) -> Cutout:
    for number, hdu in enumerate(hdus):
        shape = plane_of(hdu)
        if shape is None:
            continue
        ny, nx = shape
        if ny * nx > most_pixels:
            return Cutout.absent(
                f"{title} is too large for a cutout: {nx} x {ny} pixels", provenance=title
            )
        pixels = with_nan(native(hdu.data).reshape(ny, nx))
        if pixels.dtype.kind == "f" and not np.isfinite(pixels).any():
            return Cutout.absent(f"{title} has no pixel with data", provenance=title)
        wcs = celestial(hdu.header)
        return Cutout(
            pixels,
            wcs=wcs,
            pixel_scale=None if wcs is None else pixel_scale(wcs),
            provenance=title if number == 0 else f"{title}[{number}]",
            origin="lower",
        )
    return Cutout.absent(f"{title} has no image with two axes", provenance=title)
