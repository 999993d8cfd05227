"""The points that axes and legends are made of: always as many, each with its job."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from napari_astro_al.viewer.coordinates import Margins, View

MOST_TICKS = 16
MOST_CLASSES = 10
MOST_NOTES = 40
BAR_STEPS = 24

_COUNTS = {
    "strips": 6,
    "x_ticks": MOST_TICKS,
    "y_ticks": MOST_TICKS,
    "x_numbers": MOST_TICKS,
    "y_numbers": MOST_TICKS,
    "titles": 2,
    "markers": MOST_CLASSES,
    "names": MOST_CLASSES,
    "rest": 1,
    "colour_bar": BAR_STEPS,
    "colour_words": 3,
    "image_bar": BAR_STEPS,
    "image_words": 3,
    "corner": 1,
    "notes": MOST_NOTES,
}


def _laid_out() -> dict[str, slice]:
    places, start = {}, 0
    for name, count in _COUNTS.items():
        places[name] = slice(start, start + count)
        start += count
    return places


SLOTS = _laid_out()
"""Which points have which job."""

N_POINTS = sum(_COUNTS.values())
"""The layer always has this many points; those without a job have size 0 and no text."""


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

    @classmethod
    def empty(cls, view: View, margins: Margins) -> Layout:
        """Nothing yet, all in the view's lower left corner."""
        return cls(
            positions=np.tile(np.array(view.at(0, 0), dtype=np.float32), (N_POINTS, 1)),
            sizes=np.zeros(N_POINTS, dtype=np.float32),
            texts=[""] * N_POINTS,
            margins=margins,
        )

    def put(
        self, job: str, number: int, where: tuple[float, float], *, size: float = 0, text: str = ""
    ) -> None:
        """Give one point of a job its place, its size in world units, its text."""
        slot = SLOTS[job].start + number
        self.positions[slot] = where
        self.sizes[slot] = size
        self.texts[slot] = text
