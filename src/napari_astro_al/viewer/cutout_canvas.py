"""The pictures of the current source, one panel a survey or band."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import SourceId
from napari_astro_al.cutouts import Cutout, contrast_limits, stretch
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.session import Session
from napari_astro_al.viewer.layers import METADATA_KEY
from napari_astro_al.viewer.palette import Inks
from napari_astro_al.viewer.stage import Jobs, RunJob, run_now

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image

SIDE = 1000.0
"""World units of the longer side of the largest picture."""

FAINT_GAMMA = 0.55
"""Gamma of measured pixel values at first: faint structure is what one looks for."""

LAYERS_A_PANEL = 2

_LINE = 30


def cutouts_job(session: Session, source: SourceId) -> Job[list[Cutout]]:
    """Load the pictures of a source that are at hand."""

    def job() -> Job[list[Cutout]]:
        yield Progress("Loading pictures")
        return session.cutouts.at_hand(source)

    return guarded(job(), "load the pictures")


def world_sides(cutouts: Sequence[Cutout]) -> list[float]:
    """How long each picture's longer side is drawn.

    Those whose pixel scale is known keep their sizes on the sky relative to each other, because
    the panels share one camera; the others are drawn as large as the largest.

    Returns
    -------
    list of float
        World units; `SIDE` at most.
    """
    angles = [
        one.pixel_scale * max(one.pixels.shape[:2])
        if one.pixels is not None and one.pixel_scale
        else None
        for one in cutouts
    ]
    largest = max((angle for angle in angles if angle is not None), default=1.0)
    return [SIDE if angle is None else SIDE * angle / largest for angle in angles]


class CutoutCanvas:
    """Fills a viewer with the pictures of a session's current source.

    Layers are made once a provider and kept: a next source only replaces their data, so that
    contrast, gamma and colour map stay as the person has set them. Pictures stand upright.

    Parameters
    ----------
    viewer : ViewerModel
        A model of its own, not the one of feature space. It is put into grid mode.
    session : Session
        Whose current source is shown.
    run : callable, optional
        ``run(job, done)``, as for `FeatureSpace`.
    """

    def __init__(self, viewer: ViewerModel, session: Session, *, run: RunJob = run_now) -> None:
        self.viewer = viewer
        self.session = session
        self._jobs = Jobs(run)
        self._panels: dict[str, Panel] = {}
        self._shape: tuple[str, ...] = ()
        viewer.canvas.grid.stride = LAYERS_A_PANEL
        viewer.canvas.grid.enabled = True
        viewer.canvas.grid.spacing = 0.03
        self._links: list[tuple[Any, Callable[..., None]]] = [
            (session.current_changed, self.refresh),
            (session.cutouts_changed, self.refresh),
            (session.cutouts.changed, self.refresh),
            (viewer.canvas.events.size, self._fit),
        ]
        for signal, slot in self._links:
            signal.connect(slot)
        self.refresh()

    def close(self) -> None:
        """Let go of the session and take the layers out of the viewer."""
        for signal, slot in self._links:
            signal.disconnect(slot)
        self._links.clear()
        self._jobs.drop_all()
        for name in list(self._panels):
            self._panels.pop(name).remove()

    def refresh(self, *_: object) -> None:
        """Load and show the pictures of the current source."""
        current = self.session.current
        if current is None or not len(self.session.cutouts):
            self._jobs.drop("pictures")
            self._show([])
            return
        self._jobs.start("pictures", cutouts_job(self.session, current), self._show)

    def _show(self, cutouts: list[Cutout]) -> None:
        names = [one.name for one in cutouts]
        for gone in [name for name in self._panels if name not in names]:
            self._panels.pop(gone).remove()
        inks = Inks.on(self.viewer.canvas.background_color)
        for cutout, side in zip(cutouts, world_sides(cutouts), strict=True):
            if cutout.name not in self._panels:
                self._panels[cutout.name] = Panel(self.viewer, cutout.name)
            self._panels[cutout.name].show(cutout, side, inks)
        self._say(cutouts)
        shape = tuple(names)
        if shape != self._shape:
            self._shape = shape
            self._fit()

    def _say(self, cutouts: list[Cutout]) -> None:
        """A line instead of panels, where there are none."""
        overlay = self.viewer.canvas.overlays.text
        if cutouts:
            overlay.visible = False
            return
        has_providers = len(self.session.cutouts) > 0
        overlay.text = "No source is shown" if has_providers else "This catalogue has no pictures"
        overlay.position = "middle_center"
        overlay.box = False
        overlay.visible = True

    def _fit(self, _: object = None) -> None:
        if self._panels:
            height, width = self.viewer.canvas.viewbox_size(self.viewer.layers)
            self.viewer.scene.camera.center = (0.0, 0.0)
            self.viewer.scene.camera.zoom = 0.97 * min(height, width) / SIDE


class Panel:
    """One provider's panel: an Image layer, and words over it for where the picture is missing.

    Neither is ever hidden: in grid mode napari answers that by building all panels anew, which
    takes a fifth of a second.
    """

    def __init__(self, viewer: ViewerModel, name: str) -> None:
        from napari.layers import Points

        self._viewer = viewer
        self._name = name
        self._limits: tuple[float, float] | None = None
        self._opacity: float | None = None
        self._written = ""
        self._image = self._new_image(np.zeros((2, 2), dtype=np.uint8), colour=False)
        self._words = Points(
            np.zeros((1, 2), dtype=np.float32),
            size=0,
            border_width=0,
            canvas_size_limits=(0, 1),
            name=f"{name}: no picture",
            axis_labels=("y", "x"),
            metadata={METADATA_KEY: {"role": "missing cutout", "provider": name}},
        )
        self._words.editable = False
        viewer.layers.extend([self._image, self._words])

    def remove(self) -> None:
        """Take the panel's layers out of the viewer."""
        for layer in (self._image, self._words):
            if layer in self._viewer.layers:
                self._viewer.layers.remove(layer)

    def show(self, cutout: Cutout, side: float, inks: Inks) -> None:
        """Show another source's picture, or why there is none."""
        pixels = cutout.upright
        if pixels is not None:
            self._show_picture(cutout, np.ascontiguousarray(pixels), side)
            self._write("", inks)
            if self._opacity is not None:
                self._image.opacity, self._opacity = self._opacity, None
            return
        if self._opacity is None:
            self._opacity, self._image.opacity = self._image.opacity, 0.0
        words = "Fetching the picture" if cutout.coming else f"No picture: {cutout.missing}"
        self._write(fill(words, _LINE), inks)

    def _show_picture(self, cutout: Cutout, pixels: npt.NDArray[Any], side: float) -> None:
        colour = pixels.ndim == 3
        if pixels.dtype == np.bool_ or (colour and pixels.dtype != np.uint8):
            pixels = stretch(pixels)
        layer = self._image
        if layer.rgb == colour:
            layer.data = pixels
        else:
            layer = self._replace_image(pixels, colour)
        ny, nx = pixels.shape[:2]
        scale = side / max(ny, nx)
        if not np.allclose(layer.scale, scale):
            layer.scale = (scale, scale)
        corner = (-(ny - 1) / 2 * scale, -(nx - 1) / 2 * scale)
        if not np.allclose(layer.translate, corner):
            layer.translate = corner
        if not colour:
            self._set_limits(layer, pixels)
        layer.metadata[METADATA_KEY] = {
            "role": "cutout",
            "provider": cutout.name,
            "provenance": cutout.provenance,
            "pixel_scale": cutout.pixel_scale,
        }

    def _new_image(self, pixels: npt.NDArray[Any], *, colour: bool) -> Image:
        from napari.layers import Image

        layer = Image(
            pixels,
            rgb=colour,
            name=self._name,
            axis_labels=("y", "x"),
            interpolation2d="linear",
            metadata={METADATA_KEY: {"role": "cutout", "provider": self._name}},
        )
        overlay: Any = layer.name_overlay
        overlay.position = "top_left"
        overlay.font_size = 9
        overlay.visible = True
        return layer

    def _replace_image(self, pixels: npt.NDArray[Any], colour: bool) -> Image:
        """Image layers cannot change between grey and colour."""
        place = self._viewer.layers.index(self._image)
        self._viewer.layers.remove(self._image)
        self._image, self._limits = self._new_image(pixels, colour=colour), None
        self._viewer.layers.insert(place, self._image)
        return self._image

    def _set_limits(self, layer: Image, pixels: npt.NDArray[Any]) -> None:
        """New contrast for each picture, until the person sets it; then theirs."""
        first = self._limits is None
        if self._limits is not None and not np.allclose(
            layer.contrast_limits, self._limits, rtol=1e-3
        ):
            return
        low, high = contrast_limits(pixels)
        finite = pixels[np.isfinite(pixels)]
        least = min(low, float(finite.min())) if finite.size else low
        most = max(high, float(finite.max())) if finite.size else high
        layer.contrast_limits_range = (least, most)
        layer.contrast_limits = (low, high)
        if first and pixels.dtype != np.uint8:
            layer.gamma = FAINT_GAMMA
        self._limits = (float(layer.contrast_limits[0]), float(layer.contrast_limits[1]))

    def _write(self, words: str, inks: Inks) -> None:
        if words == self._written:
            return
        self._written = words
        self._words.text = {
            "string": {"array": np.array([words])},
            "size": 9,
            "anchor": "center",
            "color": inks.text,
        }
