"""Scores of a trained model on sources that it did not learn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue.ids import derived_seed
from napari_astro_al.learning.metrics import class_places, score_places
from napari_astro_al.learning.task import Task

Classes = Sequence[str] | npt.NDArray[np.integer[Any]]
"""Of sources: by name, or as places among the names of a task."""
HeldRows = tuple[npt.NDArray[np.int64], Classes]


def places_among(classes: Classes, names: Sequence[str]) -> npt.NDArray[np.int64]:
    """Classes as places among names, whether they are given as such or by name."""
    if isinstance(classes, np.ndarray) and classes.dtype.kind == "i":
        return classes.astype(np.int64)
    return class_places(classes, names)


def score_held_out(
    split: str,
    held: HeldRows,
    probabilities: npt.NDArray[np.float32],
    task: Task,
    seed: int,
) -> dict[str, Any]:
    """The row of scores of one held-out part.

    Parameters
    ----------
    split : str
        The part's name.
    held : (rows, labels)
        Its sources, with their classes by name or as places among the task's names; those without
        probabilities, and those whose label is no class of the task, are left out.
    probabilities : (n_sources, n_classes) float32 ndarray
    task : Task
    seed : int
        Of the model.

    Returns
    -------
    dict
        ``split``, and what `score_row` says.
    """
    said = probabilities[np.asarray(held[0], dtype=np.int64)]
    true = places_among(held[1], task.names)
    known = ~np.isnan(said).any(axis=1) & (true >= 0)
    return _row(split, true[known], said[known], task, derived_seed(seed, "bootstrap", split))


def score_cross_validated(
    labels: Sequence[str], probabilities: npt.NDArray[np.float32], task: Task, seed: int
) -> dict[str, Any]:
    """The row of scores of the labelled sources themselves, from `cross_predict_job`."""
    true = class_places(labels, task.names)
    return _row("cross-validation", true, probabilities, task, derived_seed(seed, "bootstrap"))


def _row(
    split: str,
    true: npt.NDArray[np.int64],
    said: npt.NDArray[np.float32],
    task: Task,
    seed: int,
) -> dict[str, Any]:
    predicted = said.argmax(axis=1)
    row = score_places(
        true, predicted, task.names, seed, probabilities=said, positive=task.positive
    )
    return {"split": split, **row}
