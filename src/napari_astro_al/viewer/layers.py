"""The layers of feature space: their order, their names, and how points are put into them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.viewer.coordinates import to_napari
from napari_astro_al.viewer.palette import Colours

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image, Layer, Points

    from napari_astro_al.session import Session

ORDER = (
    "density",
    "sources",
    "thumbnails",
    "regions",
    "curves",
    "labelled",
    "selected",
    "query",
    "outline",
    "axes",
    "writing",
)
"""From bottom to top. Axes and writing lie over the curves: no line runs through a number."""

METADATA_KEY = "astro_al"

HELP = "click to show a source, Shift-drag to select, Control-drag for a lasso"
"""In the status bar while one of the layers is active."""


class LayerStack:
    """The layers that feature space keeps in a viewer, found by role.

    A layer that the person deletes stays away; what would go into it is dropped.

    Parameters
    ----------
    viewer : ViewerModel
        Where they are.
    session : Session
        Whose sources they show; each layer's metadata has a weak reference to it, so that a layer
        can be copied and written without the session.
    """

    def __init__(self, viewer: ViewerModel, session: Session) -> None:
        self._viewer = viewer
        self._session = ref(session)
        self._layers: dict[str, Layer] = {}

    def __contains__(self, role: str) -> bool:
        return self.get(role) is not None

    def get(self, role: str) -> Layer | None:
        """The layer of a role while it is in the viewer."""
        layer = self._layers.get(role)
        return layer if layer is not None and layer in self._viewer.layers else None

    def points(self, role: str) -> Points | None:
        """The Points layer of a role while it is in the viewer."""
        layer: Any = self.get(role)
        return layer

    @property
    def all(self) -> tuple[Layer, ...]:
        """Those in the viewer, from bottom to top."""
        return tuple(layer for role in ORDER if (layer := self.get(role)) is not None)

    def add(self, role: str, layer: Layer) -> Layer:
        """Put a layer at its place among the others, without making it the active one."""
        layer.name = role
        layer.metadata[METADATA_KEY] = {
            "role": role,
            "session": self._session,
            "empty": not layer.visible,
        }
        layer.axis_labels = ("y", "x")
        above = [self.get(other) for other in ORDER[ORDER.index(role) + 1 :]]
        places = [self._viewer.layers.index(one) for one in above if one is not None]
        selected = set(self._viewer.layers.selection)
        self._viewer.layers.insert(min(places, default=len(self._viewer.layers)), layer)
        layer.help = HELP  # napari's own would offer keys that are bound to answers
        self._layers[role] = layer
        if selected:
            self._viewer.layers.selection = selected
        return layer

    def clear(self) -> None:
        """Take all layers out of the viewer."""
        for layer in self.all:
            layer.locked = False
        take_out(self._viewer, self.all)
        self._layers.clear()


def take_out(viewer: ViewerModel, layers: Iterable[Layer]) -> None:
    """Take layers out of a viewer, those that are in it.

    All at once: after each one that is removed by itself, napari collects the garbage of the whole
    process, which takes half a second where there is a large session.
    """
    gone = [layer for layer in layers if layer in viewer.layers]
    if gone:
        with viewer.layers.batched_update():
            for layer in gone:
                viewer.layers.remove(layer)


def make_points(size: float, *, smooth: bool = False, **options: Any) -> Points:
    """An empty Points layer whose markers keep their size on the screen.

    Parameters
    ----------
    size : float
        Canvas pixels. Only an upper limit is set: a lower limit would make the graphics layer
        draw borders of half that width around every point, whatever ``border_width`` says.
    smooth : bool
        Whether edges are smoothed; costs several times the time to draw.
    **options
        Of `napari.layers.Points`.
    """
    from napari.layers import Points

    layer = Points(
        np.zeros((0, 2), dtype=np.float32),
        ndim=2,
        size=size,
        border_width=options.pop("border_width", 0),
        antialiasing=1 if smooth else 0,
        canvas_size_limits=(0, size),
        **options,
    )
    layer.editable = False
    return layer


def put_image(layer: Image, pixels: npt.NDArray[Any], placing: dict[str, Any]) -> None:
    """Replace the pixels of an Image layer and its place, as one change.

    Parameters
    ----------
    layer : Image
    pixels : (ny, nx, 4) uint8 ndarray
        RGBA.
    placing : dict
        Its ``scale`` and ``translate``.
    """
    moved = not all(np.allclose(getattr(layer, name), to) for name, to in placing.items())
    with layer.events.blocker_all():
        layer.data = pixels
        if moved:
            layer.scale = placing["scale"]
            layer.translate = placing["translate"]
        layer.set_view_slice()
    refresh_data(layer)
    if moved:
        layer.events.translate()


def put_array(layer: Layer, data: npt.NDArray[Any]) -> None:
    """Replace the data of a layer; nothing hears of it before `refresh_data`.

    Data of the same shape go into the array that is there: for another array, napari slices the
    layer once more and paints its thumbnail.

    Parameters
    ----------
    layer : Layer
        Whose array belongs to it alone.
    data : ndarray
        Copied.
    """
    with layer.events.blocker_all():
        if layer.data.shape == data.shape and layer.data.dtype == data.dtype:
            layer.data[...] = data
            layer.refresh(thumbnail=False, data_displayed=False, highlight=False)
        else:
            layer.data = data.copy()


def refresh_data(layer: Layer) -> None:
    """Send a layer's data to be drawn, and nothing else of it."""
    layer.refresh(thumbnail=False, highlight=False, extent=False)


