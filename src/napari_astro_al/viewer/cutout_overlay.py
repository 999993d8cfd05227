"""What lies over a picture, as layers: rings around sources, lines, writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.session import Session
from napari_astro_al.viewer.colouring import styles_of
from napari_astro_al.viewer.coordinates import to_napari
from napari_astro_al.viewer.cutout_marks import N_LINES, Drawing, Words
from napari_astro_al.viewer.layers import METADATA_KEY, make_points, put_array, refresh_data
from napari_astro_al.viewer.lettering import FONT_POINTS
from napari_astro_al.viewer.marks import hover_size
from napari_astro_al.viewer.palette import Colours, Inks, rgba

if TYPE_CHECKING:
    from napari.layers import Layer

N_LAYERS = 3
RING_PIXELS = 12.0
LEAST_RING = 5.0
_COVERED = 0.09
"""Share of a panel that rings may surround, before they become smaller."""
LINE_PIXELS = 1.3
_SHADOW = 1.0
_NO_LIMIT = 1_000_000
PLAIN_RING = rgba("#D5DBE3", 0.75)
"""Of a source without a label."""
_TONES = {"plain": rgba("#E8EDF2"), "quiet": rgba("#B4BECA"), "warning": rgba("#F0A35E")}
_SHADE = rgba("#000000", 0.85)


@dataclass(frozen=True)
class Window:
    """The part of the world that a panel shows.

    Attributes
    ----------
    size : (width, height)
        Canvas pixels.
    centre : (x, y)
        World coordinates of the middle.
    zoom : float
        Canvas pixels a world unit.
    """

    size: tuple[float, float]
    centre: tuple[float, float]
    zoom: float

    def world(self, pixels: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """World coordinates (x, y) of canvas pixels (x, y)."""
        middle = np.array(self.size) / 2
        return np.array(self.centre) + (np.asarray(pixels) - middle) / self.zoom

    def pixels(self, world: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Canvas pixels (x, y) of world coordinates (x, y)."""
        middle = np.array(self.size) / 2
        return (np.asarray(world) - np.array(self.centre)) * self.zoom + middle


