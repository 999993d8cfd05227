"""Deep in feature space, sources become their own cutouts: one mosaic of those in view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import SourceId
from napari_astro_al.cutouts import Cutouts, mosaic
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.projection import Rect
from napari_astro_al.viewer.coordinates import View

MOST_IN_VIEW = 150
"""With more sources in view, they stay points."""

SIDES = (112, 96, 80, 64, 48)
"""Sizes in canvas pixels; few of them, so that thumbnails made once serve again."""

_GAP = 4.0
_FILL = 0.45


@dataclass(frozen=True, eq=False)
class Plan:
    """Which sources are drawn as thumbnails, and where.

    Attributes
    ----------
    view : View
        What the canvas showed.
    places : (n,) int64 ndarray
        Which of the candidates, in the order given, found room.
    centres : (n, 2) float64 ndarray
        Canvas pixels (row from the top, column).
    side : int
        Canvas pixels.
    """

    view: View
    places: npt.NDArray[np.int64]
    centres: npt.NDArray[np.float64]
    side: int


def plan(view: View, world: npt.NDArray[np.float32], inside: Rect) -> Plan:
    """Find room for thumbnails.

    Each lies centred on its source. Where two would overlap, the earlier candidate wins and the
    later one stays a point.

    Parameters
    ----------
    view : View
        What the canvas shows.
    world : (n, 2) float32 ndarray
        World coordinates (x, y) of the candidates, the most important first.
    inside : (x0, y0, x1, y1)
        The part of the view that is not taken by axes.
    """
    x0, _, _, y1 = view.rect
    columns = (world[:, 0] - x0) * view.zoom
    rows = (y1 - world[:, 1]) * view.zoom
    centres = np.column_stack([rows, columns]).astype(np.float64)
    seen = (
        (world[:, 0] >= inside[0])
        & (world[:, 0] <= inside[2])
        & (world[:, 1] >= inside[1])
        & (world[:, 1] <= inside[3])
    )
    width, height = view.size
    fits = np.sqrt(_FILL * width * height / max(int(seen.sum()), 1))
    side = next((one for one in SIDES if one <= fits), SIDES[-1])
    taken: list[int] = []
    for place in np.flatnonzero(seen):
        apart = np.abs(centres[taken] - centres[place]).max(axis=1) if taken else np.array([np.inf])
        if (apart >= side + _GAP).all():
            taken.append(int(place))
    chosen = np.array(taken, dtype=np.int64)
    return Plan(view, chosen, centres[chosen], side)


@dataclass(frozen=True, eq=False)
class Mosaic:
    """Thumbnails in one picture, ready for an Image layer.

    Attributes
    ----------
    pixels : (ny, nx, 4) uint8 ndarray
        RGBA; row 0 at the lower edge, as world coordinates go upward.
    rect : (x0, y0, x1, y1)
        World coordinates of its edges.
    sources : tuple of int or str
        Those pictured.
    boxes : (n, 4) float64 ndarray
        Their edges (x0, y0, x1, y1) in world coordinates.
    coming : tuple of int or str
        Sources left out for now, of which pictures can be fetched.
    """

    pixels: npt.NDArray[np.uint8]
    rect: Rect
    sources: tuple[SourceId, ...]
    boxes: npt.NDArray[np.float64]
    coming: tuple[SourceId, ...] = ()

    def at(self, x: float, y: float) -> SourceId | None:
        """The source whose thumbnail covers a place in world coordinates."""
        if not len(self.boxes):
            return None
        x0, y0, x1, y1 = self.boxes.T
        hit = np.flatnonzero((x0 <= x) & (x <= x1) & (y0 <= y) & (y <= y1))
        return self.sources[int(hit[0])] if len(hit) else None


def mosaic_job(
    cutouts: Cutouts, sources: list[SourceId], layout: Plan, frames: npt.NDArray[Any]
) -> Job[Mosaic]:
    """Load thumbnails and put them in their places.

    Parameters
    ----------
    cutouts : Cutouts
        Where pictures come from.
    sources : list of int or str
        The candidates that found room, in the plan's order.
    layout : Plan
        Where they go.
    frames : (n, 4) ndarray
        Colours of their frames, RGBA in 0 to 1.

    Returns
    -------
    generator of Progress, returning Mosaic
        Sources without a picture at hand are left out and stay points.
    """
    return guarded(_mosaic_job(cutouts, sources, layout, frames), "draw thumbnails")


def _mosaic_job(
    cutouts: Cutouts, sources: list[SourceId], layout: Plan, frames: npt.NDArray[Any]
) -> Job[Mosaic]:
    pictures, kept, coming = [], [], []
    for number, source in enumerate(sources):
        yield Progress("Loading thumbnails", number, len(sources))
        picture = cutouts.thumbnail(source, layout.side)
        if picture is not None:
            pictures.append(picture)
            kept.append(number)
        elif cutouts.is_coming(source):
            coming.append(source)
    view = layout.view
    width, height = (max(1, round(length)) for length in view.size)
    centres = layout.centres[kept]
    pixels = mosaic(pictures, centres, (height, width), frames=frames[kept], frame_width=2)
    half = layout.side / 2 / view.zoom
    x = view.rect[0] + centres[:, 1] / view.zoom
    y = view.rect[3] - centres[:, 0] / view.zoom
    boxes = np.column_stack([x - half, y - half, x + half, y + half])
    return Mosaic(
        np.ascontiguousarray(pixels[::-1]),
        view.rect,
        tuple(sources[number] for number in kept),
        boxes,
        tuple(coming),
    )
