"""From arrays of several axes to one picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def as_picture(pixels: npt.NDArray[Any], band: int | None = None) -> npt.NDArray[Any] | None:
    """An array as a picture.

    Parameters
    ----------
    pixels : ndarray
        Of shape ``(ny, nx)``, ``(ny, nx, 3 or 4)``, ``(3, ny, nx)``, or, where a band is wanted,
        ``(bands, ny, nx)``.
    band : int, optional
        Which band, from 0.

    Returns
    -------
    (ny, nx) or (ny, nx, 3) ndarray, or None
        In native byte order; None where this is no picture, or there is no such band.
    """
    if pixels.dtype.kind not in "buif" or 0 in pixels.shape:
        return None
    native = pixels.astype(pixels.dtype.newbyteorder("="), copy=False)
    if band is not None:
        if native.ndim != 3 or not 0 <= band < native.shape[0]:
            return None
        native = native[band]
    if native.ndim == 2 and min(native.shape) > 1:
        return native
    if native.ndim == 3 and native.shape[-1] in {3, 4}:
        return np.ascontiguousarray(native[..., :3])
    if native.ndim == 3 and native.shape[0] == 3:
        return np.ascontiguousarray(np.moveaxis(native, 0, -1))
    return None


def bands_of(shape: tuple[int, ...]) -> int:
    """How many bands arrays of a shape have that are shown one by one; 0 for whole pictures."""
    several = len(shape) == 3 and shape[-1] not in {3, 4} and shape[0] != 3
    return shape[0] if several else 0


def no_picture(what: str, pixels: npt.NDArray[Any], band: int | None) -> str:
    """Why `as_picture` made nothing of an array, for a person."""
    bands = bands_of(pixels.shape)
    if bands and band is None:
        return f"{what} has {bands} bands; say which, with band=0 to {bands - 1}"
    if pixels.ndim == 3 and band is not None:
        return f"{what} has no band {band}, but {pixels.shape[0]}, counted from 0"
    return f"{what} has arrays of {pixels.dtype} and shape {pixels.shape}, which are no pictures"
