"""Axes and legend of feature space: where ticks, numbers, titles and the legend go.

All of it is one Points layer: numbers are the text of invisible points, ticks are bar markers, and
the strips of paper behind them are square markers larger than the canvas, of which one side is in
view. Everything is pinned to the canvas's edges, so data never run through a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from napari_astro_al.projection.ticks import Tick
from napari_astro_al.viewer.coordinates import Margins, View
from napari_astro_al.viewer.palette import ClassStyle, Colours, Inks

FONT_POINTS = 8
"""Size of all writing."""

_EM = 13.5
"""Canvas pixels of `FONT_POINTS` on most screens; text is placed by its estimated width, because
only the graphics layer below napari's models can measure it."""

_WIDTHS = {
    **dict.fromkeys(".,:;'|!iljI ", 0.31),
    **dict.fromkeys("()[]-ftr/", 0.39),
    **dict.fromkeys("mwMW%+\N{MINUS SIGN}\N{HORIZONTAL ELLIPSIS}", 0.86),
}
_WIDTH = 0.635

BOTTOM = 46.0
TOP = 30.0
_TICK = 6.0
_LEAST_LEFT = 46.0
_X_STEP, _Y_STEP = 96.0, 62.0

MOST_TICKS = 16
MOST_CLASSES = 10
LONGEST_NAME = 18
"""Characters; a longer name in the legend ends with an ellipsis."""


def text_width(text: str) -> float:
    """Roughly how wide a text is drawn, in canvas pixels."""
    return sum(_WIDTHS.get(c, _WIDTH) for c in text) * _EM


@dataclass(frozen=True)
class Legend:
    """What is written at the canvas's edges beside numbers.

    Attributes
    ----------
    x_title, y_title : str
        Names of the axes, with units.
    classes : tuple of (str, ClassStyle)
        Entries of the legend, the first one leftmost. Long names are elided; of more classes than
        there is room for, the last ones are counted only, as "+2".
    """

    x_title: str = ""
    y_title: str = ""
    classes: tuple[tuple[str, ClassStyle], ...] = ()


def tick_counts(view: View) -> tuple[int, int]:
    """How many ticks along x and along y leave room between their numbers."""
    width, height = view.size
    return (
        int(np.clip(width / _X_STEP, 2, MOST_TICKS - 4)),
        int(np.clip(height / _Y_STEP, 2, MOST_TICKS - 4)),
    )


def margins_for(y_labels: Sequence[str]) -> Margins:
    """The space that axes with these numbers take at each edge of the canvas."""
    longest = max((text_width(label) for label in y_labels), default=0.0)
    return Margins(left=max(_LEAST_LEFT, longest + _TICK + 14), bottom=BOTTOM, right=10, top=TOP)


_PLACES = {
    "strips": slice(0, 6),
    "x_ticks": slice(6, 6 + MOST_TICKS),
    "y_ticks": slice(6 + MOST_TICKS, 6 + 2 * MOST_TICKS),
    "x_numbers": slice(6 + 2 * MOST_TICKS, 6 + 3 * MOST_TICKS),
    "y_numbers": slice(6 + 3 * MOST_TICKS, 6 + 4 * MOST_TICKS),
    "titles": slice(6 + 4 * MOST_TICKS, 8 + 4 * MOST_TICKS),
    "markers": slice(8 + 4 * MOST_TICKS, 8 + 4 * MOST_TICKS + MOST_CLASSES),
    "names": slice(8 + 4 * MOST_TICKS + MOST_CLASSES, 8 + 4 * MOST_TICKS + 2 * MOST_CLASSES),
    "rest": slice(8 + 4 * MOST_TICKS + 2 * MOST_CLASSES, 9 + 4 * MOST_TICKS + 2 * MOST_CLASSES),
}
N_POINTS = 9 + 4 * MOST_TICKS + 2 * MOST_CLASSES
"""The layer always has this many points; those without a job have size 0 and no text."""


@dataclass(frozen=True)
class Look:
    """What of the points changes with theme and classes alone.

    Attributes
    ----------
    symbols : (N_POINTS,) str ndarray
    colours, text_colours : (N_POINTS, 4) float32 ndarray
    """

    symbols: npt.NDArray[np.str_]
    colours: Colours
    text_colours: Colours


def look(inks: Inks, legend: Legend) -> Look:
    """Symbols and colours of all points of the layer."""
    symbols = np.full(N_POINTS, "square", dtype="<U16")
    symbols[_PLACES["x_ticks"]] = "vbar"
    symbols[_PLACES["y_ticks"]] = "hbar"
    colours = np.tile(inks.quiet, (N_POINTS, 1))
    colours[_PLACES["strips"]][3:] = inks.paper
    writing = np.tile(inks.text, (N_POINTS, 1))
    for place, (_, style) in enumerate(legend.classes[:MOST_CLASSES]):
        symbols[_PLACES["markers"].start + place] = style.symbol
        colours[_PLACES["markers"].start + place] = style.colour
    return Look(symbols, colours, writing)


@dataclass
class Layout:
    """Where the points of the layer are for one view.

    Attributes
    ----------
    positions : (N_POINTS, 2) float32 ndarray
        World coordinates (x, y).
    sizes : (N_POINTS,) float32 ndarray
        World units.
    texts : list of str
        N_POINTS of them.
    margins : Margins
        The space taken at the canvas's edges.
    """

    positions: npt.NDArray[np.float32]
    sizes: npt.NDArray[np.float32]
    texts: list[str]
    margins: Margins = field(default_factory=Margins)


