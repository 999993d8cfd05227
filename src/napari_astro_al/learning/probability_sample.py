"""Probability samples: sources drawn by a known chance, and totals of a catalogue from them.

Labels that active learning asked for are anything but a fair sample. A probability sample is one:
each source came into it by a chance that is known, so that sums over the sample, each term divided
by that chance, are right on average whatever the catalogue is like.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

Design = Literal["simple", "stratified", "weighted"]
"""Every source with the same chance; the same within a stratum; by weights, one after another."""

UNIFORM = 0.5
"""Part of the chance that does not depend on the weights, so that no source is nearly impossible
(defensive mixtures: Hesterberg 1995, Technometrics 37, 185)."""

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ProbabilitySample:
    """The answered sources of a probability sample, in the order in which they were drawn.

    Attributes
    ----------
    n_population : int
        Sources that could have been drawn.
    design : {"simple", "stratified", "weighted"}
    strata : (n,) int64 ndarray
        The stratum of each answered source; zeros where there are none.
    sizes : (k,) int64 ndarray
        Sources of each stratum that could have been drawn.
    chances : (n,) float64 ndarray
        For "weighted": the chance of each source to be drawn first. Else not used.
    """

    n_population: int
    design: Design
    strata: Codes
    sizes: Codes
    chances: Floats

    @classmethod
    def simple(cls, n: int, n_population: int) -> ProbabilitySample:
        """A simple random sample of n sources, drawn without replacement."""
        sizes = np.array([n_population], dtype=np.int64)
        return cls(n_population, "simple", np.zeros(n, dtype=np.int64), sizes, np.empty(0))

    @classmethod
    def stratified(cls, strata: Codes, sizes: Codes) -> ProbabilitySample:
        """Simple random samples of several strata."""
        return cls(int(sizes.sum()), "stratified", strata, sizes, np.empty(0))

    @classmethod
    def weighted(cls, chances: Floats, n_population: int) -> ProbabilitySample:
        """Drawn one after another, each with a chance in proportion to that of being first."""
        sizes = np.array([n_population], dtype=np.int64)
        strata = np.zeros(len(chances), dtype=np.int64)
        return cls(n_population, "weighted", strata, sizes, np.asarray(chances, dtype=np.float64))

    def __len__(self) -> int:
        return len(self.strata)

    @cached_property
    def counts(self) -> Codes:
        """Answered sources of each stratum, (k,)."""
        return np.bincount(self.strata, minlength=len(self.sizes)).astype(np.int64)

    @cached_property
    def weights(self) -> Floats:
        """How many sources of the catalogue each answered one stands for, (n,).

        Horvitz & Thompson (1952), J. Am. Stat. Assoc. 47, 663: one over the chance of being drawn,
        size / count of its stratum. For "weighted", N / M times the weights v of the levelled
        unbiased risk estimator, R_LURE of Farquhar, Gal & Rainforth (2021), ICLR, equation 7:
        v_m = 1 + (N - M) / (N - m) * (1 / ((N - m + 1) q_m) - 1), with q_m the chance of the m-th
        source among those left.
        """
        if self.design != "weighted":
            of_stratum = self.sizes / np.maximum(self.counts, 1)
            return np.asarray(of_stratum[self.strata], dtype=np.float64)
        big, n = self.n_population, len(self)
        place = np.arange(1, n + 1)
        before = np.concatenate([[0.0], self.chances.cumsum()[:-1]])
        q = self.chances / (1.0 - before)
        rest = np.maximum(big - place, 1)
        v = 1.0 + (big - n) / rest * (1.0 / ((big - place + 1) * q) - 1.0)
        return np.asarray(big / n * v, dtype=np.float64)

    def total(self, values: npt.NDArray[np.floating]) -> Floats:
        """Estimates of sums over the catalogue.

        Parameters
        ----------
        values : (..., n) float ndarray
            Of the answered sources.

        Returns
        -------
        (...) float64 ndarray
        """
        return np.asarray(values @ self.weights, dtype=np.float64)

    def variance(self, values: npt.NDArray[np.floating]) -> Floats:
        """Estimated variances of `total`.

        By strata, N_h^2 (1 - n_h / N_h) s_h^2 / n_h (Cochran 1977, Sampling Techniques, theorem
        5.3); a stratum with one answer takes the scatter of all. For "weighted", the scatter of the
        weighted values, for the estimator is a mean of terms that are uncorrelated (Farquhar et
        al. 2021, theorem 3): 1/M of it, with the same correction for a finite catalogue.

        Parameters
        ----------
        values : (..., n) float ndarray

        Returns
        -------
        (...) float64 ndarray
            NaN with fewer than two answers.
        """
        given = np.asarray(values, dtype=np.float64)
        n, big = len(self), self.n_population
        if n < 2:
            return np.full(given.shape[:-1], np.nan)
        if self.design == "weighted":
            terms = given * self.weights
            spread = terms.var(axis=-1, ddof=1) * n
            return np.asarray(spread * (1 - n / big), dtype=np.float64)
        overall = given.var(axis=-1, ddof=1)
        variance = np.zeros(given.shape[:-1])
        for stratum, count in enumerate(self.counts.tolist()):
            size = int(self.sizes[stratum])
            if not count or count == size:
                continue
            within = given[..., self.strata == stratum]
            scatter = within.var(axis=-1, ddof=1) if count > 1 else overall
            variance = variance + size * (size - count) * scatter / count
        return variance


def drawing_chances(weights: npt.NDArray[np.floating]) -> Floats:
    """The chance of each source to be drawn first, half of it alike for all.

    Parameters
    ----------
    weights : (n,) float ndarray
        Not negative; what is not finite counts as 0.

    Returns
    -------
    (n,) float64 ndarray
        Their sum is 1.
    """
    useful = np.nan_to_num(np.asarray(weights, dtype=np.float64), posinf=0.0)
    total = useful.sum()
    even = np.full(len(useful), 1.0 / max(1, len(useful)))
    return even if total <= 0 else UNIFORM * even + (1 - UNIFORM) * useful / total


def weighted_order(keys: npt.NDArray[np.uint64], chances: Floats, n: int) -> Codes:
    """Draw sources one after another, each with a chance in proportion among those left.

    Exponential numbers divided by the chances come in just this order (Efraimidis & Spirakis 2006,
    Inf. Process. Lett. 97, 181).

    Parameters
    ----------
    keys : (m,) uint64 ndarray
        A random number each.
    chances : (m,) float64 ndarray
        Positive.
    n : int

    Returns
    -------
    (n,) int64 ndarray
        Places of the drawn ones, in their order.
    """
    u = (keys.astype(np.float64) + 0.5) / 2.0**64
    waits = -np.log(np.minimum(u, 1 - 2.0**-53)) / chances
    n = min(n, len(keys))
    first = np.argpartition(waits, n - 1)[:n] if n < len(keys) else np.arange(len(keys))
    return first[np.argsort(waits[first], kind="stable")]
