"""A session's verbs for models: train, scores, predictions."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import pandas as pd

from napari_astro_al.catalogue import SourceId
from napari_astro_al.jobs import Job, drain
from napari_astro_al.learning.split import POOL, TEST, VALIDATION
from napari_astro_al.learning.training import TrainRequest, TrainResult, train_job
from napari_astro_al.session.history import History
from napari_astro_al.session.predictions import prediction_table
from napari_astro_al.session.state import State


class Modelling(State):
    """Models of a session."""

    def labelled_for(self, task: str) -> tuple[np.ndarray[Any, Any], list[str]]:
        """Pool sources whose label says something about a task, in event order.

        Returns
        -------
        rows : (n,) int64 ndarray
        labels : list of str
            Classes of the task.
        """
        rows, labels = self.book.labelled()
        usable = (self.partition.part[rows] == POOL) & self.features.usable[rows]
        targets = [self.tasks[task].target(label) for label in labels]
        keep = np.array([t is not None for t in targets], dtype=bool) & usable
        return rows[keep], [str(t) for t, k in zip(targets, keep, strict=True) if k]

    def train_request(self, task: str | None = None, *, test: bool = False) -> TrainRequest:
        """Everything that training a task needs, as it is now."""
        name = self._task_name(task)
        rows, labels = self.labelled_for(name)
        corrections = self.book.corrections()
        parts = {"validation": VALIDATION, **({"test": TEST} if test else {})}
        held_out = {
            split: self.partition.held_out(self.tasks[name], part, corrections)
            for split, part in parts.items()
        }
        return TrainRequest(
            task_name=name,
            task=self.tasks[name],
            recipe=self.learners[name],
            features=self.features,
            labelled_rows=rows,
            labels=tuple(labels),
            heldout={split: pair for split, pair in held_out.items() if len(pair[0])},
            seed=self.seed,
            revision=self.book.training_revision,
            id_hashes=self.partition.hashes,
        )

    def train_job(self, task: str | None = None) -> Job[TrainResult]:
        """The work of `train`, captured now; hand its result to `accept`."""
        return train_job(self.train_request(task))

    def accept(self, result: TrainResult) -> bool:
        """Take a trained model as the current one, unless labels have changed since.

        Returns
        -------
        bool
            False for a stale result, which is dropped.
        """
        if result.revision != self.book.training_revision:
            return False
        self.results[result.task_name] = result
        made_from = self._made_from(result.task_name)
        if self.history.newest_made_from(result.task_name) != made_from:
            self.book.note("trained", self.history.add(result, made_from))
        self.trained.emit(result.task_name)
        return True

    def _made_from(self, task: str) -> str:
        """A fingerprint of all that a task's model depends on: training it anew adds no score."""
        rows, labels = self.labelled_for(task)
        recipe = self.learners[task]
        said = json.dumps(
            [
                [str(one) for one in self.catalogue.ids_at(rows)],
                labels,
                sorted((row, label) for row, label in self.book.corrections().items()),
                self.tasks[task].to_json(),
                repr(recipe),
                self.features.recipe.to_json(),
                self.split.to_json(),
                self.seed,
            ],
            default=str,
        )
        return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()

    def train(self, task: str | None = None) -> None:
        """Train the models of one task, or of all.

        Raises
        ------
        NotEnoughLabels
            With labels of fewer than two classes.
        """
        for name in self.tasks if task is None else [task]:
            self.accept(drain(self.train_job(name)))

    def is_stale(self, task: str | None = None) -> bool:
        """Whether labels or recipes have changed since the task's model was trained."""
        result = self.results.get(self._task_name(task))
        return result is None or result.revision != self.book.training_revision

    @property
    def scores(self) -> pd.DataFrame:
        """Scores of every model trained, one row a model and split, oldest first."""
        return self.history.table()

    def test_scores(self, *, reason: str) -> pd.DataFrame:
        """Scores of the current models on the test set; the look is recorded with its reason."""
        rows: list[dict[str, Any]] = []
        for name in self.tasks:
            result = drain(train_job(self.train_request(name, test=True)))
            rows += [{"task": name, **row} for row in result.scores if row["split"] == "test"]
        self.book.note("test-looked-at", {"reason": reason})
        return History.frame(rows)

    def predictions(self, task: str | None = None) -> pd.DataFrame:
        """Predictions for every source; trains first if a model is stale.

        Parameters
        ----------
        task : str, optional
            By default the only task, or the normalised positive classes of all one-vs-rest tasks.

        Returns
        -------
        pandas.DataFrame
            Index the source id, in the order of the catalogue: predicted, confidence (0 to 1),
            p_<class> columns, uncertainty (1 - confidence). Sources without features are missing.

        Raises
        ------
        NotEnoughLabels
            With labels of fewer than two classes.
        """
        names = list(self.tasks) if task is None else [self._task_name(task)]
        for name in names:
            if self.is_stale(name):
                self.train(name)
        return prediction_table(self.catalogue, [self.results[n] for n in names], self.tasks)

    def probabilities_of(self, source: SourceId, task: str | None = None) -> dict[str, float]:
        """Class probabilities of one source by the current model, the likeliest first.

        Returns
        -------
        dict of str to float
            Empty without a model, or where the source has no features.
        """
        result = self.results.get(self._task_name(task))
        if result is None:
            return {}
        values = result.probabilities[self.catalogue.row_of(source)]
        if not np.isfinite(values).all():
            return {}
        order = np.argsort(-values, kind="stable")
        return {result.classes[place]: float(values[place]) for place in order}
