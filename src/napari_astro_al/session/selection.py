"""A set of chosen sources that may hold millions."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, SourceId


@dataclass(frozen=True, eq=False)
class Selection:
    """Some sources of a catalogue, as a handle: cheap to pass on, unfolded when asked.

    Attributes
    ----------
    rows : (n,) int64 ndarray
        Sorted, unique row numbers; private to the package.
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

    @classmethod
    def of_rows(cls, catalogue: Catalogue, rows: npt.NDArray[Any]) -> Selection:
        """The selection of row numbers in any order, with repetitions taken out."""
        return cls(catalogue, np.unique(np.asarray(rows, dtype=np.int64)))
