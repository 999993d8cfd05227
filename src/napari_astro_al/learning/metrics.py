"""Scores of a classifier from its confusion matrix, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

METRICS = ("accuracy", "balanced_accuracy", "precision", "recall", "f1")
N_RESAMPLES = 1000
LEVEL = 0.95


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
    place = {name: k for k, name in enumerate(classes)}
    k = len(classes)
    true = np.fromiter((place[str(one)] for one in y_true), np.int64, len(y_true))
    pred = np.fromiter((place[str(one)] for one in y_pred), np.int64, len(y_pred))
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
) -> dict[str, Any]:
    """One row of the table of scores.

    Parameters
    ----------
    y_true, y_pred : (n,) sequence of str
    classes : sequence of str
    seed : int
        Of the bootstrap.

    Returns
    -------
    dict
        ``n`` sources; each of `METRICS` with ``_low`` and ``_high``, the central 95 % of its
        values over multinomial resamples of the confusion matrix (Efron 1979: the bootstrap of
        the pairs of true and predicted class); ``precision_<class>``, ``recall_<class>``,
        ``f1_<class>`` (NaN for a class that does not occur); ``confusion`` as a nested list.
    """
    counts = confusion_matrix(y_true, y_pred, classes)
    values = metrics_of(counts)
    row: dict[str, Any] = {"n": int(counts.sum())}
    resampled = metrics_of(_resamples(counts, seed))
    tail = 100 * (1 - LEVEL) / 2
    for name in METRICS:
        row[name] = float(values[name])
        low, high = (
            np.nanpercentile(resampled[name], [tail, 100 - tail]) if row["n"] else (np.nan,) * 2
        )
        row[f"{name}_low"], row[f"{name}_high"] = float(low), float(high)
    for metric in ("precision", "recall", "f1"):
        for name, value in zip(classes, values[f"class_{metric}"], strict=True):
            row[f"{metric}_{name}"] = float(value)
    row["confusion"] = counts.tolist()
    return row


def _resamples(counts: npt.NDArray[np.int64], seed: int) -> npt.NDArray[np.int64]:
    total = int(counts.sum())
    if total == 0:
        return np.zeros((1, *counts.shape), dtype=np.int64)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(total, counts.ravel() / total, size=N_RESAMPLES)
    return drawn.reshape(N_RESAMPLES, *counts.shape)
