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


def plane_of(hdu: Any) -> tuple[int, int] | None:
    """Rows and columns of the image that an extension of a FITS file holds, or None.

    Axes of length one before the last two (Stokes, frequency) are passed over.
    """
    shape = tuple(getattr(hdu, "shape", ()) if hdu.is_image else ())
    if len(shape) < 2 or any(length != 1 for length in shape[:-2]) or 0 in shape:
        return None
    return int(shape[-2]), int(shape[-1])