def layout(view: View, x_ticks: Sequence[Tick], y_ticks: Sequence[Tick], legend: Legend) -> Layout:
    """Place ticks, numbers, titles and legend.

    Parameters
    ----------
    view : View
        What the canvas shows.
    x_ticks, y_ticks : sequence of Tick
        Those in view; what does not fit is left out.
    legend : Legend
        Titles and classes.

    Returns
    -------
    Layout
    """
    margins = margins_for([tick.label for tick in y_ticks])
    result = Layout(
        positions=np.tile(np.array(view.at(0, 0), dtype=np.float32), (N_POINTS, 1)),
        sizes=np.zeros(N_POINTS, dtype=np.float32),
        texts=[""] * N_POINTS,
        margins=margins,
    )
    _place_strips(result, view)
    _place_x(result, view, x_ticks)
    _place_y(result, view, y_ticks)
    _place_header(result, view, legend)
    return result


def _put(result: Layout, slot: int, where: tuple[float, float], size: float, text: str) -> None:
    result.positions[slot] = where
    result.sizes[slot] = size
    result.texts[slot] = text


def _place_strips(result: Layout, view: View) -> None:
    """Left, bottom and top strips; below each, one a pixel wider that shows as the axis line."""
    width, height = view.size
    side = 2.5 * max(width, height)
    x, y = width / 2, height / 2
    margins = result.margins
    for wider, first in ((1.0, 0), (0.0, 3)):
        edges = (
            (margins.left + wider - side / 2, y),
            (x, margins.bottom + wider - side / 2),
            (x, height - margins.top - wider + side / 2),
        )
        for place, (at_x, at_y) in enumerate(edges):
            where = (view.rect[0] + at_x / view.zoom, view.rect[1] + at_y / view.zoom)
            _put(result, first + place, where, side / view.zoom, "")


def _place_x(result: Layout, view: View, ticks: Sequence[Tick]) -> None:
    x0, y0, x1, _ = view.rect
    zoom, margins = view.zoom, result.margins
    number_y = y0 + (margins.bottom - _TICK - 10) / zoom
    taken, slot = x0, 0
    for place, label in sorted((tick.position, tick.label) for tick in ticks):
        half = text_width(label) / 2
        if not x0 + margins.left / zoom <= place <= x1 - 4 / zoom or slot == MOST_TICKS:
            continue
        mark = (place, y0 + (margins.bottom - _TICK / 2) / zoom)
        _put(result, _PLACES["x_ticks"].start + slot, mark, _TICK / zoom, "")
        if place - half / zoom >= taken and place + (half + 2) / zoom <= x1:
            _put(result, _PLACES["x_numbers"].start + slot, (place, number_y), 0.0, label)
            taken = place + (half + 10) / zoom
        slot += 1


def _place_y(result: Layout, view: View, ticks: Sequence[Tick]) -> None:
    x0, y0, _, y1 = view.rect
    zoom, margins = view.zoom, result.margins
    slot = 0
    lowest, highest = y0 + (margins.bottom - 1) / zoom, y1 - (margins.top + 2) / zoom
    taken = lowest - 9 / zoom
    for place, label in sorted((tick.position, tick.label) for tick in ticks):
        if not lowest <= place <= highest or slot == MOST_TICKS:
            continue
        mark = (x0 + (margins.left - _TICK / 2) / zoom, place)
        _put(result, _PLACES["y_ticks"].start + slot, mark, _TICK / zoom, "")
        if place - 8 / zoom >= taken:
            right = margins.left - _TICK - 5 - text_width(label) / 2
            where = (x0 + right / zoom, place)
            _put(result, _PLACES["y_numbers"].start + slot, where, 0.0, label)
            taken = place + 10 / zoom
        slot += 1


def _place_header(result: Layout, view: View, legend: Legend) -> None:
    """The y title at the top left, the legend at the top right, the x title at the bottom."""
    width, _ = view.size
    first = _PLACES["titles"].start
    x_title, y_title = legend.x_title, legend.y_title
    middle = result.margins.left + (width - result.margins.left) / 2
    _put(result, first, view.at(middle, 12), 0.0, x_title)
    baseline = -(TOP / 2)
    start = 10.0
    _put(result, first + 1, view.at(start + text_width(y_title) / 2, baseline), 0.0, y_title)
    room = width - start - text_width(y_title) - 40
    shown, rest = _fitting([name for name, _ in legend.classes], room)
    x = width - 10 - sum(map(_entry_width, shown)) - text_width(rest)
    for place, name in enumerate(shown):
        marker, label = _PLACES["markers"].start + place, _PLACES["names"].start + place
        _put(result, marker, view.at(x + 6, baseline), 10 / view.zoom, "")
        _put(result, label, view.at(x + 18 + text_width(name) / 2, baseline), 0.0, name)
        x += _entry_width(name)
    where = view.at(x + text_width(rest) / 2, baseline)
    _put(result, _PLACES["rest"].start, where, 0.0, rest)


def _fitting(names: Sequence[str], room: float) -> tuple[list[str], str]:
    """The first names, elided, that fit in some canvas pixels, and "+2" for two left out."""
    entries = [_elided(name) for name in names]
    for n in range(min(len(entries), MOST_CLASSES), -1, -1):
        rest = f"+{len(entries) - n}" if n < len(entries) else ""
        if sum(map(_entry_width, entries[:n])) + text_width(rest) <= room:
            return entries[:n], rest
    return [], ""


def _elided(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    return name[: LONGEST_NAME - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _entry_width(name: str) -> float:
    return 18 + text_width(name) + 16
