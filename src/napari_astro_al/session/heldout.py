"""The held-out sources of one part, with what a task makes of their labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.task import Task


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Held-out sources and their labels, made once so that a new label costs no pass over them.

    Attributes
    ----------
    task : Task
        Whose classes the labels are.
    rows : (n,) int64 ndarray
        Ascending.
    targets : (n,) object ndarray
        The class that the column's label comes to, None where it says nothing to the task.
    """

    task: Task
    rows: npt.NDArray[np.int64]
    targets: npt.NDArray[np.object_]

    @cached_property
    def _known(self) -> npt.NDArray[np.bool_]:
        return np.array([one is not None for one in self.targets], dtype=bool)

    @cached_property
    def _uncorrected(self) -> tuple[npt.NDArray[np.int64], list[str]]:
        rows: npt.NDArray[np.int64] = self.rows[self._known]
        rows.flags.writeable = False
        return rows, self.targets[self._known].tolist()

    def corrected(
        self, corrections: Mapping[int, str | None]
    ) -> tuple[npt.NDArray[np.int64], list[str]]:
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
        labels : list of str
            Classes of the task, one a row.
        """
        given = np.fromiter(corrections, np.int64, len(corrections))
        places = np.searchsorted(self.rows, given)
        inside = places < len(self.rows)
        inside[inside] = self.rows[places[inside]] == given[inside]
        if not inside.any():
            rows, labels = self._uncorrected
            return rows, list(labels)
        targets, known = self.targets.copy(), self._known.copy()
        for row, place in zip(given[inside].tolist(), places[inside].tolist(), strict=True):
            said = corrections[row]
            target = None if said is None else self.task.target(said)
            targets[place], known[place] = target, target is not None
        return self.rows[known], targets[known].tolist()
