"""The image below the sources, where they are laid out on one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_astro_al.imaging import OpenImage, SkyImage
from napari_astro_al.imaging.files import read_image
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.viewer.images import ROLE, layer_of, layer_tuple, sky_image_of
from napari_astro_al.viewer.layers import METADATA_KEY, take_out

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image

    from napari_astro_al.viewer.stage import Stage

_COPIED = ("contrast_limits", "colormap", "gamma", "interpolation2d")
_MOVED = ("scale", "translate", "rotate", "shear")


class Backdrop:
    """Moves the layer of an image below the sources, and puts it back afterwards.

    The layer is the person's own, where the image is open; else the file is read. A view with a
    canvas of its own shows a copy that shares the pixels.

    Parameters
    ----------
    stage : Stage
        What is shared with the other parts of feature space.
    elsewhere : ViewerModel or None
        Another viewer that may have the image open.
    shown : callable
        Called when an image has come to lie below the sources.
    """

    def __init__(
        self, stage: Stage, elsewhere: ViewerModel | None, shown: Callable[[], object]
    ) -> None:
        self._stage = stage
        self._elsewhere = elsewhere
        self._shown = shown
        self._layer: Image | None = None
        self._before: dict[str, Any] = {}
        self._ours: list[Image] = []

    @property
    def layer(self) -> Image | None:
        """The layer below the sources, while there is one."""
        here = self._layer is not None and self._layer in self._stage.viewer.layers
        return self._layer if here else None

    def show(self, image: SkyImage | None) -> None:
        """Let an image, or none, lie below the sources from now on."""
        stage, layer = self._stage, self.layer
        stage.jobs.drop("image")
        kept = layer is not None and image is not None and _is_of(layer, image)
        if not kept:
            self.give_back(visible=False)
        if image is None:
            return
        layer = layer if kept else layer_of(stage.viewer, image)
        if layer is None and self._elsewhere is not None:
            other = layer_of(self._elsewhere, image)
            layer = None if other is None else self._add(_copy(other, image))
        if layer is not None:
            self._take(layer)
        elif image.path:
            stage.jobs.start("image", reading_job(image), self._read)

    def _read(self, opened: OpenImage) -> None:
        from napari.layers import Layer

        self._take(self._add(Layer.create(*layer_tuple(opened))))

    def _add(self, layer: Any) -> Image:
        viewer = self._stage.viewer
        selected = set(viewer.layers.selection)
        viewer.layers.insert(0, layer)
        viewer.layers.selection = selected
        self._ours.append(layer)
        added: Image = layer
        return added

    def _take(self, layer: Image) -> None:
        """Move a layer below the sources."""
        viewer = self._stage.viewer
        if layer is not self._layer:
            self._before = {name: getattr(layer, name) for name in _MOVED}
            self._before["affine"] = layer.affine.affine_matrix.copy()
            self._before["visible"] = layer.visible
            self._layer = layer
        noted = layer.metadata.setdefault(METADATA_KEY, {"role": ROLE})
        noted.setdefault(ROLE, sky_image_of(layer))
        layer.visible = True
        viewer.layers.move(viewer.layers.index(layer), 0)
        if viewer.layers.selection == {layer}:
            sources = self._stage.layers.get("sources")
            viewer.layers.selection = set() if sources is None else {sources}
        self.place()
        self._shown()

    def place(self) -> None:
        """Put the layer where the sources say that its pixels are."""
        layer, scene = self.layer, self._stage.scene
        if layer is None or scene is None:
            return
        (x, dx), (y, dy) = scene.line(0), scene.line(1)
        layer.affine = np.eye(3)
        layer.rotate, layer.shear = 0, [0]
        layer.scale, layer.translate = (dy, dx), (y, x)

    def give_back(self, *, visible: bool) -> None:
        """Put the layer back where it was.

        Parameters
        ----------
        visible : bool
            Whether it is seen as it was; if not it is hidden, for it would lie below, or over,
            what is laid out otherwise.
        """
        layer, self._layer = self.layer, None
        if layer is None:
            return
        layer.affine = self._before["affine"]
        for name in _MOVED:
            setattr(layer, name, self._before[name])
        layer.visible = visible and self._before["visible"]

    def close(self) -> None:
        """Put everything back, and take away what was added."""
        self._stage.jobs.drop("image")
        self.give_back(visible=True)
        take_out(self._stage.viewer, self._ours)
        self._ours.clear()


def reading_job(image: SkyImage) -> Job[OpenImage]:
    """Read the pixels of an image from its file."""
    return guarded(_read(image), f"read {image.name}")


def _read(image: SkyImage) -> Job[OpenImage]:
    yield Progress(f"Reading {image.name}")
    return read_image(image.path, image.extension)


def _is_of(layer: Image, image: SkyImage) -> bool:
    shown = sky_image_of(layer)
    return shown is not None and shown.is_same_as(image)


def _copy(layer: Any, image: SkyImage) -> Any:
    """Another layer of the same pixels."""
    from napari.layers import Image

    if layer.rgb:
        copy = Image(layer.data, rgb=True, multiscale=layer.multiscale)
    else:
        looks = {name: getattr(layer, name) for name in _COPIED}
        copy = Image(layer.data, multiscale=layer.multiscale, **looks)
    copy.name = layer.name
    copy.metadata[METADATA_KEY] = {"role": ROLE, ROLE: image}
    return copy
