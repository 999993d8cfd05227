"""The scores of one answer made of several one-vs-rest tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue.ids import derived_seed
from napari_astro_al.learning import Task
from napari_astro_al.learning.scoring import Classes, HeldRows, places_among, score_held_out
from napari_astro_al.learning.split import CODES
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.predictions import shared_out

COMBINED = "combined"
"""The name under which the scores of several tasks together are told."""


def can_combine(tasks: Mapping[str, Task]) -> bool:
    """Whether there are several tasks, each looking for another class."""
    sought = {task.positive for task in tasks.values()}
    distinct = None not in sought and len(sought) == len(tasks)
    return len(tasks) > 1 and distinct and COMBINED not in tasks


def combined_scores(
    results: Sequence[TrainResult],
    tasks: Mapping[str, Task],
    held_out: Mapping[str, Sequence[HeldRows]],
    n_labels: int,
    seed: int,
) -> list[dict[str, Any]]:
    """Scores of the class that `Session.predictions` names, on held-out sources.

    Parameters
    ----------
    results : sequence of TrainResult
        One a task.
    tasks : mapping of str to Task
        By name; each looks for another class.
    held_out : mapping of str to sequence of (rows, labels)
        By split: the held-out sources of each task. Those that no task looks for are not scored.
    n_labels : int
        How many sources the tasks learnt from.
    seed : int
        Of the bootstrap.

    Returns
    -------
    list of dict
        One row a split.
    """
    sought = [str(tasks[result.task_name].positive) for result in results]
    together = Task(sought)
    rows: list[dict[str, Any]] = []
    for split, parts in held_out.items():
        found = [
            np.asarray(of_task)[_are(name, labels, tasks[result.task_name])]
            for (of_task, labels), name, result in zip(parts, sought, results, strict=True)
        ]
        places = np.concatenate(found).astype(np.int64)
        truth = np.repeat(np.arange(len(found)), [len(some) for some in found])
        columns = [
            result.probabilities[places, result.classes.index(name)]
            for result, name in zip(results, sought, strict=True)
        ]
        held = (np.arange(len(places)), truth)
        row = score_held_out(split, held, shared_out(np.stack(columns, axis=1)), together, seed)
        rows.append({"n_labels": n_labels, **row})
    return rows


def _are(name: str, classes: Classes, task: Task) -> npt.NDArray[np.bool_]:
    own: npt.NDArray[np.bool_] = places_among(classes, task.names) == task.names.index(name)
    return own


@dataclass(frozen=True, eq=False)
class Beside:
    """The models of the other tasks, for a model that is being made to be scored with them.

    Attributes
    ----------
    tasks : mapping of str to Task
        All of them.
    others : tuple of TrainResult
        In the order of the tasks, without the one that is being made.
    n_labels : int
        How many sources the tasks learnt from.
    seed : int
        Of the session.
    """

    tasks: Mapping[str, Task]
    others: tuple[TrainResult, ...]
    n_labels: int
    seed: int

    def scored(
        self, made: TrainResult, partition: Partition, corrections: Mapping[int, str | None]
    ) -> list[dict[str, Any]]:
        """Rows of scores, one for each split that all of them were scored on."""
        by_name = {one.task_name: one for one in (*self.others, made)}
        results = [by_name[name] for name in self.tasks]
        splits = [{row["split"] for row in result.scores} for result in results]
        held_out = {
            split: [
                partition.held_out_places(task, part, corrections) for task in self.tasks.values()
            ]
            for split, part in CODES.items()
            if all(split in some for some in splits)
        }
        seed = derived_seed(self.seed, "combined")
        return combined_scores(results, self.tasks, held_out, self.n_labels, seed)
