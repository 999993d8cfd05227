"""Sources in the order of a grid's cells, and by rank within each cell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from napari_astro_al.projection.frame import Rect
from napari_astro_al.projection.grid import Grid

Rows = npt.NDArray[np.int64]

_ROOM = 32_768


@dataclass(frozen=True, eq=False)
class SortedSources:
    """Sources cell after cell.

    Attributes
    ----------
    grid : Grid
        The cells.
    n_sources : int
        Sources there are, with those that have no place.
    offsets : (n_cells + 1,) int64 ndarray
        Where each cell's sources begin among the sorted ones.
    rows : (n_placed,) int32 ndarray
        Row numbers, cell after cell, by rank within each cell.
    points : (n_placed, 2) float32 ndarray
        World coordinates (x, y) of `rows`.
    ranks : (n_placed,) uint16 ndarray
        Ranks of `rows` (`ranks.ranks_of`).
    """

    grid: Grid
    n_sources: int
    offsets: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    points: npt.NDArray[np.float32]
    ranks: npt.NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.rows)

    def spans(self, rect: Rect) -> tuple[Rows, Rows]:
        """Where the sources stand whose cells a rectangle touches: starts and stops of runs."""
        runs = self.grid.runs(rect)
        return self.offsets[runs.firsts], self.offsets[runs.afters]

    def lowest(self, rect: Rect, highest: int) -> Rows:
        """Places of the sources in a rectangle up to a rank.

        Parameters
        ----------
        rect : tuple of float
            (x0, y0, x1, y1) in world coordinates, corners included.
        highest : int
            The highest rank.

        Returns
        -------
        (k,) int64 ndarray
            Lowest rank first; ties by a hash of the coordinates.
        """
        from napari_astro_al.projection.find_kernels import lowest_keys

        where = (self.offsets, *self.grid.runs(rect), self.points, self._bits, self.ranks)
        keys = np.empty(_ROOM, dtype=np.uint64)
        found = lowest_keys(*where, *floats(rect), highest, keys)
        if found > keys.size:
            keys = np.empty(found, dtype=np.uint64)
            lowest_keys(*where, *floats(rect), highest, keys)
        lowest = np.sort(keys[:found]) & np.uint64(0xFFFFFFFF)
        return lowest.astype(np.int64)

    @cached_property
    def _bits(self) -> npt.NDArray[np.uint64]:
        """Both coordinates of each source as one number."""
        bits: npt.NDArray[np.uint64] = self.points.view(np.uint64).reshape(-1)
        return bits


def floats(numbers: tuple[float, ...]) -> tuple[float, ...]:
    """Numbers of any kind as the kernels take them."""
    return tuple(float(one) for one in numbers)
