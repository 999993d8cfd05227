"""A learning curve: what was asked, what was answered, and how good the learner then was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.learning.metrics import METRICS, class_places, metrics_of
from napari_astro_al.learning.ranking import ranking_row
from napari_astro_al.learning.task import Task


class Curve:
    """Gathers the rows of a learning curve, one a label.

    Parameters
    ----------
    task : Task
        Its classes as modelled are the columns of probabilities.
    truth : sequence of str
        Of the held-out sources, in their order.

    Attributes
    ----------
    n_labels : int
        Given so far.
    """

    def __init__(self, task: Task, truth: Sequence[str]) -> None:
        self.task = task
        self._truth = class_places(truth, task.names)
        self._rows: list[dict[str, Any]] = []
        self.n_labels = 0

    def add(
        self,
        source: object,
        label: str,
        probabilities: npt.NDArray[np.floating[Any]] | None,
        n_more: int = 1,
    ) -> None:
        """Note a new label and the learner that it led to.

        Parameters
        ----------
        source : int or str
        label : str
            A modelled class.
        probabilities : (n_held_out, n_classes) float ndarray or None
            None where there is no model: with labels of one class so far, that class is what is
            known of every source.
        n_more : int
            How many labels were given since the row before; `source` had the last of them.
        """
        if probabilities is None:
            known = [name == label for name in self.task.names]
            probabilities = np.tile(np.array(known, dtype=float), (len(self._truth), 1))
        scores = held_out_scores(probabilities, self._truth, self.task)
        self.n_labels += n_more
        said = {"n_labels": self.n_labels, "source": str(source), "label": label}
        self._rows.append({**said, **scores})

    def table(self) -> pd.DataFrame:
        """One row a label: n_labels, source, label, and those of `held_out_scores`."""
        return pd.DataFrame(self._rows)


def held_out_scores(
    probabilities: npt.NDArray[np.floating[Any]],
    truth: npt.NDArray[np.int64],
    task: Task,
) -> dict[str, float]:
    """Scores of predictions of sources whose class is known.

    Parameters
    ----------
    probabilities : (n, k) float ndarray
        A row without features is NaN and counts as the first class.
    truth : (n,) int64 ndarray
        Positions in `Task.names`.
    task : Task

    Returns
    -------
    dict of {str: float}
        `METRICS`; ``precision_<class>``, ``recall_<class>``, ``f1_<class>``;
        those of `ranking_row` without intervals.
    """
    classes = task.names
    k = len(classes)
    known = np.nan_to_num(probabilities)
    pairs = np.bincount(truth * k + known.argmax(axis=1), minlength=k * k)
    values = metrics_of(pairs.reshape(k, k))
    scores = {name: float(values[name]) for name in METRICS}
    for metric in ("precision", "recall", "f1"):
        scores |= dict(
            zip((f"{metric}_{name}" for name in classes), values[f"class_{metric}"], strict=True)
        )
    scores |= ranking_row(truth, known, classes, positive=task.positive)
    return {name: float(scores[name]) for name in scores if not name.endswith(("_low", "_high"))}
