"""Features of many sources as models look at them: numbers, and bytes that say which bins."""

from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.features.bins import Bins, Codes
from napari_astro_al.features.held import room

PIECE = 65_536
"""Sources whose codes are found at a time."""


class Coded:
    """Features, and their codes once somebody asks for them.

    Codes are found where they are needed and kept, so that who goes through all sources on several
    threads finds them on as many. Of one set of `Bins` at a time: the last that was asked for.

    Parameters
    ----------
    values : (n, f) float32 ndarray
        NaN where missing. Copied where it is not in Fortran order.
    """

    def __init__(self, values: npt.NDArray[np.float32]) -> None:
        self.values = np.asfortranarray(values, dtype=np.float32)
        self._lock = Lock()
        self._kept: _Kept | None = None

    def __len__(self) -> int:
        return len(self.values)

    def codes(self, bins: Bins, start: int = 0, stop: int | None = None) -> Codes:
        """Codes of all sources, (f, n), of which those from `start` to `stop` are there.

        May be called by several threads at once.
        """
        stop = len(self) if stop is None else stop
        kept = self._of(bins)
        for piece in range(start // PIECE, -(-stop // PIECE)):
            kept.fill(self.values, piece)
        return kept.codes

    def some(self, rows: npt.NDArray[np.integer[Any]]) -> Coded:
        """Some of the sources; codes that are known are taken along."""
        part = Coded(self.values[rows])
        kept = self._kept
        if kept is not None and kept.there.all():
            part._kept = _Kept(kept.bins, np.ascontiguousarray(kept.codes[:, rows]))
            part._kept.there[:] = True
        return part

    def _of(self, bins: Bins) -> _Kept:
        with self._lock:
            kept = self._kept
            if kept is None or not kept.bins.equals(bins):
                codes = room(self.values.T.shape, np.uint8)
                kept = self._kept = _Kept(bins, codes)
            return kept


class _Kept:
    def __init__(self, bins: Bins, codes: Codes) -> None:
        self.bins, self.codes = bins, codes
        self.there = np.zeros(-(-codes.shape[1] // PIECE), dtype=np.bool_)

    def fill(self, values: npt.NDArray[np.float32], piece: int) -> None:
        # two threads that find the same piece write the same
        if self.there[piece]:
            return
        from napari_astro_al.features.bin_kernels import encode

        start = piece * PIECE
        encode(values.T, start, min(start + PIECE, len(values)), self.bins.edges, self.codes)
        self.there[piece] = True
