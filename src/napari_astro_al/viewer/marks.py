"""The layers of feature space and what is put into each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue import SourceId
from napari_astro_al.session import Session
from napari_astro_al.viewer.colouring import styles_of
from napari_astro_al.viewer.curves import restroke
from napari_astro_al.viewer.layers import (
    LayerStack,
    make_points,
    move_points,
    put_points,
    show_if_any,
)

if TYPE_CHECKING:
    from napari_astro_al.viewer.stage import Stage

SOURCE_PIXELS = 5.0
LABEL_PIXELS = 13.0
SELECTED_PIXELS = 10.0
RING_PIXELS = 26.0
HALO_PIXELS = 31.0


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
    layers.add("labelled", make_points(LABEL_PIXELS, smooth=True, border_width=0.16))
    layers.add("selected", make_points(SELECTED_PIXELS, smooth=True, border_width=0.14))
    layers.add("query", make_points(HALO_PIXELS, smooth=True, border_width=0.1))
    layers.add("outline", Vectors(ndim=2, vector_style="line", visible=False))


def hover_size(pixels: float, zoom: float) -> float:
    """Size in world units of markers that a layer's limit holds at a size on the screen.

    A few times larger, so that the limit still holds while the camera zooms out.
    """
    return 4.0 * pixels / zoom


def resize(stage: Stage) -> None:
    """Fit the sizes of markers and lines in world units to the zoom, where it has left their
    range.
    """
    zoom = stage.view.zoom
    restroke(stage)
    for role, pixels in (
        ("sources", SOURCE_PIXELS),
        ("labelled", LABEL_PIXELS),
        ("selected", SELECTED_PIXELS),
    ):
        layer: Any = stage.layers.get(role)
        if layer is None or not len(layer.data):
            continue
        on_screen = float(layer.size[0]) * zoom
        if not 1.5 * pixels < on_screen < 16.0 * pixels:
            layer.size = hover_size(pixels, zoom)


def features_of(session: Session, rows: npt.NDArray[Any]) -> pd.DataFrame:
    """The table that goes with points: what napari shows under the mouse."""
    return pd.DataFrame({"id": session.catalogue.ids[rows]})


def draw_labelled(stage: Stage) -> None:
    """Put labelled sources into their layer: colour and symbol say the class."""
    layer, scene, session = stage.layers.points("labelled"), stage.scene, stage.session
    if layer is None or scene is None:
        return
    rows, labels = session.book.labelled()
    pictured = session.catalogue.rows_of(stage.pictured)
    world = scene.positions(rows)
    placed = np.flatnonzero(np.isfinite(world).all(axis=1) & ~np.isin(rows, pictured))
    rows, labels = rows[placed], [labels[place] for place in placed]
    styles = styles_of(session)
    known = [styles.get(label) for label in labels]
    put_points(
        layer,
        world[placed],
        size=hover_size(LABEL_PIXELS, stage.view.zoom),
        face=np.array(
            [stage.inks.quiet if one is None else one.colour for one in known], dtype=np.float32
        ).reshape(-1, 4),
        symbols=["disc" if one is None else one.symbol for one in known],
        border=stage.inks.paper,
        features=features_of(session, rows).assign(label=labels),
    )
    show_if_any(layer, some=len(rows) > 0)


def draw_query(stage: Stage) -> None:
    """Ring the current source: a bright ring on a dark one, or the other way round."""
    layer, scene, current = stage.layers.points("query"), stage.scene, stage.session.current
    if layer is None:
        return
    show_if_any(layer, some=current not in stage.pictured)
    world = np.empty((0, 2), dtype=np.float32)
    if current is not None and scene is not None:
        row = stage.session.catalogue.row_of(current)
        world = np.repeat(scene.positions(np.array([row])), 2, axis=0)
        world = world[np.isfinite(world).all(axis=1)]
    sizes = np.array([HALO_PIXELS, RING_PIXELS], dtype=np.float32) / stage.view.zoom
    if len(world) and len(layer.data) == len(world):
        move_points(layer, world, sizes)
        return
    inks = stage.inks
    put_points(
        layer,
        world,
        size=1.0,
        face=np.zeros(4, dtype=np.float32),
        border=np.array([inks.halo, inks.ring]),
    )
    if len(world):
        layer.size = sizes
        layer.border_width = [0.22, 0.11]


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
        layer.border_color = np.array([stage.inks.halo, stage.inks.ring])
