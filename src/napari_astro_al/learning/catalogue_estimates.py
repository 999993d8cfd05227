"""What is true of a catalogue, estimated from a probability sample, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.probability_sample import Codes, Floats, ProbabilitySample

LEVEL = 0.95
WEIGHTED = {
    "simple": "Horvitz-Thompson",
    "stratified": "Horvitz-Thompson",
    "weighted": "LURE",
}
DIFFERENCE, NAIVE = "difference", "naive"
QUANTITIES = ("purity", "completeness", "fraction", "accuracy")


class Estimate(NamedTuple):
    """One number about the catalogue.

    Attributes
    ----------
    quantity : str
        One of `QUANTITIES`.
    name : str
        The class; empty for accuracy.
    estimator : str
    value, low, high : float
        Of the catalogue, 0 to 1, with its 95 % interval; NaN where nothing can be said.
    n : int
        Answers that it rests on.
    """

    quantity: str
    name: str
    estimator: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, eq=False)
class Said:
    """What a model says of the whole catalogue, summed up.

    Attributes
    ----------
    counts : (k,) float64 ndarray
        Sources that each class is predicted for.
    sums : (k, k) float64 ndarray
        Sums of probabilities, by predicted class and class.
    """

    counts: Floats
    sums: Floats

    @classmethod
    def of(cls, probabilities: npt.NDArray[np.floating]) -> Said:
        """Of (n, k) finite probabilities."""
        k = probabilities.shape[1]
        best = probabilities.argmax(axis=1)
        counts = np.bincount(best, minlength=k).astype(np.float64)
        sums = np.zeros((k, k))
        for column in range(k):
            sums[:, column] = np.bincount(best, weights=probabilities[:, column], minlength=k)
        return cls(counts, sums)

    def __add__(self, other: Said) -> Said:
        return Said(self.counts + other.counts, self.sums + other.sums)


def weighted_estimates(
    sample: ProbabilitySample,
    true: Codes,
    predicted: Codes | None,
    classes: Sequence[str],
) -> list[Estimate]:
    """Estimates from the answers alone, weighted by what they stand for.

    Ratios of Horvitz-Thompson or LURE totals; their variances by Taylor linearisation (Särndal,
    Swensson & Wretman 1992, Model Assisted Survey Sampling, result 5.6.2).

    Parameters
    ----------
    sample : ProbabilitySample
    true : (n,) int64 ndarray
        Places of the answers among `classes`; -1 for none of them.
    predicted : (n,) int64 ndarray or None
        Places of the predicted classes; None without a model, and then only fractions are told.
    classes : sequence of str
    """
    how = WEIGHTED[sample.design]
    found = []
    everywhere = np.ones(len(true))
    if predicted is not None:
        right = (true == predicted).astype(np.float64)
        found.append(Estimate("accuracy", "", how, *share_of(sample, right, everywhere)))
    for place, name in enumerate(classes):
        is_one = (true == place).astype(np.float64)
        if predicted is not None:
            taken = (predicted == place).astype(np.float64)
            found += [
                Estimate("purity", name, how, *share_of(sample, is_one * taken, taken)),
                Estimate("completeness", name, how, *share_of(sample, is_one * taken, is_one)),
            ]
        found.append(Estimate("fraction", name, how, *share_of(sample, is_one, everywhere)))
    return found


def share_of(
    sample: ProbabilitySample, over: Floats, under: Floats
) -> tuple[float, float, float, int]:
    """The share of one total in another, with its 95 % interval, and how many answers it rests on.

    Parameters
    ----------
    sample : ProbabilitySample
    over, under : (n,) float64 ndarray
        What each answer counts to either total.
    """
    n = int(np.count_nonzero(under))
    bottom = float(sample.total(under))
    if not n or bottom <= 0:
        return np.nan, np.nan, np.nan, n
    value = float(sample.total(over)) / bottom
    return (*_bounds(sample, value, (over - value * under) / bottom, under / bottom, n), n)


def difference_estimates(
    sample: ProbabilitySample,
    true: Codes,
    probabilities: npt.NDArray[np.floating],
    said: Said,
    classes: Sequence[str],
) -> list[Estimate]:
    """Model-assisted estimates: what the model says of all, corrected by where it errs.

    The difference estimator (Särndal, Swensson & Wretman 1992, chapter 6): the sum of the
    probabilities over the whole catalogue, plus the sample's weighted sum of answer minus
    probability, the latter scaled within predicted classes to their known numbers of sources
    (post-stratification, ibid. chapter 7). Right on average whatever the model is worth, and the
    more exact the better it is.

    Parameters
    ----------
    sample, true, classes
        As for `weighted_estimates`.
    probabilities : (n, k) float ndarray
        Of the answered sources, by a model that did not learn from them.
    said : Said
        Of the catalogue.
    """
    predicted = probabilities.argmax(axis=1)
    found = [_accuracy(sample, true, predicted, probabilities, said)]
    for place, name in enumerate(classes):
        found += _of_class(sample, true, predicted, probabilities, said, place, name)
    return found


class _Domain(NamedTuple):
    """A part of the catalogue, and how many of a class are in it.

    Attributes
    ----------
    total : float
        Their estimated number.
    scatter : (n,) float64 ndarray
        What each answer adds to its variance, as `ProbabilitySample.variance` takes it.
    mistake : (n,) float64 ndarray
        What one would add if the model had been wholly wrong.
    n : int
        Answers in it.
    """

    total: float
    scatter: Floats
    mistake: Floats
    n: int


def _domain(
    sample: ProbabilitySample,
    inside: npt.NDArray[np.bool_],
    rest: Floats,
    count: float,
    summed: float,
) -> _Domain:
    """A part with so many sources, whose probabilities add up to so much."""
    n, x = int(inside.sum()), inside.astype(np.float64)
    if not n or count <= 0:
        return _Domain(summed, 0 * x, 0 * x, n)
    scale = count / float(sample.total(x))
    mean = float(sample.total(x * rest)) * scale / count
    return _Domain(summed + count * mean, scale * x * (rest - mean), scale * x, n)


def _of_class(
    sample: ProbabilitySample,
    true: Codes,
    predicted: Codes,
    probabilities: npt.NDArray[np.floating],
    said: Said,
    place: int,
    name: str,
) -> list[Estimate]:
    rest = (true == place) - probabilities[:, place].astype(np.float64)
    n_all, n_own = float(said.counts.sum()), float(said.counts[place])
    sums, hit = said.sums[:, place], predicted == place
    one = _domain(sample, hit, rest, n_own, float(sums[place]))
    other = _domain(sample, ~hit, rest, n_all - n_own, float(sums.sum() - sums[place]))
    total = one.total + other.total

    def told(quantity: str, value: float, a: float, b: float, n: int) -> Estimate:
        """A value, with its derivatives with respect to the totals of the two parts."""
        scatter = a * one.scatter + b * other.scatter
        bounds = _bounds(sample, value, scatter, a * one.mistake + b * other.mistake, n)
        return Estimate(quantity, name, DIFFERENCE, *bounds, n)

    def unknown(quantity: str, n: int) -> Estimate:
        return Estimate(quantity, name, DIFFERENCE, np.nan, np.nan, np.nan, n)

    purity, completeness = unknown("purity", one.n), unknown("completeness", len(true))
    if one.n:
        purity = told("purity", one.total / n_own, 1 / n_own, 0.0, one.n)
    if total > 0 and one.n and other.n:
        share = one.total / total
        derivatives = ((1 - share) / total, -share / total)
        completeness = told("completeness", share, *derivatives, len(true))
    fraction = told("fraction", total / n_all, 1 / n_all, 1 / n_all, len(true))
    return [purity, completeness, fraction]


def _accuracy(
    sample: ProbabilitySample,
    true: Codes,
    predicted: Codes,
    probabilities: npt.NDArray[np.floating],
    said: Said,
) -> Estimate:
    own = probabilities[np.arange(len(true)), predicted].astype(np.float64)
    rest, n_all = (true == predicted) - own, float(said.counts.sum())
    parts = [
        _domain(sample, predicted == place, rest, count, summed)
        for place, (count, summed) in enumerate(
            zip(said.counts.tolist(), said.sums.diagonal().tolist(), strict=True)
        )
    ]
    value = sum(part.total for part in parts) / n_all
    scatter, mistake = (
        np.sum([getattr(part, key) for part in parts], axis=0) / n_all
        for key in ("scatter", "mistake")
    )
    bounds = _bounds(sample, value, scatter, mistake, len(true))
    return Estimate("accuracy", "", DIFFERENCE, *bounds, len(true))


def _bounds(
    sample: ProbabilitySample, value: float, scatter: Floats, mistake: Floats, n: int
) -> tuple[float, float, float]:
    """The value with an interval, at least as wide as one mistake more would make it.

    Where a confident model is right about all answers, the scatter of what is left would say that
    it never errs.
    """
    free = 1 - len(sample) / sample.n_population
    n_counted = max(1, int(np.count_nonzero(mistake)))
    one = float(np.square(sample.weights * mistake).sum()) / n_counted
    variance = max(float(sample.variance(scatter)), free * one)
    return interval(value, variance, n, free)


def interval(
    value: float, variance: float, n: int, free: float = 1.0
) -> tuple[float, float, float]:
    """A share with its 95 % interval.

    Wilson's interval (1927, J. Am. Stat. Assoc. 22, 209) for the number of answers that a simple
    sample would need for the same variance (Korn & Graubard 1998, Surv. Methodol. 24, 193), with
    the quantile of Student's t. It stays within 0 and 1 and is right near both, where that of the
    normal distribution is not.

    Parameters
    ----------
    value : float
        Outside 0 to 1, as a difference estimator may be, it is put at the nearer end.
    variance : float
        Of the estimate; of 0, where no two answers differ, n counts.
    n : int
        Answers that it rests on.
    free : float
        Part of the catalogue that is not in the sample; 0 for a census.

    Returns
    -------
    value, low, high : float
    """
    from scipy.special import stdtrit

    share = float(np.clip(value, 0.0, 1.0))
    if free <= 0:
        return share, share, share
    if n < 2 or not np.isfinite(variance):
        return share, 0.0, 1.0
    spread = share * (1 - share)
    alike = n / free
    effective = spread / variance if variance > 0 and spread > 0 else alike
    z = float(stdtrit(n - 1, (1 + LEVEL) / 2))
    more = z * z / effective
    middle = (share + more / 2) / (1 + more)
    half = z / (1 + more) * np.sqrt(spread / effective + more / (4 * effective))
    low, high = max(0.0, float(middle - half)), min(1.0, float(middle + half))
    return share, min(low, share), max(high, share)


def naive_estimates(true: Codes, predicted: Codes | None, classes: Sequence[str]) -> list[Estimate]:
    """What one would say if the labelled sources were like the catalogue, which they are not.

    Shares of counts with Wilson's interval.

    Parameters
    ----------
    true : (n,) int64 ndarray
        Places among `classes` of the labels that were asked for.
    predicted : (n,) int64 ndarray or None
        Cross-validated.
    classes : sequence of str
    """
    everyone = ProbabilitySample.simple(len(true), max(1, len(true)) * 10**9)
    told = weighted_estimates(everyone, true, predicted, classes)
    return [one._replace(estimator=NAIVE) for one in told]
