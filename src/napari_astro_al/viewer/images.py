"""Image layers of a viewer as images that sources can lie on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.imaging import OpenImage, SkyImage
from napari_astro_al.imaging.files import PICTURE_ENDINGS
from napari_astro_al.imaging.headers import celestial
from napari_astro_al.viewer.layers import METADATA_KEY, ORDER

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image, Layer

ROLE = "image"
"""In the metadata of a layer that shows an image which sources may lie on."""

LayerTuple = tuple[Any, dict[str, Any], str]

_MOST_SIDE = 8192
"""Larger images get coarser copies, of which napari loads what is in view; graphics memory ends."""
_SAMPLED = 1_000_000
_BLACK, _WHITE = 1.0, 99.0
"""Percentiles of the pixels that become the ends of the contrast."""


def open_images(viewer: ViewerModel) -> list[Image]:
    """The Image layers of a viewer that sources may lie on, the last one on top first."""
    found: list[Any] = [one for one in viewer.layers if sky_image_of(one) is not None]
    return found[::-1]


def sky_image_of(layer: Layer) -> SkyImage | None:
    """What a layer shows, as an image that sources may lie on.

    Parameters
    ----------
    layer : Layer

    Returns
    -------
    SkyImage or None
        As the reader has noted it. For other Image layers, world coordinates are those of an
        ``astropy.wcs.WCS`` at "wcs" or of a FITS header at "header" in the layer's metadata; row 0
        is at the bottom with them and on top without. None for other layers, stacks and cubes, and
        for the layers that feature space is made of.
    """
    from napari.layers import Image

    noted = layer.metadata.get(METADATA_KEY, {})
    if noted.get(ROLE) is not None:
        image: SkyImage = noted[ROLE]
        return image
    if not isinstance(layer, Image) or layer.ndim != 2 or noted.get("role") in ORDER:
        return None
    height, width = pixels_of(layer).shape[:2]
    wcs = layer.metadata.get("wcs")
    if wcs is None and layer.metadata.get("header") is not None:
        wcs = celestial(layer.metadata["header"])
    told = getattr(wcs, "has_celestial", False)
    path = str(layer.source.path or "")
    return SkyImage.of(
        layer.name,
        (height, width),
        wcs if told else None,
        path=path if path.lower().endswith(PICTURE_ENDINGS) else "",
        origin="lower" if told else "upper",
    )


def pixels_of(layer: Any) -> Any:
    """The pixels of an Image layer at full size: (ny, nx), (ny, nx, 3) or (ny, nx, 4)."""
    return layer.data[0] if layer.multiscale else layer.data


def layer_of(viewer: ViewerModel, image: SkyImage) -> Image | None:
    """The layer of a viewer that shows an image, or its file elsewhere, if there is one."""
    layers = [(layer, sky_image_of(layer)) for layer in open_images(viewer)]
    known = [(layer, shown) for layer, shown in layers if shown is not None]
    same = [layer for layer, shown in known if shown.is_same_as(image)]
    moved = [layer for layer, shown in known if shown.is_copy_of(image)]
    return next(iter([*same, *moved]), None)


def layer_tuple(opened: OpenImage) -> LayerTuple:
    """An image of a file as a layer.

    Parameters
    ----------
    opened : OpenImage

    Returns
    -------
    (data, attributes, "image")
        Pixels in rows and columns as in the file, so that (0, 0) is the middle of the first one.
        ``metadata["astro_al"]["image"]`` is the `SkyImage`, ``metadata["wcs"]`` its world
        coordinates where there are any, ``metadata["unit"]`` the pixels' unit.
    """
    image, pixels = opened.image, opened.pixels
    metadata: dict[str, Any] = {METADATA_KEY: {"role": ROLE, ROLE: image}, "unit": opened.unit}
    if image.plate is not None:
        metadata["wcs"] = image.plate.wcs
    attributes: dict[str, Any] = {
        "name": image.name,
        "metadata": metadata,
        "axis_labels": ("y", "x"),
    }
    if pixels.ndim == 3:
        return pixels, attributes | {"rgb": True}, "image"
    attributes |= {"colormap": "gray", "contrast_limits": contrast_of(pixels)}
    if max(pixels.shape) <= _MOST_SIDE:
        return pixels, attributes, "image"
    steps = [1]
    while max(pixels.shape) / steps[-1] > _MOST_SIDE / 4:
        steps.append(steps[-1] * 2)
    coarser = [pixels[::step, ::step] for step in steps]
    return coarser, attributes | {"multiscale": True}, "image"


def show_upright(viewer: ViewerModel) -> None:
    """Let row 0 be at the bottom, as FITS has it, unless pictures are open that have it on top."""
    shown = [sky_image_of(layer) for layer in open_images(viewer)]
    if all(image is None or image.origin == "lower" for image in shown):
        viewer.scene.camera.orientation2d = ("up", "right")


def contrast_of(pixels: npt.NDArray[Any]) -> tuple[float, float]:
    """Ends of the contrast from a sample of the pixels, whatever a few bright stars say."""
    step = max(1, round((pixels.size / _SAMPLED) ** 0.5))
    sample = np.asarray(pixels[::step, ::step], dtype=np.float64)
    sample = sample[np.isfinite(sample)]
    if not sample.size:
        return 0.0, 1.0
    low, high = np.percentile(sample, (_BLACK, _WHITE)).tolist()
    if low == high:
        low, high = float(sample.min()), float(sample.max())
    return (low, high) if low < high else (low, low + 1.0)
