"""Scores from the labels themselves, where no source is held out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning.coarse import CoarseLabels
from napari_astro_al.learning.committee import Vote, combined_votes
from napari_astro_al.learning.learners import (
    Floats,
    class_probabilities,
    failures_named,
    fitted_learner,
    quietly,
)
from napari_astro_al.learning.models import ModelSpec, describe

MOST_FOLDS = 5


def stratified_folds(
    y: Sequence[str] | npt.NDArray[np.str_],
    hashes: npt.NDArray[np.uint64],
    n_folds: int | None = None,
) -> npt.NDArray[np.int64]:
    """The fold in which each labelled source is predicted.

    Parameters
    ----------
    y : (l,) sequence of str
        Classes.
    hashes : (l,) uint64 ndarray
        Seeded id hashes, so that the order of labelling changes nothing.
    n_folds : int, optional
        k, if it is not to be found from the labels.

    Returns
    -------
    (l,) int64 ndarray
        0 to k - 1. k is the size of the smallest class, at most five; classes with one source do
        not count for k (at least two), and that source is predicted by models that never saw its
        class: a miss, as honesty asks.
    """
    labels = [str(one) for one in y]
    counts = Counter(labels)
    k = min([MOST_FOLDS, *(count for count in counts.values() if count > 1)])
    k = max(2, k) if max(counts.values(), default=0) > 1 else 2
    k = k if n_folds is None else n_folds
    order = sorted(range(len(labels)), key=lambda row: (labels[row], int(hashes[row])))
    folds = np.empty(len(labels), dtype=np.int64)
    folds[order] = np.arange(len(labels)) % k
    return folds


def cross_predict_job(
    models: Sequence[ModelSpec],
    X: Floats,
    y: npt.NDArray[np.str_],
    hashes: npt.NDArray[np.uint64],
    seed: int,
    classes: Sequence[str],
    *,
    vote: Vote = "soft",
    coarse: CoarseLabels | None = None,
) -> Job[npt.NDArray[np.float32]]:
    """Predict every labelled source by a learner that did not see it.

    The labelled sources were chosen because they are hard, so these scores tend to lie below those
    of a random sample: they tell whether labelling helps, not how good the catalogue will be.

    Parameters
    ----------
    models : sequence
        Model specifications.
    X : (l, f) float ndarray
    y : (l,) str ndarray
        At least two classes.
    hashes : (l,) uint64 ndarray
    seed : int
    classes : sequence of str
        Columns of the result.
    vote : {"soft", "hard"}
        How a committee predicts.
    coarse : CoarseLabels, optional
        Learnt from in every fold, and never predicted.

    Returns
    -------
    (l, k) float32 ndarray
        Class probabilities. A fold whose training part has one class is certain of it.
    """
    folds = stratified_folds(y, hashes)
    said = np.zeros((len(y), len(classes)), dtype=np.float32)
    n_folds = int(folds.max()) + 1
    notes: list[str] = []
    for fold in range(n_folds):
        yield Progress("Cross-validating", fold, n_folds)
        out = folds == fold
        if len(seen := set(y[~out].tolist())) == 1:
            said[out, list(classes).index(seen.pop())] = 1
            continue

        def predict(out: npt.NDArray[np.bool_] = out) -> npt.NDArray[np.float32]:
            learner = fitted_learner(models, "margin", X[~out], y[~out], seed, coarse)
            return combined_votes(class_probabilities(learner, X[out], classes), vote)

        with failures_named(describe(models), "be cross-validated"):
            said[out] = quietly(predict, notes)
    return said
