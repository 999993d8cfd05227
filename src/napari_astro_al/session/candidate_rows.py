"""Which sources are looked at for a query: all that may be asked for, or a part of them.

A script ranks the whole pool. In the window a query must be ready before the person is, whatever
the size of the catalogue, and a model is asked about some thousand sources: a sample drawn at
random, another one for every label, and those that the last pass over the pool found the most
doubtful. Neither takes longer with more sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.features import FeatureMatrix
from napari_astro_al.learning.split import POOL
from napari_astro_al.learning.strategies import top
from napari_astro_al.learning.strategies.places import SKETCH
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.selection import Selection

Rows = npt.NDArray[np.int64]

SIZE = 20_000
"""Sources that are looked at in the window."""


@dataclass(frozen=True, eq=False)
class Reservoir:
    """How many sources are looked at, and which of them whatever the draw.

    Attributes
    ----------
    best : (m,) int64 ndarray
        The most doubtful of the last pass over the pool, m up to half of the size.
    size : int
        Sources that are looked at.
    """

    best: Rows
    size: int = SIZE


@dataclass(frozen=True, eq=False)
class Askable:
    """Which sources may be asked for.

    Attributes
    ----------
    features : FeatureMatrix
        Sources without any are not asked for.
    partition : Partition
        Only its pool is.
    labelled_only : bool
        Whether sources without a column label are left out.
    within : (n,) int64 ndarray or None
        Rows to ask for, if not any.
    answered : (m,) int64 ndarray
        Rows that are labelled or that somebody was unsure of: not asked for again.
    excluded : Selection
        Not asked for whatever they would teach.
    """

    features: FeatureMatrix
    partition: Partition
    labelled_only: bool
    within: Rows | None
    answered: Rows
    excluded: Selection

    def same(self, other: Askable) -> bool:
        """Whether it is the same sources."""
        if self.within is None or other.within is None:
            within = self.within is other.within
        else:
            within = np.array_equal(self.within, other.within)
        return (
            within
            and self.features is other.features
            and self.partition is other.partition
            and self.labelled_only == other.labelled_only
            and self.excluded is other.excluded
            and np.array_equal(np.sort(self.answered), np.sort(other.answered))
        )

    def among(self, rows: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.bool_]:
        """Which of some sources may be."""
        free: npt.NDArray[np.bool_] = (self.partition.part[rows] == POOL) & self.features.usable[
            rows
        ]
        if self.labelled_only:
            free &= self.partition.has_column_label[rows]
        if self.within is not None:
            free &= np.isin(rows, self.within)
        return free & ~np.isin(rows, self.answered) & ~self.excluded.contains(rows)

    def all(self) -> Rows:
        """All that may be, ascending."""
        free: npt.NDArray[np.bool_] = (self.partition.part == POOL) & self.features.usable
        if self.labelled_only:
            free &= self.partition.has_column_label
        if self.within is not None:
            inside = np.zeros(len(free), dtype=bool)
            inside[self.within] = True
            free &= inside
        free[self.answered] = False
        free[self.excluded.rows] = False
        return np.flatnonzero(free)

    def following(self, place: int, n: int) -> Rows:
        """The first `n` of them from a place in the order of hashes on, ascending.

        Looks through as many sources as it takes to find so many: all of them where too few may be
        asked for. From the last place it goes on with the first.
        """
        by_hash = self.partition.by_hash
        if self.within is not None and len(self.within) <= n:
            return np.sort(self.within[self.among(self.within)])
        found: list[Rows] = [np.empty(0, dtype=np.int64)]
        place %= max(1, len(by_hash))
        n_found, seen, step = 0, 0, n + len(self.answered) + 1
        while n_found < n and seen < len(by_hash):
            step = min(step, len(by_hash) - seen)
            places = (place + seen + np.arange(step)) % len(by_hash)
            rows = by_hash[places].astype(np.int64)
            found.append(rows[self.among(rows)][: n - n_found])
            n_found += len(found[-1])
            seen, step = seen + step, 2 * step
        return np.sort(np.concatenate(found))


def sketch_of(rows: Rows, hashes: npt.NDArray[np.uint64]) -> Rows:
    """Those of some rows that likeness to examples is measured by: whatever their order, the same.

    They have the smallest seeded hashes, so that they are of the sketch wherever that is in memory.
    """
    found: Rows = rows[top(np.zeros(len(rows)), hashes[rows], SKETCH)]
    return found
