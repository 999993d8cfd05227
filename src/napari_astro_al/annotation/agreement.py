"""How far annotators agree beyond chance, each number with an interval.

Intervals are percentile bootstraps over sources: 95 % of 2,000 samples of as many sources, drawn
with replacement. They say how the number would vary with other sources and the same people.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

N_SAMPLES = 2_000
_TAILS = (0.025, 0.975)

Counts = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Agreement:
    """A coefficient of agreement.

    Attributes
    ----------
    value : float
        1: they always agree. 0: as often as by chance. NaN where it is not defined, because no
        source has two answers, or everybody says the same of everything.
    low, high : float
        The 95 % interval; NaN where `value` is.
    n_sources : int
        How many sources it is made from.
    """

    value: float
    low: float
    high: float
    n_sources: int


def cohen(first: Counts, second: Counts, n_classes: int, seed: int = 0) -> Agreement:
    """Cohen's kappa of two annotators, on the sources that both have answered.

    Parameters
    ----------
    first, second : (n_sources,) int ndarray
        The class that each gives, from 0; -1 for no answer.
    n_classes : int
    seed : int
        Of the bootstrap.

    Notes
    -----
    J. Cohen (1960), Educational and Psychological Measurement 20, 37,
    https://doi.org/10.1177/001316446002000104
    """
    both = (first >= 0) & (second >= 0)
    pairs = first[both] * n_classes + second[both]
    cells = np.bincount(pairs, minlength=n_classes**2)

    def kappa(weights: Counts) -> Numbers:
        table = weights.reshape(-1, n_classes, n_classes) / weights.sum(axis=1)[:, None, None]
        observed = np.trace(table, axis1=1, axis2=2)
        chance = (table.sum(axis=1) * table.sum(axis=2)).sum(axis=1)
        return _beyond(observed, chance)

    return _with_interval(cells, kappa, seed)


def fleiss(counts: Counts, seed: int = 0) -> Agreement:
    """Fleiss' kappa, of several annotators who have all answered.

    Parameters
    ----------
    counts : (n_sources, n_classes) int ndarray
        How many say what. Sources with the most answers count, the others are left out: each must
        have as many.
    seed : int
        Of the bootstrap.

    Notes
    -----
    J. L. Fleiss (1971), Psychological Bulletin 76, 378, https://doi.org/10.1037/h0031619
    """
    answered = counts.sum(axis=1)
    most = int(answered.max(initial=0))
    if most < 2:
        return Agreement(np.nan, np.nan, np.nan, 0)
    patterns, cells = np.unique(counts[answered == most], axis=0, return_counts=True)
    agreeing = (patterns * (patterns - 1)).sum(axis=1) / (most * (most - 1))

    def kappa(weights: Counts) -> Numbers:
        n = weights.sum(axis=1)
        shares = weights @ patterns / (n * most)[:, None]
        return _beyond(weights @ agreeing / n, (shares**2).sum(axis=1))

    return _with_interval(cells, kappa, seed)


def krippendorff(counts: Counts, seed: int = 0) -> Agreement:
    """Krippendorff's alpha for names of classes; any number of answers a source.

    Parameters
    ----------
    counts : (n_sources, n_classes) int ndarray
        How many say what. Sources with less than two answers say nothing of agreement.
    seed : int
        Of the bootstrap.

    Notes
    -----
    K. Krippendorff (2011), Computing Krippendorff's Alpha-Reliability,
    https://repository.upenn.edu/asc_papers/43
    """
    pairable = counts[counts.sum(axis=1) >= 2]
    if not len(pairable):
        return Agreement(np.nan, np.nan, np.nan, 0)
    patterns, cells = np.unique(pairable, axis=0, return_counts=True)
    agreeing = (patterns * (patterns - 1)).sum(axis=1) / (patterns.sum(axis=1) - 1)

    def alpha(weights: Counts) -> Numbers:
        totals = weights @ patterns
        n = totals.sum(axis=1)
        chance = (totals * (totals - 1)).sum(axis=1) / (n * (n - 1))
        return _beyond(weights @ agreeing / n, chance)

    return _with_interval(cells, alpha, seed)


def _beyond(observed: Numbers, chance: Numbers) -> Numbers:
    """How much of what chance leaves is agreed on; NaN where it leaves nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (observed - chance) / (1 - chance)
    return np.where(np.isclose(chance, 1), np.nan, value)


def _with_interval(cells: Counts, of: Callable[[Counts], Numbers], seed: int) -> Agreement:
    """A coefficient of counts of equal sources; drawing sources is drawing such counts."""
    n = int(cells.sum())
    if n == 0:
        return Agreement(np.nan, np.nan, np.nan, 0)
    value = float(of(cells[None, :])[0])
    if np.isnan(value):
        return Agreement(np.nan, np.nan, np.nan, n)
    drawn = of(np.random.default_rng(seed).multinomial(n, cells / n, size=N_SAMPLES))
    low, high = np.nanquantile(drawn, _TAILS)
    return Agreement(value, float(low), float(high), n)


def overlaps(codes: Counts) -> Counts:
    """How many sources each two annotators have both answered; on the diagonal, each one.

    Parameters
    ----------
    codes : (n_sources, n_annotators) int ndarray
        As of `Answers`.
    """
    answered = (codes >= 0).astype(np.int64)
    return answered.T @ answered


def confusion(given: Counts, reference: Counts, n_classes: int) -> Counts:
    """What an annotator says (columns) of sources that are something (rows).

    Parameters
    ----------
    given, reference : (n_sources,) int ndarray
        Classes, from 0; a source with -1 in either is left out.
    n_classes : int

    Returns
    -------
    (n_classes, n_classes) int64 ndarray
    """
    both = (given >= 0) & (reference >= 0)
    cells = np.bincount(reference[both] * n_classes + given[both], minlength=n_classes**2)
    return cells.reshape(n_classes, n_classes)
