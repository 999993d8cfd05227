"""Room for large matrices: in memory, and on disk from a size on."""

from __future__ import annotations

import os
from collections.abc import Callable
from math import prod
from tempfile import TemporaryFile
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from napari_astro_al.home import cache_folder

MAPPED_FROM = 2**31
"""Bytes. Larger arrays are mapped from a file, of which the system keeps in memory what it can."""


def room(
    shape: tuple[int, ...], dtype: npt.DTypeLike, order: Literal["C", "F"] = "C"
) -> npt.NDArray[Any]:
    """An array to be filled, whatever is in it.

    A large one lies in a file of the user's cache folder, which nobody else sees and which is gone
    with the array. Where the disk has no room for it, it is in memory like others.
    """
    size = prod(shape) * np.dtype(dtype).itemsize
    if size < MAPPED_FROM:
        return np.empty(shape, dtype=dtype, order=order)
    try:
        return _mapped(shape, dtype, order, size)
    except OSError:
        return np.empty(shape, dtype=dtype, order=order)


def _mapped(
    shape: tuple[int, ...], dtype: npt.DTypeLike, order: Literal["C", "F"], size: int
) -> npt.NDArray[Any]:
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryFile(dir=folder) as file:
        _reserve(file.fileno(), size)
        mapped = np.memmap(file, dtype=dtype, mode="r+", shape=shape, order=order)
    # kernels take plain arrays; this one keeps the mapping alive
    return np.asarray(mapped)


def _reserve(descriptor: int, size: int) -> None:
    """Take the room on disk now: writing to a mapping of a full disk would end the process."""
    reserve = cast(
        "Callable[[int, int, int], None] | None", getattr(os, "posix_fallocate", None)
    )  # not on every system
    if reserve is None:
        os.truncate(descriptor, size)
    else:
        reserve(descriptor, 0, size)
