"""Whether probabilities can be taken at their word: log loss, Brier score, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

CALIBRATION_METRICS = ("log_loss", "brier", "calibration_error")
"""Smaller is better, unlike all other metrics."""
N_BINS = 10
N_RESAMPLES = 500
LEVEL = 0.95
_TWO_SIDED_95 = 1.959963984540054

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Reliability:
    """How often it is so, where a probability was given: bins of equal width.

    Attributes
    ----------
    n : (b,) int64 ndarray
        Sources in each bin; bins without any are left out.
    said : (b,) float64 ndarray
        Mean probability that was given.
    found : (b,) float64 ndarray
        Share of sources of which it was so.
    """

    n: Codes
    said: Floats
    found: Floats

    @property
    def error(self) -> float:
        """Expected calibration error (Guo et al. 2017): mean distance of the two, by sources."""
        total = self.n.sum()
        return float(np.abs(self.said - self.found) @ self.n / total) if total else float("nan")


def reliability(
    is_so: npt.NDArray[np.bool_], probability: npt.NDArray[Any], n_bins: int = N_BINS
) -> Reliability:
    """Bin sources by a probability.

    Parameters
    ----------
    is_so : (n,) bool ndarray
        Whether what the probability is about is so.
    probability : (n,) float ndarray
        0 to 1; a bin takes its upper edge, the first one its lower too.
    n_bins : int
    """
    p = np.asarray(probability, dtype=np.float64)
    place = np.clip(np.ceil(p * n_bins).astype(np.int64) - 1, 0, n_bins - 1)
    n = np.bincount(place, minlength=n_bins)
    there = n > 0
    said = np.bincount(place, weights=p, minlength=n_bins)[there] / n[there]
    found = np.bincount(place, weights=is_so, minlength=n_bins)[there] / n[there]
    return Reliability(n[there].astype(np.int64), said, found)


def calibration_row(
    true: Codes, probabilities: npt.NDArray[np.floating[Any]], classes: Sequence[str], seed: int
) -> dict[str, Any]:
    """What the probabilities add to a row of scores, beside how they rank.

    Parameters
    ----------
    true : (n,) int64 ndarray
        The true class of each source, as an index into `classes`.
    probabilities : (n, k) float ndarray
        Finite.
    classes : sequence of str
        Of the columns.
    seed : int
        Of the bootstrap.

    Returns
    -------
    dict
        ``log_loss`` (as scikit-learn's; probabilities of 0 count as the smallest step of their
        type), ``brier`` (the sum over classes of squared differences, half of it for two classes,
        as scikit-learn's), with normal 95 % intervals ``_low`` and ``_high`` of these means;
        ``calibration_error`` of the predicted class's probability, with the central 95 % of
        resamples of its bins, and ``calibration_error_<class>`` of each class's probability. NaN
        without sources.
    """
    row: dict[str, Any] = {}
    n, k = probabilities.shape
    if not n:
        names = [*CALIBRATION_METRICS, *(f"calibration_error_{name}" for name in classes)]
        row.update(dict.fromkeys(names, np.nan))
        both = (f"{name}_{end}" for name in CALIBRATION_METRICS for end in ("low", "high"))
        return {**row, **dict.fromkeys(both, np.nan)}
    p = probabilities.astype(np.float64)
    smallest = np.finfo(probabilities.dtype).eps
    own = np.clip(p[np.arange(n), true], smallest, 1 - smallest)
    squares = np.square(p).sum(axis=1) - 2 * p[np.arange(n), true] + 1
    for name, each in (("log_loss", -np.log(own)), ("brier", squares / (2 if k == 2 else 1))):
        half = _TWO_SIDED_95 * float(each.std(ddof=1)) / np.sqrt(n) if n > 1 else np.nan
        mean = float(each.mean())
        row[name], row[f"{name}_low"], row[f"{name}_high"] = (
            mean,
            max(0.0, mean - half),
            mean + half,
        )
    sure = p.max(axis=1)
    top = reliability(p.argmax(axis=1) == true, sure)
    low, high = _resampled_error(top, seed)
    row["calibration_error"] = top.error
    row["calibration_error_low"], row["calibration_error_high"] = low, high
    for place, name in enumerate(classes):
        row[f"calibration_error_{name}"] = reliability(true == place, p[:, place]).error
    return row


def _resampled_error(bins: Reliability, seed: int) -> tuple[float, float]:
    """The central 95 % of the error over resamples of right and wrong sources of each bin."""
    total = int(bins.n.sum())
    right = bins.n * bins.found
    cells = np.stack([right, bins.n - right]) / total
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(total, cells.ravel() / cells.sum(), size=N_RESAMPLES)
    drawn = drawn.reshape(N_RESAMPLES, 2, -1)
    n = drawn.sum(axis=1)
    errors = np.abs(drawn[:, 0] - n * bins.said).sum(axis=1) / total
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(errors, [tail, 100 - tail])
    return float(low), float(high)


def exact_interval(hits: npt.NDArray[Any], total: npt.NDArray[Any]) -> tuple[Floats, Floats]:
    """The exact 95 % interval of shares (Clopper & Pearson 1934, Biometrika 26, 404).

    Its ends are quantiles of beta distributions: of B(x, n - x + 1) and of B(x + 1, n - x) (Brown,
    Cai & DasGupta 2001, Statistical Science 16, 101, section 4.2.1).

    Parameters
    ----------
    hits, total : (...) integer ndarray

    Returns
    -------
    low, high : (...) float64 ndarray
        NaN of nothing.
    """
    from scipy.special import betaincinv

    x, n = np.asarray(hits, dtype=np.float64), np.asarray(total, dtype=np.float64)
    tail = (1 - LEVEL) / 2
    with np.errstate(invalid="ignore"):
        low = np.where(x > 0, betaincinv(np.maximum(x, 1), n - x + 1, tail), 0.0)
        high = np.where(x < n, betaincinv(x + 1, np.maximum(n - x, 1), 1 - tail), 1.0)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def exact_f1_interval(
    hits: npt.NDArray[Any], named: npt.NDArray[Any], true: npt.NDArray[Any]
) -> tuple[Floats, Floats]:
    """The exact 95 % interval of the F1 of a class.

    With F* the share of hits among the sources that are of the class or are taken for it, F1 is
    2 F* / (1 + F*), which rises with it (Hand, Christen & Kirielle 2021, Machine Learning 110,
    451). Given how many such sources there are, hits are binomial: the ends of the exact interval
    of F* become those of F1.

    Parameters
    ----------
    hits, named, true : (...) integer ndarray
        Sources of the class that are taken for it; all that are taken for it; all that are of it.

    Returns
    -------
    low, high : (...) float64 ndarray
        NaN of nothing.
    """
    either = np.asarray(named) + np.asarray(true) - np.asarray(hits)
    low, high = exact_interval(hits, either)
    return 2 * low / (1 + low), 2 * high / (1 + high)
