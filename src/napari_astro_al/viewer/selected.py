"""Selected sources: rings around few, dots on many, a sample of those in view of very many.

Sources whose predictions changed are shown in the same way, for a moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.projection import Rect
from napari_astro_al.viewer.layers import put_points, show_if_any
from napari_astro_al.viewer.marks import SELECTED_PIXELS, SOURCE_PIXELS, hover_size
from napari_astro_al.viewer.palette import Colours, rgba

if TYPE_CHECKING:
    from napari_astro_al.viewer.scene import Scene
    from napari_astro_al.viewer.stage import Stage

MOST_DOTS = 4_000
"""Most selected sources that are drawn."""

MOST_RINGS = 300
"""More than this are drawn as dots, since so many rings hide each other."""

_CHUNK = 262_144


def draw_selected(stage: Stage) -> None:
    """Draw the selection, or those of it in view where it is large: these are found by a job."""
    _draw(stage, stage.session.selection.rows, stage.inks.selected)


def flash(stage: Stage, rows: npt.NDArray[np.int64]) -> None:
    """Draw other sources in place of the selection, until that is drawn again."""
    _draw(stage, rows, stage.inks.text)


def _draw(stage: Stage, rows: npt.NDArray[np.int64], ink: Colours) -> None:
    scene = stage.scene
    if scene is None:
        return
    if len(rows) <= most_dots(stage):
        stage.jobs.drop("selected")
        _put(stage, scene, scene.in_place(rows), ink)
        return
    hashes = stage.session.partition.hashes
    job = dots_job(scene, rows, stage.view.rect, hashes, most_dots(stage))
    stage.jobs.start("selected", job, lambda found: _show(stage, scene, found, ink))


def most_dots(stage: Stage) -> int:
    """How many selected sources are drawn at most."""
    return min(stage.budget, MOST_DOTS)


def dots_job(
    scene: Scene,
    rows: npt.NDArray[np.int64],
    rect: Rect,
    hashes: npt.NDArray[np.uint64],
    most: int,
) -> Job[npt.NDArray[np.int64]]:
    """Some of the selected sources in view: those with the smallest id hashes.

    Parameters
    ----------
    scene : Scene
    rows : (n,) int64 ndarray
        Selected sources.
    rect : (x0, y0, x1, y1)
        The view, in world coordinates.
    hashes : (n_sources,) uint64 ndarray
        Seeded hashes of the ids.
    most : int
        How many at most.
    """
    return guarded(_dots_job(scene, rows, rect, hashes, most), "draw the selection")


def _dots_job(
    scene: Scene,
    rows: npt.NDArray[np.int64],
    rect: Rect,
    hashes: npt.NDArray[np.uint64],
    most: int,
) -> Job[npt.NDArray[np.int64]]:
    found = np.empty(0, dtype=np.int64)
    # values grow or fall along an axis, so that a rectangle of the world is one of data values
    first, second = scene.values_at(rect[0], rect[1]), scene.values_at(rect[2], rect[3])
    low, high = np.minimum(first, second), np.maximum(first, second)
    for chunk in _chunks(rows):
        yield Progress("Finding selected sources in view")
        points = scene.projection.points[chunk]
        seen = ((points >= low) & (points <= high)).all(axis=1)
        found = np.concatenate([found, chunk[seen]])
        if len(found) > most:
            found = found[np.argpartition(hashes[found], most)[:most]]
    return scene.in_place(found)


def _chunks(rows: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]


def _show(stage: Stage, scene: Scene, rows: npt.NDArray[np.int64], ink: Colours) -> None:
    if stage.scene is scene:
        _put(stage, scene, rows, ink)


def _put(stage: Stage, scene: Scene, rows: npt.NDArray[np.int64], ink: Colours) -> None:
    layer = stage.layers.points("selected")
    if layer is None:
        return
    many = len(rows) > MOST_RINGS
    pixels = SOURCE_PIXELS + 1 if many else SELECTED_PIXELS
    layer.canvas_size_limits = (0, pixels)
    put_points(
        layer,
        scene.positions(rows),
        size=hover_size(pixels, stage.view.zoom),
        face=rgba(ink, 0.8 if many else 0.0),
        border=rgba(ink, 0.0 if many else 0.95),
    )
    show_if_any(layer, some=len(rows) > 0)
