"""A score against a column: how good a model is for the faint, the red, or one field."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from napari_astro_al.learning.diagrams import Chart, Series
from napari_astro_al.learning.metric_names import METRIC_NAMES, PER_CLASS

BY_COLUMN = "scores-by-column"
MOST_BARS = 12

Row = Mapping[str, Any]


def score_chart(
    rows: Sequence[Row], column: str, metric: str, classes: Sequence[str], title: str
) -> Chart:
    """A metric in bins of a column.

    Parameters
    ----------
    rows : sequence of mapping
        One a bin: ``bin``, ``n``, ``median`` of the column (NaN where it holds no numbers),
        ``classes`` and ``confusion``, and the scores with their intervals.
    column : str
        Its title.
    metric : str
        One of `METRIC_NAMES`.
    classes : sequence of str
        One series a class, of metrics in `PER_CLASS`; empty for one over all classes.
    title : str
        What it was measured on.

    Returns
    -------
    Chart
        Of numbers, points at the median of each bin that has sources of the class. Of anything
        else bars over all classes, of the `MOST_BARS` values that most sources have.
    """
    words = METRIC_NAMES[metric]
    numbers = [row for row in rows if math.isfinite(row["median"])]
    if not numbers:
        return _bars(rows, metric, title)
    own = classes if metric in PER_CLASS else ()
    series = [_points(numbers, metric, name) for name in own or ("",)]
    drawn = tuple(one for one in series if len(one.y))
    x = [row["median"] for row in numbers]
    x_limits = (min(x), max(x)) if min(x) < max(x) else (x[0] - 0.5, x[0] + 0.5)
    return Chart(
        BY_COLUMN, "points", title, column, words, drawn, x_limits=x_limits, y_limits=_limits(drawn)
    )


def _points(rows: Sequence[Row], metric: str, name: str) -> Series:
    key = f"{metric}_{name}" if name else metric
    known = [row for row in rows if _number(row, key) is not None and _has(row, name)]
    low, high = (_ends(known, key, end) for end in ("low", "high"))
    return Series(
        name,
        np.array([row["median"] for row in known], dtype=np.float64),
        np.array([row[key] for row in known], dtype=np.float64),
        low,
        high,
        notes=tuple(f"{row['n']:,} sources, {row['bin']}" for row in known),
    )


def _bars(rows: Sequence[Row], metric: str, title: str) -> Chart:
    known = [row for row in rows if _number(row, metric) is not None]
    most = sorted(known, key=lambda row: -row["n"])[:MOST_BARS]
    shown = [row for row in known if row in most]
    bars = Series(
        "",
        np.arange(len(shown), dtype=np.float64),
        np.array([row[metric] for row in shown], dtype=np.float64),
        _ends(shown, metric, "low"),
        _ends(shown, metric, "high"),
        labels=tuple(str(row["bin"]) for row in shown),
        notes=tuple(f"{row['n']:,} sources" for row in shown),
    )
    left_out = f", {len(shown)} of {len(known)} values" if len(known) > len(shown) else ""
    right = _limits((bars,))[1]
    return Chart(
        BY_COLUMN,
        "bars",
        title,
        f"{METRIC_NAMES[metric]} over all classes{left_out}",
        "",
        (bars,),
        x_limits=(0.0, right),
    )


def _has(row: Row, name: str) -> bool:
    """Whether a bin has sources of a class: else its score would be 0 for one that is taken so."""
    return not name or any(row["confusion"][list(row["classes"]).index(name)])


def _number(row: Row, key: str) -> float | None:
    value = row.get(key)
    return value if value is not None and math.isfinite(value) else None


def _ends(rows: Sequence[Row], key: str, end: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """An end of each interval; the value itself where there is none."""
    found = (_number(row, f"{key}_{end}") for row in rows)
    return np.array(
        [row[key] if one is None else one for row, one in zip(rows, found, strict=True)],
        dtype=np.float64,
    )


def _limits(series: Sequence[Series]) -> tuple[float, float]:
    """Room for every interval, to a tenth: 0.8 to 1, or wider."""
    low = min((float(one.low.min()) for one in series if len(one.low)), default=0.0)
    high = max((float(one.high.max()) for one in series if len(one.high)), default=1.0)
    return min(0.8, math.floor(10 * low + 1e-9) / 10), max(1.0, math.ceil(10 * high - 1e-9) / 10)
