"""What the models say of every source, as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import LearnerError, listing
from napari_astro_al.learning import Task
from napari_astro_al.learning.trained import TrainResult


def check_combinable(names: Sequence[str], tasks: Mapping[str, Task]) -> None:
    """Raise `LearnerError` where several tasks are not one-vs-rest, each for another class."""
    if len(names) < 2:
        return
    several = [name for name in names if tasks[name].positive is None]
    if several:
        raise LearnerError(
            f"Only one-vs-rest tasks can be put together, not {listing(several)}. "
            "Name one: predictions(task=...)."
        )
    sought = Counter(tasks[name].positive for name in names)
    twice = [name for name in names if sought[tasks[name].positive] > 1]
    if twice:
        raise LearnerError(
            f"The tasks {listing(twice)} look for the same class, so they cannot be put together. "
            "Name one: predictions(task=...)."
        )


def combined_probabilities(
    results: Sequence[TrainResult], tasks: Mapping[str, Task]
) -> tuple[tuple[str, ...], npt.NDArray[np.float32]]:
    """Class probabilities of one task, or of several one-vs-rest tasks together.

    Parameters
    ----------
    results : sequence of TrainResult
        One a task.
    tasks : mapping of str to Task
        By name.

    Returns
    -------
    classes : tuple of str
    probabilities : (n_sources, n_classes) float32 ndarray
        NaN rows where a source has no features. Of several tasks: the positive classes'
        probabilities, divided by their sum.

    Raises
    ------
    LearnerError
        As `check_combinable`.
    """
    if len(results) == 1:
        return results[0].classes, results[0].probabilities
    check_combinable([result.task_name for result in results], tasks)
    columns = []
    classes = []
    for result in results:
        positive = tasks[result.task_name].positive
        assert positive is not None
        classes.append(positive)
        columns.append(result.probabilities[:, result.classes.index(positive)])
    return tuple(classes), shared_out(np.stack(columns, axis=1))


def shared_out(positives: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Probabilities of several one-vs-rest tasks' classes, divided by their sum.

    Parameters
    ----------
    positives : (n, k) float32 ndarray
        Column by column what each task gives to the class that it looks for.

    Returns
    -------
    (n, k) float32 ndarray
        Even where every task says no.
    """
    total = positives.sum(axis=1, keepdims=True)
    even = np.full_like(positives, 1 / positives.shape[1])
    shares: npt.NDArray[np.float32] = np.divide(positives, total, out=even, where=total != 0)
    return shares


def prediction_table(
    catalogue: Catalogue, results: Sequence[TrainResult], tasks: Mapping[str, Task]
) -> pd.DataFrame:
    """Predicted class, confidence and probabilities of every source (see `Session.predictions`)."""
    classes, probabilities = combined_probabilities(results, tasks)
    known = np.isfinite(probabilities).all(axis=1)
    best = np.where(known, np.nan_to_num(probabilities).argmax(axis=1), -1).astype(np.int64)
    confidence = np.where(known, np.nan_to_num(probabilities).max(axis=1), np.nan)
    return pd.DataFrame(
        {
            "predicted": pd.Categorical.from_codes(best, categories=pd.Index(classes)),
            "confidence": confidence.astype(np.float32),
            **{f"p_{name}": probabilities[:, i] for i, name in enumerate(classes)},
            "uncertainty": (1 - confidence).astype(np.float32),
        },
        index=pd.Index(catalogue.ids, name="source"),
    )
