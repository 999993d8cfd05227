"""What is said of one point of a figure."""

from __future__ import annotations

import numpy as np

from napari_astro_al.plots.figure import Figure, PlotAxis, Series, Values


def told_of(figure: Figure, series: Series, place: int) -> str:
    """A point with its exact values, error bars and units, one line each.

    Parameters
    ----------
    figure : Figure
    series : Series
        One of the figure's.
    place : int
        Of the point.
    """
    lines = [" · ".join(one for one in (series.name, _word(series, place)) if one)]
    for axis, values, low, high in (
        (figure.x, series.x, series.x_low, series.x_high),
        (figure.y, series.y, series.y_low, series.y_high),
    ):
        lines.append(_value(axis, values[place], _at(low, place), _at(high, place)))
    limit = 0 if series.limits is None else int(series.limits[place])
    if limit:
        way = "below" if limit < 0 else "above"
        lines.append(f"a limit: the true value lies {way}")
    return "\n".join(line for line in lines if line)


def _word(series: Series, place: int) -> str:
    return series.words[place] if series.words else ""


def _at(values: Values | None, place: int) -> float:
    return float("nan") if values is None else float(values[place])


def _value(axis: PlotAxis, value: float, low: float, high: float) -> str:
    unit = f" {axis.unit}" if axis.unit else ""
    ends = f" ({low:.6g} to {high:.6g})" if np.isfinite(low) and np.isfinite(high) else ""
    return f"{axis.name}: {value:.7g}{ends}{unit}"
