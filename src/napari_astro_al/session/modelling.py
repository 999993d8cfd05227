"""A session's verbs for models: train, scores, predictions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import FeatureError
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.learning.auto_model import AutoChoice
from napari_astro_al.learning.settling import STOP_SET, Settling, StopSet
from napari_astro_al.learning.split import CODES
from napari_astro_al.learning.trained import Fitted, TrainRequest, TrainResult
from napari_astro_al.learning.training import train_job
from napari_astro_al.session.combining import COMBINED, Beside, can_combine
from napari_astro_al.session.fingerprint import fingerprint
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.predictions import check_combinable, prediction_table
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.state import State
from napari_astro_al.session.tasklabels import Basis, TaskLabels


class Modelling(State):
    """Models of a session."""

    @cached_property
    def _labels_by_task(self) -> dict[str, TaskLabels]:
        return {}

    def task_labels(self, task: str) -> TaskLabels:
        """Pool sources whose label says something about a task; made once a revision."""
        known = self._labels_by_task.get(task)
        basis = Basis(
            self.book.revision, self.tasks[task], self.features, self.partition, self.off_limits
        )
        if known is None or not known.basis.same(basis):
            known = TaskLabels.of(*self.book.labelled(), basis)
            for name, other in list(self._labels_by_task.items()):
                if name not in self.tasks or other.basis.features is not self.features:
                    del self._labels_by_task[name]
            self._labels_by_task[task] = known
        return known

    def labelled_for(self, task: str) -> tuple[npt.NDArray[np.int64], list[str]]:
        """Rows and labels of `task_labels`."""
        known = self.task_labels(task)
        return known.rows, known.labels

    def train_job(self, task: str | None = None, *, test: bool = False) -> Job[TrainResult]:
        """The work of `train`, captured now; hand its result to `accept`.

        Parameters
        ----------
        task : str, optional
            The first one by default.
        test : bool
            Whether to score on the test set too.

        Raises
        ------
        FeatureError
            If there are no features.
        """
        name = self._task_name(task)
        if self.features.is_empty:
            raise FeatureError(
                "There are no features to train on yet. Measure the pictures: "
                "session.measure_images(). Or add columns: session.add_columns(table)."
            )
        request = self._train_request(name, self.task_labels(name))
        parts = ("validation", "test") if test else ("validation",)
        fitted = self._fitted.get(name)
        if fitted is not None and not fitted.request.same(request):
            fitted = None
        models = (fitted, self.results.get(name))
        beside, corrections = self._beside(name), self.book.corrections()
        job = _train(request, models, self.partition, parts, corrections, beside)
        return guarded(job, "train the model")

    def _beside(self, task: str) -> Beside | None:
        """The models of the other tasks, where they are fresh and all are scored together."""
        others = [name for name in self.tasks if name != task]
        if not can_combine(self.tasks) or any(self.is_stale(name) for name in others):
            return None
        rows = [self.task_labels(name).rows for name in self.tasks]
        n_labels = len(np.unique(np.concatenate(rows)))
        results = tuple(self.results[name] for name in others)
        return Beside(dict(self.tasks), results, n_labels, self.seed)

    @cached_property
    def _fitted(self) -> dict[str, Fitted]:
        """Models that have not yet been asked about the pool, by task."""
        return {}

    @cached_property
    def _positions(self) -> dict[int, int]:
        """Where in the ledger each training revision that was asked for follows from."""
        return {}

    @cached_property
    def _passes(self) -> dict[str, int]:
        """Where in the ledger the model of each task's last pass over the pool follows from."""
        return {}

    @cached_property
    def _fits(self) -> dict[str, int]:
        """As `_passes`, of the models that have not yet been asked about the pool."""
        return {}

    def _learnt_at(self, task: str, result: TrainResult | Fitted | None) -> int | None:
        """Where in the ledger a task's model follows from; None without one."""
        if result is None:
            return None
        return (self._fits if isinstance(result, Fitted) else self._passes).get(task)

    def _train_request(self, task: str, known: TaskLabels) -> TrainRequest:
        self._positions[self.book.training_revision] = self.position
        return TrainRequest(
            task_name=task,
            task=self.tasks[task],
            recipe=self.learners[task],
            features=self.features,
            labelled_rows=known.rows,
            labels=tuple(known.labels),
            coarse_rows=known.coarse_rows,
            coarse=tuple(known.coarse),
            seed=self.seed,
            revision=self.book.training_revision,
            id_hashes=self.partition.hashes,
        )

    def accept(self, result: TrainResult, *, late: bool = False) -> bool:
        """Take a trained model as the current one, unless labels have changed since.

        Parameters
        ----------
        result : TrainResult
        late : bool
            Take it also if there are more labels by now: it is stale then, and says more than an
            older one.

        Returns
        -------
        bool
            False for a stale result, which is dropped.
        """
        if result.revision != self.book.training_revision and not (late and self._is_news(result)):
            return False
        name = result.task_name
        self.results[name] = replace(result, together=None)  # or models would keep each other
        self._passes[name] = self._positions.get(result.revision, self.position)
        if name in self._fitted and self._fitted[name].learner is result.learner:
            del self._fitted[name]
        if result.revision == self.book.training_revision:
            self._note_scores(result)
        self._tell(self.trained, name)
        return True

    def _is_news(self, result: TrainResult) -> bool:
        """Whether a stale result is of the labels that there were, and newer than the last one."""
        last = self.results.get(result.task_name)
        known = self.task_labels(result.task_name)
        newer = last is None or result.revision > last.revision
        return newer and result.learnt_from(known.rows, known.labels)

    def _note_scores(self, result: TrainResult) -> None:
        made_from = self._made_from(result.task_name)
        if self.history.newest_made_from(result.task_name) != made_from:
            settling = self._settling(result)
            self._note_trained(self.history.add(result, made_from, settling))
        self._score_together(result)

    def _note_trained(self, payload: Mapping[str, Any]) -> None:
        self.book.note("trained", payload)

    def _score_together(self, newest: TrainResult) -> None:
        """Note the scores of what one-vs-rest tasks say together, once all of them are trained."""
        beside = self._beside(newest.task_name)
        if beside is None:
            return
        made_from = "+".join(self.history.newest_made_from(name) or "" for name in self.tasks)
        if self.history.newest_made_from(COMBINED) == made_from:
            return
        others, scores = newest.together or ((), [])
        if [id(one) for one in others] != [id(one) for one in beside.others]:
            scores = beside.scored(newest, self.partition, self.book.corrections())
        if not scores:
            return
        results = [self.results[name] for name in self.tasks]
        self._note_trained(self.history.add_combined(results, self.tasks, scores, made_from))

    @cached_property
    def _stop_sets(self) -> dict[str, StopSet]:
        return {}

    def _settling(self, result: TrainResult) -> Settling | None:
        rows = self.partition.sketch_rows()[:STOP_SET]
        n_labels = len(self.task_labels(result.task_name).rows)
        stop_set = self._stop_sets.setdefault(result.task_name, StopSet())
        return stop_set.note(n_labels, result.probabilities[rows], result.classes)

    def _made_from(self, task: str) -> str:
        """A fingerprint of all that a task's model depends on: training it anew adds no score."""
        known = self.task_labels(task)
        return fingerprint(
            self.partition,
            known.sources,
            known.words,
            self.book.corrections(),
            (self.tasks[task], self.learners[task], self.features.recipe, self.split),
            self.seed,
        )

    def train(self, task: str | None = None) -> None:
        """Train the models of one task, or of all.

        Raises
        ------
        NotEnoughLabels
            With labels of fewer than two classes.
        FeatureError
            If there are no features.
        """
        for name in self.tasks if task is None else [task]:
            self.accept(drain(self.train_job(name)))

    def changes(self, task: str | None = None) -> Selection | None:
        """The sources whose predicted class became another with the newest model.

        None before there are two models to compare.
        """
        result = self.results.get(self._task_name(task))
        if result is None or result.changed is None:
            return None
        return Selection(self.catalogue, result.changed)

    def choice(self, task: str | None = None) -> AutoChoice | None:
        """Which models vote for a task, with their weights, where that is left to the labels.

        None before a model is trained, and where the recipe names its models.
        """
        result = self.results.get(self._task_name(task))
        return None if result is None else result.choice

    def is_stale(self, task: str | None = None) -> bool:
        """Whether labels or recipes have changed since the task's model was trained."""
        result = self.results.get(self._task_name(task))
        return result is None or result.revision != self.book.training_revision

    @property
    def scores(self) -> pd.DataFrame:
        """Scores of every model trained, one row a model and split, oldest first.

        Where several one-vs-rest tasks are trained and sources are held out, also the scores of
        what they say together, with "combined" as `task`.
        """
        return self.history.table()

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
        LearnerError
            If several tasks cannot be put together.
        """
        names = list(self.tasks) if task is None else [self._task_name(task)]
        check_combinable(names, self.tasks)
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


def _train(
    request: TrainRequest,
    models: tuple[Fitted | None, TrainResult | None],
    partition: Partition,
    parts: tuple[str, ...],
    corrections: Mapping[int, str | None],
    beside: Beside | None,
) -> Job[TrainResult]:
    """Train, with what is held out looked up on the way and not before."""
    yield Progress("Gathering held-out sources")
    found = {
        part: partition.held_out_places(request.task, CODES[part], corrections) for part in parts
    }
    held_out = {part: pair for part, pair in found.items() if len(pair[0])}
    made = yield from train_job(replace(request, heldout=held_out), *models)
    if beside is None:
        return made
    yield Progress("Scoring the tasks together")
    return replace(made, together=(beside.others, beside.scored(made, partition, corrections)))
