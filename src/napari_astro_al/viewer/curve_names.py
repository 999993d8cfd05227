"""Where the names of curves are written: beside what is in view of them, none over another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from napari_astro_al.projection import Curve, Note, Rect
from napari_astro_al.viewer.lettering import text_width

BESIDE = 7.0
"""Pixels between a curve and its name."""
LINE = 16.0
"""Pixels that a line of writing is high."""
STEPS = 96
"""Places along each curve that are tried."""


def along(curve: Curve) -> npt.NDArray[np.float64]:
    """Places along a curve, evenly by its vertices' numbers, (STEPS, 2) in data values."""
    points = np.vstack([curve.points, curve.points[:1]]) if curve.closed else curve.points
    number = np.linspace(0, len(points) - 1, STEPS)
    return np.column_stack([np.interp(number, np.arange(len(points)), one) for one in points.T])


def curve_notes(
    names: Sequence[str],
    places: Sequence[npt.NDArray[np.floating]],
    inside: Rect,
    zoom: float,
) -> tuple[Note, ...]:
    """Notes with the names of curves.

    Parameters
    ----------
    names : sequence of str
        Parts of one line share theirs, which is written once.
    places : sequence of (n, 2) ndarray
        Along each curve, in world coordinates.
    inside : Rect
        The part of the view where writing may stand, in world coordinates.
    zoom : float
        Canvas pixels to one world unit.

    Returns
    -------
    tuple of Note
        In world coordinates, the middle of each name; without those that find no room.
    """
    notes: list[Note] = []
    boxes: list[Rect] = []
    for name in dict.fromkeys(one for one in names if one):
        mine = [line for one, line in zip(names, places, strict=True) if one == name]
        found = _place(np.vstack(mine), text_width(name) / zoom, inside, zoom, boxes)
        if found is not None:
            half = text_width(name) / zoom / 2
            x, y = found
            boxes.append((x - half, y - LINE / zoom / 2, x + half, y + LINE / zoom / 2))
            notes.append(Note(name, x, y))
    return tuple(notes)


def _place(
    line: npt.NDArray[np.floating],
    width: float,
    inside: Rect,
    zoom: float,
    boxes: Sequence[Rect],
) -> tuple[float, float] | None:
    """The highest place right or left of a line where a name is free of others."""
    x0, y0, x1, y1 = inside
    high, shift = LINE / zoom / 2, BESIDE / zoom + width / 2
    seen = line[(line[:, 1] > y0 + high) & (line[:, 1] < y1 - high)]
    for x, y in seen[np.argsort(-seen[:, 1], kind="stable")].tolist():
        for middle in (x + shift, x - shift):
            fits = x0 + width / 2 < middle < x1 - width / 2 and x0 < x < x1
            if fits and not any(
                abs(middle - (left + right) / 2) < (width + right - left) / 2
                and abs(y - (low + top) / 2) < 2 * high
                for left, low, right, top in boxes
            ):
                return middle, y
    return None
