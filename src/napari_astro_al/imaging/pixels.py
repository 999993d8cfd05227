"""Pixels as they come out of files, made fit to be shown and measured."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def native(data: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A copy in the machine's own byte order; FITS files have the other one."""
    return np.array(data, dtype=data.dtype.newbyteorder("="))


def with_nan(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Infinities and the largest number of the dtype, which some pipelines write, become NaN."""
    if pixels.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            pixels[~(np.abs(pixels) < np.finfo(pixels.dtype).max / 2)] = np.nan
    return pixels


def image_shape(hdu: Any) -> tuple[int, ...]:
    """The lengths of an image's axes, without those of length one before the last two.

    Empty where this is no image, or one without pixels.
    """
    shape = tuple(getattr(hdu, "shape", ()) if hdu.is_image else ())
    if len(shape) < 2 or 0 in shape:
        return ()
    return (*(int(length) for length in shape[:-2] if length != 1), *map(int, shape[-2:]))


def plane_index(hdu: Any, band: int | None) -> tuple[int, ...]:
    """Where a plane is on the axes before the last two of an image."""
    return tuple(0 if length == 1 else int(band or 0) for length in hdu.shape[:-2])


def plane_of(hdu: Any, band: int | None = None) -> tuple[int, int] | None:
    """Rows and columns of the image that an extension of a FITS file holds, or None.

    Axes of length one before the last two (Stokes, frequency) are passed over.

    Parameters
    ----------
    hdu : astropy HDU
    band : int, optional
        Images with three axes count where a band is wanted that they have.
    """
    shape = image_shape(hdu)
    if len(shape) == 3 and band is not None and 0 <= band < shape[0]:
        shape = shape[1:]
    return (shape[0], shape[1]) if len(shape) == 2 else None
