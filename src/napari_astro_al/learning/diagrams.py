"""Charts as data: what a widget draws, a file keeps, and a test compares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.learning.calibration import exact_interval, reliability

Kind = Literal["line", "points", "steps", "bars"]
"""A line through its points; points with intervals; a histogram's outline, whose x are the left
edges and the last right one; bars from 0 across, one a name."""

MOST_POINTS = 400
"""Of a line: more cannot be seen."""
N_HISTOGRAM = 25

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


def _nothing() -> Floats:
    return np.empty(0)


@dataclass(frozen=True, eq=False)
class Series:
    """One line, one set of points or bars.

    Attributes
    ----------
    name : str
        What it is about: a class, or empty for all.
    x, y : (n,) float64 ndarray
        For "steps", x has one more.
    low, high : (n,) float64 ndarray
        The 95 % interval of y; empty where there is none.
    labels : tuple of str
        Of bars, from the top down.
    notes : tuple of str
        What else is told of each point.
    """

    name: str
    x: Floats
    y: Floats
    low: Floats = field(default_factory=_nothing)
    high: Floats = field(default_factory=_nothing)
    labels: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart of one kind.

    Attributes
    ----------
    kind : str
        One of the chart's names in `session.charting.CHARTS`.
    draw : Kind
    title : str
        What it was measured on.
    x_title, y_title : str
    series : tuple of Series
    x_limits, y_limits : tuple of float
    diagonal : bool
        Whether the line y = x is what one hopes for.
    """

    kind: str
    draw: Kind
    title: str
    x_title: str
    y_title: str
    series: tuple[Series, ...]
    x_limits: tuple[float, float] = (0.0, 1.0)
    y_limits: tuple[float, float] = (0.0, 1.0)
    diagonal: bool = False

    def table(self) -> pd.DataFrame:
        """A row a point: ``series``, ``label`` of bars, ``x``, ``y``, ``low``, ``high``."""
        parts = []
        for one in self.series:
            n = len(one.y)
            nothing = np.full(n, np.nan)
            part: dict[str, Any] = {
                "series": [one.name] * n,
                "label": list(one.labels) or [""] * n,
                "x": one.x[:n],
                "y": one.y,
                "low": one.low if len(one.low) else nothing,
                "high": one.high if len(one.high) else nothing,
            }
            parts.append(pd.DataFrame(part))
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def reliability_chart(
    true: Codes, probabilities: npt.NDArray[np.floating], classes: Sequence[str], title: str
) -> Chart:
    """How often sources are of a class, against the probability that was given.

    Intervals are exact (Clopper & Pearson). Parameters are those of all charts here: ``true``
    holds places among ``classes``, ``probabilities`` is (n, k).
    """
    series = []
    for place, name in enumerate(classes):
        is_so = true == place
        bins = reliability(is_so, probabilities[:, place])
        hits = np.rint(bins.found * bins.n).astype(np.int64)
        low, high = exact_interval(hits, bins.n)
        notes = tuple(
            f"{hit:,} of {n:,} sources"
            for hit, n in zip(hits.tolist(), bins.n.tolist(), strict=True)
        )
        series.append(Series(name, bins.said, bins.found, low, high, notes=notes))
    return Chart(
        "reliability",
        "points",
        title,
        "probability given",
        "share that is so",
        tuple(series),
        diagonal=True,
    )


def precision_recall_chart(
    true: Codes, probabilities: npt.NDArray[np.floating], classes: Sequence[str], title: str
) -> Chart:
    """Purity against completeness as the threshold of each class falls."""
    series = []
    for place, name in enumerate(classes):
        is_so = true == place
        if not is_so.any():
            continue
        p = probabilities[:, place].astype(np.float64)
        order = np.argsort(-p, kind="stable")
        falls = p[order]
        last = np.append(np.flatnonzero(falls[1:] != falls[:-1]), len(falls) - 1)
        found = is_so[order].cumsum()[last]
        kept = _thinned(len(last))
        precision = (found / (last + 1))[kept]
        recall = (found / is_so.sum())[kept]
        low, high = exact_interval(found[kept], (last + 1)[kept])
        notes = tuple(f"threshold {one:.3f}" for one in falls[last][kept].tolist())
        series.append(Series(name, recall, precision, low, high, notes=notes))
    return Chart("precision-recall", "line", title, "completeness", "purity", tuple(series))


def _thinned(n: int) -> Codes:
    """Places of at most as many points as can be seen, the dense first ones spread by ratio."""
    if n <= MOST_POINTS:
        return np.arange(n)
    spread = np.geomspace(1, n, MOST_POINTS).round().astype(np.int64) - 1
    return np.unique(spread)


def probability_chart(
    true: Codes, probabilities: npt.NDArray[np.floating], classes: Sequence[str], title: str
) -> Chart:
    """Which probability of their own class the sources of each class are given."""
    edges = np.linspace(0, 1, N_HISTOGRAM + 1)
    series, top = [], 0.0
    for place, name in enumerate(classes):
        own = probabilities[true == place, place].astype(np.float64)
        counts = np.histogram(own, edges)[0]
        shares = counts / max(1, len(own))
        notes = tuple(
            f"{n:,} of {len(own):,} sources from {a:.2f} to {b:.2f}"
            for n, a, b in zip(counts.tolist(), edges[:-1], edges[1:], strict=True)
        )
        top = max(top, float(shares.max(initial=0.0)))
        series.append(Series(name, edges, shares, notes=notes))
    high = math.ceil(10 * top) / 10 or 1.0
    return Chart(
        "probabilities",
        "steps",
        title,
        "probability of the own class",
        "share of the class",
        tuple(series),
        y_limits=(0.0, high),
    )


def importance_chart(
    names: Sequence[str], drops: npt.NDArray[np.floating], title: str, most: int = 12
) -> Chart:
    """How much a score falls where a feature's values are exchanged between sources.

    Parameters
    ----------
    names : (f,) sequence of str
        Of the features.
    drops : (f, r) float ndarray
        Falls of the score, one a repetition.
    title : str
    most : int
        Features that are shown, the most important ones.
    """
    mean = drops.mean(axis=1)
    half = 1.959964 * drops.std(axis=1, ddof=1) / math.sqrt(drops.shape[1])
    order = np.argsort(-mean, kind="stable")[:most]
    low, high = (mean - half)[order], (mean + half)[order]
    bars = Series(
        "",
        np.arange(len(order), dtype=np.float64),
        mean[order].astype(np.float64),
        low.astype(np.float64),
        high.astype(np.float64),
        labels=tuple(names[one] for one in order.tolist()),
    )
    left, right = min(0.0, float(low.min(initial=0.0))), max(0.01, float(high.max(initial=0.0)))
    step = 10.0 ** math.floor(math.log10(right))
    limits = (left, math.ceil(right / step) * step)
    return Chart("importance", "bars", title, "fall of macro-F1", "", (bars,), x_limits=limits)
