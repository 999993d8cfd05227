"""The held-out sources of one part, with what a task makes of their labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.task import Task

Rows = npt.NDArray[np.int64]
Places = npt.NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Held-out sources and their labels, made once so that a new label costs no pass over them.

    Attributes
    ----------
    task : Task
        Whose classes the labels are.
    rows : (n,) int64 ndarray
        Ascending.
    places : (n,) int16 ndarray
        The class that the column's label comes to, as its place among the task's names; -1 where
        the label says nothing to the task.
    """

    task: Task
    rows: Rows
    places: Places

    @cached_property
    def _uncorrected(self) -> tuple[Rows, Places]:
        known = self.places >= 0
        rows, places = self.rows[known], self.places[known]
        rows.flags.writeable = places.flags.writeable = False
        return rows, places

    def corrected(self, corrections: Mapping[int, str | None]) -> tuple[Rows, Places]:
        """Sources and labels to score against.

        Parameters
        ----------
        corrections : mapping of int to str or None
            Labels given by annotators, by row, held out or not; None where they were unsure, which
            takes the source out of the scores.

        Returns
        -------
        rows : (m,) int64 ndarray
            Ascending. Sources whose label says nothing to the task are left out.
        places : (m,) int16 ndarray
            Their classes, as places among the task's names. Neither is to be written to.
        """
        given = np.fromiter(corrections, np.int64, len(corrections))
        found = np.searchsorted(self.rows, given)
        inside = found < len(self.rows)
        inside[inside] = self.rows[found[inside]] == given[inside]
        if not inside.any():
            return self._uncorrected
        place_of, places = {name: k for k, name in enumerate(self.task.names)}, self.places.copy()
        for row, place in zip(given[inside].tolist(), found[inside].tolist(), strict=True):
            said = corrections[row]
            target = None if said is None else self.task.target(said)
            places[place] = -1 if target is None else place_of[target]
        known = places >= 0
        return self.rows[known], places[known]