class Overlay:
    """The layers over one picture.

    None of them is ever hidden: in grid mode napari answers that by building all panels anew, which
    takes a fifth of a second.

    Parameters
    ----------
    name : str
        The picture's.
    """

    def __init__(self, name: str) -> None:
        from napari.layers import Vectors

        self.rings = make_points(RING_PIXELS, smooth=True, border_width=0.14)
        self.rings.current_face_color = "transparent"
        self.rings.current_border_color = PLAIN_RING
        self.lines = Vectors(
            np.zeros((2 * N_LINES, 2, 2), dtype=np.float32),
            ndim=2,
            vector_style="line",
            edge_width=1.0,
            blending="translucent_no_depth",
        )
        self.writing = make_points(0, blending="translucent_no_depth")
        self.writing.canvas_size_limits = (0, _NO_LIMIT)
        self.writing.data = np.zeros((1, 2), dtype=np.float32)
        self.writing.text = {
            "string": {"array": [""]},
            "color": {"array": [PLAIN_RING]},
            "size": FONT_POINTS,
            "anchor": "lower_left",
            "blending": "translucent_no_depth",  # letters are drawn over their shadows
        }
        self._written: list[tuple[str, str]] = []
        self._ring_size = RING_PIXELS
        self._inks: Inks | None = None
        for what, layer in (
            ("sources", self.rings),
            ("marks", self.lines),
            ("words", self.writing),
        ):
            layer.name = f"{name}: {what}"
            layer.axis_labels = ("y", "x")
            layer.editable = False
            layer.metadata[METADATA_KEY] = {"role": f"cutout {what}", "provider": name}

    @property
    def layers(self) -> list[Layer]:
        """From bottom to top."""
        return [self.rings, self.lines, self.writing]

    @property
    def texts(self) -> list[str]:
        """What is written."""
        return [text for text, _ in self._written]

    def ring(self, world: npt.NDArray[Any], colours: Colours, window: Window) -> None:
        """Draw rings at places (x, y) of the world."""
        if not len(world) and not len(self.rings.data):
            return
        layer, size = self.rings, ring_size(len(world), window)
        if size != self._ring_size:
            self._ring_size = size
            layer.canvas_size_limits = (0, size)
        # napari draws a layer anew for each of these, so that only what differs is set
        with layer.events.blocker_all():
            layer.current_size = hover_size(size, window.zoom)
            put_array(layer, to_napari(world))
            if len(world) and not np.allclose(layer.size, layer.current_size):
                layer.size = layer.current_size
            if len(world) and not np.array_equal(layer.border_color, colours):
                layer.border_color = colours
        refresh_data(layer)

    def recolour(self, colours: Colours) -> None:
        """Give the rings other colours."""
        if len(self.rings.data):
            self.rings.border_color = colours

    def draw(self, drawing: Drawing, window: Window, inks: Inks) -> None:
        """Draw lines and writing."""
        if inks is not self._inks:
            self._take(inks)
        self._draw_lines(drawing.lines, window)
        self._write(drawing.words, window, inks)
        if len(self.rings.data):
            on_screen = float(self.rings.size[0]) * window.zoom
            if not 1.5 * self._ring_size < on_screen < 16.0 * self._ring_size:
                self.rings.size = hover_size(self._ring_size, window.zoom)

    def _take(self, inks: Inks) -> None:
        """Take the colours of another background."""
        self._inks = inks
        self._written = []
        shadow, light = inks.halo.copy(), inks.ring.copy()
        shadow[3], light[3] = 0.6, 0.9
        plain = _TONES["plain"]
        colours = np.repeat([shadow, plain], N_LINES, axis=0)
        colours[N_LINES : N_LINES + 4] = light
        self.lines.edge_color = colours.astype(np.float32)

    def _draw_lines(self, lines: npt.NDArray[np.float64], window: Window) -> None:
        """Each line upon its shadow, so that it is seen on bright and on dark."""
        drawn = (lines[:, 0] != lines[:, 1]).any(axis=1)
        both = np.concatenate([lines + _SHADOW, lines])
        world = window.world(both)
        world[~np.tile(drawn, 2), 1] = world[~np.tile(drawn, 2), 0]
        starts, ends = to_napari(world[:, 0]), to_napari(world[:, 1])
        layer, width = self.lines, LINE_PIXELS / window.zoom
        vectors = np.stack([starts, ends - starts], axis=1).astype(np.float32)
        near = 0.05 / window.zoom
        if np.isclose(layer.edge_width, width) and np.allclose(layer.data, vectors, atol=near):
            return
        with layer.events.blocker_all():
            layer.edge_width = width
        put_array(layer, vectors)
        refresh_data(layer)

    def _write(self, words: tuple[Words, ...], window: Window, inks: Inks) -> None:
        layer = self.writing
        what = [(one.text, one.tone) for one in words]
        places = np.array([(one.x, one.y) for one in words]).reshape(-1, 2)
        places = np.concatenate([places + _SHADOW, places])
        if not words:
            places = np.zeros((1, 2))
        where = to_napari(window.world(places))
        if what == self._written:
            if not np.array_equal(layer.data, where):
                put_array(layer, where)
                refresh_data(layer)
            return
        shadows = [_SHADE] * len(what)
        colours = [*shadows, *(_TONES[tone] for _, tone in what)] or [inks.text]
        put_array(layer, where)
        layer.set_view_slice()
        # of napari's ways to change a text, the one that does not check everything about it
        layer.text.string.array = np.array([text for text, _ in what] * 2 or [""])
        layer.text.color.array = np.array(colours, dtype=np.float32)
        layer.refresh_text()
        self._written = what


def ring_size(n: int, window: Window) -> float:
    """Diameter in canvas pixels of `n` rings on the whole of a panel: smaller where they crowd."""
    room = _COVERED * window.size[0] * window.size[1] / (max(n, 1) * np.pi / 4)
    return float(np.clip(np.sqrt(room), LEAST_RING, RING_PIXELS))


def ring_colours(session: Session, rows: npt.NDArray[np.int64], inks: Inks) -> Colours:
    """Colours of rings around sources: by label as in feature space, the current one marked.

    Returns
    -------
    (n, 4) float32 ndarray
    """
    colours = np.tile(PLAIN_RING, (len(rows), 1)).astype(np.float32)
    styles = styles_of(session)
    for place, source in enumerate(session.catalogue.ids_at(rows)):
        label = session.shown_labels.label_of(source)
        if label in styles:
            colours[place] = styles[label].colour
        if source == session.current:
            colours[place] = inks.ring
    return colours
