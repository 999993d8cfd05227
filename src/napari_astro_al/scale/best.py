"""The best of many sources, found partition by partition and merged in any order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Best:
    """Up to `most` sources, the best first.

    Attributes
    ----------
    most : int
    scores : (n,) float64 ndarray
        Higher is better; ties fall by `ties`, and by nothing else.
    ties : (n,) uint64 ndarray
        Seeded hashes.
    hashes : (n,) uint64 ndarray
        Seeded id hashes: who the sources are.
    parts, rows : (n,) int64 ndarray
        Where they are: number of the partition, and row within it.
    """

    most: int
    scores: npt.NDArray[np.float64]
    ties: npt.NDArray[np.uint64]
    hashes: npt.NDArray[np.uint64]
    parts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def nobody(cls, most: int) -> Best:
        """No source yet."""
        none, whole = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
        return cls(most, np.empty(0), none, none, whole, whole)

    @classmethod
    def of(
        cls,
        most: int,
        hashes: npt.NDArray[np.uint64],
        part: int,
        rows: npt.NDArray[np.int64],
        *,
        scores: npt.NDArray[np.floating[Any]] | None = None,
        ties: npt.NDArray[np.uint64] | None = None,
    ) -> Best:
        """The best of some sources of a partition.

        Parameters
        ----------
        scores : (n,) float ndarray, optional
            NaN: never. Without scores, ties decide.
        ties : (n,) uint64 ndarray, optional
            By default the id hashes.
        """
        given = np.zeros(len(rows)) if scores is None else np.asarray(scores, dtype=np.float64)
        ties = hashes if ties is None else ties
        places = np.flatnonzero(~np.isnan(given))
        if len(places) > most and scores is None:
            places = np.argpartition(ties, most - 1)[:most]
        elif len(places) > most:
            limit = -np.partition(-given[places], most - 1)[most - 1]
            places = places[given[places] >= limit]
        number = np.full(len(places), part, dtype=np.int64)
        found = cls(most, given[places], ties[places], hashes[places], number, rows[places])
        return found._kept(found)

    def merged(self, other: Best) -> Best:
        """The best of both."""
        return self._kept(self, other)

    def _kept(self, *several: Best) -> Best:
        def together(name: str) -> npt.NDArray[Any]:
            return np.concatenate([getattr(one, name) for one in several])

        scores, ties = together("scores"), together("ties")
        order = np.lexsort((ties, -scores))[: self.most]
        rest = (together(name)[order] for name in ("hashes", "parts", "rows"))
        return Best(self.most, scores[order], ties[order], *rest)


@dataclass(frozen=True, eq=False)
class Whereabouts:
    """Where sources are, each once, in the order of their hashes.

    Attributes
    ----------
    hashes : (n,) uint64 ndarray
    parts, rows : (n,) int64 ndarray
    """

    hashes: npt.NDArray[np.uint64]
    parts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.hashes)

    @classmethod
    def of(
        cls, several: Iterable[Best], known: npt.NDArray[np.uint64] | None = None
    ) -> Whereabouts:
        """Of all that are among some, but for those whose hashes are known already."""
        found = list(several)
        hashes = np.concatenate([one.hashes for one in found])
        parts = np.concatenate([one.parts for one in found])
        rows = np.concatenate([one.rows for one in found])
        hashes, first = np.unique(hashes, return_index=True)
        parts, rows = parts[first], rows[first]
        if known is not None:
            new = ~np.isin(hashes, known)
            hashes, parts, rows = hashes[new], parts[new], rows[new]
        return cls(hashes, parts, rows)

    def by_part(self) -> dict[int, npt.NDArray[np.int64]]:
        """Rows of each partition, ascending."""
        order = np.lexsort((self.rows, self.parts))
        numbers, first = np.unique(self.parts[order], return_index=True)
        pieces = np.split(self.rows[order], first[1:])
        return {int(number): rows for number, rows in zip(numbers, pieces, strict=True)}
