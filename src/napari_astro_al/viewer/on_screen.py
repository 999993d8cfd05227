"""What a person has before their eyes when they answer, as values of JSON."""

from __future__ import annotations

from typing import Any

from napari_astro_al.viewer.cutout_canvas import CutoutCanvas
from napari_astro_al.viewer.cutout_panel import Panel
from napari_astro_al.viewer.feature_space import FeatureSpace


def on_screen(space: FeatureSpace | None, canvas: CutoutCanvas | None) -> dict[str, Any]:
    """What goes with an answer about the source on show.

    Parameters
    ----------
    space : FeatureSpace or None
    canvas : CutoutCanvas or None

    Returns
    -------
    dict
        ``projection``: its kind and axes. ``pictures``: of each panel its ``name`` and ``stretch``,
        or ``missing``; and ``size``, the arcseconds a side, where they are known. What is not shown
        is not there.
    """
    told: dict[str, Any] = {}
    projection = None if space is None else space.projection
    if projection is not None:
        axes = [axis.name for axis in projection.axes]
        told["projection"] = {"kind": projection.kind, "axes": axes}
    pictures = [] if canvas is None else [_picture(one) for one in canvas.panels if one.picture]
    if canvas is not None and pictures:
        told["pictures"] = pictures
        if canvas.size is not None:
            told["size"] = round(canvas.size, 3)
    return told


def _picture(panel: Panel) -> dict[str, Any]:
    picture = panel.picture
    if picture is None or picture.shown is None:
        return {"name": panel.name, "missing": True}
    return {"name": panel.name, "stretch": picture.stretch.to_json()}
