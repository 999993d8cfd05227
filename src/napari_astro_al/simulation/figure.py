"""Learning curves as a picture in SVG, without a plotting library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd

COLOURS = ("#0072b2", "#7f7f7f", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#222222")
"""Okabe and Ito's, which colour-blind people tell apart; the second is for what others beat."""
WIDTH, HEIGHT = 300, 210
"""Of a panel, in pixels, with its margins."""
LEFT, RIGHT, TOP, BOTTOM = 46, 16, 28, 36
LEGEND = 30
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Panel:
    """One set of curves.

    Attributes
    ----------
    title : str
    bands : pandas.DataFrame
        From `bands`.
    target : float or None
        A level to draw.
    """

    title: str
    bands: pd.DataFrame
    target: float | None = None


def figure(panels: Sequence[Panel], *, metric: str = "macro-F1", columns: int = 3) -> str:
    """Panels side by side: mean curves of the arms, each with the 95 % interval of its mean.

    Parameters
    ----------
    panels : sequence of Panel
    metric : str
        What the scores are, for the axes.
    columns : int
        Panels in a row.

    Returns
    -------
    str
        An SVG document.
    """
    columns = min(columns, len(panels))
    arms = list(dict.fromkeys(str(arm) for panel in panels for arm in panel.bands["arm"]))
    colours = {arm: COLOURS[place % len(COLOURS)] for place, arm in enumerate(arms)}
    width = max(WIDTH * columns, _legend_width(arms))
    height = HEIGHT * -(-len(panels) // columns) + LEGEND
    body = [_legend(colours)]
    for place, panel in enumerate(panels):
        x, y = WIDTH * (place % columns), LEGEND + HEIGHT * (place // columns)
        body.append(f'<g transform="translate({x} {y})">{_panel(panel, colours, metric)}</g>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="Helvetica, Arial, sans-serif" '
        'font-size="11">\n<rect width="100%" height="100%" fill="white"/>\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )


def _legend_width(arms: Sequence[str]) -> int:
    return LEFT + sum(40 + 7 * len(arm) for arm in arms)


def _legend(colours: Mapping[str, str]) -> str:
    parts, x = [], LEFT
    for arm, colour in colours.items():
        parts.append(
            f'<line x1="{x}" x2="{x + 18}" y1="15" y2="15" stroke="{colour}" stroke-width="2.5"/>'
            f'<text x="{x + 23}" y="19">{escape(arm)}</text>'
        )
        x += 40 + 7 * len(arm)
    return "".join(parts)


@dataclass(frozen=True)
class _Scale:
    """Where numbers of labels and scores are in a panel."""

    most: int
    ticks: list[float]

    @classmethod
    def of(cls, panel: Panel) -> _Scale:
        table = panel.bands
        most = max(int(table["n_labels"].max()), 2)
        # the first scores are guesses, and would press the others together
        scores = table["mean"][table["n_labels"] >= min(5, most)].tolist()
        levels = [*scores, *([] if panel.target is None else [panel.target])]
        return cls(most, nice_ticks(min(levels), max(levels), 5))

    def x(self, n_labels: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * n_labels / self.most

    def y(self, score: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        share = (min(max(score, low), high) - low) / (high - low)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share


def _panel(panel: Panel, colours: Mapping[str, str], metric: str) -> str:
    scale = _Scale.of(panel)
    parts = [
        f'<text x="{LEFT}" y="{TOP - 9}" font-weight="bold">{escape(panel.title)}</text>',
        *_grid(scale),
    ]
    if panel.target is not None:
        parts.append(_level(scale.y(panel.target), 'stroke="#222222" stroke-dasharray="4 3"'))
    for arm, colour in colours.items():
        own = panel.bands[panel.bands["arm"] == arm]
        parts += _curve(own, scale, colour) if len(own) else []
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts.append(
        f'<path d="M{LEFT} {TOP}V{bottom}H{right}" fill="none" stroke="#444444"/>'
        f'<text x="{(LEFT + right) / 2}" y="{bottom + 29}" text-anchor="middle">labels</text>'
        f'<text transform="translate(11 {(TOP + bottom) / 2}) rotate(-90)" '
        f'text-anchor="middle">{escape(metric)}</text>'
    )
    return "".join(parts)


def _grid(scale: _Scale) -> list[str]:
    scores = [
        _level(scale.y(tick), 'stroke="#e6e6e6"')
        + f'<text x="{LEFT - 6}" y="{scale.y(tick) + 4:.1f}" text-anchor="end">{tick:.4g}</text>'
        for tick in scale.ticks
    ]
    below = HEIGHT - BOTTOM + 14
    labels = [
        f'<text x="{scale.x(tick):.1f}" y="{below}" text-anchor="middle">{tick:.4g}</text>'
        for tick in nice_ticks(0, scale.most, 5)
        if tick <= scale.most
    ]
    return scores + labels


def _level(y: float, style: str) -> str:
    return f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" {style}/>'


def _curve(own: pd.DataFrame, scale: _Scale, colour: str) -> list[str]:
    x = [scale.x(n) for n in own["n_labels"]]
    mean, low, high = (
        [(place, scale.y(score)) for place, score in zip(x, own[name], strict=True)]
        for name in ("mean", "mean_low", "mean_high")
    )
    line = f'<polyline points="{_points(mean)}" fill="none" stroke="{colour}" stroke-width="1.8"/>'
    if own["mean_low"].isna().any():
        return [line]
    area = f'<polygon points="{_points(high + low[::-1])}" fill="{colour}" opacity="0.2"/>'
    return [area, line]


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


_POINT = 1e-9
"""Ranges narrower than this, relative to their numbers, are drawn as one number."""


def nice_ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers that cover a range, at most so many steps apart.

    Returns
    -------
    list of float
        Ascending multiples of 1, 2, 2.5 or 5 times a power of ten, inside the range widened to
        the nearest ones.
    """
    span, size = high - low, max(abs(high), 1.0)
    if span < _POINT * size:
        span = 0.1 * size
    power = 10.0 ** np.floor(np.log10(span / most))
    step = next(one * power for one in _STEPS if span / (one * power) <= most)
    first, last = np.floor(low / step + 1e-9), np.ceil(high / step - 1e-9)
    return [float(round(n * step, 12)) for n in np.arange(first, max(last, first + 1) + 1)]
