"""A session's verbs for charts: chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.catalogue.ids import derived_seed
from napari_astro_al.errors import SessionError, listing
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.learning.cross_validation import cross_predict_job
from napari_astro_al.learning.diagrams import (
    Chart,
    importance_chart,
    precision_recall_chart,
    probability_chart,
    reliability_chart,
)
from napari_astro_al.learning.importance import importance_job
from napari_astro_al.learning.metrics import class_places
from napari_astro_al.learning.trained import TrainRequest
from napari_astro_al.learning.training import fit_job
from napari_astro_al.session.baseline import BaselineRequest, baseline_job
from napari_astro_al.session.history import History
from napari_astro_al.session.known import KnownRequest
from napari_astro_al.session.planner import COMPARED
from napari_astro_al.session.planning import Planning
from napari_astro_al.session.selection import Selection

CHARTS = ("reliability", "precision-recall", "probabilities", "importance")
MOST = 100_000
"""Sources that a chart is made of: with more it would look the same."""
CROSS_VALIDATED = "cross-validated on {:,} labels that were asked for because they are hard"
_MAKE = {
    "reliability": reliability_chart,
    "precision-recall": precision_recall_chart,
    "probabilities": probability_chart,
}


@dataclass(frozen=True, eq=False)
class ChartRequest:
    """Everything that a chart is made from, captured.

    Attributes
    ----------
    kind : str
    known : KnownRequest
    train : TrainRequest
        What is cross-validated where nothing is held out.
    features : FeatureMatrix
    seed : int
    """

    kind: str
    known: KnownRequest
    train: TrainRequest
    features: FeatureMatrix
    seed: int


class Charting(Planning):
    """Charts of a session's models."""

    def chart(self, kind: str, task: str | None = None) -> Chart:
        """A chart of the current model as data; trains first if the model is stale.

        Parameters
        ----------
        kind : {"reliability", "precision-recall", "probabilities", "importance"}
            How often it is so where a probability was given; purity against completeness;
            probabilities of the sources of each class; how much the score depends on each feature.
        task : str, optional
            The first one by default.

        Returns
        -------
        Chart
            Measured on what is held out for validation; where nothing is, by cross-validation.
            ``.table()`` has its points.

        Raises
        ------
        SessionError
            If there is no such chart.
        NotEnoughLabels
            With labels of fewer than two classes.
        """
        name = self._task_name(task)
        _checked(kind)
        if self.is_stale(name):
            self.train(name)
        return drain(self.chart_job(kind, name))

    def chart_job(self, kind: str, task: str | None = None) -> Job[Chart]:
        """The work of `chart`, captured now, with the model as it is."""
        name = self._task_name(task)
        request = ChartRequest(
            kind=_checked(kind),
            known=self._known_request(name, survey=False),
            train=self._train_request(name, self.task_labels(name)),
            features=self.features,
            seed=derived_seed(self.seed, "chart", kind),
        )
        return guarded(_chart(request), "make the chart")

    def random_baseline(self, task: str | None = None) -> pd.DataFrame:
        """Scores that labels drawn at random would have brought, as far as that can be told.

        From the answers to a survey sample that was drawn at random, where there are ten or more:
        these are such labels. Else from the labels that were asked for, of which each is kept
        with a chance that makes them like the catalogue: an estimate, and the fewer are kept the
        shorter the curve. Models are trained anew, and change nothing.

        Parameters
        ----------
        task : str, optional
            The first one by default.

        Returns
        -------
        pandas.DataFrame
            As `scores`, one row a number of labels, with "random" as ``split``.

        Raises
        ------
        SessionError
            If nothing is held out for validation.
        NotEnoughLabels
            With labels of fewer than two classes.
        """
        name = self._task_name(task)
        if self.is_stale(name):
            self.train(name)
        return History.frame(drain(self.random_baseline_job(name)))

    def random_baseline_job(self, task: str | None = None) -> Job[list[dict[str, Any]]]:
        """The work of `random_baseline`, captured now; rows as in `History.rows`."""
        name = self._task_name(task)
        survey = self.drawn_survey
        drawn = survey if survey is not None and survey.plan.how == "random" else None
        request = BaselineRequest(
            known=self._known_request(name, survey=False),
            survey=drawn,
            train=self._train_request(name, self.task_labels(name)),
            others=self.partition.sketch_rows()[:COMPARED],
            seed=derived_seed(self.seed, "baseline", name),
        )
        return guarded(baseline_job(request), "estimate what random labels would bring")

    def confused_job(self, true: str, predicted: str, task: str | None = None) -> Job[Selection]:
        """Find the validation sources of one cell of a confusion matrix, captured now.

        Parameters
        ----------
        true, predicted : str
            Classes of the task.
        task : str, optional
            The first one by default.

        Raises
        ------
        SessionError
            If nothing is held out for validation.
        """
        request = self._known_request(self._task_name(task), survey=False)
        return guarded(_confused(request, true, predicted, self.catalogue), "find the sources")


def _confused(
    request: KnownRequest, true: str, predicted: str, catalogue: Catalogue
) -> Job[Selection]:
    yield Progress("Looking up the sources of the cell")
    found = request.validation()
    if found is None:
        raise SessionError(
            "The matrix is cross-validated, so that none of its sources is kept. Hold sources out "
            'for validation: session.curate(100, part="validation").'
        )
    names = request.result.classes
    said = request.result.probabilities[found.rows].argmax(axis=1)
    inside = (found.true == names.index(true)) & (said == names.index(predicted))
    return Selection.of_rows(catalogue, found.rows[inside])


def _checked(kind: str) -> str:
    if kind not in CHARTS:
        raise SessionError(f"There is no chart {kind!r}. There are {listing(CHARTS)}.")
    return kind


def _chart(request: ChartRequest) -> Job[Chart]:
    yield Progress("Looking up sources with known classes")
    result, found = request.known.result, request.known.validation()
    if found is None:
        rows, true, said = yield from _cross_validated(request)
        title = CROSS_VALIDATED.format(len(rows))
    else:
        rows, true = found.rows[:MOST], found.true[:MOST]
        said, title = result.probabilities[rows], found.basis
    if request.kind == "importance":
        names = request.features.names
        values = request.features.values[rows]
        falls = yield from importance_job(result, values, true, names, request.seed)
        return importance_chart(names, falls, title)
    yield Progress("Drawing the chart")
    return _MAKE[request.kind](true, said, result.classes, title)


def _cross_validated(
    request: ChartRequest,
) -> Job[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float32]]]:
    train = request.train
    fitted = yield from fit_job(train)
    usable = train.features.usable[train.labelled_rows]
    rows = train.labelled_rows[usable]
    labels = np.array(train.labels, dtype=np.str_)[usable]
    said = yield from cross_predict_job(
        fitted.resolved.models,
        train.features.values[rows],
        labels,
        train.id_hashes[rows],
        fitted.seed,
        train.task.names,
        vote=train.recipe.vote,
    )
    return rows, class_places(labels, train.task.names), said
