"""What every arm of a comparison has in common: sources, features, classes and what is held out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import SessionError
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.learning import Split, Task
from napari_astro_al.learning.split import POOL, TEST
from napari_astro_al.session import ColumnOracle
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.recipes import named_tasks
from napari_astro_al.session.starting import starting_rows


@dataclass(frozen=True, eq=False)
class Setting:
    """A labelled catalogue, parted by one seed.

    Parameters
    ----------
    catalogue : Catalogue
        Its label column answers all questions.
    features : FeatureRecipe
    task : Task
    split : Split
        Its test part is what learners are scored on.
    seed : int
        Keys everything random.

    Raises
    ------
    SessionError
        If nothing that has a class of the task is held out for testing.
    """

    catalogue: Catalogue
    features: FeatureRecipe
    task: Task
    split: Split
    seed: int

    def __post_init__(self) -> None:
        if self.catalogue.roles.label_use != "reference":
            reference = self.catalogue.with_roles(label_use="reference")
            object.__setattr__(self, "catalogue", reference)

    @classmethod
    def of(
        cls,
        catalogue: Catalogue,
        features: FeatureRecipe | None = None,
        task: Task | None = None,
        split: Split | None = None,
        seed: int = 0,
    ) -> Setting:
        """A setting with a session's defaults.

        Parameters
        ----------
        catalogue : Catalogue
        features : FeatureRecipe, optional
        task : Task, optional
            The classes of the label column by default.
        split : Split, optional
            By default three tenths of the sources are held out. Its seed is that of the setting.
        seed : int

        Raises
        ------
        LabelError
            If the catalogue has no label column.
        """
        ColumnOracle(catalogue)
        parted = replace(split or Split(validation=0.0, test=0.3), seed=seed)
        partition = Partition.of(catalogue, parted, seed)
        (named,) = named_tasks(task, partition).values()
        return cls(catalogue, features or FeatureRecipe(), named, parted, seed)

    def with_seed(self, seed: int) -> Setting:
        """The same sources, parted and played by another seed."""
        return replace(self, split=replace(self.split, seed=seed), seed=seed)

    def starting_rows(self, n: int) -> npt.NDArray[np.int64]:
        """Sources that an arm is told of before it asks.

        Parameters
        ----------
        n : int
            How many; as many as there are classes where those are more.

        Returns
        -------
        (n,) int64 ndarray
            Of the pool, drawn by seeded id hash: one of each class first.
        """
        rows = self.pool_rows
        pool = np.zeros(len(self.catalogue), dtype=bool)
        pool[rows] = True
        n = min(max(n, len(set(self.truth[rows]))), len(rows))
        return starting_rows(self.partition, self.task, pool, n)

    @cached_property
    def partition(self) -> Partition:
        """Pool and held-out sources."""
        return Partition.of(self.catalogue, self.split, self.seed)

    @cached_property
    def truth(self) -> npt.NDArray[np.object_]:
        """The modelled class of every source, (n_sources,); None where it is not known."""
        values = self.partition.column_values
        targets = np.array([*(self.task.target(one) for one in values), None], dtype=object)
        told: npt.NDArray[np.object_] = targets[self.partition.column_codes]
        return told

    @cached_property
    def pool_rows(self) -> npt.NDArray[np.int64]:
        """Sources that may be asked for, in the order of their seeded id hashes."""
        known = np.array([one is not None for one in self.truth], dtype=bool)
        rows = np.flatnonzero((self.partition.part == POOL) & known)
        return rows[np.argsort(self.partition.hashes[rows], kind="stable")]

    @cached_property
    def held_out(self) -> tuple[npt.NDArray[np.int64], list[str]]:
        """Rows and classes of the sources that learners are scored on."""
        rows, labels = self.partition.held_out(self.task, TEST, {})
        if not labels:
            raise SessionError(
                f"Nothing of {self.catalogue.name!r} with a class of the task is held out, so "
                "learners cannot be scored. Give a split with a test part: Split(0, 0.3)."
            )
        return rows, labels
