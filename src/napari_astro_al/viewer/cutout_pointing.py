"""The mouse on cutouts: what is below it, a click on another source, a double click."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_astro_al.catalogue import SourceId
from napari_astro_al.viewer.picking import DRAG_PIXELS

if TYPE_CHECKING:
    from napari_astro_al.viewer.cutout_canvas import CutoutCanvas
    from napari_astro_al.viewer.cutout_panel import Panel

REACH_PIXELS = 9.0
"""How far from a source on a picture a click may be."""


class Pointing:
    """What a cutout canvas does with the mouse.

    A click shows the source whose ring is there, and makes the picture the one that is adjusted. A
    double click shows the whole pictures again.

    Parameters
    ----------
    canvas : CutoutCanvas
    """

    def __init__(self, canvas: CutoutCanvas) -> None:
        self._canvas = canvas
        viewer = canvas.viewer
        viewer.mouse_drag_callbacks.append(self.on_press)
        self._double = list(viewer.mouse_double_click_callbacks)
        viewer.mouse_double_click_callbacks[:] = [self.on_double_click]

    def close(self) -> None:
        """Leave the mouse to napari."""
        viewer = self._canvas.viewer
        viewer.mouse_drag_callbacks.remove(self.on_press)
        viewer.mouse_double_click_callbacks[:] = self._double

    def on_press(self, _: Any, event: Any) -> Generator[None, None, None]:
        """For the viewer's ``mouse_drag_callbacks``."""
        if event.button != 1 or event.modifiers:
            return
        start, cell = np.asarray(event.pos, dtype=float), event.viewbox
        y, x = (float(one) for one in tuple(event.position)[-2:])
        yield
        while event.type == "mouse_move":
            if np.hypot(*(np.asarray(event.pos) - start)) > DRAG_PIXELS:
                return
            yield
        self.click(cell, x, y)

    def click(self, cell: tuple[int, int] | None, x: float, y: float) -> None:
        """Answer a click at world coordinates in a cell of the grid."""
        panel = self._canvas.panel_at(cell)
        if panel is None:
            return
        if not self._canvas.arrangement.overlaid:
            self._canvas.viewer.layers.selection.active = panel.image
        source = self.source_at(panel, x, y)
        if source is not None and source != self._canvas.session.current:
            self._canvas.session.show(source)

    def on_double_click(self, _: Any, event: Any) -> None:
        """For the viewer's ``mouse_double_click_callbacks``."""
        self._canvas.whole()

    def source_at(self, panel: Panel, x: float, y: float) -> SourceId | None:
        """The source whose ring is at a place of the world, or nearest within reach."""
        canvas, picture = self._canvas, panel.picture
        if picture is None or not canvas.arrangement.sources or not len(picture.places):
            return None
        away = np.hypot(*(panel.world(picture.places) - [x, y]).T)
        nearest = int(np.argmin(away))
        if away[nearest] * canvas.viewer.scene.camera.zoom > REACH_PIXELS:
            return None
        row = picture.neighbours[nearest]
        return canvas.session.catalogue.ids_at(np.array([row]))[0]

    def describe(self, cell: tuple[int, int] | None, x: float, y: float) -> str:
        """What is at a place: picture, value in its own units, position, and whose ring it is."""
        panel = self._canvas.panel_at(cell)
        picture = None if panel is None else panel.picture
        if panel is None or picture is None:
            return ""
        column, row = panel.place(x, y)
        value = picture.value_at(column, row)
        said = [panel.name]
        if value is not None:
            said[0] += f": {_value_text(value)}"
            sky = picture.sky_at(column, row)
            if sky is not None:
                said.append(f"ra {sky[0]:.5f}°, dec {sky[1]:+.5f}°")
        if picture.cutout.provenance and picture.cutout.provenance != panel.name:
            said.append(picture.cutout.provenance)
        return "   ".join(said)

    def describe_source(self, cell: tuple[int, int] | None, x: float, y: float) -> str:
        """Id and label of the source whose ring is at a place; empty where there is none."""
        panel = self._canvas.panel_at(cell)
        source = None if panel is None else self.source_at(panel, x, y)
        if source is None:
            return ""
        label = self._canvas.session.shown_labels.label_of(source)
        return f"{source}: {label or 'no label'}"


def _value_text(value: Any) -> str:
    if np.ndim(value):
        return "(" + ", ".join(f"{one:g}" for one in value) + ")"
    return "no data" if not np.isfinite(value) else f"{value:.6g}"
