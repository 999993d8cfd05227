"""Which features a model's score depends on: permutation importance (Breiman 2001)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from napari_astro_al.features.coded import Coded
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning.committee import combined_votes
from napari_astro_al.learning.metrics import metrics_of
from napari_astro_al.learning.predicting.pool import PoolScorer
from napari_astro_al.learning.trained import TrainResult

REPEATS = 5
MOST = 4_000
"""Sources that are asked about: more would say the same, later."""


def importance_job(
    result: TrainResult,
    features: npt.NDArray[np.float32],
    true: npt.NDArray[np.int64],
    names: tuple[str, ...],
    seed: int,
) -> Job[npt.NDArray[np.float64]]:
    """How much macro-F1 falls where one feature's values are exchanged between sources.

    Features that say the same share what they say: either may be exchanged without loss.

    Parameters
    ----------
    result : TrainResult
    features : (n, f) float32 ndarray
        Of sources that the model did not learn from.
    true : (n,) int64 ndarray
        Their classes, as places among the model's.
    names : (f,) tuple of str
    seed : int

    Returns
    -------
    (f, 5) float64 ndarray
        The falls, one a repetition.
    """
    rng = np.random.default_rng(seed)
    some = rng.permutation(len(true))[:MOST]
    values, true = np.array(features[some]), true[some]
    scorer = PoolScorer.of(result.learner, result.classes, result.model)
    vote = "soft" if result.request is None else result.request.recipe.vote
    k = len(result.classes)

    def score() -> float:
        votes = scorer.votes(Coded(values), np.arange(len(values)))
        predicted = combined_votes(votes, vote).argmax(axis=1)
        counts = np.bincount(true * k + predicted, minlength=k * k).reshape(k, k)
        return float(metrics_of(counts)["f1"])

    whole = score()
    falls = np.empty((len(names), REPEATS))
    for feature, name in enumerate(names):
        yield Progress(f"Exchanging values of {name}", feature, len(names))
        kept = values[:, feature].copy()
        for repeat in range(REPEATS):
            values[:, feature] = rng.permutation(kept)
            falls[feature, repeat] = whole - score()
        values[:, feature] = kept
    return falls
