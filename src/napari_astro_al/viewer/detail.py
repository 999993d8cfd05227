"""What depends on how close one looks: points, the image below them, thumbnails."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import SourceId
from napari_astro_al.projection import SIDE, Rect
from napari_astro_al.viewer import marks
from napari_astro_al.viewer.budget import PointBudget
from napari_astro_al.viewer.colouring import (
    by_importance,
    class_colours,
    first_result,
    frame_colours,
    source_colours,
    tells_apart,
)
from napari_astro_al.viewer.coordinates import View, image_placing, widened
from napari_astro_al.viewer.late_pictures import A_FEW, thumbnails_job
from napari_astro_al.viewer.layers import put_image, show_if_any
from napari_astro_al.viewer.palette import Colours
from napari_astro_al.viewer.scene import Scene
from napari_astro_al.viewer.selected import draw_selected, most_dots
from napari_astro_al.viewer.shading import FINEST, Raster, RasterRequest, raster_job
from napari_astro_al.viewer.stage import Stage
from napari_astro_al.viewer.thumbnails import MOST_IN_VIEW, Mosaic, mosaic_job, plan

EVERY = 0.2
"""Seconds between two looks at what a moving view needs."""

_AHEAD = 0.3
Drawn = Literal["nothing", "places", "all"]
"""What is known of the points on show: nothing of a new scene; no ids while the camera moves."""
_COARSEST = 128


class Detail:
    """Chooses which sources are points, what is counted, which thumbnails are drawn.

    While the camera moves, few points are drawn, from a little beyond the view; when it has come
    to rest, as many as the budget allows.

    Parameters
    ----------
    stage : Stage
        What is shared with the other parts of feature space.
    legend_is_new : callable
        Called when the image of the density, or whether it is on show, is another.

    Attributes
    ----------
    mosaic : Mosaic or None
        The thumbnails on show.
    budget : PointBudget
        How many points may be drawn.
    moving : bool
        Whether the camera is.
    """

    def __init__(self, stage: Stage, legend_is_new: Callable[[], None]) -> None:
        self._stage = stage
        self._legend_is_new = legend_is_new
        self._rows: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._raster: Raster | None = None
        self._wanted: Rect | None = None
        self._crowded = False
        self._looked = 0.0
        self._drawn: Drawn = "nothing"
        self._fetched: set[SourceId] = set()
        self.mosaic: Mosaic | None = None
        self.budget = PointBudget(stage.budget)
        self.moving = False

    @property
    def n_drawn(self) -> int:
        """Points on show."""
        return len(self._rows)

    def begin(self) -> None:
        """Forget what was drawn of an earlier scene."""
        self._rows = np.empty(0, dtype=np.int64)
        self._drawn = "nothing"
        self._raster = self._wanted = None
        self._crowded = self.moving = False
        self._hide_thumbnails()
        density = self._stage.layers.get("density")
        if density is not None:
            show_if_any(density, some=False)
        self._stage.sampled = False
        self._tell_bar(None)

    def move(self) -> None:
        """Follow a camera that moves: cheaply, and not for each of its steps."""
        scene = self._stage.scene
        if scene is None:
            return
        begins, self.moving = not self.moving, True
        now = perf_counter()
        if not begins and now - self._looked < EVERY:
            return
        self._looked = now
        view = self._stage.view
        self._draw_sample(scene, view, widened(view.rect, _AHEAD), self.budget.moving)
        self._refresh_density(scene, view)

    def refresh(self) -> None:
        """Draw what the view needs; call it when the camera has come to rest."""
        stage, scene = self._stage, self._stage.scene
        if scene is None:
            return
        self.moving = False
        view = stage.view
        self._draw_sample(scene, view, view.rect, self.budget.resting)
        marks.resize(stage)
        if stage.session.selection.count > most_dots(stage):
            draw_selected(stage)
        self._refresh_density(scene, view)
        self.refresh_thumbnails()

    def recolour(self) -> None:
        """Colour the points on show anew."""
        layer, scene = self._stage.layers.points("sources"), self._stage.scene
        if self._crowded and scene is not None:
            view = self._stage.view
            self._draw_sample(scene, view, view.rect, self.budget.resting)
        if layer is not None and len(layer.data) == len(self._rows) > 0:
            marks.colour_sources(self._stage, self._colours())
        self.refresh_thumbnails()

    def repaint(self) -> None:
        """Make the image below the points anew."""
        self.outdate_image()
        if self._stage.scene is not None:
            self._refresh_density(self._stage.scene, self._stage.view)

    def outdate_image(self) -> None:
        """Let the next refresh make the image below the points anew."""
        self._wanted = None

    def replace(self) -> None:
        """Draw everything at its place in a scene that has been stretched."""
        self._drawn = "nothing"
        self.outdate_image()
        if self._raster is not None:
            self._place_raster(self._raster)
        self.refresh()

    def _colours(self) -> Colours:
        stage = self._stage
        return source_colours(
            stage.session,
            self._rows,
            stage.appearance.colour,
            marks.source_inks(stage),
            values=stage.colour_values,
            faint=self._crowded,
        )

    def _draw_sample(self, scene: Scene, view: View, rect: Rect, budget: int) -> None:
        """Sources of lowest rank: everywhere, where all sources are few, else in a rectangle."""
        stage = self._stage
        if stage.on_image:
            budget = min(budget, marks.most_on_image(stage))
            self._tell_sampled(scene.count(view.rect) > budget)
        everywhere = len(scene.index) <= budget
        most = self.budget.resting
        crowded = len(scene.index) > most and scene.count(view.rect) > most
        whole = stage.whole_density is not None  # of all, of which these are a part
        crowded = (crowded or whole) and not stage.on_image  # or their density would hide it
        if crowded and not tells_apart(stage.session, stage.appearance.colour):
            budget = 0  # grey dots would only hide the image that they are a sample of
        rows = scene.sample(scene.whole if everywhere else rect, budget)
        if whole and not budget:
            rows = scene.in_place(stage.session.brought_rows)  # what passes have found
        same = crowded == self._crowded and np.array_equal(rows, self._rows)
        enough = self._drawn == "all" or (self.moving and self._drawn == "places")
        if same and enough:
            return
        self._rows, self._crowded = rows, crowded
        self._drawn = "places" if self.moving else "all"
        features = None if self.moving else marks.features_of(stage.session, rows)
        marks.put_sources(stage, scene.positions(rows), self._colours(), features)

    def _refresh_density(self, scene: Scene, view: View) -> None:
        stage, layer = self._stage, self._stage.layers.get("density")
        if layer is None:
            return
        show_if_any(layer, some=self._crowded and self._raster is not None)
        self._tell_bar(self._raster)
        if not self._crowded:
            return
        rect = _around(scene.stretch.rect_back(view.rect))
        if rect == self._wanted:
            return
        self._wanted = rect
        session, result, whole = stage.session, first_result(stage.session), stage.whole_density
        shows = stage.appearance.density
        times = 1.0 if whole is None else len(whole.whole) / len(session.catalogue)
        request = RasterRequest(
            scene=scene,
            rect=rect,
            shape=_shape(scene.stretch.rect(rect), round(scene.index.count(rect) * times)),
            appearance=stage.appearance,
            values=stage.per_source.known(stage.appearance.density_column),
            result=result,
            class_colours={} if result is None else class_colours(session, result, stage.inks),
            labelled=session.shown_labels.labelled()[0] if shows == "labelled" else self._rows[:0],
            dark=stage.inks.dark,
            whole=whole,
        )
        stage.jobs.start("density", raster_job(request, stage.per_source), self._show_raster)

    def _show_raster(self, raster: Raster) -> None:
        layer: Any = self._stage.layers.get("density")
        if layer is None:
            return
        self._raster = raster
        self._place_raster(raster)
        show_if_any(layer, some=self._crowded)
        self._tell_bar(raster)

    def _place_raster(self, raster: Raster) -> None:
        layer: Any = self._stage.layers.get("density")
        if layer is not None and self._stage.scene is not None:
            rect = self._stage.scene.stretch.rect(raster.rect)
            put_image(layer, raster.pixels, image_placing(rect, raster.pixels.shape))

    def _tell_sampled(self, sampled: bool) -> None:
        if sampled != self._stage.sampled:
            self._stage.sampled = sampled
            self._legend_is_new()

    def _tell_bar(self, raster: Raster | None) -> None:
        bar = None if raster is None or not self._crowded else raster.bar
        if bar is not self._stage.image_bar:
            self._stage.image_bar = bar
            self._legend_is_new()

    def refresh_thumbnails(self) -> None:
        """Draw sources as their cutouts where few enough are in view."""
        stage, scene = self._stage, self._stage.scene
        if scene is None:
            return
        if stage.layers.get("thumbnails") is None or stage.on_image:
            self._hide_thumbnails()
            return
        view = stage.view
        inside = view.inside(stage.margins)
        few = len(stage.session.cutouts) > 0 and scene.count(inside) < MOST_IN_VIEW
        rows = scene.inside_rectangle(inside) if few else np.empty(0, dtype=np.int64)
        if not len(rows):
            self._hide_thumbnails()
            return
        rows = by_importance(stage.session, rows)
        layout = plan(view, scene.positions(rows), inside)
        chosen = rows[layout.places]
        frames = frame_colours(
            stage.session, chosen, stage.appearance.colour, stage.inks, stage.colour_values
        )
        sources = stage.session.catalogue.ids_at(chosen)
        job = mosaic_job(stage.session.cutouts, sources, layout, frames)
        stage.jobs.start("thumbnails", job, self._show_thumbnails)

    def _hide_thumbnails(self) -> None:
        self.mosaic = None
        self._stage.jobs.drop("thumbnails")
        self._stage.jobs.drop("late thumbnails")
        self._fetched.clear()
        layer = self._stage.layers.get("thumbnails")
        if layer is not None:
            show_if_any(layer, some=False)
        marks.make_way(self._stage, frozenset())

    def _show_thumbnails(self, mosaic: Mosaic) -> None:
        layer: Any = self._stage.layers.get("thumbnails")
        if layer is None:
            return
        self.mosaic = mosaic
        layer.data = mosaic.pixels
        placing = image_placing(mosaic.rect, mosaic.pixels.shape)
        layer.scale, layer.translate = placing["scale"], placing["translate"]
        show_if_any(layer, some=len(mosaic.sources) > 0)
        marks.make_way(self._stage, frozenset(mosaic.sources))
        self._fetch_a_few([one for one in mosaic.coming if one not in self._fetched][:A_FEW])

    def _fetch_a_few(self, sources: list[SourceId]) -> None:
        """Fetch what thumbnails lack, a few at a time, and draw again; nothing twice."""
        if not sources:
            return

        def fetched(_: object) -> None:
            self._fetched.update(sources)
            self.refresh_thumbnails()

        job = thumbnails_job(self._stage.session.cutouts, sources)
        self._stage.jobs.start("late thumbnails", job, fetched)


def _around(rect: Rect) -> Rect:
    """What to count for a view of the frame: somewhat more to each side, in coarse steps."""
    x0, x1 = _ends(rect[0], rect[2])
    y0, y1 = _ends(rect[1], rect[3])
    if x0 >= x1 or y0 >= y1:
        return 0.0, 0.0, SIDE, SIDE
    return x0, y0, x1, y1


def _ends(low: float, high: float) -> tuple[float, float]:
    step = 2.0 ** np.floor(np.log2((high - low) / 4))
    first, last = np.floor(low / step) - 1, np.ceil(high / step) + 1
    return max(0.0, float(first * step)), min(SIDE, float(last * step))


def _shape(rect: Rect, n_sources: int) -> tuple[int, int]:
    """Pixels of an image: the more sources, the finer, so that pixels are not mostly empty."""
    finest = min(max(4.0 * n_sources**0.5, _COARSEST), FINEST)
    width, height = rect[2] - rect[0], rect[3] - rect[1]
    pixel = max(width, height) / finest
    return max(1, round(height / pixel)), max(1, round(width / pixel))
