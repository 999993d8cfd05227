"""The first two-dimensional image of a FITS file, also where its header is not quite right."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.cutouts.cutout import Cutout

_WARNINGS = Lock()
"""Held while warnings are caught, because catching them changes the state of the process."""


@contextmanager
def quietly() -> Iterator[None]:
    """Headers of the world break the standard in ways that astropy repairs with a warning."""
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


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
        shape = tuple(getattr(hdu, "shape", ()) if hdu.is_image else ())
        if len(shape) < 2 or any(length != 1 for length in shape[:-2]) or 0 in shape:
            continue
        ny, nx = shape[-2:]
        if ny * nx > most_pixels:
            return Cutout.absent(
                f"{title} is too large for a cutout: {nx} x {ny} pixels", provenance=title
            )
        pixels = with_nan(_native(hdu.data).reshape(ny, nx))
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


def _native(data: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.array(data, dtype=data.dtype.newbyteorder("="))


def with_nan(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Infinities and the largest number of the dtype, which some pipelines write, become NaN."""
    if pixels.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            pixels[~(np.abs(pixels) < np.finfo(pixels.dtype).max / 2)] = np.nan
    return pixels


def celestial(header: Any) -> Any:
    """The celestial part of a header's world coordinates, or None where there is none."""
    from astropy.wcs import WCS

    try:
        wcs = WCS(header)
        return wcs.celestial if wcs.has_celestial else None
    except Exception:  # wcslib and astropy raise many kinds; the picture is good without
        return None


def pixel_scale(wcs: Any) -> float | None:
    """Arcseconds a pixel, the geometric mean of the two axes at the reference point."""
    from astropy.wcs.utils import proj_plane_pixel_scales

    scale = float(np.sqrt(np.prod(proj_plane_pixel_scales(wcs)))) * 3600.0
    return scale if 0 < scale < float("inf") else None
