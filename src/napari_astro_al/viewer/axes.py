"""Axes of feature space: where ticks and numbers go, and how all writing looks.

All of it is one Points layer: numbers are the text of invisible points, ticks are bar markers,
colour bars are rows of square ones, and the strips of paper behind them are square markers larger
than the canvas, of which one side is in view. Everything is pinned to the canvas's edges, so data
never run through a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from napari_astro_al.projection.ticks import Tick
from napari_astro_al.viewer.coordinates import Margins, View
from napari_astro_al.viewer.legend import TOP, Legend, place_legend
from napari_astro_al.viewer.lettering import text_width
from napari_astro_al.viewer.palette import Colours, Inks
from napari_astro_al.viewer.slots import MOST_CLASSES, MOST_TICKS, N_POINTS, SLOTS, Layout

BOTTOM = 46.0
"""Canvas pixels of the strip at the bottom, with numbers."""

_BARE_BOTTOM = 24.0
_TICK = 6.0
_LEAST_LEFT = 46.0
_BARE_LEFT = 10.0
_X_STEP, _Y_STEP = 96.0, 62.0


def tick_counts(view: View) -> tuple[int, int]:
    """How many ticks along x and along y leave room between their numbers."""
    width, height = view.size
    return (
        int(np.clip(width / _X_STEP, 2, MOST_TICKS - 4)),
        int(np.clip(height / _Y_STEP, 2, MOST_TICKS - 4)),
    )


def margins_for(y_labels: Sequence[str], *, bare: bool = False) -> Margins:
    """The space that axes with these numbers take at each edge; `bare` ones have no ticks."""
    if bare:
        return Margins(left=_BARE_LEFT, bottom=_BARE_BOTTOM, right=10, top=TOP)
    longest = max((text_width(label) for label in y_labels), default=0.0)
    return Margins(left=max(_LEAST_LEFT, longest + _TICK + 14), bottom=BOTTOM, right=10, top=TOP)


@dataclass(frozen=True)
class Look:
    """What of the points changes with theme and legend alone.

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
    symbols[SLOTS["x_ticks"]] = "vbar"
    symbols[SLOTS["y_ticks"]] = "hbar"
    colours = np.tile(inks.quiet, (N_POINTS, 1))
    colours[SLOTS["strips"]][3:] = inks.paper
    writing = np.tile(inks.text, (N_POINTS, 1))
    writing[SLOTS["corner"]] = inks.text if legend.on_image else inks.quiet
    for place, (_, style) in enumerate(legend.classes[:MOST_CLASSES]):
        symbols[SLOTS["markers"].start + place] = style.symbol
        colours[SLOTS["markers"].start + place] = style.colour
    for job, bar in (("colour_bar", legend.colour_bar), ("image_bar", legend.image_bar)):
        if bar is not None:
            colours[SLOTS[job]] = bar.colours
    return Look(symbols, colours, writing)


def layout(
    view: View,
    x_ticks: Sequence[Tick],
    y_ticks: Sequence[Tick],
    legend: Legend,
    *,
    bare: bool = False,
) -> Layout:
    """Place ticks, numbers, titles and legend.

    Parameters
    ----------
    view : View
        What the canvas shows.
    x_ticks, y_ticks : sequence of Tick
        Those in view; what does not fit is left out.
    legend : Legend
        Titles, classes, bars, notes.
    bare : bool
        Whether the plot has no ticks at all, as the sky, and needs no room for their numbers.

    Returns
    -------
    Layout
    """
    margins = margins_for([tick.label for tick in y_ticks], bare=bare)
    result = Layout.empty(view, margins)
    if not bare:
        _place_strips(result, view)
    _place_x(result, view, x_ticks)
    _place_y(result, view, y_ticks)
    place_legend(result, view, legend)
    return result


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
            result.put("strips", first + place, where, size=side / view.zoom)


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
        result.put("x_ticks", slot, mark, size=_TICK / zoom)
        if place - half / zoom >= taken and place + (half + 2) / zoom <= x1:
            result.put("x_numbers", slot, (place, number_y), text=label)
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
        result.put("y_ticks", slot, mark, size=_TICK / zoom)
        if place - 8 / zoom >= taken:
            right = margins.left - _TICK - 5 - text_width(label) / 2
            where = (x0 + right / zoom, place)
            result.put("y_numbers", slot, where, text=label)
            taken = place + 10 / zoom
        slot += 1