def show_if_any(layer: Layer, *, some: bool) -> None:
    """Take an empty layer out of the drawing, and put it back when there is something in it.

    A layer that the person has hidden stays hidden.
    """
    ours = layer.metadata[METADATA_KEY]
    if not some and layer.visible:
        ours["empty"] = True
        layer.visible = False
    elif some and ours.pop("empty", False):
        layer.visible = True


def move_points(layer: Points, world: npt.NDArray[np.float32], sizes: Colours) -> None:
    """Move and resize all points of a layer, cheaply enough for every step of the camera.

    The viewer would answer the layer's own events by measuring all layers and painting its list.

    Parameters
    ----------
    layer : Points
    world : (n, 2) float32 ndarray
        In (x, y); as many as there are.
    sizes : (n,) float32 ndarray
        World units.
    """
    where = to_napari(world)
    resized = not np.allclose(layer.size, sizes, rtol=1e-3)
    if not resized and np.array_equal(layer.data, where):
        return
    with layer.events.blocker_all():
        if resized:
            layer.size = sizes
    put_array(layer, where)
    refresh_data(layer)


def put_points(
    layer: Points,
    world: npt.NDArray[np.float32],
    *,
    size: float,
    face: Colours,
    symbols: npt.ArrayLike | None = None,
    border: Colours | None = None,
    border_width: float | None = None,
    features: pd.DataFrame | None = None,
) -> None:
    """Replace everything in a Points layer.

    Parameters
    ----------
    layer : Points
        Its selection is lost.
    world : (n, 2) float32 ndarray
        In (x, y), all finite.
    size : float
        World units; make it larger than the layer's limit in canvas pixels.
    face : (4,) or (n, 4) float32 ndarray
        Colours of the markers.
    symbols : (n,) array-like of str, optional
        napari's marker names.
    border : (4,) or (n, 4) float32 ndarray, optional
        Colours of the borders.
    border_width : float, optional
        Of all borders, as a share of the size.
    features : DataFrame, optional
        One row a point.
    """
    n = len(world)
    # each of these would send all points to the graphics layer: once is enough
    with layer.events.blocker_all():
        if layer.selected_data:
            layer.selected_data = set()
        layer.data = to_napari(world)
        layer.set_view_slice()  # which a hidden layer leaves as it was
        if n:
            layer.size = size
            if symbols is not None:
                layer.symbol = list(np.asarray(symbols))
            if features is not None:
                layer.features = features
            if border_width is not None:
                layer.border_width = border_width
            if border is not None:
                layer.border_color = _each(border, n)
            layer.face_color = _each(face, n)
    layer.refresh(thumbnail=False, extent=False)


def _each(colours: Colours, n: int) -> Colours:
    return np.ascontiguousarray(np.broadcast_to(colours, (n, 4)), dtype=np.float32)
