"""Cross-hair, scale bar, compass and words over a picture, laid out in canvas pixels."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from textwrap import wrap

import numpy as np
import numpy.typing as npt

from napari_astro_al.cutouts.angles import angle_text, rounded
from napari_astro_al.viewer.lettering import text_width

Floats = npt.NDArray[np.float64]
Where = tuple[float, float]
Box = tuple[float, float, float, float]

N_CROSS, N_BAR, N_ARM = 4, 3, 3
N_LINES = N_CROSS + N_BAR + 2 * N_ARM
"""Lines of a panel, of which those that are not drawn have no length."""

LINE_HEIGHT = 15.0
_EDGE = 8.0
_BAR_SHARE = 0.3
_TICK = 3.0
_ARROW = 4.0
_LETTER = 8.0
_LEAST_FOR_BAR = 70.0
_LEAST_FOR_NOTE = 200.0


@dataclass(frozen=True)
class Words:
    """A line of writing.

    Attributes
    ----------
    text : str
    x, y : float
        Its upper left corner in canvas pixels.
    tone : {"plain", "quiet", "warning"}
    """

    text: str
    x: float
    y: float
    tone: str = "plain"


@dataclass(frozen=True)
class Marked:
    """What is to be said over one picture.

    Attributes
    ----------
    target : (x, y), optional
        Canvas pixels of the source, for the cross-hair.
    arcsec : float, optional
        Arcseconds a canvas pixel, for the scale bar.
    north, east : (2,) ndarray, optional
        Unit vectors on the screen, y downward, for the compass.
    note : str
        Where the picture comes from.
    warning, brief : str
        What is not as it should be, and the same in few words.
    instead : str
        Why there is no picture.
    names : tuple of str
        Of the pictures that are seen, one a line.
    """

    target: Where | None = None
    arcsec: float | None = None
    north: Floats | None = None
    east: Floats | None = None
    note: str = ""
    warning: str = ""
    brief: str = ""
    instead: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Drawing:
    """Lines and writing in canvas pixels from the upper left corner of a panel.

    Attributes
    ----------
    lines : (N_LINES, 2, 2) float64 ndarray
        Each from (x, y) to (x, y): cross-hair, scale bar, arms of the compass with their heads,
        north first.
    words : tuple of Words
    """

    lines: Floats
    words: tuple[Words, ...] = field(default=())


def lay_out(marked: Marked, size: Where) -> Drawing:
    """Place everything in a panel so that nothing overlaps; what has no room is left out.

    Parameters
    ----------
    marked : Marked
    size : (width, height)
        Of the panel in canvas pixels.
    """
    lines = np.zeros((N_LINES, 2, 2))
    if marked.target is not None:
        lines[:N_CROSS] = crosshair(marked.target, size)
    words = _said(marked, size)
    taken = [bounds(word) for word in words]
    figures: list[tuple[slice, Figure]] = []
    if marked.arcsec is not None:
        figures.append((slice(N_CROSS, N_CROSS + N_BAR), scale_bar(marked.arcsec, size)))
    if marked.north is not None and marked.east is not None:
        arms = slice(N_CROSS + N_BAR, N_LINES)
        figures.append((arms, compass(marked.north, marked.east, size)))
    for place, figure in figures:
        box = figure.bounds
        if _within(box, size) and not any(_overlap(box, other) for other in taken):
            lines[place] = figure.lines
            words += figure.words
            taken.append(box)
    return Drawing(lines, tuple(words))


@dataclass(frozen=True, eq=False)
class Figure:
    """Lines, (n, 2, 2) in canvas pixels, and what is written at them."""

    lines: Floats
    words: tuple[Words, ...]

    @property
    def bounds(self) -> Box:
        """Left, top, right and bottom of all of it."""
        boxes = np.array([bounds(word) for word in self.words])
        low, high = self.lines.min(axis=(0, 1)), self.lines.max(axis=(0, 1))
        left, top = np.minimum(boxes[:, :2].min(axis=0), low).tolist()
        right, bottom = np.maximum(boxes[:, 2:].max(axis=0), high).tolist()
        return left, top, right, bottom


def bounds(words: Words) -> Box:
    """Left, top, right and bottom of a line of writing."""
    return words.x, words.y, words.x + text_width(words.text), words.y + LINE_HEIGHT


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _within(box: Box, size: Where) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= size[0] and box[3] <= size[1]


def crosshair(target: Where, size: Where) -> Floats:
    """Four lines around a place that leave its middle free; (4, 2, 2)."""
    least = min(size)
    inner, length = np.clip([0.06 * least, 0.08 * least], [9.0, 8.0], [14.0, 18.0])
    ways = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    return np.array(target) + np.stack([ways * inner, ways * (inner + length)], axis=1)


def scale_bar(arcsec: float, size: Where) -> Figure:
    """A bar of a plain angle with its ends in the lower left corner, and what it says.

    Parameters
    ----------
    arcsec : float
        Arcseconds a canvas pixel.
    size : (width, height)
    """
    angle = rounded(arcsec * _BAR_SHARE * size[0])
    length = angle / arcsec
    x, y = _EDGE, size[1] - _EDGE
    ends = [[[at, y - 2 * _TICK], [at, y]] for at in (x, x + length)]
    bar = np.array([[[x, y - _TICK], [x + length, y - _TICK]], *ends])
    text = angle_text(angle)
    left = max(x, x + (length - text_width(text)) / 2)
    return Figure(bar, (Words(text, left, y - 2 * _TICK - LINE_HEIGHT - 1),))


def compass(north: Floats, east: Floats, size: Where) -> Figure:
    """Arrows to the north and to the east in the lower right corner, each with its letter."""
    arm = float(np.clip(0.13 * min(size), 14.0, 24.0))
    arms, letters = [], []
    for text, way in (("N", north), ("E", east)):
        tip, side = arm * way, np.array([-way[1], way[0]])
        barbs = [tip - _ARROW * way + 0.7 * _ARROW * s * side for s in (1, -1)]
        arms += [[[0.0, 0.0], tip], [tip, barbs[0]], [tip, barbs[1]]]
        x, y = tip + _LETTER * way - [text_width(text) / 2, LINE_HEIGHT / 2]
        letters.append(Words(text, float(x), float(y)))
    _, _, right, bottom = Figure(np.array(arms), tuple(letters)).bounds
    dx, dy = size[0] - _EDGE + 3 - right, size[1] - _EDGE + 3 - bottom
    moved = tuple(replace(one, x=one.x + dx, y=one.y + dy) for one in letters)
    return Figure(np.add(arms, (dx, dy)), moved)


def _said(marked: Marked, size: Where) -> list[Words]:
    room = size[0] - 2 * _EDGE
    most = max(1, int(size[1] / 2 / LINE_HEIGHT))
    lines = [(name, "plain") for name in marked.names[:most]]
    if len(marked.names) > most:
        lines[-1] = (f"and {len(marked.names) - most + 1} more", "quiet")
    if marked.note and not marked.instead and min(size) >= _LEAST_FOR_NOTE:
        lines.append((marked.note, "quiet"))
    if marked.warning and size[1] >= _LEAST_FOR_BAR:
        fits = text_width(marked.warning) <= room
        lines.append((marked.warning if fits else marked.brief, "warning"))
    said = [
        Words(_cut(text, room), _EDGE, _EDGE - 2 + (LINE_HEIGHT + 1) * line, tone)
        for line, (text, tone) in enumerate(lines)
    ]
    if marked.instead:
        said += _in_the_middle(marked.instead, size, _EDGE + (LINE_HEIGHT + 1) * len(lines))
    return said


def _in_the_middle(text: str, size: Where, above: float) -> list[Words]:
    width, height = size
    characters = max(8, int((width - 2 * _EDGE) / text_width("n")))
    most = max(1, int((height - above - _EDGE) / LINE_HEIGHT))
    lines = wrap(text, characters)
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), width - 2 * _EDGE)]
    top = max(above, (height - LINE_HEIGHT * len(lines)) / 2)
    return [
        Words(line, max(_EDGE, (width - text_width(line)) / 2), top + LINE_HEIGHT * number)
        for number, line in enumerate(lines)
    ]


def _cut(text: str, width: float) -> str:
    """As much of a text as fits, with an ellipsis for the rest."""
    if text_width(text) <= width:
        return text
    while text and text_width(text) + text_width("…") > width:
        text = text[:-1]
    return text.rstrip() + "…"
