"""Ranks: id hashes in 16 bits, most precise where they are lowest.

A rank is the upper half of the hash as a floating-point number of 5 bits of exponent and 11 of
mantissa. So about one in two thousand of the lowest ranks of any number of sources are ties,
where whole numbers of 16 bits would tie nearly all among a hundred million.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import ProjectionError

Hashes = npt.NDArray[np.uint64] | Callable[[int, int], npt.NDArray[np.uint64]]
"""The hash of each source, or what gives those of the rows from one number up to another."""

_SHIFT = np.uint64(41)
_OFFSET = np.uint64(1023 << 11)


def ranks_of(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint16]:
    """Ranks of hashes, in the order of the hashes.

    Parameters
    ----------
    hashes : (n,) uint64 ndarray

    Returns
    -------
    (n,) uint16 ndarray
        The hash of lower rank is lower; the same rank differs by less than one in 2048 of itself
        for all but one in a million of hashes.
    """
    upper = np.maximum(hashes >> np.uint64(32), np.uint64(1)).astype(np.float64)
    ranks: npt.NDArray[np.uint16] = ((upper.view(np.uint64) >> _SHIFT) - _OFFSET).astype(np.uint16)
    return ranks


def rank_of_share(share: float) -> int:
    """The rank up to which at least a share of all hashes is expected."""
    upper = min(max(ceil(share * 2.0**32), 1), 2**32 - 1)
    return int(ranks_of(np.array([upper << 32], dtype=np.uint64))[0])


def between(hashes: Hashes, start: int, stop: int) -> npt.NDArray[np.uint64]:
    """The hashes of rows from `start` up to `stop`.

    Raises
    ------
    ProjectionError
        If they are not as many.
    """
    some = hashes(start, stop) if callable(hashes) else hashes[start:stop]
    if len(some) != stop - start:
        raise ProjectionError(
            f"There must be one hash for each source; for the rows from {start:,} up to {stop:,} "
            f"there are {len(some):,}."
        )
    return some
