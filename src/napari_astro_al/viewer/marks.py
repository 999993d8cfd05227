"""The layers of feature space and what is put into each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue import SourceId
from napari_astro_al.session import Session
from napari_astro_al.viewer.colouring import styles_of
from napari_astro_al.viewer.coordinates import View
from napari_astro_al.viewer.curves import restroke
from napari_astro_al.viewer.layers import (
    LayerStack,
    make_points,
    move_points,
    put_points,
    show_if_any,
)
from napari_astro_al.viewer.palette import Colours, Inks, rgba

if TYPE_CHECKING:
    from napari_astro_al.viewer.stage import Stage

SOURCE_PIXELS = 5.0
LABEL_PIXELS = 13.0
LABEL_BORDER = 0.16
SELECTED_PIXELS = 10.0
RING_PIXELS = 26.0
HALO_PIXELS = 31.0
COVER_PIXELS = 3.0
"""By which what hides a source's colour is larger than the source."""
LEAST_RING, MOST_RING = 6.0, 22.0
"""On an image sources are rings, the larger the fewer there are in view: canvas pixels."""
RINGED = 0.2
"""The share of the canvas that rings may take, so that the image is seen between them."""
RING_WIDTH = 1.5
ON_IMAGE = "#FFE98A"
"""A source without label or prediction on an image, whatever the theme: images are grey."""


def add_layers(layers: LayerStack) -> None:
    """Add every layer but the axes, empty, and make the sources the active one."""
    from napari.layers import Image, Vectors

    layers.add("sources", make_points(SOURCE_PIXELS))
    layers.add(
        "density",
        Image(
            np.zeros((2, 2, 4), dtype=np.uint8),
            rgb=True,
            interpolation2d="linear",
            blending="translucent_no_depth",
            visible=False,
        ),
    )
    layers.add(
        "thumbnails",
        Image(np.zeros((2, 2, 4), dtype=np.uint8), rgb=True, visible=False),
    )
    layers.add("curves", Vectors(ndim=2, vector_style="line", visible=False))
    layers.add("labelled", make_points(LABEL_PIXELS, smooth=True, border_width=LABEL_BORDER))
    layers.add("selected", make_points(SELECTED_PIXELS, smooth=True, border_width=0.14))
    layers.add("query", make_points(HALO_PIXELS, smooth=True, border_width=0.1))
    layers.add("outline", Vectors(ndim=2, vector_style="line", visible=False))


def hover_size(pixels: float, zoom: float) -> float:
    """Size in world units of markers that a layer's limit holds at a size on the screen.

    A few times larger, so that the limit still holds while the camera zooms out.
    """
    return 4.0 * pixels / zoom


def source_pixels(stage: Stage) -> float:
    """How large sources are drawn, in canvas pixels."""
    scene, view = stage.scene, stage.view
    if not stage.on_image or scene is None:
        return SOURCE_PIXELS
    n = max(scene.count(view.rect), 1)
    return min(max((_ringed_area(view) / n) ** 0.5, LEAST_RING), MOST_RING)


def most_on_image(stage: Stage) -> int:
    """How many sources are drawn at most over an image: more would hide it."""
    return int(_ringed_area(stage.view) / LEAST_RING**2)


def _ringed_area(view: View) -> float:
    width, height = view.size
    return RINGED * width * height


def label_pixels(stage: Stage) -> float:
    """How large labelled sources are drawn, in canvas pixels."""
    return source_pixels(stage) + 5.0 if stage.on_image else LABEL_PIXELS


def source_inks(stage: Stage) -> Inks:
    """Colours that suit what lies below the sources."""
    return replace(stage.inks, source=rgba(ON_IMAGE, 0.75)) if stage.on_image else stage.inks


def put_sources(
    stage: Stage,
    world: npt.NDArray[np.float32],
    colours: Colours,
    features: pd.DataFrame | None,
) -> None:
    """Put sources into their layer: dots, or rings on an image.

    Parameters
    ----------
    stage : Stage
    world : (n, 2) float32 ndarray
        In (x, y).
    colours : (n, 4) float32 ndarray
    features : DataFrame or None
        One row a source; None leaves what there was.
    """
    layer = stage.layers.points("sources")
    if layer is None:
        return
    pixels = source_pixels(stage)
    layer.canvas_size_limits = (0, pixels)
    ringed = stage.on_image
    put_points(
        layer,
        world,
        size=hover_size(pixels, stage.view.zoom),
        face=np.zeros(4, dtype=np.float32) if ringed else colours,
        border=colours if ringed else None,
        border_width=RING_WIDTH / pixels if ringed else 0.0,
        features=features,
    )


def colour_sources(stage: Stage, colours: Colours) -> None:
    """Give the sources on show other colours."""
    layer = stage.layers.points("sources")
    if layer is not None and stage.on_image:
        layer.border_color = colours
    elif layer is not None:
        layer.face_color = colours


