"""Scores of a classifier, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.calibration import (
    calibration_row,
    exact_f1_interval,
    exact_interval,
)
from napari_astro_al.learning.ranking import PURITY, ranking_row

METRICS = ("accuracy", "balanced_accuracy", "precision", "recall", "f1")
EXACT = ("precision", "recall", "f1")
"""Metrics that have an exact interval for each class."""
N_RESAMPLES = 500
LEVEL = 0.95
AT_ONCE = 65_536
"""Names looked up by one call, which no other thread can interrupt."""


def confusion_matrix(
    y_true: Sequence[str] | npt.NDArray[Any],
    y_pred: Sequence[str] | npt.NDArray[Any],
    classes: Sequence[str],
) -> npt.NDArray[np.int64]:
    """Counts of sources by true and predicted class.

    Parameters
    ----------
    y_true, y_pred : (n,) sequence of str
        True and predicted classes, all of them among `classes`.
    classes : sequence of str

    Returns
    -------
    (k, k) int64 ndarray
        Rows are the true class, columns the predicted one, in the order of `classes`.
    """
    return _confusion(class_places(y_true, classes), class_places(y_pred, classes), len(classes))


def class_places(
    names: Sequence[str | None] | npt.NDArray[Any], classes: Sequence[str]
) -> npt.NDArray[np.int64]:
    """The place of each name among `classes`; -1 for a name that is not one of them."""
    place: dict[str | None, int] = {name: k for k, name in enumerate(classes)}
    found = np.empty(len(names), np.int64)
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        said = some.tolist() if isinstance(some, np.ndarray) else some
        found[start : start + len(said)] = np.fromiter(
            map(place.get, said, repeat(-1)), np.int64, len(said)
        )
    return found


def _confusion(
    true: npt.NDArray[np.int64], pred: npt.NDArray[np.int64], k: int
) -> npt.NDArray[np.int64]:
    return np.bincount(true * k + pred, minlength=k * k).reshape(k, k)


def metrics_of(confusion: npt.NDArray[Any]) -> dict[str, npt.NDArray[np.float64]]:
    """Metrics of one or many confusion matrices.

    Parameters
    ----------
    confusion : (..., k, k) ndarray
        Counts, rows true, columns predicted.

    Returns
    -------
    dict of {str: (...) or (..., k) float64 ndarray}
        `METRICS`, and per class ``class_precision``, ``class_recall``, ``class_f1``. As in
        scikit-learn with ``zero_division=0``, precision, recall and f1 are unweighted means over
        the classes that occur among true or predicted ones, and balanced accuracy is the mean
        recall over those that occur among true ones. Per-class values of a class that occurs in
        neither are NaN; with no sources at all everything is NaN.
    """
    counts = np.asarray(confusion, dtype=np.float64)
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    support, predicted = counts.sum(axis=-1), counts.sum(axis=-2)
    present = (support + predicted) > 0

    def ratio(top: npt.NDArray[Any], bottom: npt.NDArray[Any]) -> npt.NDArray[Any]:
        shares: npt.NDArray[Any] = np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
        return shares

    def mean(values: npt.NDArray[Any], where: npt.NDArray[np.bool_]) -> npt.NDArray[Any]:
        n = where.sum(axis=-1).astype(np.float64)
        total = np.where(where, values, 0.0).sum(axis=-1)
        means: npt.NDArray[Any] = np.divide(total, n, out=np.full_like(n, np.nan), where=n > 0)
        return means

    total = support.sum(axis=-1)
    precision, recall = ratio(hits, predicted), ratio(hits, support)
    f1 = ratio(2 * hits, support + predicted)
    accuracy = np.divide(hits.sum(axis=-1), total, out=np.full_like(total, np.nan), where=total > 0)
    return {
        "accuracy": accuracy,
        "balanced_accuracy": mean(recall, support > 0),
        "precision": mean(precision, present),
        "recall": mean(recall, present),
        "f1": mean(f1, present),
        "class_precision": np.where(present, precision, np.nan),
        "class_recall": np.where(present, recall, np.nan),
        "class_f1": np.where(present, f1, np.nan),
    }


def score_row(
    y_true: Sequence[str] | npt.NDArray[Any],
    y_pred: Sequence[str] | npt.NDArray[Any],
    classes: Sequence[str],
    seed: int,
    *,
    probabilities: npt.NDArray[np.floating[Any]] | None = None,
    positive: str | None = None,
    purity: float = PURITY,
) -> dict[str, Any]:
    """One row of the table of scores.

    Parameters
    ----------
    y_true, y_pred : (n,) sequence of str
        All of them among `classes`.
    classes : sequence of str
    seed : int
        Of the bootstrap.
    probabilities : (n, k) float ndarray, optional
        Finite, one column a class.
    positive : str, optional
        The class that is sought, for `RANKING_METRICS`. None: all of them alike.
    purity : float
        Of ``recall_at_purity``, 0 to 1.

    Returns
    -------
    dict
        ``n`` sources; each of `METRICS` with ``_low`` and ``_high``, the central 95 % of its
        values over multinomial resamples of the confusion matrix (Efron 1979: the bootstrap of
        the pairs of true and predicted class); ``precision_<class>``, ``recall_<class>``,
        ``f1_<class>`` (NaN for a class that does not occur); ``confusion`` as a nested list.
        With probabilities, also what `ranking_row` and `calibration_row` say.
    """
    true, pred = class_places(y_true, classes), class_places(y_pred, classes)
    return score_places(
        true,
        pred,
        classes,
        seed,
        probabilities=probabilities,
        positive=positive,
        purity=purity,
    )


def score_places(
    true: npt.NDArray[np.int64],
    pred: npt.NDArray[np.int64],
    classes: Sequence[str],
    seed: int,
    *,
    probabilities: npt.NDArray[np.floating[Any]] | None = None,
    positive: str | None = None,
    purity: float = PURITY,
) -> dict[str, Any]:
    """`score_row` of classes that are given as their places among `classes`."""
    counts = _confusion(true, pred, len(classes))
    values = metrics_of(counts)
    row: dict[str, Any] = {"n": int(counts.sum())}
    bounds = np.full((2, len(METRICS)), np.nan)
    if row["n"]:
        resampled = metrics_of(_resamples(counts, seed))
        tail = 100 * (1 - LEVEL) / 2
        drawn = np.stack([resampled[name] for name in METRICS])
        bounds = np.percentile(drawn, [tail, 100 - tail], axis=1)
    for name, low, high in zip(METRICS, *bounds.tolist(), strict=True):
        row[name], row[f"{name}_low"], row[f"{name}_high"] = float(values[name]), low, high
    for metric in ("precision", "recall", "f1"):
        shares = values[f"class_{metric}"].tolist()
        row.update({f"{metric}_{name}": one for name, one in zip(classes, shares, strict=True)})
    if probabilities is not None:
        row |= ranking_row(true, probabilities, classes, positive=positive, purity=purity)
        row |= calibration_row(true, probabilities, classes, seed)
    row["confusion"] = counts.tolist()
    return row


def exact_class_interval(
    counts: npt.NDArray[np.int64], metric: str
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The exact 95 % interval of one of `EXACT` of each class.

    Parameters
    ----------
    counts : (..., k, k) int64 ndarray
        Confusion matrices, rows true, columns predicted.
    metric : str

    Returns
    -------
    low, high : (..., k) float64 ndarray
        NaN for a class that occurs nowhere where the metric looks.
    """
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    named, true = counts.sum(axis=-2), counts.sum(axis=-1)
    if metric == "f1":
        return exact_f1_interval(hits, named, true)
    return exact_interval(hits, named if metric == "precision" else true)


