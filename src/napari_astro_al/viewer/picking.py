"""The mouse on feature space: a click shows a source, a drag with a key selects sources."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import SourceId
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.projection import Rect
from napari_astro_al.session import Selection
from napari_astro_al.session.selection import How
from napari_astro_al.viewer.coordinates import corners, rect_between, to_napari

if TYPE_CHECKING:
    from napari.components import ViewerModel

    from napari_astro_al.viewer.detail import Detail
    from napari_astro_al.viewer.scene import Scene
    from napari_astro_al.viewer.stage import Stage

CLICK_PIXELS = 14.0
"""How far from a source a click may be."""

DRAG_PIXELS = 4.0
"""A press that moves farther than this is a drag and not a click."""

_LASSO_STEP = 5.0

Gesture = Generator[None, None, None]


class Picker:
    """Shows and selects sources with the mouse.

    A click shows the nearest source. Shift and a drag select in a rectangle, Control (Command on
    macOS) and a drag with a lasso, both keys and a drag with a lasso that adds to the selection.
    A plain drag stays napari's way to move, Alt and a drag its zoom box, and while a layer's own
    tool is in use nothing is done.

    Parameters
    ----------
    stage : Stage
        What is shared with the other parts of feature space.
    detail : Detail
        Knows where thumbnails are.
    """

    def __init__(self, stage: Stage, detail: Detail) -> None:
        self._stage = stage
        self._detail = detail

    def on_press(self, viewer: ViewerModel, event: Any) -> Gesture:
        """For the viewer's ``mouse_drag_callbacks``."""
        active = viewer.layers.selection.active
        busy = active is not None and str(getattr(active, "mode", "pan_zoom")) != "pan_zoom"
        if busy or self._stage.scene is None or event.button != 1 or "Alt" in event.modifiers:
            return
        if "Control" in event.modifiers:
            yield from self._drag_lasso(event, "add" if "Shift" in event.modifiers else "replace")
        elif "Shift" in event.modifiers:
            yield from self._drag_rectangle(event)
        else:
            yield from self._click(event)

    def _click(self, event: Any) -> Gesture:
        start = _pixels(event)
        y, x = tuple(event.position)[-2:]
        yield
        while event.type == "mouse_move":
            if np.hypot(*(_pixels(event) - start)) > DRAG_PIXELS:
                return
            yield
        source = self.nearest(float(x), float(y))
        if source is not None:
            self._stage.session.show(source)

    def _drag_rectangle(self, event: Any) -> Gesture:
        start, first, last = _pixels(event), tuple(event.position), tuple(event.position)
        event.handled = True
        yield
        dragged = False
        while event.type == "mouse_move":
            event.handled = True
            last = tuple(event.position)
            dragged = dragged or bool(np.hypot(*(_pixels(event) - start)) > DRAG_PIXELS)
            if dragged:
                self.outline(corners(rect_between(first, last)))
            yield
        self.outline(None)
        if dragged:
            self.select_rectangle(rect_between(first, last))

    def _drag_lasso(self, event: Any, how: How) -> Gesture:
        places, last = [tuple(event.position)[-2:]], _pixels(event)
        event.handled = True
        yield
        while event.type == "mouse_move":
            event.handled = True
            if np.hypot(*(_pixels(event) - last)) >= _LASSO_STEP:
                places.append(tuple(event.position)[-2:])
                last = _pixels(event)
                self.outline(to_napari([*places, places[0]]))
            yield
        self.outline(None)
        if len(places) > 2:
            self.select_polygon(to_napari(places), how)

    def nearest(self, x: float, y: float, pixels: float | None = None) -> SourceId | None:
        """The source whose thumbnail is at a place in world coordinates, or that is nearest."""
        stage, mosaic = self._stage, self._detail.mosaic
        if stage.scene is None:
            return None
        pictured = None if mosaic is None else mosaic.at(x, y)
        if pictured is not None:
            return pictured
        radius = (CLICK_PIXELS if pixels is None else pixels) / stage.view.zoom
        row = stage.scene.nearest(x, y, radius)
        return None if row is None else stage.session.catalogue.ids_at([row])[0]

    def select_rectangle(self, rect: Rect, how: How = "replace") -> None:
        """Select the sources in a rectangle in world coordinates, as a job."""
        self._select(lambda scene: scene.inside_rectangle(rect), how)

    def select_polygon(self, vertices: npt.NDArray[np.float32], how: How = "replace") -> None:
        """Select the sources in a polygon, (k, 2) in (x, y) world coordinates, as a job."""
        self._select(lambda scene: scene.inside_polygon(vertices), how)

    def _select(self, find: Callable[[Scene], npt.NDArray[np.int64]], how: How) -> None:
        scene, session = self._stage.scene, self._stage.session
        if scene is None:
            return
        before = session.selection

        def job() -> Job[Selection]:
            yield Progress("Selecting sources")
            chosen = Selection.of_rows(session.catalogue, find(scene))
            yield Progress("Selecting sources")
            return before.combined(chosen, how)

        self._stage.jobs.start("selection", job(), session.select)

    def outline(self, path: npt.NDArray[np.float32] | None) -> None:
        """Show a path, (k, 2) in (x, y), while it is drawn; None takes it away.

        It is emptied before it is hidden: napari slices no hidden layer, so a shorter path put
        there would have fewer colours than the last slice has vectors.
        """
        layer: Any = self._stage.layers.get("outline")
        if layer is None:
            return
        points = to_napari(np.empty((1, 2)) if path is None else path)
        with layer.events.data.blocker():
            layer.data = np.stack([points[:-1], np.diff(points, axis=0)], axis=1)
        if path is None:
            layer.visible = False
            return
        layer.edge_width = 1.5 / self._stage.view.zoom
        layer.edge_color = self._stage.inks.ring
        layer.visible = True


def _pixels(event: Any) -> npt.NDArray[np.float64]:
    return np.asarray(event.pos, dtype=np.float64)
