"""What more labels would bring: a learning curve carried on, with its uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LOOK_BACK = 8.0
"""The curve is fitted from this part of the labels of now on: earlier, other laws hold."""
FIRST = 5
"""Models of fewer labels are left out."""
FEWEST, LEAST_STRETCH = 8, 1.5
"""Models that are needed, and the ratio of the most labels to the fewest."""
BINS, FEWEST_BINS = 14, 5
REACH = 12.0
"""Curves are carried on to this multiple of the present number of labels."""
STEPS = 60
DRAWS = 400
WANDER = np.array([0.005, 0.01, 0.02, 0.04, 0.08])
"""How far a curve may stray from the law while the labels grow e-fold; which, the data say."""
NOISE = 0.004
"""Standard deviation of a score from one model to the next."""
FARTHEST = 10.0
"""A number of labels is told only where its upper end is at most this multiple of the present."""
TAIL = 0.1


@dataclass(frozen=True)
class Range:
    """A number of further labels.

    Attributes
    ----------
    about : int
        The median.
    low, high : int
        The central 80 %.
    """

    about: int
    low: int
    high: int


@dataclass(frozen=True, eq=False)
class Forecast:
    """How a score may go on.

    Attributes
    ----------
    now : int
        Labels so far.
    level : float
        The score now, smoothed.
    n_labels : (s,) float64 ndarray
        Labels, rising from just above `now`.
    paths : (d, s) float64 ndarray
        Equally likely scores at `n_labels`.
    """

    now: int
    level: float
    n_labels: Floats
    paths: Floats

    def labels_to(self, target: float) -> Range | None:
        """How many labels more until the score first reaches a target.

        Parameters
        ----------
        target : float

        Returns
        -------
        Range or None
            None where the data cannot say: where the target lies above what one in ten possible
            curves ever reaches, or beyond ten times the labels of now.
        """
        over = self.paths >= target
        reached = over.any(axis=1)
        at = np.where(reached, self.n_labels[over.argmax(axis=1)], np.inf)
        low, about, high = np.quantile(at, [TAIL, 0.5, 1 - TAIL], method="inverted_cdf")
        if not high <= FARTHEST * self.now:
            return None
        more = [max(1, math.ceil(float(end) - self.now)) for end in (about, low, high)]
        return Range(*more)

    def gain(self, more: int) -> tuple[float, float, float]:
        """What some more labels would add to the score.

        Parameters
        ----------
        more : int
            From 1 to `REACH` - 1 times the labels of now; more count as that many.

        Returns
        -------
        expected, low, high : float
            The mean and the central 80 %.
        """
        place = np.searchsorted(self.n_labels, self.now + more)
        gains = self.paths[:, min(int(place), len(self.n_labels) - 1)] - self.level
        low, high = np.quantile(gains, [TAIL, 1 - TAIL])
        return float(gains.mean()), float(low), float(high)


def forecast(n_labels: Floats, score: Floats, low: Floats, high: Floats) -> Forecast | None:
    """Carry a learning curve on.

    The curve is an inverse power law (Figueroa et al. 2012, BMC Med. Inform. Decis. Mak. 12, 8),
    ``a - b n**-c`` with ``a <= 1`` and ``b >= 0``, plus a random walk in the logarithm of the
    number of labels: real curves rise in steps and stray from any law, and a law fitted without
    this is far too sure of itself. Neighbouring models are nearly the same, so they are averaged in
    bins of that logarithm, weighted by their intervals. All (a, c) of a grid are weighed by their
    marginal likelihood; futures are drawn from them. The same curve gives the same forecast.

    Parameters
    ----------
    n_labels : (m,) float64 ndarray
        Strictly ascending.
    score, low, high : (m,) float64 ndarray
        0 to 1, with an interval; NaN where there is none.

    Returns
    -------
    Forecast or None
        None where there are too few models, or of too similar numbers of labels, to say anything.
    """
    known = np.isfinite(score)
    if not known.any():
        return None
    now = float(n_labels[known][-1])
    known &= (n_labels >= FIRST) & (n_labels >= now / LOOK_BACK)
    n, score, low, high = (
        np.asarray(one, np.float64)[known] for one in (n_labels, score, low, high)
    )
    if len(n) < FEWEST or n[-1] < LEAST_STRETCH * n[0]:
        return None
    bins = _binned(n, score, _weights(low, high))
    if len(bins.n) < FEWEST_BINS:
        return None
    drawn = _posterior(bins, now)
    rng = np.random.default_rng(0)
    bend = np.maximum(drawn.b + rng.standard_normal(DRAWS) * drawn.b_error, 0)
    stray = drawn.stray + rng.standard_normal(DRAWS) * drawn.stray_error
    ahead = np.linspace(0, math.log(REACH), STEPS + 1)[1:]
    steps = rng.standard_normal((DRAWS, STEPS)) * drawn.wander[:, None] * math.sqrt(ahead[0])
    law = drawn.a[:, None] - bend[:, None] * np.exp(-ahead * drawn.c[:, None])
    paths = np.clip(law + stray[:, None] + np.cumsum(steps, axis=1), 0, 1)
    level = float(np.average(bins.score[-2:], weights=bins.count[-2:]))
    return Forecast(round(now), level, now * np.exp(ahead), paths)


def _weights(low: Floats, high: Floats) -> Floats:
    """Weights by interval, 1 for the usual one and where there is none."""
    half = np.maximum((high - low) / 2, 1e-3)
    known = np.isfinite(half)
    if not known.any():
        return np.ones(len(half))
    usual = np.median(half[known])
    ratio: Floats = np.divide(usual, half, out=np.ones(len(half)), where=known)
    return ratio * ratio


@dataclass(frozen=True, eq=False)
class _Bins:
    """Averages over models of similar numbers of labels."""

    n: Floats
    score: Floats
    count: Floats


def _binned(n: Floats, score: Floats, weight: Floats) -> _Bins:
    at = np.log(n)
    place = np.minimum((BINS * (at - at[0]) / (at[-1] - at[0])).astype(int), BINS - 1)
    total = np.bincount(place, weight, BINS).astype(np.float64)
    some = total > 0

    def mean(values: Floats) -> Floats:
        averages: Floats = np.bincount(place, weight * values, BINS)[some] / total[some]
        return averages

    return _Bins(np.exp(mean(at)), mean(score), total[some])


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Laws drawn by their likelihood, (d,) each, with ``n`` in units of the labels of now."""

    a: Floats
    b: Floats
    c: Floats
    b_error: Floats
    wander: Floats
    stray: Floats
    stray_error: Floats


