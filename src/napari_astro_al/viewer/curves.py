"""Lines over a projection: curves, outlines of regions, the graticule of the sky."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.projection import Curve
from napari_astro_al.viewer.coordinates import to_napari

if TYPE_CHECKING:
    from napari_astro_al.viewer.scene import Scene
    from napari_astro_al.viewer.stage import Stage

CURVE_PIXELS = 2.0
_THIN = 0.35
"""Opacity of the graticule."""

_FILL = 0.12
"""Opacity of regions."""


def draw_curves(stage: Stage) -> None:
    """Draw the lines that belong to a projection, if any."""
    layer: Any = stage.layers.get("curves")
    scene = stage.scene
    if layer is None or scene is None:
        return
    graticule = segments_of(scene, scene.projection.graticule)
    curves = segments_of(scene, scene.projection.curves)
    drawn = np.concatenate([graticule, curves])
    layer.visible = True
    layer.data = drawn
    if len(drawn):
        colours = np.tile(stage.inks.text, (len(drawn), 1))
        colours[: len(graticule)] = stage.inks.quiet
        colours[: len(graticule), 3] = _THIN
        layer.edge_color = colours
    layer.visible = len(drawn) > 0
    restroke(stage)
    _fill_regions(stage, scene)


def restroke(stage: Stage) -> None:
    """Keep the lines as wide as they should be on the screen."""
    layer: Any = stage.layers.get("curves")
    if layer is None or not layer.visible:
        return
    width = CURVE_PIXELS / stage.view.zoom
    if not 0.7 < float(layer.edge_width) / width < 1.4:
        layer.edge_width = width


def segments_of(scene: Scene, curves: Sequence[Curve]) -> npt.NDArray[np.float32]:
    """The pieces of curves as napari's vectors.

    Returns
    -------
    (n, 2, 2) float32 ndarray
        Start and direction of each piece, (y, x) in world coordinates. There is none to or from a
        vertex without a place, such as one that is not positive on a logarithmic axis.
    """
    pieces = [np.empty((0, 2, 2), dtype=np.float32)]
    for curve in curves:
        points = np.asarray(curve.points)
        if curve.closed and len(points):
            points = np.concatenate([points, points[:1]])
        path = to_napari(scene.place(points))
        steps = np.stack([path[:-1], np.diff(path, axis=0)], axis=1)
        pieces.append(steps[np.isfinite(steps).all(axis=(1, 2))])
    return np.concatenate(pieces)


def _fill_regions(stage: Stage, scene: Scene) -> None:
    """Fill closed curves faintly, in a layer that is there only where one is needed."""
    from napari.layers import Shapes

    layer: Any = stage.layers.get("regions")
    if layer is None:
        if not any(one.closed for one in scene.projection.curves):
            return
        layer = stage.layers.add("regions", Shapes(ndim=2))
        layer.editable = False
        # a first layer of its kind may move the camera, and with it the scene that is on show
        scene = stage.scene or scene
    outlines = [scene.place(one.points) for one in scene.projection.curves if one.closed]
    regions = [to_napari(one) for one in outlines if np.isfinite(one).all()]
    layer.data = []
    if regions:
        fill = stage.inks.text.copy()
        fill[3] = _FILL
        layer.add_polygons(
            regions,
            edge_width=0,
            face_color=fill,
            edge_color="transparent",
        )
