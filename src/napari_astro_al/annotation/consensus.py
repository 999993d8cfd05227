"""What several annotators say together: the majority, and the model of Dawid and Skene."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MOST_STEPS = 1_000
TOLERANCE = 1e-8
_SMALLEST = 1e-12  # of a probability, so that its logarithm is finite

Counts = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


def majority(counts: Counts) -> Counts:
    """The class that more annotators give than any other; -1 for a tie, or without answers.

    Parameters
    ----------
    counts : (n_sources, n_classes) int ndarray
        How many say what.

    Returns
    -------
    (n_sources,) int64 ndarray
    """
    if not counts.shape[1]:
        return np.full(len(counts), -1, dtype=np.int64)
    best = counts.max(axis=1)
    alone = (counts == best[:, None]).sum(axis=1) == 1
    return np.where(alone & (best > 0), counts.argmax(axis=1), -1).astype(np.int64)


@dataclass(frozen=True, eq=False)
class DawidSkene:
    """What the model says of sources and annotators.

    Attributes
    ----------
    probabilities : (n_sources, n_classes) float64 ndarray
        Of each class, given all answers.
    prevalence : (n_classes,) float64 ndarray
        The share of each class.
    errors : (n_annotators, n_classes, n_classes) float64 ndarray
        How likely an annotator says a class (last axis) of a source that is another (middle axis).
        Rows of a class that an annotator has never met say nothing: all equal.
    log_likelihood : float
    n_steps : int
    converged : bool
        Whether the log-likelihood came to rest.
    """

    probabilities: Numbers
    prevalence: Numbers
    errors: Numbers
    log_likelihood: float
    n_steps: int
    converged: bool


def dawid_skene(answers: Counts, most_steps: int = MOST_STEPS) -> DawidSkene:
    """True classes and error rates, by expectation and maximisation from the shares of answers.

    Parameters
    ----------
    answers : (n_sources, n_annotators, n_classes) int ndarray
        How often each annotator says what of each source; usually 0 or 1.
    most_steps : int

    Returns
    -------
    DawidSkene
        With one annotator, their answers. Where answers to a source contradict each other evenly,
        those of people who are usually right weigh more.

    Notes
    -----
    A. P. Dawid and A. M. Skene (1979), Applied Statistics 28, 20, https://doi.org/10.2307/2346806.
    Annotators err independently of each other, given the class; a source that is hard for all of
    them breaks that, and makes the probabilities too sure.
    """
    n_classes = answers.shape[2]
    flat = answers.sum(axis=1)
    total = flat.sum(axis=1, keepdims=True)
    now = np.where(total > 0, flat / np.maximum(total, 1), 1 / n_classes)
    before, likelihood, step, rests = -np.inf, -np.inf, 0, False
    prevalence, errors = _maximised(answers, now)
    while step < most_steps and not rests:
        step += 1
        now, likelihood = _expected(answers, prevalence, errors)
        rests = likelihood - before < TOLERANCE * max(1.0, abs(likelihood))
        before = likelihood
        prevalence, errors = _maximised(answers, now)
    return DawidSkene(now, prevalence, errors, float(likelihood), step, bool(rests))


def _maximised(answers: Counts, classes: Numbers) -> tuple[Numbers, Numbers]:
    """Shares and error rates that make given classes likeliest."""
    met = np.einsum("ic,iak->ack", classes, answers)
    total = met.sum(axis=2, keepdims=True)
    errors = np.where(total > _SMALLEST, met / np.maximum(total, _SMALLEST), 1 / met.shape[2])
    return classes.mean(axis=0), errors


def _expected(answers: Counts, prevalence: Numbers, errors: Numbers) -> tuple[Numbers, float]:
    """The probability of each class, and the log-likelihood of all answers."""
    logs = np.log(np.maximum(prevalence, _SMALLEST)) + np.einsum(
        "iak,ack->ic", answers, np.log(np.maximum(errors, _SMALLEST))
    )
    top = logs.max(axis=1, keepdims=True)
    weights = np.exp(logs - top)
    sums = weights.sum(axis=1, keepdims=True)
    return weights / sums, float((top + np.log(sums)).sum())