def resize(stage: Stage) -> None:
    """Fit the sizes of markers and lines in world units to the zoom, where it has left their
    range.
    """
    zoom = stage.view.zoom
    restroke(stage)
    for role, pixels in (
        ("sources", source_pixels(stage)),
        ("labelled", label_pixels(stage)),
        ("selected", SELECTED_PIXELS),
    ):
        layer: Any = stage.layers.get(role)
        if layer is None or not len(layer.data):
            continue
        if role != "selected" and stage.on_image:
            layer.canvas_size_limits = (0, pixels)
            layer.border_width = (1 if role == "sources" else 2) * RING_WIDTH / pixels
        on_screen = float(layer.size[0]) * zoom
        if not 1.5 * pixels < on_screen < 16.0 * pixels:
            layer.size = hover_size(pixels, zoom)


def features_of(session: Session, rows: npt.NDArray[Any]) -> pd.DataFrame:
    """The table that goes with points: what napari shows under the mouse."""
    return pd.DataFrame({"id": session.catalogue.ids[rows]})


def draw_labelled(stage: Stage) -> None:
    """Put labelled sources into their layer: colour and symbol say the class.

    A source that is shown again to check its label is left out.
    """
    layer, scene, session = stage.layers.points("labelled"), stage.scene, stage.session
    if layer is None or scene is None:
        return
    rows, labels = session.shown_labels.labelled()
    hidden = set(stage.pictured) | ({session.reshown} - {None})
    pictured = session.catalogue.rows_of(hidden)
    world = scene.positions(rows)
    placed = np.flatnonzero(np.isfinite(world).all(axis=1) & ~np.isin(rows, pictured))
    rows, labels = rows[placed], [labels[place] for place in placed]
    styles = styles_of(session)
    known = [styles.get(label) for label in labels]
    colours = np.array(
        [stage.inks.quiet if one is None else one.colour for one in known], dtype=np.float32
    ).reshape(-1, 4)
    pixels = label_pixels(stage)
    layer.canvas_size_limits = (0, pixels)
    put_points(
        layer,
        world[placed],
        size=hover_size(pixels, stage.view.zoom),
        face=np.zeros(4, dtype=np.float32) if stage.on_image else colours,
        symbols=["disc" if one is None else one.symbol for one in known],
        border=colours if stage.on_image else stage.inks.paper,
        border_width=2 * RING_WIDTH / pixels if stage.on_image else LABEL_BORDER,
        features=features_of(session, rows).assign(label=labels),
    )
    show_if_any(layer, some=len(rows) > 0)


def draw_query(stage: Stage) -> None:
    """Ring the current source: a bright ring on a dark one, or the other way round.

    Where its prediction is hidden, a neutral mark lies on the colour that it may have below.
    """
    layer, scene, current = stage.layers.points("query"), stage.scene, stage.session.current
    if layer is None:
        return
    show_if_any(layer, some=current not in stage.pictured)
    hides = stage.session.hides_predictions(current)
    sizes = [HALO_PIXELS, RING_PIXELS] + [source_pixels(stage) + COVER_PIXELS] * hides
    world = np.empty((0, 2), dtype=np.float32)
    if current is not None and scene is not None:
        row = stage.session.catalogue.row_of(current)
        world = np.repeat(scene.positions(np.array([row])), len(sizes), axis=0)
        world = world[np.isfinite(world).all(axis=1)]
    in_world = np.array(sizes, dtype=np.float32) / stage.view.zoom
    if len(world) and len(layer.data) == len(world):
        move_points(layer, world, in_world)
        return
    inks = stage.inks
    faces = np.zeros((len(world), 4), dtype=np.float32)
    if not stage.on_image:  # there the picture of the source must be seen
        faces[2:] = inks.quiet
    put_points(
        layer,
        world,
        size=1.0,
        face=faces,
        border=np.array([inks.halo, inks.ring, inks.quiet][: len(world)]).reshape(-1, 4),
    )
    if len(world):
        layer.size = in_world
        layer.border_width = [0.22, 0.11, 0.2][: len(world)]


def make_way(stage: Stage, pictured: frozenset[SourceId]) -> None:
    """Take away marks that would lie on a source's picture: the picture's frame says the same.

    napari draws points that are not ``shown`` all the same where a layer has no axis beyond the
    two displayed, so marks are left out instead.
    """
    if pictured != stage.pictured:
        stage.pictured = pictured
        draw_labelled(stage)
        draw_query(stage)


def restyle_query(stage: Stage) -> None:
    """Give the ring the colours of a new theme."""
    layer = stage.layers.points("query")
    if layer is not None and len(layer.data):
        inks = stage.inks
        layer.border_color = np.array([inks.halo, inks.ring, inks.quiet][: len(layer.data)])
