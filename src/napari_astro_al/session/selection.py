"""A set of chosen sources that may hold millions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.errors import SessionError, listing

How = Literal["replace", "add", "subtract", "intersect"]
"""What becomes of those selected before."""

FEW = 32
"""Up to one source in so many, sorting beats marking every source of the catalogue."""


@dataclass(frozen=True, eq=False)
class Selection:
    """Some sources of a catalogue, as a handle: cheap to pass on, unfolded when asked.

    Attributes
    ----------
    rows : (n,) int64 ndarray
        Sorted, unique row numbers; private to the package. Not to be modified.
    """

    catalogue: Catalogue = field(repr=False)
    rows: npt.NDArray[np.int64] = field(repr=False)

    @property
    def count(self) -> int:
        """How many sources."""
        return len(self.rows)

    @cached_property
    def ids(self) -> frozenset[SourceId]:
        """The sources' ids."""
        return frozenset(self.catalogue.ids_at(self.rows))

    def __repr__(self) -> str:
        return f"<Selection: {self.count:,} of {len(self.catalogue):,} sources>"

    @classmethod
    def of_rows(cls, catalogue: Catalogue, rows: npt.NDArray[Any]) -> Selection:
        """The selection of row numbers in any order, with repetitions taken out."""
        given = np.asarray(rows, dtype=np.int64)
        if (given[1:] > given[:-1]).all():
            return cls(catalogue, given)
        if len(given) * FEW < len(catalogue):
            return cls(catalogue, np.unique(given))
        marked = np.zeros(len(catalogue), dtype=bool)
        marked[given] = True
        return cls(catalogue, np.flatnonzero(marked))

    @classmethod
    def none(cls, catalogue: Catalogue) -> Selection:
        """No source at all."""
        return cls(catalogue, np.empty(0, dtype=np.int64))

    def contains(self, rows: npt.NDArray[Any] | Sequence[int]) -> npt.NDArray[np.bool_]:
        """Which of m row numbers are in it: (m,) bool ndarray."""
        if self.count == 0:
            return np.zeros(len(rows), dtype=bool)
        places = np.searchsorted(self.rows, rows)
        found = self.rows[np.minimum(places, self.count - 1)]
        return np.equal(found, rows)

    def combined(self, other: Selection, how: How) -> Selection:
        """The selection after `other` replaced it, was added to it, and so on.

        Parameters
        ----------
        other : Selection
            Of the same catalogue.
        how : {"replace", "add", "subtract", "intersect"}
            "subtract" keeps what is not in `other`, "intersect" what is in both.

        Raises
        ------
        SessionError
            If `how` is none of these.
        """
        if how not in get_args(How):
            raise SessionError(
                f"Sources cannot be selected by {how!r}: how is one of {listing(get_args(How))}."
            )
        if how == "replace":
            return other
        if how == "add":
            if self.count == 0 or other.count == 0:
                return self if other.count == 0 else other
            return Selection.of_rows(self.catalogue, np.concatenate([self.rows, other.rows]))
        inside = other.contains(self.rows)
        return Selection(self.catalogue, self.rows[inside if how == "intersect" else ~inside])
