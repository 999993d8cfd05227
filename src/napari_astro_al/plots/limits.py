"""Which part of a figure is looked at first."""

from __future__ import annotations

from typing import Literal

import numpy as np

from napari_astro_al.plots.figure import Figure, PlotAxis, Values

MARGIN = 0.06
"""Of what is shown, on each side."""
MANY = 500
"""Of more points, the outermost half per cent does not count, wild detections; of longer lines,
what sticks out in a pixel or two, cosmic rays."""
TOGETHER = 5
"""Pixels of a line whose median counts."""
OUTERMOST = 0.5  # per cent
LONGEST_BAR = 2.0
"""Error bars are shown as far as this many times the extent of the values."""


def limits_of(figure: Figure) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ranges of x and y that hold what matters.

    Parameters
    ----------
    figure : Figure
        With at least one series.

    Returns
    -------
    x, y : tuple of float
        Ascending. Of a logarithmic axis, the logarithms to base 10.
    """
    return _range(figure, "x"), _range(figure, "y")


def placed(values: Values, axis: PlotAxis) -> Values:
    """Values where an axis draws them: logarithms on a logarithmic one, NaN for none."""
    if axis.scale == "linear":
        return np.asarray(values, dtype=np.float64)
    with np.errstate(all="ignore"):
        return np.where(values > 0, np.log10(values), np.nan)


def _range(figure: Figure, name: Literal["x", "y"]) -> tuple[float, float]:
    axis: PlotAxis = getattr(figure, name)
    ends = [
        end
        for one in figure.series
        for end in _ends(placed(getattr(one, name), axis), one.draw if name == "y" else "")
    ]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    span = high - low
    for one in figure.series:
        if one.tone == "faint" or len(one) > MANY:
            continue
        for end in ("low", "high"):
            ends = getattr(one, f"{name}_{end}")
            if ends is not None:
                bars = _finite(placed(ends, axis))
                bars = bars[(bars > low - LONGEST_BAR * span) & (bars < high + LONGEST_BAR * span)]
                low, high = min([low, *bars.tolist()]), max([high, *bars.tolist()])
    for span_ in figure.spans if name == "x" else ():
        for end in _finite(placed(np.array([span_.low, span_.high]), axis)).tolist():
            low, high = min(low, end), max(high, end)
    if low == high:
        low, high = low - 0.5, high + 0.5
    room = MARGIN * (high - low)
    return low - room, high + room


def _finite(values: Values) -> Values:
    return values[np.isfinite(values)]


def _ends(values: Values, drawn: str) -> tuple[float, ...]:
    """The least and the largest value that count; none where there is none."""
    if drawn == "line" and len(values) > MANY:
        whole = values[: len(values) // TOGETHER * TOGETHER].reshape(-1, TOGETHER)
        values = np.median(whole, axis=1)
    values = _finite(values)
    if not len(values):
        return ()
    if drawn == "points" and len(values) > MANY:
        low, high = np.percentile(values, (OUTERMOST, 100 - OUTERMOST))
        return float(low), float(high)
    return float(values.min()), float(values.max())
