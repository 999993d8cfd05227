"""Feature space in napari: a session's sources, labels and predictions as layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from napari_astro_al.catalogue import SourceId
from napari_astro_al.projection import Projection, Rect
from napari_astro_al.session import Session
from napari_astro_al.viewer import marks
from napari_astro_al.viewer.appearance import Appearance
from napari_astro_al.viewer.axes_layer import AxesLayer
from napari_astro_al.viewer.backdrop import Backdrop
from napari_astro_al.viewer.curves import draw_curves
from napari_astro_al.viewer.detail import Detail
from napari_astro_al.viewer.drawing import Drawing
from napari_astro_al.viewer.framing import Framing
from napari_astro_al.viewer.layers import LayerStack
from napari_astro_al.viewer.palette import Inks
from napari_astro_al.viewer.picking import Picker
from napari_astro_al.viewer.scene import BUDGET, Scene, scene_job
from napari_astro_al.viewer.selected import draw_selected, flash
from napari_astro_al.viewer.stage import Jobs, Later, RunJob, Stage, call_now, run_now
from napari_astro_al.viewer.status import describe_sources
from napari_astro_al.viewer.zooming import Wheel

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image


class FeatureSpace:
    """Keeps the layers of feature space true to a session.

    Camera moves redraw the axes and the query ring at once (some milliseconds, whatever the size
    of the catalogue), and now and then a few points. What takes longer waits until the camera
    rests, and what is proportional to the catalogue is a job.

    Parameters
    ----------
    viewer : ViewerModel
        napari's viewer or its model. Its camera is turned so that x grows to the right, y up.
    session : Session
        Its projection is shown, now or as soon as there is one.
    run : callable, optional
        ``run(job, done)`` starts a job and calls ``done(result)`` on the calling thread when it
        has ended; by default at once. What it returns may have ``cancel``. A window has workers.
    later, soon, aside : callable, optional
        ``later(callback)`` calls back once when it was not called for some 100 ms; `soon` once what
        is urgent is drawn, `aside` once the source's pictures are. A window hands in timers.
    budget : int
        Most sources drawn as points.
    own : bool
        Whether it shows projections that `set_projection` gives it, and not the session's.
    elsewhere : ViewerModel, optional
        Another viewer, whose images are shown here too where sources lie on them.

    Attributes
    ----------
    follow : bool
        Whether the camera moves to a current source that is out of view; True at first.
    """

    appearance_changed = Signal(object)
    """The new `Appearance`."""
    image_shown = Signal()
    """An image has come to lie below the sources."""

    def __init__(
        self,
        viewer: ViewerModel,
        session: Session,
        *,
        run: RunJob = run_now,
        later: Later = call_now,
        soon: Later = call_now,
        aside: Later = call_now,
        budget: int = BUDGET,
        own: bool = False,
        elsewhere: ViewerModel | None = None,
    ) -> None:
        self.follow = True
        self._later, self._soon, self._aside = later, soon, aside
        viewer.scene.camera.orientation2d = ("up", "right")
        inks = Inks.on(viewer.canvas.background_color)
        self._stage = Stage(viewer, session, LayerStack(viewer, session), Jobs(run), inks, budget)
        self._stage.jobs.hold()
        if not own and session.shown_projection is not None:
            self.set_projection(session.shown_projection)  # sorted while napari makes the layers
        marks.add_layers(self._stage.layers)
        self._axes = AxesLayer(self._stage)
        self._backdrop = Backdrop(self._stage, elsewhere, self.image_shown.emit)
        self._detail = Detail(self._stage, self._axes.restyle)
        self._framing = Framing(self._stage, self._is_stretched)
        self._drawing = Drawing(
            self._stage, self._axes, self._detail, self._framing, self.appearance_changed.emit
        )
        self._picker = Picker(self._stage, self._detail)
        self._wheel = Wheel(self._unfollowed)
        self._following = True
        for role in ("sources", "labelled", "selected", "query", "axes", "writing"):
            describe_sources(
                self._stage, role, self._picker.nearest, moving=lambda: self._detail.moving
            )
        viewer.layers.selection = {self._stage.layers.get("sources")}
        self._connect(own=own)
        self._axes.restyle()
        self._stage.jobs.let_go()

    def _connect(self, *, own: bool) -> None:
        session, viewer = self._stage.session, self._stage.viewer
        camera = viewer.scene.camera.events
        self._links: list[tuple[Any, Callable[..., None]]] = [
            (session.labels_changed, lambda _: self._soon(self.refresh_labels)),
            (session.past_changed, lambda _: self._soon(self.refresh_labels)),
            (session.current_changed, lambda _: self._aside(self._current_is_new)),
            (session.blind_changed, self._draw_marks),
            (session.density_changed, self._is_stretched),
            (session.selection_changed, lambda _: self.flash(None)),
            (session.trained, self._drawing.model_is_new),
            (session.recipes_changed, self._drawing.recipes_are_new),
            (session.classes_changed, self._classes_are_new),
            (session.cutouts_changed, self._pictures_are_new),
            (session.cutouts.changed, self._pictures_are_new),
            (session.cutouts.restretched, self._pictures_are_new),
            (camera.center, self._camera_moves),
            (camera.zoom, self._camera_moves),
            (viewer.canvas.events.size, self._canvas_is_new),
            (viewer.canvas.events.background_color, self._theme_is_new),
            (viewer.events.theme, self._theme_is_new),
            (viewer.events.reset_view, self._home),
        ]
        if not own:
            self._links.append((session.projection_changed, self.set_projection))
        for signal, slot in self._links:
            signal.connect(slot)
        viewer.mouse_drag_callbacks.append(self._picker.on_press)
        viewer.mouse_wheel_callbacks.append(self._wheel.on_wheel)

    def close(self) -> None:
        """Let go of the session and take the layers out of the viewer."""
        for signal, slot in self._links:
            signal.disconnect(slot)
        self._links.clear()
        viewer = self._stage.viewer
        for callbacks, ours in (
            (viewer.mouse_drag_callbacks, self._picker.on_press),
            (viewer.mouse_wheel_callbacks, self._wheel.on_wheel),
        ):
            if ours in callbacks:
                callbacks.remove(ours)
        self._backdrop.close()
        self._stage.jobs.drop_all()
        self._stage.scene = None
        self._stage.layers.clear()

    @property
    def layers(self) -> LayerStack:
        """The layers, by role."""
        return self._stage.layers

    @property
    def image(self) -> Image | None:
        """The layer of the image that the sources lie on; None where they lie on none."""
        return self._backdrop.layer

    @property
    def projection(self) -> Projection | None:
        """What is on show; None before there is any."""
        return None if self._stage.scene is None else self._stage.scene.projection

    # The projection and the camera
    def set_projection(self, projection: Projection) -> None:
        """Show another projection once it is ready; the camera then goes to its home."""
        session = self._stage.session
        job = scene_job(projection, session.partition.hashes, session.cache_folder)
        self._stage.jobs.start("scene", job, self._show_scene)

    def _show_scene(self, scene: Scene) -> None:
        stage = self._stage
        for kind in ("density", "thumbnails"):
            stage.jobs.drop(kind)
        stage.scene = scene
        self._detail.begin()
        self._axes.restyle()
        self._framing.begin()
        self._axes.redraw()  # stretched since, maybe without any move of the camera
        self._backdrop.show(scene.projection.image)
        self._detail.refresh()
        self._draw_marks()
        self.refresh_current()

    def _draw_marks(self) -> None:
        draw_curves(self._stage)
        marks.draw_labelled(self._stage)
        draw_selected(self._stage)
        marks.draw_query(self._stage)

    def fit(self, rect: Rect | None = None) -> None:
        """Move the camera so that a rectangle fills the space between the axes.

        Parameters
        ----------
        rect : (x0, y0, x1, y1), optional
            World coordinates; by default where nearly all sources are.
        """
        self._framing.fit(rect)

    def _is_stretched(self) -> None:
        self._backdrop.place()
        self._draw_marks()
        self._detail.replace()

    def _home(self, _: object = None) -> None:
        """After napari's own "reset view", which does not know of the axes."""
        ours = {*self._stage.layers.all, self._backdrop.layer}
        if all(layer in ours for layer in self._stage.viewer.layers if layer.visible):
            self.fit()

    def _canvas_is_new(self, _: object = None) -> None:
        """Fill a canvas of another size, unless the person has looked elsewhere since."""
        if self._stage.scene is not None and self._framing.untouched:
            self.fit()
        self._camera_moves()

    @contextmanager
    def _unfollowed(self) -> Iterator[None]:
        self._following = False
        try:
            yield
        finally:
            self._following = True

    def _camera_moves(self, _: object = None) -> None:
        if self._stage.scene is None or not self._following:
            return
        self._axes.redraw()
        marks.draw_query(self._stage)
        if self._later is not call_now:
            self._detail.move()
        self._later(self._detail.refresh)

    def note_frame(self, seconds: float) -> None:
        """Take in the time of a frame: it decides how many points are drawn."""
        detail = self._detail
        detail.budget.note(seconds, detail.n_drawn, moving=detail.moving)

    # How it is drawn
    @property
    def appearance(self) -> Appearance:
        """What colours and the image mean, and the aspect."""
        return self._stage.appearance

    def set_appearance(self, appearance: Appearance) -> None:
        """Draw otherwise.

        A column or feature that is named is read first, as a job; if there is no such thing, the
        appearance stays as it is.

        Raises
        ------
        FeatureError
            If a column is not known, where jobs are run at once.
        """
        self._drawing.set(appearance)

    # What the session says

    def refresh_labels(self) -> None:
        """Draw labelled sources anew: a small layer, whatever the catalogue's size."""
        marks.draw_labelled(self._stage)
        if counted := self._stage.appearance.density == "labelled":
            self._detail.outdate_image()
        if counted or self._detail.mosaic is not None:
            self._later(self._detail.refresh)

    def refresh_current(self) -> None:
        """Ring the current source; move the camera there if it is out of view."""
        stage = self._stage
        current, scene = stage.session.current, stage.scene
        if current is not None and scene is not None and self.follow:
            row = stage.session.catalogue.row_of(current)
            ((x, y),) = scene.positions(np.array([row])).tolist()
            x0, y0, x1, y1 = stage.view.inside(stage.margins)
            if np.isfinite([x, y]).all() and not (x0 <= x <= x1 and y0 <= y <= y1):
                stage.viewer.scene.camera.center = (y, x)
        marks.draw_query(stage)

    def _current_is_new(self) -> None:
        self.refresh_current()
        if self._detail.mosaic is not None:
            self._later(self._detail.refresh)

    def flash(self, rows: npt.NDArray[np.int64] | None) -> None:
        """Show sources by their rows in place of the selection; None shows that again."""
        draw_selected(self._stage) if rows is None else flash(self._stage, rows)

    def _classes_are_new(self) -> None:
        self._axes.restyle()
        self.refresh_labels()
        self._drawing.model_is_new()

    def _pictures_are_new(self) -> None:
        self._later(self._detail.refresh)

    def _theme_is_new(self, _: object = None) -> None:
        stage = self._stage
        inks = Inks.on(stage.viewer.canvas.background_color)
        if np.array_equal(inks.paper, stage.inks.paper):
            return
        stage.inks = inks
        self._axes.restyle()
        self._draw_marks()
        marks.restyle_query(stage)
        self._detail.recolour()
        self._detail.repaint()

    # What the mouse says

    def nearest(self, position: npt.ArrayLike, pixels: float | None = None) -> SourceId | None:
        """The source at a place, or nearest to it.

        Parameters
        ----------
        position : (2,) array-like
            World coordinates in napari's order (y, x), as mouse events give them.
        pixels : float, optional
            How far away it may be, in canvas pixels; 14 by default.

        Returns
        -------
        int, str or None
            A thumbnail's source where one is hit; None where no source is near.
        """
        y, x = np.asarray(position, dtype=float)[-2:].tolist()
        return self._picker.nearest(x, y, pixels)

    def select_rectangle(self, rect: Rect) -> None:
        """Select the sources in a rectangle ``(x0, y0, x1, y1)`` in world coordinates."""
        self._picker.select_rectangle(rect)

    def select_polygon(self, vertices: npt.ArrayLike) -> None:
        """Select the sources in a polygon, (k, 2) in (x, y) world coordinates."""
        self._picker.select_polygon(np.asarray(vertices, dtype=np.float32))
