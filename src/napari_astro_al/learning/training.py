"""Training as a job: everything it needs in a request, everything it found in a result."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue.ids import derived_seed
from napari_astro_al.errors import LearnerError, NotEnoughLabels, listing
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.learning.auto_model import AutoChoice, Voters, choose_job, pool_places
from napari_astro_al.learning.coarse import CoarseLabels
from napari_astro_al.learning.committee import combined_votes
from napari_astro_al.learning.cross_validation import cross_predict_job
from napari_astro_al.learning.learners import (
    fitted_learner,
    quietly,
    refuse_missing,
)
from napari_astro_al.learning.predicting.pool import PoolScorer
from napari_astro_al.learning.recipe import LearnerRecipe, ResolvedLearner
from napari_astro_al.learning.scoring import score_cross_validated, score_held_out
from napari_astro_al.learning.task import Task

if TYPE_CHECKING:
    from napari_astro_al.features import FeatureMatrix


@dataclass(frozen=True)
class TrainRequest:
    """Everything that training depends on, captured when it is asked for.

    Attributes
    ----------
    task_name : str
    task : Task
    recipe : LearnerRecipe
    features : FeatureMatrix
    labelled_rows : (l,) int64 ndarray
        Rows of the training sources, in event order.
    labels : sequence of str
        Their modelled classes (`Task.names`).
    coarse_rows : (c,) int64 ndarray
        Rows of further training sources, whose labels leave several classes open.
    coarse : sequence of collection of str
        The modelled classes that they leave open.
    id_hashes : (n_sources,) uint64 ndarray
        Seeded hashes of the source ids.
    heldout : dict of {"validation" or "test": (rows, labels)}
        What to score on. Without any, the labels are cross-validated.
    seed : int
        The session's.
    revision : int
        Of the session's state; the result carries it.
    """

    task_name: str
    task: Task
    recipe: LearnerRecipe
    features: FeatureMatrix
    labelled_rows: npt.NDArray[np.int64]
    labels: Sequence[str]
    id_hashes: npt.NDArray[np.uint64]
    heldout: Mapping[str, tuple[npt.NDArray[np.int64], Sequence[str]]] = field(default_factory=dict)
    coarse_rows: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    coarse: Sequence[Collection[str]] = ()
    seed: int = 0
    revision: int = 0


@dataclass(frozen=True)
class TrainResult:
    """A trained learner and what it says.

    Attributes
    ----------
    task_name : str
    revision : int
        The request's.
    learner : modAL ActiveLearner or Committee
    classes : tuple of str
        `Task.names`, the columns of `probabilities`.
    probabilities : (n_sources, n_classes) float32 ndarray
        A committee's by its `LearnerRecipe.vote`; NaN rows where the source is not usable; 0 for
        a class without labels.
    votes : (n_models, n_sources, n_classes) float32 ndarray or None
        Each member's probabilities, for a committee.
    scores : list of dict
        One row a split: ``n_labels``, ``split``, and what `score_row` says.
    model : str
        Names of the models.
    why : str
        Why these.
    seconds : float
        What it took.
    notes : tuple of str
        What the models warned of.
    choice : AutoChoice or None
        Which models vote, where that was left to the labels.
    """

    task_name: str
    revision: int
    learner: Any
    classes: tuple[str, ...]
    probabilities: npt.NDArray[np.float32]
    votes: npt.NDArray[np.float32] | None
    scores: list[dict[str, Any]]
    model: str
    why: str
    seconds: float
    notes: tuple[str, ...] = ()
    choice: AutoChoice | None = None


@dataclass(frozen=True, eq=False)
class Fitted:
    """A trained learner that has not yet been asked about the pool.

    Attributes
    ----------
    learner : modAL ActiveLearner or Committee
    choice : AutoChoice or None
        Which models vote, where that was left to the labels.
    resolved : ResolvedLearner
        What the recipe came to.
    scorer : PoolScorer
        What it says of many sources.
    n_labels : int
        That it learnt from.
    seed : int
        Of the models.
    seconds : float
        What it took.
    notes : tuple of str
        What the models warned of.
    """

    learner: Any
    choice: AutoChoice | None
    resolved: ResolvedLearner
    scorer: PoolScorer
    n_labels: int
    seed: int
    seconds: float
    notes: tuple[str, ...] = ()


def fit_job(request: TrainRequest) -> Job[Fitted]:
    """Learn from the labels, and no more.

    Raises
    ------
    NotEnoughLabels
        If fewer than two classes have labelled usable sources.
    LearnerError
        If a model fails; names it.
    """
    return guarded(_fit(request), "train the model")


def train_job(request: TrainRequest, fitted: Fitted | None = None) -> Job[TrainResult]:
    """Train, score, and predict every usable source.

    Parameters
    ----------
    request : TrainRequest
    fitted : Fitted, optional
        What `fit_job` gave for the same request, so that nothing is learnt twice.

    Returns
    -------
    generator
        Yields `Progress` and returns a `TrainResult`; closing it between two yields cancels.

    Raises
    ------
    NotEnoughLabels
        If fewer than two classes have labelled usable sources.
    LearnerError
        If a model fails; names it.
    """
    return guarded(_train(request, fitted), "train the model")


def _fit(request: TrainRequest) -> Job[Fitted]:
    started = time.perf_counter()
    rows, labels = _training_data(request)
    seed = derived_seed(request.seed, "train", request.task_name, request.recipe.seed)
    notes: list[str] = []
    X, y = request.features.values[rows], np.array(labels, dtype=np.str_)
    choice, weighed = None, None
    if request.recipe.chooses_models:
        voters = _voters(request, X, y, rows, seed)
        choice = yield from choose_job(voters)
        weighed = voters.estimator(choice)
    counts = Counter(labels)
    resolved = request.recipe.resolve(len(labels), counts, go_on=True, weighed=weighed)
    _check_missing(request, resolved)
    yield Progress(f"Training {resolved.model_name} on {len(labels)} labels")
    coarse = _coarse_labels(request)
    fit = partial(fitted_learner, resolved.models, resolved.strategy, X, y, seed, coarse)
    learner = quietly(fit, notes)
    scorer = PoolScorer.of(learner, request.task.names, resolved.model_name)
    seconds = time.perf_counter() - started
    return Fitted(learner, choice, resolved, scorer, len(labels), seed, seconds, tuple(notes))


def _train(request: TrainRequest, fitted: Fitted | None) -> Job[TrainResult]:
    started = time.perf_counter()
    matrix, names = request.features, request.task.names
    known, before = fitted, 0.0 if fitted is None else fitted.seconds
    if known is None:
        known = yield from _fit(request)
    notes = list(known.notes)
    votes = yield from known.scorer.votes_job(matrix.values, matrix.usable, notes)
    probabilities = combined_votes(votes, request.recipe.vote)

    scores = [
        score_held_out(split, held, probabilities, request.task, known.seed)
        for split, held in request.heldout.items()
        if len(held[0])
    ]
    if not scores:
        rows, labels = _training_data(request)
        said = yield from cross_predict_job(
            known.resolved.models,
            matrix.values[rows],
            np.array(labels, dtype=np.str_),
            request.id_hashes[rows],
            known.seed,
            names,
            vote=request.recipe.vote,
            coarse=_coarse_labels(request),
        )
        scores = [score_cross_validated(labels, said, request.task, known.seed)]
    return TrainResult(
        task_name=request.task_name,
        revision=request.revision,
        learner=known.learner,
        classes=names,
        probabilities=probabilities,
        votes=votes if len(votes) > 1 else None,
        scores=[{"n_labels": known.n_labels, **row} for row in scores],
        model=known.resolved.model_name,
        why=known.resolved.why,
        seconds=before + time.perf_counter() - started,
        notes=tuple(notes),
        choice=known.choice,
    )


def _voters(
    request: TrainRequest,
    X: npt.NDArray[np.float32],
    y: npt.NDArray[np.str_],
    rows: npt.NDArray[np.int64],
    seed: int,
) -> Voters:
    matrix, hashes = request.features, request.id_hashes
    pool = pool_places(matrix.values, matrix.usable, hashes)
    missing = matrix.recipe.missing == "native"
    return Voters(X.astype(np.float64), y, hashes[rows], seed, pool, missing)


def _training_data(request: TrainRequest) -> tuple[npt.NDArray[np.int64], list[str]]:
    rows = np.asarray(request.labelled_rows, dtype=np.int64)
    labels = [str(one) for one in request.labels]
    strangers = sorted(set(labels) - set(request.task.names))
    if strangers:
        raise LearnerError(
            f"Labels {listing(strangers)} are not classes of the task {request.task_name!r}: "
            f"{listing(request.task.names)}."
        )
    usable = np.asarray(request.features.usable)[rows]
    kept = [label for label, use in zip(labels, usable, strict=True) if use]
    counts = Counter(kept)
    if len(counts) < 2:
        there = ", ".join(f"{count} of {name!r}" for name, count in counts.items()) or "none"
        left = "" if usable.all() else f" ({int((~usable).sum())} more have no features)"
        raise NotEnoughLabels(
            f"Training {request.task_name!r} needs labels of at least two classes; there are: "
            f"{there}{left}. Label a source of another class."
        )
    return rows[usable], kept


def _coarse_labels(request: TrainRequest) -> CoarseLabels | None:
    rows = np.asarray(request.coarse_rows, dtype=np.int64)
    usable = np.asarray(request.features.usable)[rows]
    left = [names for names, use in zip(request.coarse, usable, strict=True) if use]
    return CoarseLabels.of(request.features.values[rows[usable]], left, request.task.names)


def _check_missing(request: TrainRequest, resolved: ResolvedLearner) -> None:
    matrix = request.features
    if matrix.recipe.missing == "native" and bool(np.isnan(matrix.values[matrix.usable]).any()):
        refuse_missing(resolved.models)
