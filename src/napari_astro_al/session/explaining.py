"""A session's verb for reasons: why a source was asked for, and what speaks for its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.features.coded import Coded
from napari_astro_al.features.columns import has_values, read_exactly
from napari_astro_al.features.single import feature_unit, find_made
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.learning.committee import combined_votes
from napari_astro_al.learning.deciding import Floats, n_others, prediction_differences
from napari_astro_al.learning.neighbours import distances_from, nearest_by_class
from napari_astro_al.learning.predicting.pool import PoolScorer
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.explanation import DecidingFeature, Explanation, LabelledNeighbour
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.querying import Querying
from napari_astro_al.session.tasklabels import TaskLabels

MOST_DECIDING = 5
LEAST_EFFECT = 0.005
"""A feature whose values change the probability by less decides nothing."""
NEAREST = 3
"""Labelled neighbours a class."""
PREDICTED = "predicted"
"""Where an answer's event keeps what the model said before it."""


@dataclass(frozen=True, eq=False)
class ExplainRequest:
    """Everything that explaining a source needs, captured.

    Attributes
    ----------
    source, row : int or str, int
    task : str
    asked : mapping
        How it was asked for.
    before : mapping of str to float
        What the model said before the answer; empty where that was not kept.
    result : TrainResult or None
        The model to explain.
    """

    catalogue: Catalogue
    features: FeatureMatrix
    partition: Partition
    known: TaskLabels
    result: TrainResult | None
    source: SourceId
    row: int
    task: str
    asked: Mapping[str, Any]
    before: Mapping[str, float]


class Explaining(Querying):
    """Reasons of a session."""

    def explain(self, source: SourceId, task: str | None = None) -> Explanation:
        """Why a source was asked for, and what speaks for its answer.

        Nothing is trained: what the current model says is explained.

        Parameters
        ----------
        source : int or str
            Any source, asked for or not.
        task : str, optional
            By default the one that asked for it, or else the first.

        Returns
        -------
        Explanation
            ``print(session.explain(source).words)`` tells it as text.

        Raises
        ------
        CatalogueError
            If there is no such source.
        LabelError
            If there is no such task.
        """
        return drain(self.explain_job(source, task))

    def explain_job(self, source: SourceId, task: str | None = None) -> Job[Explanation]:
        """The work of `explain`, captured now.

        It looks at one row, at the labelled ones, and at a few dozen others, so that it takes
        as long for ten million sources as for a thousand.
        """
        row = self.catalogue.row_of(source)
        asked = self.how_asked(source)
        name = self._task_name(task) if task is not None else self.asking_task(source)
        return guarded(
            _explain(
                ExplainRequest(
                    catalogue=self.catalogue,
                    features=self.features,
                    partition=self.partition,
                    known=self.task_labels(name),
                    result=self.results.get(name),
                    source=self.catalogue.ids_at([row])[0],
                    row=row,
                    task=name,
                    asked=asked if asked.get("task", name) == name else {},
                    before=self._kept_prediction(source, name),
                )
            ),
            "explain the source",
        )

    def how_asked(self, source: SourceId) -> Mapping[str, Any]:
        """How a source was asked for: now, or as its last answer remembers it."""
        if told := self.asked(source):
            return told
        answers = self.book.history_of(source)
        return next((e.payload["asked"] for e in reversed(answers) if "asked" in e.payload), {})

    def asking_task(self, source: SourceId | None) -> str:
        """The task that asked for a source, or else the first."""
        task = None if source is None else self.how_asked(source).get("task")
        return str(task) if task in self.tasks else next(iter(self.tasks))

    def has_learnt(self, source: SourceId, task: str) -> bool:
        """Whether the current model of a task has learnt from the answer to a source."""
        result = self.results.get(task)
        return result is not None and _has_learnt(result, self.catalogue.row_of(source))

    def _kept_prediction(self, source: SourceId, task: str) -> Mapping[str, float]:
        for event in reversed(self.book.history_of(source)):
            kept = event.payload.get(PREDICTED)
            if isinstance(kept, Mapping) and kept.get("task") == task:
                shares: Mapping[str, float] = kept.get("probabilities", {})
                if set(shares) <= set(self.tasks[task].names):
                    return shares
        return {}


