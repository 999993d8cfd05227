"""The axes as two layers that stay at the edges of the canvas: marks, and what is written.

Writing has a layer of its own with no point too many, because each text, empty or not, costs time
in every frame.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from napari_astro_al.projection import Note
from napari_astro_al.viewer.axes import Look, layout, look, tick_counts
from napari_astro_al.viewer.colouring import legend_of
from napari_astro_al.viewer.coordinates import to_napari
from napari_astro_al.viewer.curve_names import along, curve_notes
from napari_astro_al.viewer.layers import move_points
from napari_astro_al.viewer.legend import Legend
from napari_astro_al.viewer.lettering import FONT_POINTS
from napari_astro_al.viewer.slots import N_POINTS, Layout

if TYPE_CHECKING:
    from napari.layers import Points

    from napari_astro_al.viewer.scene import Scene
    from napari_astro_al.viewer.stage import Stage

_NO_LIMIT = 1_000_000


class AxesLayer:
    """Draws ticks, numbers, titles and legend for the view, at every camera move.

    Parameters
    ----------
    stage : Stage
        What is shared with the other parts of feature space. Its margins are kept true to the
        width of the numbers.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._legend = Legend()
        self._look: Look | None = None
        self._written: tuple[list[int], list[str]] = ([], [])
        marks = _layer(np.zeros((N_POINTS, 2), dtype=np.float32))
        stage.layers.add("axes", marks)
        writing = _layer(np.zeros((1, 2), dtype=np.float32))
        writing.text = {"string": {"array": [""]}, "size": FONT_POINTS, "anchor": "center"}
        stage.layers.add("writing", writing)

    def restyle(self) -> None:
        """Take titles, classes, bars and colours anew; what is as it was is left alone."""
        layer = self._stage.layers.points("axes")
        self._legend = self._said()
        appearance, before = look(self._stage.inks, self._legend), self._look
        self._look = appearance
        if layer is not None:
            if before is None or not np.array_equal(appearance.symbols, before.symbols):
                layer.symbol = list(appearance.symbols)
            if before is None or not np.array_equal(appearance.colours, before.colours):
                layer.face_color = appearance.colours
        if before is None or not np.array_equal(appearance.text_colours, before.text_colours):
            self._written = ([], [])
        self.redraw()

    def _said(self) -> Legend:
        stage, scene = self._stage, self._stage.scene
        entries, bar = legend_of(
            stage.session, stage.appearance.colour, stage.colour_values, stage.inks
        )
        if scene is None:
            return Legend(classes=entries, colour_bar=bar)
        x_title, y_title = (axis.title if axis.ticked else "" for axis in scene.projection.axes)
        said = []
        if scene.n_missing:
            said.append(f"{scene.n_missing:,} of {len(scene.projection):,} have no position here")
        if stage.sampled:
            said.append("a sample is drawn, zoom in for all")
        return Legend(
            x_title,
            y_title,
            entries,
            colour_bar=bar,
            image_bar=stage.image_bar,
            corner="; ".join(said),
            on_image=stage.on_image,
        )

    def _notes(self, scene: Scene) -> tuple[Note, ...]:
        """Notes and names of curves in world coordinates, which change with the aspect."""
        notes, view = scene.projection.notes, self._stage.view
        places = scene.place([(note.x, note.y) for note in notes] or np.empty((0, 2))).tolist()
        written = tuple(Note(one.text, *where) for one, where in zip(notes, places, strict=True))
        curves = scene.projection.curves
        lines = [scene.place(along(one)) for one in curves]
        inside = view.inside(self._stage.margins)
        return written + curve_notes([one.name for one in curves], lines, inside, view.zoom)

    def redraw(self) -> None:
        """Put everything where it belongs for the view."""
        stage, scene = self._stage, self._stage.scene
        if scene is None:
            return
        view = stage.view
        x0, y0, x1, y1 = view.rect
        n_x, n_y = tick_counts(view)
        x_ticks, y_ticks = scene.ticks(0, x0, x1, n_x), scene.ticks(1, y0, y1, n_y)
        bare = not any(axis.ticked for axis in scene.projection.axes)
        legend = replace(self._legend, notes=self._notes(scene))
        result = layout(view, x_ticks, y_ticks, legend, bare=bare)
        stage.margins = result.margins
        layer = stage.layers.points("axes")
        if layer is not None:
            move_points(layer, result.positions, result.sizes)
        self._write(result)

    def _write(self, result: Layout) -> None:
        """Write what there is to write."""
        layer = self._stage.layers.points("writing")
        if layer is None or self._look is None:
            return
        used = [slot for slot, text in enumerate(result.texts) if text] or [0]
        texts = [result.texts[slot] for slot in used]
        where = to_napari(result.positions[used])
        with layer.events.blocker_all(), layer.text.events.blocker_all():
            layer.data = where
            if (used, texts) != self._written:
                layer.set_view_slice()
                layer.text.string = {"array": np.array(texts)}
                layer.text.color = {"array": self._look.text_colours[used]}
                self._written = (used, texts)
        layer.refresh(thumbnail=False, highlight=False, extent=False)


def _layer(places: npt.NDArray[np.float32]) -> Points:
    from napari.layers import Points

    layer = Points(
        places,
        ndim=2,
        size=0,
        border_width=0,
        antialiasing=0,
        canvas_size_limits=(0, _NO_LIMIT),
        blending="translucent_no_depth",
    )
    layer.editable = False
    return layer
