"""Estimates of the catalogue as a job: answers, models and the numbers that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.errors import NotEnoughLabels, listing
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning import Task
from napari_astro_al.learning.catalogue_estimates import (
    Estimate,
    Said,
    difference_estimates,
    naive_estimates,
    weighted_estimates,
)
from napari_astro_al.learning.cross_validation import cross_predict_job
from napari_astro_al.learning.metrics import class_places
from napari_astro_al.learning.trained import TrainRequest, TrainResult
from napari_astro_al.learning.training import fit_job
from napari_astro_al.session.survey import Population, Rows, Survey

CHUNK = 200_000
COLUMNS = ("task", "quantity", "class", "estimator", "value", "low", "high", "n")
NONE = -1
"""The place of a source that is of no class of the task."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What the answers to a survey sample say about one task.

    Attributes
    ----------
    places : (n,) int64 ndarray
        Of the answered sources in the sample. Sources that one was unsure of are left out, and so
        are those whose label leaves several classes open.
    true : (n,) int64 ndarray
        Their classes, as places in `Task.names`; -1 for none of them.
    """

    places: Rows
    true: Rows

    @classmethod
    def of(cls, survey: Survey, said: Mapping[int, str | None], task: Task) -> Answers:
        """Of labels by row; None where one was unsure."""
        found = []
        for place, row in enumerate(survey.rows.tolist()):
            label = said.get(row)
            left = None if label is None else task.allowed(label)
            if left is not None and len(left) < 2:
                found.append((place, task.names.index(next(iter(left))) if left else NONE))
        both = np.array(found, dtype=np.int64).reshape(-1, 2)
        return cls(both[:, 0], both[:, 1])


@dataclass(frozen=True, eq=False)
class EstimateRequest:
    """Everything that estimates need, captured.

    Attributes
    ----------
    survey : Survey
    population : Population
        The sources that are told about.
    answers : sequence of Answers
        One a task.
    results : sequence of TrainResult or None
        Models that have not learnt from the sample.
    train : sequence of TrainRequest or None
        What the other labels are.
    tasks : mapping of str to Task
    """

    survey: Survey
    population: Population
    answers: Sequence[Answers]
    results: Sequence[TrainResult | None]
    train: Sequence[TrainRequest | None]
    tasks: Mapping[str, Task]


def estimate_job(request: EstimateRequest) -> Job[pd.DataFrame]:
    """Estimate purity, completeness, class fractions and accuracy of the catalogue."""
    rows = []
    yield Progress("Looking which sources count")
    population = request.population.mask()
    per_task = zip(request.tasks, request.answers, request.results, request.train, strict=True)
    for name, answers, result, train in per_task:
        names = request.tasks[name].names
        within = population[request.survey.rows[answers.places]]
        told = yield from _estimates(
            request.survey,
            population,
            Answers(answers.places[within], answers.true[within]),
            result,
            names,
        )
        naive = yield from _naive(train, names)
        rows += [(name, *one) for one in (*told, *naive)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _estimates(
    survey: Survey,
    population: npt.NDArray[np.bool_],
    answers: Answers,
    result: TrainResult | None,
    names: Sequence[str],
) -> Job[list[Estimate]]:
    sample = survey.sample(answers.places)
    if len(sample) < 2:
        raise NotEnoughLabels(
            f"Estimates need labels of two sources of the survey sample or more; there "
            f"{'is one' if len(sample) == 1 else 'are none'}. Go on labelling: they come up by "
            "themselves."
        )
    empty = [survey.names[one] for one in np.flatnonzero(sample.counts == 0)]
    if sample.design == "stratified" and empty:
        raise NotEnoughLabels(
            f"Nothing is known yet about a part of the survey sample: {listing(empty)}. Go on "
            "labelling: its sources come up by themselves."
        )
    if result is None or result.classes != tuple(names):
        return weighted_estimates(sample, answers.true, None, names)
    probabilities = result.probabilities[survey.rows[answers.places]]
    known = np.isfinite(probabilities).all(axis=1)
    if not known.all():
        return weighted_estimates(sample, answers.true, None, names)
    said = yield from _said_of_all(result.probabilities, population)
    predicted = probabilities.argmax(axis=1).astype(np.int64)
    weighted = weighted_estimates(sample, answers.true, predicted, names)
    assisted = difference_estimates(sample, answers.true, probabilities, said, names)
    return [*weighted, *assisted]


def _said_of_all(
    probabilities: npt.NDArray[np.float32], population: npt.NDArray[np.bool_]
) -> Job[Said]:
    k = probabilities.shape[1]
    said = Said(np.zeros(k), np.zeros((k, k)))
    for start in range(0, len(population), CHUNK):
        yield Progress("Adding up what the model says", start, len(population))
        part = slice(start, start + CHUNK)
        some = probabilities[part][population[part]]
        said += Said.of(some[np.isfinite(some).all(axis=1)])
    return said


def _naive(train: TrainRequest | None, names: Sequence[str]) -> Job[list[Estimate]]:
    """What the labels that train would say of the catalogue."""
    if train is None:
        return []
    usable = train.features.usable[train.labelled_rows]
    rows = train.labelled_rows[usable]
    labels = np.array(train.labels, dtype=np.str_)[usable]
    fitted = yield from fit_job(train)
    said = yield from cross_predict_job(
        fitted.resolved.models,
        train.features.values[rows],
        labels,
        train.id_hashes[rows],
        fitted.seed,
        names,
        vote=train.recipe.vote,
    )
    predicted = said.argmax(axis=1).astype(np.int64)
    return naive_estimates(class_places(labels, names), predicted, names)