def _explain(request: ExplainRequest) -> Job[Explanation]:
    yield Progress("Looking for reasons")
    features, row, result = request.features, request.row, request.result
    probabilities: dict[str, float] = {}
    deciding: tuple[DecidingFeature, ...] = ()
    likeliest, learnt, before = "", False, False
    if result is not None and not features.is_empty and features.usable[row]:
        learnt = _has_learnt(result, row)
        now = result.probabilities[row]
        before = learnt and bool(request.before)
        probabilities = _ranked(
            request.before if before else dict(zip(result.classes, now.tolist(), strict=True))
        )
        place = int(np.nan_to_num(now).argmax())
        likeliest = result.classes[place]
        deciding = _deciding(request, result, place)
        yield Progress("Looking for neighbours")
    return Explanation(
        source=request.source,
        task=request.task,
        asked=request.asked,
        probabilities=probabilities,
        learnt=learnt,
        before=before,
        likeliest=likeliest,
        deciding=deciding,
        neighbours=nearest_labelled(request.catalogue, features, request.known, row, NEAREST),
    )


def _has_learnt(result: TrainResult, row: int) -> bool:
    request = result.request
    if request is None:
        return False
    return bool((request.labelled_rows == row).any() or (request.coarse_rows == row).any())


def _ranked(shares: Mapping[str, float]) -> dict[str, float]:
    return dict(sorted(shares.items(), key=lambda one: -one[1]))


def _deciding(
    request: ExplainRequest, result: TrainResult, place: int
) -> tuple[DecidingFeature, ...]:
    features, row = request.features, request.row
    others = _others(request, n_others(len(features.names)))
    if result.request is None or not len(others):
        return ()
    vote = result.request.recipe.vote
    scorer = PoolScorer.of(result.learner, result.classes, result.model)

    def probability(asked: Floats) -> Floats:
        votes = scorer.votes(Coded(asked), np.arange(len(asked)))
        return combined_votes(votes, vote)[:, place]

    values = features.values[others]
    _, effects = prediction_differences(probability, features.values[row], values)
    order = np.argsort(-np.abs(effects), kind="stable")[:MOST_DECIDING]
    return tuple(
        _measured(request, int(feature), values[:, feature], float(effects[feature]))
        for feature in order
        if abs(effects[feature]) >= LEAST_EFFECT
    )


def _others(request: ExplainRequest, n: int) -> npt.NDArray[np.int64]:
    """The first usable sources of the sketch but this one: chosen by hash, so by chance."""
    first = request.partition.sketch_rows()[: 4 * n]
    fit: npt.NDArray[np.int64] = first[request.features.usable[first] & (first != request.row)]
    return fit[:n]


def _measured(
    request: ExplainRequest, feature: int, others: Floats, effect: float
) -> DecidingFeature:
    """A feature as it was measured, before it was scaled."""
    catalogue, features = request.catalogue, request.features
    name, recipe = features.names[feature], features.recipe
    typical = float(np.nanmedian(features.fit.measured(feature, others)))
    prepared = features.values[request.row : request.row + 1, feature]
    value = float(features.fit.measured(feature, prepared)[0])
    if feature >= len(features.fit.names):
        return DecidingFeature(name, value, typical, "", effect)
    if has_values(catalogue, name):
        value = _cell(request, name)
    else:
        made = find_made(catalogue, name, recipe)
        if made is not None and any(np.isnan(_cell(request, part)) for part in made.parts):
            value = np.nan
    return DecidingFeature(name, value, typical, feature_unit(catalogue, name, recipe), effect)


def _cell(request: ExplainRequest, name: str) -> float:
    here, sentinels = slice(request.row, request.row + 1), request.features.recipe.sentinels
    return float(read_exactly(request.catalogue, name, here, sentinels)[0])


def nearest_labelled(
    catalogue: Catalogue, features: FeatureMatrix, known: TaskLabels, row: int, n: int
) -> dict[str, tuple[LabelledNeighbour, ...]]:
    """The n labelled sources of each class that are nearest to one in feature space.

    Returns
    -------
    dict of str to tuple of LabelledNeighbour
        By class; empty where the source has no features or nothing is labelled.
    """
    if features.is_empty or not len(known.rows) or not features.usable[row]:
        return {}
    others = known.rows != row
    rows, labels = known.rows[others], np.array(known.labels, dtype=np.str_)[others]
    apart = distances_from(features.values[row], features.values[rows])
    found = nearest_by_class(apart, labels, n)
    return {
        label: tuple(
            LabelledNeighbour(source, label, float(apart[place]))
            for source, place in zip(catalogue.ids_at(rows[places]), places, strict=True)
        )
        for label, places in found.items()
    }
