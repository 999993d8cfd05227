"""Pictures of sources: providers, a memory of what was shown, stretches, mosaics."""

from napari_astro_al.cutouts.archives import ImageArchive
from napari_astro_al.cutouts.bundle import CutoutBundle, bundled
from napari_astro_al.cutouts.collection import Cutouts
from napari_astro_al.cutouts.columns import ImageColumn, image_columns
from napari_astro_al.cutouts.composite import Composite
from napari_astro_al.cutouts.cutout import Cutout, CutoutProvider, Origin
from napari_astro_al.cutouts.image_pixels import ImagePixels
from napari_astro_al.cutouts.mosaic import mosaic
from napari_astro_al.cutouts.online import (
    FirstOf,
    OnlineCutouts,
    allow,
    allowed_hosts,
    service,
    withdraw,
)
from napari_astro_al.cutouts.stacks import ImageStack
from napari_astro_al.cutouts.stretch import Stretch, contrast_limits, rgba, stretch
from napari_astro_al.cutouts.thumbnails import thumbnail
from napari_astro_al.cutouts.tiles import ImageTiles

__all__ = [
    "Composite",
    "Cutout",
    "CutoutBundle",
    "CutoutProvider",
    "Cutouts",
    "FirstOf",
    "ImageArchive",
    "ImageColumn",
    "ImagePixels",
    "ImageStack",
    "ImageTiles",
    "OnlineCutouts",
    "Origin",
    "Stretch",
    "allow",
    "allowed_hosts",
    "bundled",
    "contrast_limits",
    "image_columns",
    "mosaic",
    "rgba",
    "service",
    "stretch",
    "thumbnail",
    "withdraw",
]
