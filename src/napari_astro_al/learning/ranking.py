"""How well probabilities rank sources: average precision, ROC AUC, and recall at a purity.

They matter where a class is rare: accuracy is high for a classifier that finds none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

RANKING_METRICS = ("average_precision", "roc_auc", "recall_at_purity")
PURITY = 0.9
"""The share of right ones that a sample of a class shall have at least."""
_TWO_SIDED_95 = 1.959963984540054

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ranked:
    """How well a score ranks the sources of one class before all others.

    Attributes
    ----------
    average_precision : float
        Mean precision at the ranks of the class's sources, as scikit-learn's
        ``average_precision_score``; sources of equal score share their rank.
    recall_at_purity : float
        The largest part of the class that a threshold on the score finds with at least the
        purity asked for; 0 where none has it.
    roc_auc : float
        The chance that a source of the class is ranked before one of the others, ties counting
        half, as scikit-learn's ``roc_auc_score``; NaN where there are no others.
    auc_influence : (n,) float64 ndarray
        That of each source on it, whose sum of squares is its variance (DeLong, DeLong &
        Clarke-Pearson 1988, Biometrics 44, 837).
    influence : (n,) float64 ndarray
        Derivative of the average precision with respect to the weight of each source: the
        infinitesimal jackknife (Jaeckel 1972; Efron 1982, chapter 6). The root of its sum of
        squares is the standard error that the bootstrap tends to.
    """

    average_precision: float
    recall_at_purity: float
    influence: Floats
    roc_auc: float
    auc_influence: Floats


def ranked(hits: npt.NDArray[np.bool_], scores: npt.NDArray[Any], purity: float = PURITY) -> Ranked:
    """Rank sources by a score.

    Parameters
    ----------
    hits : (n,) bool ndarray
        Which sources are of the class; at least one.
    scores : (n,) float ndarray
        Higher for sources that are likelier of it.
    purity : float
        0 to 1.
    """
    order = np.argsort(-scores).astype(np.int32)  # of millions, every temporary array counts
    falls = scores[order]
    last = np.append(np.flatnonzero(falls[1:] != falls[:-1]), len(falls) - 1)
    run = np.zeros(len(falls), dtype=np.int32)  # of equal scores, that a source is in
    run[last[:-1] + 1] = 1
    np.cumsum(run, out=run)
    hit = hits[order]
    del falls
    n_hits = float(hit.sum())

    found = hit.cumsum()[last].astype(np.float64)
    taken = last + 1.0
    del last
    precision = found / taken
    new = np.diff(found, prepend=0.0)
    average = float((new * precision).sum() / n_hits)
    pure = np.flatnonzero(precision >= purity)
    recall = float(found[pure[-1]] / n_hits) if len(pure) else 0.0

    new /= taken
    lost = _from_here_on(new * precision)
    precision -= average
    precision += _from_here_on(new)
    del new
    gain = np.where(hit, precision[run], 0.0)
    del precision
    gain -= lost[run]
    gain /= n_hits
    influence = np.empty(len(hit))
    influence[order] = gain
    del lost, gain
    auc, auc_influence = _auc(hit, found, taken, run, order)
    return Ranked(average, recall, influence, auc, auc_influence)


def _auc(
    hit: npt.NDArray[np.bool_],
    found: Floats,
    taken: Floats,
    run: npt.NDArray[np.int32],
    order: npt.NDArray[np.int32],
) -> tuple[float, Floats]:
    """Area under the ROC curve and influences, from counts at the end of each run of ties."""
    n_hits, n_others = float(found[-1]), float(taken[-1] - found[-1])
    influence = np.zeros(len(hit))
    if n_others == 0:
        return float("nan"), influence
    others = taken - found
    # of a hit: others that come after; of another: hits that come before
    beaten = n_others - others + np.diff(others, prepend=0.0) / 2
    beaten /= n_others
    del others
    new_hits = np.diff(found, prepend=0.0)
    auc = float((new_hits * beaten).sum() / n_hits)
    beaten_by = found - new_hits / 2
    del new_hits
    beaten_by /= n_hits
    beaten -= auc
    beaten /= n_hits
    beaten_by -= auc
    beaten_by /= n_others
    influence[order] = np.where(hit, beaten[run], beaten_by[run])
    return auc, influence


def _from_here_on(values: Floats) -> Floats:
    return values[::-1].cumsum()[::-1]


def ranking_row(
    true: npt.NDArray[np.integer[Any]],
    probabilities: npt.NDArray[np.floating[Any]],
    classes: Sequence[str],
    *,
    positive: str | None = None,
    purity: float = PURITY,
) -> dict[str, Any]:
    """What the probabilities add to a row of scores.

    Parameters
    ----------
    true : (n,) integer ndarray
        The true class of each source, as an index into `classes`.
    probabilities : (n, k) float ndarray
        Finite.
    classes : sequence of str
        Of the columns.
    positive : str, optional
        The class that is sought. None: all of them alike.
    purity : float
        0 to 1.

    Returns
    -------
    dict
        ``average_precision_<class>``, ``roc_auc_<class>`` and ``recall_at_purity_<class>``, NaN
        for classes that do not occur. Without a class name: the sought class's, or else the
        unweighted mean over the classes that occur. ``average_precision_low`` and ``_high``, and
        those of ``roc_auc``: the central 95 % by influences, taken symmetric on the logit scale
        (Boyd, Eng & Page 2013), so that it stays between 0 and 1.
    """
    row: dict[str, Any] = {}
    average, area, recall = _Mean(), _Mean(), _Mean()
    for place, name in enumerate(classes):
        hits = true == place
        one = ranked(hits, probabilities[:, place], purity) if hits.any() else None
        row[f"average_precision_{name}"] = np.nan if one is None else one.average_precision
        row[f"roc_auc_{name}"] = np.nan if one is None else one.roc_auc
        row[f"recall_at_purity_{name}"] = np.nan if one is None else one.recall_at_purity
        if one is not None and positive in (None, name):
            average.add(one.average_precision, one.influence)
            recall.add(one.recall_at_purity)
            if np.isfinite(one.roc_auc):
                area.add(one.roc_auc, one.auc_influence)
    for metric, mean in (("average_precision", average), ("roc_auc", area)):
        row[metric], row[f"{metric}_low"], row[f"{metric}_high"] = mean.with_interval()
    row["recall_at_purity"] = recall.value
    return row


class _Mean:
    """An unweighted mean over classes, with the influence of each source on it."""

    def __init__(self) -> None:
        self._sum, self._n = 0.0, 0
        self._influence: Floats | None = None

    def add(self, value: float, influence: Floats | None = None) -> None:
        """Count one class; its influences may be overwritten."""
        self._sum += value
        self._n += 1
        if self._influence is None:
            self._influence = influence
        elif influence is not None:
            self._influence += influence

    @property
    def value(self) -> float:
        return self._sum / self._n if self._n else float("nan")

    def with_interval(self) -> tuple[float, float, float]:
        """The mean and the central 95 %."""
        if self._influence is None:
            return (float("nan"),) * 3
        error = float(np.linalg.norm(self._influence)) / self._n
        return self.value, *_interval(self.value, error)


def _interval(value: float, error: float) -> tuple[float, float]:
    if not 0 < value < 1:
        return value, value
    odds = np.log(value / (1 - value))
    half = _TWO_SIDED_95 * error / (value * (1 - value))
    low, high = 1 / (1 + np.exp(-np.clip([odds - half, odds + half], -700, 700)))
    return float(low), float(high)
