"""How well probabilities rank sources: average precision, and recall at a purity.

They matter where a class is rare: accuracy is high for a classifier that finds none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

RANKING_METRICS = ("average_precision", "recall_at_purity")
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
    influence : (n,) float64 ndarray
        Derivative of the average precision with respect to the weight of each source: the
        infinitesimal jackknife (Jaeckel 1972; Efron 1982, chapter 6). The root of its sum of
        squares is the standard error that the bootstrap tends to.
    """

    average_precision: float
    recall_at_purity: float
    influence: Floats


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
    order = np.argsort(-scores)
    hit = hits[order].astype(np.float64)
    falls = scores[order]
    last = np.append(np.flatnonzero(falls[1:] != falls[:-1]), len(falls) - 1)
    size = np.diff(last, prepend=-1)
    n_hits = hit.sum()

    found = hit.cumsum()[last]
    taken = last + 1.0
    precision = found / taken
    new = np.diff(found, prepend=0.0)
    average = float((new * precision).sum() / n_hits)
    pure = found[precision >= purity]

    gained = _from_here_on(new / taken)
    lost = _from_here_on(new * precision / taken)
    own = np.repeat(precision - average + gained, size)
    influence = np.empty(len(hit))
    influence[order] = (hit * own - np.repeat(lost, size)) / n_hits
    return Ranked(average, float(pure[-1] / n_hits) if len(pure) else 0.0, influence)


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
        ``average_precision_<class>`` and ``recall_at_purity_<class>``, NaN for classes that do
        not occur. Without a class name: the sought class's, or else the unweighted mean over the
        classes that occur. ``average_precision_low`` and ``_high``: its central 95 % by the
        infinitesimal jackknife, taken symmetric on the logit scale (Boyd, Eng & Page 2013), so
        that it stays between 0 and 1.
    """
    row: dict[str, Any] = {}
    counted: list[Ranked] = []
    for place, name in enumerate(classes):
        hits = true == place
        one = ranked(hits, probabilities[:, place], purity) if hits.any() else None
        row[f"average_precision_{name}"] = np.nan if one is None else one.average_precision
        row[f"recall_at_purity_{name}"] = np.nan if one is None else one.recall_at_purity
        if one is not None and positive in (None, name):
            counted.append(one)
    if not counted:
        nothing = ("average_precision", "average_precision_low", "average_precision_high")
        return {**row, **dict.fromkeys((*nothing, "recall_at_purity"), np.nan)}
    average = sum(one.average_precision for one in counted) / len(counted)
    together = np.sum([one.influence for one in counted], axis=0) / len(counted)
    low, high = _interval(average, float(np.sqrt(np.square(together).sum())))
    row["average_precision"] = average
    row["average_precision_low"], row["average_precision_high"] = low, high
    row["recall_at_purity"] = sum(one.recall_at_purity for one in counted) / len(counted)
    return row


def _interval(value: float, error: float) -> tuple[float, float]:
    if not 0 < value < 1:
        return value, value
    odds = np.log(value / (1 - value))
    half = _TWO_SIDED_95 * error / (value * (1 - value))
    low, high = 1 / (1 + np.exp(-np.clip([odds - half, odds + half], -700, 700)))
    return float(low), float(high)
