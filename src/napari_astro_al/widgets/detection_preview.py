"""Rings around what a detection has found, on the image."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.viewer.layers import METADATA_KEY, make_points
from napari_astro_al.viewer.marks import ON_IMAGE
from napari_astro_al.viewer.palette import rgba

NAME = "found sources"
MOST = 20_000
_PIXELS = 13.0


class DetectionPreview:
    """A layer of rings that lives as long as somebody looks for sources.

    Parameters
    ----------
    viewer : napari.Viewer
    """

    def __init__(self, viewer: Any) -> None:
        self._viewer = viewer
        self._layer: Any = None

    def show(self, image: Any, places: npt.NDArray[np.float32]) -> None:
        """Ring places.

        Parameters
        ----------
        image : napari.layers.Image
            Where they are.
        places : (n, 2) float32 ndarray
            In (row, column); the first 20,000 are shown.
        """
        self.clear()
        if not image.visible:
            return
        layer = make_points(_PIXELS, smooth=True, border_width=0.12, name=NAME)
        layer.metadata[METADATA_KEY] = {"role": "preview"}
        some = places[:MOST]
        layer.data = some
        layer.scale, layer.translate = image.scale, image.translate
        if len(some):
            layer.size = 4 * _PIXELS / min(self._viewer.scene.camera.zoom * abs(image.scale[-1]), 8)
            layer.face_color = np.zeros((len(some), 4), dtype=np.float32)
            layer.border_color = np.tile(rgba(ON_IMAGE, 0.9), (len(some), 1))
        active = set(self._viewer.layers.selection)
        self._viewer.add_layer(layer)
        self._viewer.layers.selection = active
        self._layer = layer

    def clear(self) -> None:
        """Take the rings away."""
        layer, self._layer = self._layer, None
        if layer is not None and layer in self._viewer.layers:
            self._viewer.layers.remove(layer)
