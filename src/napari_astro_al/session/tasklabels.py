"""What the labels of a session say about one task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from napari_astro_al.features import FeatureMatrix
from napari_astro_al.learning import Task
from napari_astro_al.learning.split import POOL
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.selection import Selection


class Basis(NamedTuple):
    """What the labels of a task follow from."""

    revision: int
    task: Task
    features: FeatureMatrix
    partition: Partition
    excluded: Selection

    def same(self, other: Basis) -> bool:
        """Whether nothing has changed since."""
        return self.revision == other.revision and all(
            mine is theirs for mine, theirs in zip(self[1:], other[1:], strict=True)
        )


@dataclass(frozen=True, eq=False)
class TaskLabels:
    """The labels that say something about a task.

    Attributes
    ----------
    rows : (n,) int64 ndarray
        Pool sources with features that are not excluded, in event order. Read-only.
    labels : list of str
        Classes of the task. Not to be modified.
    counts : mapping of str to int
        How many of each class.
    basis : Basis
        What they follow from.
    coarse_rows : (m,) int64 ndarray
        Such sources whose label leaves several classes of the task open, but not all of them; in
        event order. Read-only.
    coarse : list of frozenset of str
        The classes that each leaves open. Not to be modified.
    """

    rows: npt.NDArray[np.int64]
    labels: list[str]
    counts: Mapping[str, int]
    basis: Basis
    coarse_rows: npt.NDArray[np.int64]
    coarse: list[frozenset[str]]

    @property
    def sources(self) -> npt.NDArray[np.int64]:
        """Rows of all sources that train, those with definite labels first."""
        return np.concatenate([self.rows, self.coarse_rows])

    @property
    def words(self) -> list[str]:
        """What is known of each of `sources`."""
        return [*self.labels, *(" or ".join(sorted(names)) for names in self.coarse)]

    @classmethod
    def of(cls, rows: npt.NDArray[np.int64], labels: list[str], basis: Basis) -> TaskLabels:
        """What labels, in event order, say."""
        usable = (basis.partition.part[rows] == POOL) & basis.features.usable[rows]
        usable &= ~basis.excluded.contains(rows)
        targets = {label: basis.task.target(label) for label in set(labels)}
        keep = usable & np.array([targets[label] is not None for label in labels], dtype=bool)
        said = [str(targets[label]) for label, kept in zip(labels, keep, strict=True) if kept]
        wanted = range(2, len(basis.task.names))
        allowed = {
            label: basis.task.allowed(label) for label, one in targets.items() if one is None
        }
        left = [allowed.get(label, frozenset()) for label in labels] if allowed else []
        open_ones = [at for at, names in enumerate(left) if len(names) in wanted and usable[at]]
        kept_rows, coarse_rows = rows[keep], rows[open_ones]
        kept_rows.flags.writeable = coarse_rows.flags.writeable = False
        coarse = [left[at] for at in open_ones]
        return cls(kept_rows, said, Counter(said), basis, coarse_rows, coarse)
