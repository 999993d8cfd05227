"""The learning curve that labels drawn at random would have brought, as a job."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import NotEnoughLabels, SessionError
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning.random_baseline import as_if_random, likeness, sizes_to_try
from napari_astro_al.learning.scoring import score_held_out
from napari_astro_al.learning.trained import TrainRequest
from napari_astro_al.learning.training import fit_job
from napari_astro_al.session.estimating import Answers
from napari_astro_al.session.known import KnownRequest
from napari_astro_al.session.survey import Survey

RANDOM = "random"
"""In place of a split, where scores are of labels as if drawn at random."""
ENOUGH = 10
MOST = 20_000
"""Sources that each model is scored on."""

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class BaselineRequest:
    """Everything that a baseline needs, captured.

    Attributes
    ----------
    known : KnownRequest
        What it is scored on.
    survey : Survey or None
        One that was drawn at random.
    train : TrainRequest
        The labels that were asked for.
    others : (m,) int64 ndarray
        Sources drawn by chance, which labels are compared with.
    seed : int
    """

    known: KnownRequest
    survey: Survey | None
    train: TrainRequest
    others: Rows
    seed: int


def baseline_job(request: BaselineRequest) -> Job[list[dict[str, Any]]]:
    """Train on growing numbers of labels as if drawn at random; a row each, as in `History.rows`.

    Raises
    ------
    SessionError
        If nothing is held out for validation.
    NotEnoughLabels
        If too few labels are left.
    """
    yield Progress("Looking up held-out sources")
    held = request.known.validation()
    if held is None:
        raise SessionError(
            "What random labels would bring is scored on sources that are held out for "
            'validation, and there are none: session.curate(100, part="validation").'
        )
    rows, labels = _drawn(request)
    sizes = sizes_to_try(labels)
    if not sizes:
        raise NotEnoughLabels(
            "Too few of the labels are like a random draw to say what one would bring. Draw a "
            "survey sample at random, or label more."
        )
    names = request.train.task.names
    scored, true = held.rows[:MOST], [names[one] for one in held.true[:MOST].tolist()]
    found = []
    for step, n in enumerate(sizes):
        yield Progress("Training on random labels", step, len(sizes))
        train = replace(
            request.train,
            labelled_rows=rows[:n],
            labels=tuple(labels[:n]),
            coarse_rows=np.empty(0, dtype=np.int64),
            coarse=(),
        )
        fitted = yield from fit_job(train)
        pair = (np.arange(len(scored)), true)
        row = score_held_out(
            RANDOM, pair, fitted.said_of(scored)[0], request.train.task, request.seed
        )
        told = {"task": request.train.task_name, "model": fitted.model, "n_labels": n}
        found.append({**told, "classes": list(names), **row})
    return found


def _drawn(request: BaselineRequest) -> tuple[Rows, list[str]]:
    """Rows and labels in an order in which any first of them are like a random draw."""
    train, features, names = request.train, request.train.features, request.train.task.names
    if request.survey is not None:
        answers = Answers.of(request.survey, request.known.said, request.known.task)
        told = answers.true >= 0
        rows = request.survey.rows[answers.places[told]]
        held_out = request.known.partition.part[rows] != 0
        rows, true = rows[~held_out], answers.true[told][~held_out]
        if len(rows) >= ENOUGH:
            return rows, [names[one] for one in true.tolist()]
    usable = features.usable[train.labelled_rows]
    labelled = train.labelled_rows[usable]
    labels = [one for one, use in zip(train.labels, usable, strict=True) if use]
    others = request.others[features.usable[request.others]]
    weights = likeness(features.values[labelled], features.values[others], request.seed % 2**31)
    kept = as_if_random(weights, request.seed)
    return labelled[kept], [labels[one] for one in kept.tolist()]
