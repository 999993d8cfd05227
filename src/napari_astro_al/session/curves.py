"""Score rows as arrays to be drawn: the learning curve and the newest confusion matrix."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.learning.metrics import EXACT, exact_class_interval

Row = Mapping[str, Any]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """One metric of the models that led to the present one.

    Attributes
    ----------
    name : str
        The split that it was measured on, or the class that it belongs to.
    n_labels : (m,) int64 ndarray
        Labels that each model learnt from, strictly ascending.
    value : (m,) float64 ndarray
        0 to 1; NaN where the metric has no value.
    low, high : (m,) float64 ndarray
        The 95 % interval; NaN where there is none.
    models : tuple of str
        Name of each model.
    """

    name: str
    n_labels: npt.NDArray[np.int64]
    value: Floats
    low: Floats
    high: Floats
    models: tuple[str, ...]


@dataclass(frozen=True)
class Confusion:
    """What a model took for what.

    Attributes
    ----------
    counts : (k, k) int64 ndarray
        Sources; rows are the true class, columns the predicted one.
    classes : tuple of str
    split : str
        "validation", "test" or "cross-validation".
    n_labels : int
        Labels that the model learnt from.
    model : str
    """

    counts: npt.NDArray[np.int64]
    classes: tuple[str, ...]
    split: str
    n_labels: int
    model: str

    @property
    def shares(self) -> Floats:
        """(k, k) float64 ndarray: parts of the row's sum, NaN in a row without sources."""
        sums = self.counts.sum(axis=1, keepdims=True).astype(np.float64)
        nothing = np.full(self.counts.shape, np.nan)
        shares: Floats = np.divide(self.counts, sums, out=nothing, where=sums > 0)
        return shares


def split_curves(rows: Sequence[Row], task: str, metric: str) -> list[Curve]:
    """A metric over all classes against the number of labels, one curve a split.

    A label taken back leads to a model of fewer labels, and a corrected one to a model of as many.
    The models on the way that was left are left out, so that each curve has one value a number
    of labels and ends at the newest model.

    Parameters
    ----------
    rows : sequence of dict
        Of `History`, oldest first.
    task : str
    metric : str
        One of `learning.METRICS` or `learning.RANKING_METRICS`.

    Returns
    -------
    list of Curve
        The split of the newest row comes last, so that it is drawn on top.
    """
    return [
        _curve(split, led, metric, metric) for split, led in _leading(rows, task).items() if led
    ]


def class_curves(
    rows: Sequence[Row], task: str, metric: str, names: Sequence[str] = ()
) -> list[Curve]:
    """A metric of each class against the number of labels, on the split of the newest row.

    Parameters
    ----------
    rows, task
        As for `split_curves`.
    metric : str
        One of `PER_CLASS`.
    names : sequence of str
        As for `newest_confusion`.

    Returns
    -------
    list of Curve
        One a class of the newest model; precision, recall and F1 with exact intervals.
    """
    led = next(reversed(_leading(rows, task).values()), [])
    if not led:
        return []
    bare = [_curve(name, led, f"{metric}_{name}", None) for name in _classes(led[-1], names)]
    return [_with_exact(curve, led, metric) for curve in bare] if metric in EXACT else bare


def _with_exact(curve: Curve, led: Sequence[Row], metric: str) -> Curve:
    """A class's curve with the exact intervals of a metric."""
    low, high = np.full((2, len(led)), np.nan)
    for place, row in enumerate(led):
        names = list(row.get("classes") or ())
        if curve.name in names:
            own, counts = names.index(curve.name), np.array(row["confusion"], dtype=np.int64)
            low[place], high[place] = (ends[own] for ends in exact_class_interval(counts, metric))
    return replace(curve, low=low, high=high)


def newest_confusion(rows: Sequence[Row], task: str, names: Sequence[str] = ()) -> Confusion | None:
    """The confusion matrix of a task's newest model.

    Parameters
    ----------
    rows, task
        As for `split_curves`.
    names : sequence of str
        The task's classes, for rows that do not say which classes they are about.

    Returns
    -------
    Confusion or None
        None without a model, or where the newest one was of other classes.
    """
    row = next((row for row in reversed(rows) if row["task"] == task), None)
    if row is None or not _classes(row, names):
        return None
    return Confusion(
        counts=np.array(row["confusion"], dtype=np.int64),
        classes=_classes(row, names),
        split=str(row["split"]),
        n_labels=int(row["n_labels"]),
        model=str(row["model"]),
    )


def curves_table(curves: Sequence[Curve]) -> pd.DataFrame:
    """A row a model: ``series``, ``n_labels``, ``value``, ``low``, ``high``, ``model``."""
    parts = [
        pd.DataFrame(
            {
                "series": curve.name,
                "n_labels": curve.n_labels,
                "value": curve.value,
                "low": curve.low,
                "high": curve.high,
                "model": list(curve.models),
            }
        )
        for curve in curves
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def confusion_table(matrix: Confusion) -> pd.DataFrame:
    """A row a cell: ``true``, ``predicted``, ``count``, ``share`` of the true class."""
    size = len(matrix.classes)
    return pd.DataFrame(
        {
            "true": np.repeat(matrix.classes, size),
            "predicted": np.tile(matrix.classes, size),
            "count": matrix.counts.ravel(),
            "share": matrix.shares.ravel(),
        }
    )


def score_limits(curves: Sequence[Curve]) -> tuple[float, float]:
    """The stretch of a score axis that shows every value, and the last ones' intervals.

    Returns
    -------
    low, high : float
        `high` is 1, or more for a log loss above it. `low` is a multiple of 0.1, at most 0.8: a
        wobble of one per cent never fills the axis.
    """
    shown = [
        float(number)
        for curve in curves
        for number in (*curve.value, *curve.low[-1:])
        if math.isfinite(number)
    ]
    lowest, highest = min(shown, default=0.0), max(shown, default=1.0)
    low = min(0.8, max(0.0, math.floor(lowest * 10 - 1e-9) / 10))
    return low, max(1.0, math.ceil(highest * 10) / 10)


def _leading(rows: Sequence[Row], task: str) -> dict[str, list[Row]]:
    led: dict[str, list[Row]] = {}
    for row in rows:
        if row["task"] != task:
            continue
        so_far = led.pop(row["split"], [])
        while so_far and so_far[-1]["n_labels"] >= row["n_labels"]:
            so_far.pop()
        so_far.append(row)
        led[row["split"]] = so_far
    return led


def _curve(name: str, led: Sequence[Row], metric: str, interval: str | None) -> Curve:
    nothing = np.full(len(led), np.nan)
    return Curve(
        name=name,
        n_labels=np.array([row["n_labels"] for row in led], dtype=np.int64),
        value=_numbers(led, metric),
        low=nothing if interval is None else _numbers(led, f"{interval}_low"),
        high=nothing if interval is None else _numbers(led, f"{interval}_high"),
        models=tuple(str(row["model"]) for row in led),
    )


def _numbers(led: Sequence[Row], key: str) -> Floats:
    """Values of a key; the ledger keeps a NaN as null, and a class added later has none before."""
    values = (row.get(key) for row in led)
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _classes(row: Row, names: Sequence[str]) -> tuple[str, ...]:
    """The classes of a row's confusion matrix, in its order; empty where they are others."""
    there = tuple(row.get("classes") or [name for name in names if f"f1_{name}" in row])
    return there if set(there) <= set(names) else ()
