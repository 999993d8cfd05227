"""Training as a job: everything it needs in a request, everything it found in a result."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue.ids import derived_seed
from napari_astro_al.errors import LearnerError, NotEnoughLabels, listing
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.learning.auto_model import Voters, choose_job
from napari_astro_al.learning.coarse import CoarseLabels
from napari_astro_al.learning.committee import combined_votes
from napari_astro_al.learning.cross_validation import cross_predict_job
from napari_astro_al.learning.known_pool import pool_of
from napari_astro_al.learning.learners import (
    fitted_learner,
    quietly,
    refuse_missing,
)
from napari_astro_al.learning.predicting.pool import CHUNK, PoolScorer
from napari_astro_al.learning.recipe import ResolvedLearner
from napari_astro_al.learning.reservoir import most_doubtful
from napari_astro_al.learning.scoring import score_cross_validated, score_held_out
from napari_astro_al.learning.trained import Fitted, TrainRequest, TrainResult


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


def train_job(
    request: TrainRequest, fitted: Fitted | None = None, before: TrainResult | None = None
) -> Job[TrainResult]:
    """Train, score, and predict every usable source.

    Parameters
    ----------
    request : TrainRequest
    fitted : Fitted, optional
        What `fit_job` gave for the same request, so that nothing is learnt twice.
    before : TrainResult, optional
        The model before, to tell which predictions change.

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
    return guarded(_train(request, fitted, before), "train the model")


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
    made = (learner, choice, resolved, scorer, request)
    return Fitted(*made, len(labels), seed, seconds, tuple(notes))


def _train(
    request: TrainRequest, fitted: Fitted | None, before: TrainResult | None
) -> Job[TrainResult]:
    started = time.perf_counter()
    matrix, names = request.features, request.task.names
    known, spent = fitted, 0.0 if fitted is None else fitted.seconds
    if known is None:
        known = yield from _fit(request)
    notes = list(known.notes)
    votes = yield from known.scorer.votes_job(matrix.coded, matrix.usable, notes)
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
        seconds=spent + time.perf_counter() - started,
        notes=tuple(notes),
        choice=known.choice,
        doubtful=most_doubtful(probabilities, request.id_hashes),
        changed=None if before is None else _changed(before, names, probabilities),
        request=replace(request, heldout={}),
    )


def _voters(
    request: TrainRequest,
    X: npt.NDArray[np.float32],
    y: npt.NDArray[np.str_],
    rows: npt.NDArray[np.int64],
    seed: int,
) -> Voters:
    matrix, hashes = request.features, request.id_hashes
    pool = pool_of(matrix.values, matrix.usable, hashes)
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


def _changed(
    before: TrainResult, names: tuple[str, ...], probabilities: npt.NDArray[np.float32]
) -> npt.NDArray[np.int64] | None:
    """Sources whose likeliest class is another than before; None for other classes or sources."""
    earlier = before.probabilities
    if before.classes != names or len(earlier) != len(probabilities):
        return None
    found = [np.empty(0, dtype=np.int64)]
    for start in range(0, len(earlier), CHUNK):
        part = slice(start, start + CHUNK)
        found.append(start + np.flatnonzero(_differ(earlier[part], probabilities[part])))
    return np.concatenate(found)


def _differ(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    known = np.isfinite(one[:, 0]) & np.isfinite(other[:, 0])
    differ: npt.NDArray[np.bool_] = one.argmax(axis=1) != other.argmax(axis=1)
    return differ & known
