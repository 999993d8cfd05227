"""What depends on how close one looks: points, density and thumbnails for the view."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.projection import Rect
from napari_astro_al.viewer import marks
from napari_astro_al.viewer.colouring import by_importance, frame_colours, source_colours
from napari_astro_al.viewer.coordinates import View, image_placing
from napari_astro_al.viewer.layers import put_points
from napari_astro_al.viewer.palette import Colours
from napari_astro_al.viewer.scene import Raster, Scene, raster_job
from napari_astro_al.viewer.stage import Stage
from napari_astro_al.viewer.thumbnails import MOST_IN_VIEW, Mosaic, mosaic_job, plan


class Detail:
    """Chooses, for the view at rest, which sources are points and which thumbnails.

    Parameters
    ----------
    stage : Stage
        What is shared with the other parts of feature space.

    Attributes
    ----------
    mosaic : Mosaic or None
        The thumbnails on show.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._rows: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._raster_rect: Rect | None = None
        self._crowded = False
        self.mosaic: Mosaic | None = None

    def begin(self) -> None:
        """Forget what was drawn of an earlier scene."""
        self._rows = np.empty(0, dtype=np.int64)
        self._raster_rect = None
        self._hide_thumbnails()
        density, scene = self._stage.layers.get("density"), self._stage.scene
        if density is not None and scene is not None:
            density.visible = scene.density is not None
            if scene.density is not None:
                self._show_density(scene.density)

    def refresh(self) -> None:
        """Draw what the view needs; call it when the camera has come to rest."""
        stage, scene = self._stage, self._stage.scene
        if scene is None:
            return
        view = stage.view
        everything = scene.density is None
        crowded = not everything and scene.index.count(view.rect) > stage.budget
        rows = scene.index.sample(scene.whole if everything else view.rect, stage.budget)
        if crowded != self._crowded or not np.array_equal(rows, self._rows):
            self._rows, self._crowded = rows, crowded
            self._draw_sources(scene, view)
        marks.resize(stage)
        if not everything:
            self._refresh_density(scene, view, crowded=crowded)
        self.refresh_thumbnails()

    def recolour(self) -> None:
        """Colour the points on show anew."""
        stage = self._stage
        layer = stage.layers.points("sources")
        if layer is not None and len(layer.data):
            layer.face_color = self._colours()
        self.refresh_thumbnails()

    def _colours(self) -> Colours:
        stage = self._stage
        return source_colours(
            stage.session, self._rows, stage.colour_by, stage.inks, faint=self._crowded
        )

    def _draw_sources(self, scene: Scene, view: View) -> None:
        stage = self._stage
        layer = stage.layers.points("sources")
        if layer is not None:
            put_points(
                layer,
                scene.world[self._rows],
                size=marks.hover_size(marks.SOURCE_PIXELS, view.zoom),
                face=self._colours(),
                features=marks.features_of(stage.session, self._rows),
            )

    def _refresh_density(self, scene: Scene, view: View, *, crowded: bool) -> None:
        layer = self._stage.layers.get("density")
        if layer is None:
            return
        layer.visible = crowded
        rect = _around(view, scene.whole)
        if crowded and rect != self._raster_rect:
            self._stage.jobs.start("density", raster_job(scene, rect), self._show_density)

    def _show_density(self, raster: Raster) -> None:
        layer: Any = self._stage.layers.get("density")
        if layer is None:
            return
        self._raster_rect = raster.rect
        layer.data = raster.counts
        placing = image_placing(raster.rect, raster.counts.shape)
        layer.scale, layer.translate = placing["scale"], placing["translate"]
        layer.contrast_limits = (0.0, max(float(raster.counts.max()), 0.3))

    def refresh_thumbnails(self) -> None:
        """Draw sources as their cutouts where few enough are in view."""
        stage, scene = self._stage, self._stage.scene
        if scene is None or stage.layers.get("thumbnails") is None:
            return
        view = stage.view
        inside = view.inside(stage.margins)
        few = len(stage.session.cutouts) > 0 and scene.index.count(inside) < MOST_IN_VIEW
        rows = scene.index.inside_rectangle(inside) if few else np.empty(0, dtype=np.int64)
        if not len(rows):
            self._hide_thumbnails()
            return
        rows = by_importance(stage.session, rows)
        layout = plan(view, scene.world[rows], inside)
        chosen = rows[layout.places]
        frames = frame_colours(stage.session, chosen, stage.colour_by, stage.inks)
        sources = stage.session.catalogue.ids_at(chosen)
        job = mosaic_job(stage.session.cutouts, sources, layout, frames)
        stage.jobs.start("thumbnails", job, self._show_thumbnails)

    def _hide_thumbnails(self) -> None:
        self.mosaic = None
        self._stage.jobs.drop("thumbnails")
        layer = self._stage.layers.get("thumbnails")
        if layer is not None:
            layer.visible = False
        marks.make_way(self._stage, frozenset())

    def _show_thumbnails(self, mosaic: Mosaic) -> None:
        layer: Any = self._stage.layers.get("thumbnails")
        if layer is None:
            return
        self.mosaic = mosaic
        layer.data = mosaic.pixels
        placing = image_placing(mosaic.rect, mosaic.pixels.shape)
        layer.scale, layer.translate = placing["scale"], placing["translate"]
        layer.visible = len(mosaic.sources) > 0
        marks.make_way(self._stage, frozenset(mosaic.sources))


def _around(view: View, whole: Rect) -> Rect:
    """The part of the world to count for a view: somewhat more to each side, in coarse steps."""
    x0, y0, x1, y1 = view.rect
    step = 2.0 ** np.floor(np.log2(max(x1 - x0, y1 - y0) / 4))
    low_x, high_x = max(whole[0], _down(x0, step)), min(whole[2], -_down(-x1, step))
    low_y, high_y = max(whole[1], _down(y0, step)), min(whole[3], -_down(-y1, step))
    if low_x >= high_x or low_y >= high_y:
        return whole
    return low_x, low_y, high_x, high_y


def _down(value: float, step: float) -> float:
    return float((np.floor(value / step) - 1) * step)
