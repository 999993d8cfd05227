"""Which sources two catalogues do not share, from a few kilobytes about one of them.

Each id is added to three of some hundred cells; a cell holds how many ids there are and two sums.
Where one such table is taken from another, ids of both leave nothing, and those of one alone can be
read off cells that hold a single one, then taken away, until nothing is left. This is an invertible
Bloom lookup table (Goodrich and Mitzenmacher 2011), with sums modulo 2^64 in place of exclusive or.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue.ids import splitmix64

CELLS = 96
"""In each of three parts: about 200 different ids can be read off."""
_SALTS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
_CHECK = 0x27D4EB2F165667C5
_CHUNK = 1_000_000

Keys = npt.NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class IdTable:
    """Counts and sums of keys.

    Attributes
    ----------
    cells : (3, 3 * CELLS) uint64 ndarray
        How many keys, their sum, and the sum of their checks, in each cell.
    """

    cells: npt.NDArray[np.uint64]

    @classmethod
    def of(cls, keys: Keys) -> IdTable:
        """That of distinct keys, in any order."""
        cells = np.zeros((3, 3 * CELLS), dtype=np.uint64)
        for start in range(0, len(keys), _CHUNK):
            some = keys[start : start + _CHUNK]
            checks = splitmix64(some ^ np.uint64(_CHECK))
            for place in _places(some):
                cells[0] += np.bincount(place, minlength=3 * CELLS).astype(np.uint64)
                np.add.at(cells[1], place, some)
                np.add.at(cells[2], place, checks)
        return cls(cells)

    @classmethod
    def from_bytes(cls, content: bytes) -> IdTable:
        """That which `to_bytes` gave; `ValueError` or `zlib.error` for anything else."""
        cells = np.frombuffer(
            zlib.decompressobj().decompress(content, 9 * 8 * CELLS + 1), dtype="<u8"
        ).astype(np.uint64)
        return cls(cells.reshape(3, 3 * CELLS))

    def to_bytes(self) -> bytes:
        """Its cells, little-endian and packed."""
        return zlib.compress(self.cells.astype("<u8").tobytes(), 9)

    def difference(self, other: IdTable) -> tuple[list[int], list[int]] | None:
        """Keys of this one that the other lacks, and the other way round; None for too many."""
        left = self.cells - other.cells
        mine: list[int] = []
        theirs: list[int] = []
        one, minus = np.uint64(1), np.uint64(2**64 - 1)
        while True:
            lone = _lone(left, one), _lone(left, minus)
            if not len(lone[0]) and not len(lone[1]):
                return None if left.any() else (sorted(mine), sorted(theirs))
            if len(mine) + len(theirs) > 3 * CELLS:  # no such table: made up
                return None
            key, sign = (lone[0][0], one) if len(lone[0]) else (lone[1][0], minus)
            (mine if sign == one else theirs).append(int(key))
            single = np.array([key], dtype=np.uint64)
            check = splitmix64(single ^ np.uint64(_CHECK))
            for place in _places(single):
                left[0, place] -= sign
                left[1, place] -= sign * single
                left[2, place] -= sign * check


def _places(keys: Keys) -> list[npt.NDArray[np.int64]]:
    return [
        (splitmix64(keys ^ np.uint64(salt)) % np.uint64(CELLS)).astype(np.int64) + part * CELLS
        for part, salt in enumerate(_SALTS)
    ]


def _lone(left: npt.NDArray[np.uint64], count: np.uint64) -> Keys:
    """Keys in cells that hold just one, added (1) or taken away (2^64 - 1)."""
    cells = np.flatnonzero(left[0] == count)
    keys, checks = left[1, cells] * count, left[2, cells] * count
    lone: Keys = keys[splitmix64(keys ^ np.uint64(_CHECK)) == checks]
    return lone
