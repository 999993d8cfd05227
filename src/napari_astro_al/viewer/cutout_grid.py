"""How large pictures are drawn, and in how many rows."""

from __future__ import annotations

from collections.abc import Sequence

from napari_astro_al.cutouts import Cutout

SIDE = 1000.0
"""World units of the longer side of the largest picture."""


def world_sides(cutouts: Sequence[Cutout]) -> list[float]:
    """How long each picture's longer side is drawn.

    Those whose pixel scale is known keep their sizes on the sky relative to each other, because
    the panels share one camera; the others are drawn as large as the largest.

    Returns
    -------
    list of float
        World units; `SIDE` at most.
    """
    angles = [
        one.pixel_scale * max(one.pixels.shape[:2])
        if one.pixels is not None and one.pixel_scale
        else None
        for one in cutouts
    ]
    largest = max((angle for angle in angles if angle is not None), default=1.0)
    return [SIDE if angle is None else SIDE * angle / largest for angle in angles]


def best_grid(n: int, size: tuple[float, float]) -> tuple[int, int]:
    """Rows and columns in which `n` square panels are largest on a canvas (width, height)."""
    width, height = size
    shapes = [(-(-n // columns), columns) for columns in range(1, max(n, 1) + 1)]
    return max(shapes, key=lambda one: min(width / one[1], height / max(one[0], 1)))