def _posterior(bins: _Bins, now: float) -> _Drawn:
    u = np.log(bins.n / bins.n[0])
    a = np.linspace(max(bins.score.max() - 0.01, 0), 1, 50)
    c = np.geomspace(0.1, 3, 25)
    x = (bins.n / now)[:, None] ** -c
    below = a[:, None] - bins.score
    likelihood, b, b_error, stray, stray_error = [], [], [], [], []
    for wander in WANDER:
        walk = wander**2 * np.minimum(u[:, None], u)
        inverse = np.linalg.inv(walk + np.diag(NOISE**2 * (1 + 1 / bins.count)))
        xx = np.einsum("ic,ij,jc->c", x, inverse, x)
        fitted = np.maximum(below @ inverse @ x / xx, 0)
        left = below[:, None, :] - fitted[:, :, None] * x.T
        pulled = left @ inverse
        quadratic = (pulled * left).sum(axis=-1)
        _, log_volume = np.linalg.slogdet(inverse)
        likelihood.append(-0.5 * quadratic + 0.5 * log_volume - 0.5 * np.log(xx))
        b.append(fitted)
        b_error.append(np.broadcast_to(xx**-0.5, fitted.shape))
        stray.append(-pulled @ walk[-1])
        rest = max(float(walk[-1, -1] - walk[-1] @ inverse @ walk[-1]), 0.0)
        stray_error.append(np.full(fitted.shape, math.sqrt(rest)))
    share = np.exp(np.array(likelihood) - np.max(likelihood))
    reached = np.cumsum(share.ravel()) / share.sum()
    picked = np.minimum(np.searchsorted(reached, (np.arange(DRAWS) + 0.5) / DRAWS), share.size - 1)
    k, i, j = np.unravel_index(picked, share.shape)
    return _Drawn(
        a=a[i],
        b=np.array(b)[k, i, j],
        c=c[j],
        b_error=np.array(b_error)[k, i, j],
        wander=WANDER[k],
        stray=np.array(stray)[k, i, j],
        stray_error=np.array(stray_error)[k, i, j],
    )
