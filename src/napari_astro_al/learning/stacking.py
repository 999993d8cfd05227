"""Weights and temperature of a vote of models, from what they said of labels unseen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

PRIOR_LABELS = 5.0
"""The prior counts as much as so many labels."""
_SMALL = 1e-3
LEAST = 1e-6
_ROUNDS = 100
_SPREAD_OF_TEMPERATURE = 0.15

Floats = npt.NDArray[np.floating[Any]]


def stacked_weights(
    likelihoods: Floats, prior: Sequence[float], strength: float = PRIOR_LABELS
) -> npt.NDArray[np.float64]:
    """Weights of a mixture of models that make the labels likeliest, drawn to a prior.

    Maximum a posteriori under a Dirichlet prior, by expectation maximisation; the objective is
    concave, so there is one answer.

    Parameters
    ----------
    likelihoods : (l, m) float ndarray
        The probability that each of m models gave to each label without having seen it.
    prior : (m,) sequence of float
        Weights without labels.
    strength : float
        Labels that the prior counts as much as.

    Returns
    -------
    (m,) float64 ndarray
        They sum to 1.

    Examples
    --------
    >>> stacked_weights(np.array([[0.9, 0.1]] * 8), (1, 1), strength=0).round(2)
    array([1., 0.])
    """
    start = np.asarray(prior, dtype=np.float64)
    start = start / start.sum()
    told = np.maximum(np.asarray(likelihoods, dtype=np.float64), _SMALL)
    weights: npt.NDArray[np.float64] = start
    for _ in range(_ROUNDS):
        shares = told * weights
        shares /= shares.sum(axis=1, keepdims=True)
        weights = shares.sum(axis=0) + strength * start
        weights /= weights.sum()
    return weights


def fitted_temperature(probabilities: Floats, places: npt.NDArray[np.intp]) -> float:
    """The temperature that makes labels likeliest, drawn to 1.

    Parameters
    ----------
    probabilities : (l, k) float ndarray
        Of sources that the model did not see.
    places : (l,) int ndarray
        The column of each one's class.
    """
    from scipy.optimize import minimize_scalar

    known, rows = np.maximum(probabilities, _SMALL), np.arange(len(places))

    def loss(logarithm: float) -> float:
        said = tempered(known, float(np.exp(logarithm)))[rows, places]
        return float(-np.log(said).sum() + 0.5 * (logarithm / _SPREAD_OF_TEMPERATURE) ** 2)

    found = minimize_scalar(loss, bounds=(-1.0, 1.0), method="bounded")
    return float(np.exp(found.x))


def tempered(probabilities: Floats, temperature: float) -> npt.NDArray[np.float64]:
    """Probabilities to the power of ``1 / temperature``, normalised; none is quite 0."""
    sharp = np.maximum(probabilities, LEAST) ** (1.0 / temperature)
    normal: npt.NDArray[np.float64] = sharp / sharp.sum(axis=1, keepdims=True)
    return normal


def mean_log_loss(likelihoods: Floats) -> float:
    """Of the probabilities that labels were given, in nats; one label costs at most ln 1000."""
    return float(-np.log(np.maximum(likelihoods, _SMALL)).mean())


def entropy_of_labels(places: npt.NDArray[np.intp]) -> float:
    """The log loss of who knows how common each class is among the labels, and nothing else."""
    shares = np.unique(places, return_counts=True)[1] / len(places)
    return float(-(shares * np.log(shares)).sum())
