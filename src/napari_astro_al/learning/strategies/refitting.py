"""The models at hand, trained on other labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning.strategies.candidates import Candidates, Floats


def refitted(candidates: Candidates, X: Floats, y: npt.NDArray[np.str_]) -> Any:
    """A learner with the same models as the candidates', trained on other labels.

    Parameters
    ----------
    candidates : Candidates
        With a `learner`.
    X : (l, f) float ndarray
    y : (l,) str ndarray

    Raises
    ------
    LearnerError
        If there is no trained learner, or a model fails.
    """
    from sklearn.base import clone

    from napari_astro_al.learning.adapter import assemble, members
    from napari_astro_al.learning.learners import failures_named

    if candidates.learner is None:
        raise LearnerError(
            "This strategy trains models anew, and there is no trained model to begin with. "
            "Train first, or choose a strategy that needs no model."
        )
    everyone = members(candidates.learner)
    estimators = [clone(member.estimator) for member in everyone]
    allow_nan = any(not member.force_all_finite for member in everyone)
    learner = assemble(estimators, everyone[0].query_strategy, allow_nan=allow_nan)
    with failures_named("trained anew", "learn from the labels"):
        learner.teach(np.asarray(X, dtype=np.float64), y)
    return learner


def resampled(candidates: Candidates, n: int) -> list[Any]:
    """Learners trained on n bootstrap samples of the labels, drawn class by class.

    Every class keeps as many labels as it has, so that each model knows every class.
    """
    from napari_astro_al.learning.learners import quietly

    X, y = labelled(candidates)
    rng = candidates.generator()
    of_class = [np.flatnonzero(y == name) for name in np.unique(y)]
    samples = [
        np.sort(np.concatenate([rng.choice(rows, len(rows)) for rows in of_class]))
        for _ in range(n)
    ]
    return quietly(lambda: [refitted(candidates, X[rows], y[rows]) for rows in samples], [])


def probabilities_of(learner: Any, X: Floats, candidates: Candidates) -> npt.NDArray[np.float64]:
    """The mean probabilities of a learner's members, one column a class of the candidates'."""
    from napari_astro_al.learning.learners import class_probabilities, quietly

    data = np.asarray(X, dtype=np.float64)
    votes = quietly(lambda: class_probabilities(learner, data, candidates.classes), [])
    mean: npt.NDArray[np.float64] = votes.mean(axis=0, dtype=np.float64)
    return mean


def labelled(candidates: Candidates) -> tuple[Floats, npt.NDArray[np.str_]]:
    """Features and classes of the training rows.

    Raises
    ------
    LearnerError
        If there are none.
    """
    if candidates.labelled_features is None or candidates.labels is None:
        raise LearnerError(
            "This strategy trains models anew and there are no labels. Give the candidates "
            "labelled_features and labels."
        )
    return candidates.labelled_features, candidates.labels
