"""One picture's panel: an Image layer, and what lies over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.viewer.cutout_marks import Marked
from napari_astro_al.viewer.cutout_overlay import N_LAYERS, Overlay, Window
from napari_astro_al.viewer.cutout_pictures import Picture
from napari_astro_al.viewer.cutout_settings import Look
from napari_astro_al.viewer.layers import METADATA_KEY, put_array, refresh_data

if TYPE_CHECKING:
    from napari.layers import Image, Layer

LAYERS_A_PANEL = 1 + N_LAYERS
ROLE = "cutout"
_FEWEST = 0.0005
"""Of a field; a smaller share without data is not worth words."""
_LOOKS = ("colormap", "gamma", "contrast_limits", "opacity", "blending", "interpolation2d")


class Panel:
    """The layers of one picture.

    Parameters
    ----------
    name : str
        The picture's.
    changed : callable
        Called with the name when the person has changed how the layer is drawn.
    """

    def __init__(self, name: str, changed: Callable[[str], None]) -> None:
        self.name = name
        self.picture: Picture | None = None
        self.scale = 1.0
        self.overlay = Overlay(name)
        self._changed = changed
        self._taking = False
        self.image = self._new_image(np.zeros((2, 2), dtype=np.float32))

    @property
    def layers(self) -> list[Layer]:
        """From bottom to top."""
        return [self.image, *self.overlay.layers]

    def take(self, picture: Picture, side: float) -> Layer | None:
        """Show another picture.

        Parameters
        ----------
        picture : Picture
        side : float
            World units of its longer side.

        Returns
        -------
        Layer or None
            The Image layer that the new one takes the place of; layers cannot change between grey
            and colour.
        """
        self.picture = picture
        pixels = picture.shown
        if pixels is None:
            clear: npt.NDArray[Any] = np.full((2, 2), np.nan, dtype=np.float32)
            pixels = np.zeros((2, 2, 4), dtype=np.uint8) if self.image.rgb else clear
        replaced: Layer | None = None
        if self.image.rgb != (pixels.ndim == 3):
            replaced, self.image = self.image, self._new_image(pixels)
        ny, nx = pixels.shape[:2]
        self.scale = side / max(ny, nx)
        layer = self.image
        corner = (-(ny - 1) / 2 * self.scale, -(nx - 1) / 2 * self.scale)
        put_array(layer, pixels)
        with layer.events.blocker_all():
            if not np.allclose([layer.scale, layer.translate], [(self.scale, self.scale), corner]):
                layer.scale, layer.translate = (self.scale, self.scale), corner
        refresh_data(layer)
        layer.metadata[METADATA_KEY] = {
            "role": ROLE,
            "provider": self.name,
            "provenance": picture.cutout.provenance,
            "pixel_scale": picture.cutout.pixel_scale,
        }
        return replaced

    def apply(self, look: Look, *, over: bool) -> None:
        """Draw the layer in a certain way.

        Parameters
        ----------
        look : Look
        over : bool
            Whether it lies over another, so that it must let that one through.
        """
        from napari.utils.colormaps import AVAILABLE_COLORMAPS

        self._taking = True
        layer = self.image
        try:
            if not layer.rgb:
                if look.colormap in AVAILABLE_COLORMAPS:
                    layer.colormap = look.colormap
                layer.gamma = look.gamma
                layer.contrast_limits = look.contrast
            layer.interpolation2d = look.interpolation
            layer.opacity = look.opacity if over else 1.0
            layer.blending = look.blending if over else "translucent_no_depth"
        finally:
            self._taking = False

    def look(self, before: Look, *, over: bool) -> Look:
        """How the layer is drawn now; what does not show in it is as before."""
        layer = self.image
        low, high = layer.contrast_limits if not layer.rgb else before.contrast
        return Look(
            colormap=before.colormap if layer.rgb else str(layer.colormap.name),
            gamma=before.gamma if layer.rgb else float(layer.gamma),
            contrast=(float(low), float(high)),
            opacity=float(layer.opacity) if over else before.opacity,
            blending=str(layer.blending) if over else before.blending,
            interpolation=str(layer.interpolation2d),
        )

    def marked(
        self,
        window: Window,
        *,
        crosshair: bool = True,
        scale: bool = True,
        sources: bool = True,
        names: tuple[str, ...] | None = None,
    ) -> Marked:
        """What is to be said over the picture.

        Parameters
        ----------
        window : Window
        crosshair, scale, sources : bool
            As in `Arrangement`.
        names : tuple of str, optional
            Of the pictures that are seen; the panel's own by default.
        """
        names = names or (self.name,)
        picture = self.picture
        if picture is None:
            return Marked(names=names)
        cutout = picture.cutout
        if picture.shown is None:
            words = "coming…" if cutout.coming else f"No picture: {cutout.missing}"
            return Marked(instead=words, names=names)
        target = None
        if crosshair and picture.target is not None:
            x, y = window.pixels(self.world(picture.target[None]))[0]
            target = float(x), float(y)
        known = cutout.pixel_scale if scale else None
        notes = [] if cutout.provenance in ("", self.name) else [cutout.provenance]
        if sources and picture.crowded:
            notes.append("too many sources to ring them")
        bare = 1.0 - cutout.covered
        warnings = ("", "")
        if bare >= _FEWEST:
            share = _percent(bare)
            warnings = (f"{share} of the field has no data", f"{share} no data")
        return Marked(
            target=target,
            arcsec=None if known is None else known / self.scale / window.zoom,
            north=picture.north if scale else None,
            east=picture.east if scale else None,
            note="; ".join(notes),
            warning=warnings[0],
            brief=warnings[1],
            names=names,
        )

    def world(self, places: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """World coordinates (x, y) of columns and rows of the picture."""
        ny, nx = (1, 1) if self.picture is None else self.picture.shape
        return (np.asarray(places) - [(nx - 1) / 2, (ny - 1) / 2]) * self.scale

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Column and row of the picture at a place of the world."""
        ny, nx = (1, 1) if self.picture is None else self.picture.shape
        return x / self.scale + (nx - 1) / 2, y / self.scale + (ny - 1) / 2

    def _new_image(self, pixels: npt.NDArray[Any]) -> Image:
        from napari.layers import Image

        colour = pixels.ndim == 3
        limits = {} if colour else {"contrast_limits": (0.0, 1.0)}
        layer = Image(
            pixels.copy(),  # which others are written into
            rgb=colour,
            name=self.name,
            axis_labels=("y", "x"),
            interpolation2d="linear",
            metadata={METADATA_KEY: {"role": ROLE, "provider": self.name}},
            **limits,
        )
        if not colour:
            layer.contrast_limits_range = (0.0, 1.0)
        for name in _LOOKS:
            getattr(layer.events, name).connect(self._looks_changed)
        return layer

    def _looks_changed(self, _: object = None) -> None:
        if not self._taking:
            self._changed(self.name)


def _percent(share: float) -> str:
    percent = 100.0 * share
    return "<1 %" if percent < 1 else f"{percent:.0f} %"


def is_picture(layer: Any) -> bool:
    """Whether a layer is the picture of a panel, and not what lies over it."""
    return layer is not None and layer.metadata.get(METADATA_KEY, {}).get("role") == ROLE
