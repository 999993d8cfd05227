"""What is written at the canvas's edges beside numbers: titles, what colours mean, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from napari_astro_al.projection import Note
from napari_astro_al.viewer.coordinates import View
from napari_astro_al.viewer.lettering import elided, text_width
from napari_astro_al.viewer.palette import ClassStyle, Colours
from napari_astro_al.viewer.slots import BAR_STEPS, MOST_CLASSES, MOST_NOTES, Layout

TOP = 30.0
"""Canvas pixels of the strip at the top."""

_BAR_STEP = 4.0
_LONGEST_TITLE = 28


@dataclass(frozen=True, eq=False)
class Bar:
    """A colour bar.

    Attributes
    ----------
    title : str
        What the colours show.
    low, high : str
        The values at its ends.
    colours : (BAR_STEPS, 4) float32 ndarray
    """

    title: str
    low: str
    high: str
    colours: Colours

    @property
    def width(self) -> float:
        """Canvas pixels that it takes with its writing."""
        return (
            text_width(elided(self.title, _LONGEST_TITLE))
            + text_width(self.low)
            + text_width(self.high)
            + BAR_STEPS * _BAR_STEP
            + 24
        )


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
    colour_bar : Bar or None
        What the colours of points mean, where they are numbers.
    image_bar : Bar or None
        What the image below the points shows, while it does.
    corner : str
        A note in the lower left corner of the plot.
    on_image : bool
        Whether it stands on an image, where quiet writing cannot be read.
    notes : tuple of Note
        Writing within the plot, in world coordinates.
    """

    x_title: str = ""
    y_title: str = ""
    classes: tuple[tuple[str, ClassStyle], ...] = ()
    colour_bar: Bar | None = None
    image_bar: Bar | None = None
    corner: str = ""
    on_image: bool = False
    notes: tuple[Note, ...] = ()


def place_legend(result: Layout, view: View, legend: Legend) -> None:
    """Place titles, legend, bars and notes.

    The y title goes to the top left, what colours mean to the top right, the x title to the bottom
    and the image's bar to its right.
    """
    width, _ = view.size
    _place_titles(result, view, legend)
    taken = 10.0 + text_width(legend.y_title) + 40
    if legend.colour_bar is not None:
        if legend.colour_bar.width <= width - taken:
            _place_bar(result, view, "colour", legend.colour_bar, width - 10, -(TOP / 2))
    else:
        _place_classes(result, view, legend.classes, width - taken)
    if legend.image_bar is not None and _has_room(view, legend, legend.image_bar):
        _place_bar(result, view, "image", legend.image_bar, width - 10, 12)
    if legend.corner:
        x = result.margins.left + 8 + text_width(legend.corner) / 2
        result.put("corner", 0, view.at(x, result.margins.bottom + 12), text=legend.corner)
    _place_notes(result, view, legend.notes)


def _place_titles(result: Layout, view: View, legend: Legend) -> None:
    width, _ = view.size
    middle = result.margins.left + (width - result.margins.left) / 2
    if legend.image_bar is not None and _has_room(view, legend, legend.image_bar):
        # the title gives way to the bar at its right
        end = width - 10 - legend.image_bar.width - 20
        middle = max(
            min(middle, end - text_width(legend.x_title) / 2), text_width(legend.x_title) / 2 + 10
        )
    result.put("titles", 0, view.at(middle, 12), text=legend.x_title)
    start = 10.0 + text_width(legend.y_title) / 2
    result.put("titles", 1, view.at(start, -(TOP / 2)), text=legend.y_title)


def _has_room(view: View, legend: Legend, bar: Bar) -> bool:
    """Whether the image's bar fits beside the x title."""
    return 10 + text_width(legend.x_title) + 20 + bar.width + 10 <= view.size[0]


def _place_bar(
    result: Layout, view: View, name: str, bar: Bar, right: float, height: float
) -> None:
    """Title, low value, steps and high value, to end at a place on the canvas."""
    x = right - bar.width
    for number, text in enumerate((elided(bar.title, _LONGEST_TITLE), bar.low)):
        half = text_width(text) / 2
        result.put(f"{name}_words", number, view.at(x + half, height), text=text)
        x += 2 * half + (12 if number == 0 else 6)
    for step in range(BAR_STEPS):
        where = view.at(x + (step + 0.5) * _BAR_STEP, height)
        result.put(f"{name}_bar", step, where, size=2.4 * _BAR_STEP / view.zoom)
    x += BAR_STEPS * _BAR_STEP + 6
    result.put(f"{name}_words", 2, view.at(x + text_width(bar.high) / 2, height), text=bar.high)


def _place_classes(
    result: Layout, view: View, classes: Sequence[tuple[str, ClassStyle]], room: float
) -> None:
    width, _ = view.size
    shown, rest = _fitting([name for name, _ in classes], room)
    x = width - 10 - sum(map(_entry_width, shown)) - text_width(rest)
    for place, name in enumerate(shown):
        result.put("markers", place, view.at(x + 6, -(TOP / 2)), size=10 / view.zoom)
        label = view.at(x + 18 + text_width(name) / 2, -(TOP / 2))
        result.put("names", place, label, text=name)
        x += _entry_width(name)
    result.put("rest", 0, view.at(x + text_width(rest) / 2, -(TOP / 2)), text=rest)


def _place_notes(result: Layout, view: View, notes: Sequence[Note]) -> None:
    x0, y0, x1, y1 = view.inside(result.margins)
    seen = [note for note in notes if x0 < note.x < x1 and y0 < note.y < y1]
    for place, note in enumerate(seen[:MOST_NOTES]):
        result.put("notes", place, (note.x, note.y), text=note.text)


def _fitting(names: Sequence[str], room: float) -> tuple[list[str], str]:
    """The first names, elided, that fit in some canvas pixels, and "+2" for two left out."""
    entries = [elided(name) for name in names]
    for n in range(min(len(entries), MOST_CLASSES), -1, -1):
        rest = f"+{len(entries) - n}" if n < len(entries) else ""
        if sum(map(_entry_width, entries[:n])) + text_width(rest) <= room:
            return entries[:n], rest
    return [], ""


def _entry_width(name: str) -> float:
    return 18 + text_width(name) + 16
