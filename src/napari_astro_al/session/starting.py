"""Labels that a session begins with, taken from the catalogue's label column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.errors import LabelError, SessionError, listing
from napari_astro_al.learning import Task
from napari_astro_al.learning.split import POOL
from napari_astro_al.session.pool import Partition

if TYPE_CHECKING:
    from napari_astro_al.session.excluding import Excluding


def starting_rows(
    partition: Partition, task: Task, pool: npt.NDArray[np.bool_], n: int
) -> npt.NDArray[np.int64]:
    """Pool sources whose column labels are revealed at the start.

    Parameters
    ----------
    partition : Partition
        Column labels and id hashes.
    task : Task
        Every class of it that the pool holds is covered.
    pool : (n_sources,) bool ndarray
        Sources that may be revealed.
    n : int
        How many.

    Returns
    -------
    (n,) int64 ndarray
        Drawn by seeded id hash: one of each class first, the rest from all alike.

    Raises
    ------
    LabelError
        If there are fewer labelled pool sources than that, or more classes.
    """
    targets = np.array([*(task.target(v) for v in partition.column_values), None], object)
    told = targets[partition.column_codes]
    rows = np.flatnonzero(pool & np.array([one is not None for one in told], dtype=bool))
    rows = rows[np.argsort(partition.hashes[rows], kind="stable")]
    labels = told[rows]
    _, first = np.unique(labels.astype(str), return_index=True)
    if n < len(first) or n > len(rows):
        found = sorted(set(labels.astype(str)))
        raise LabelError(
            f"start={n} cannot be: the pool has {len(rows)} sources with a label, of "
            f"{len(first)} classes ({listing(found)}). Choose from {len(first)} to {len(rows)}."
        )
    covering = np.sort(first)
    others = np.setdiff1d(np.arange(len(rows)), covering)
    chosen: npt.NDArray[np.int64] = rows[np.concatenate([covering, others[: n - len(covering)]])]
    return chosen


def revealed_rows(session: Excluding, n: int, left_out: Sequence[str]) -> npt.NDArray[np.int64]:
    """The pool sources whose column label is revealed when a session begins.

    Parameters
    ----------
    session : Session
        Being made: recipes, split and features are there.
    n : int
    left_out : sequence of str
        Column labels of which none is revealed.

    Raises
    ------
    SessionError
        If `n` is negative, or column labels train anyway.
    """
    if n == 0:
        return np.empty(0, dtype=np.int64)
    if n < 0:
        raise SessionError(f"start is how many labels to begin with, 0 or more; not {n}.")
    if session.catalogue.roles.label_use == "train":
        raise SessionError(
            f"start={n} reveals some labels of the column, and the catalogue's "
            'label_use="train" takes all of them. Leave start out, or give the catalogue '
            'with_roles(label_use="reference").'
        )
    pool = (session.partition.part == POOL) & session.features.usable
    pool[session.rows_labelled(left_out)] = False
    return starting_rows(session.partition, next(iter(session.tasks.values())), pool, n)


def inherited_labels(
    catalogue: Catalogue,
    partition: Partition,
    rows: npt.NDArray[Any],
    tasks: Mapping[str, Task],
) -> tuple[list[SourceId], list[str]]:
    """Column labels as annotations.

    Parameters
    ----------
    catalogue : Catalogue
    partition : Partition
        Of that catalogue.
    rows : (n,) integer ndarray
        Sources, with or without a label.
    tasks : mapping of str to Task

    Returns
    -------
    sources : list of int or str
        Those whose label some task knows, in the order of `rows`.
    labels : list of str
        Under that task's name for them.
    """
    names = [_name_of(value, tasks) for value in partition.column_values]
    named = np.array([*names, None], dtype=object)[partition.column_codes[rows]]
    known = np.array([name is not None for name in named], dtype=bool)
    return catalogue.ids_at(rows[known]), [str(name) for name in named[known]]


def _name_of(raw: str, tasks: Mapping[str, Task]) -> str | None:
    return next((task.alias(raw) for task in tasks.values() if task.target(raw) is not None), None)