def exact_bounds(row: Mapping[str, Any]) -> dict[str, float]:
    """Exact 95 % intervals of precision, recall and F1 of each class of a row of scores.

    Parameters
    ----------
    row : mapping
        With ``confusion`` and ``classes``.

    Returns
    -------
    dict
        ``precision_<class>_low``, ``precision_<class>_high`` and those of recall and f1; NaN for
        a class that occurs nowhere, empty for a row that does not say its classes.
    """
    names = row.get("classes") or ()
    counts = np.array(row.get("confusion") or (), dtype=np.int64)
    if not len(names) or counts.shape != (len(names), len(names)):
        return {}
    found: dict[str, float] = {}
    for metric in EXACT:
        for name, low, high in zip(names, *exact_class_interval(counts, metric), strict=True):
            found[f"{metric}_{name}_low"], found[f"{metric}_{name}_high"] = float(low), float(high)
    return found


def _resamples(counts: npt.NDArray[np.int64], seed: int) -> npt.NDArray[np.int64]:
    total = int(counts.sum())
    flat = counts.ravel()
    there = np.flatnonzero(flat)
    drawn = np.zeros((N_RESAMPLES, flat.size), dtype=np.int64)
    rng = np.random.default_rng(seed)
    drawn[:, there] = rng.multinomial(total, flat[there] / total, size=N_RESAMPLES)
    return drawn.reshape(N_RESAMPLES, *counts.shape)
