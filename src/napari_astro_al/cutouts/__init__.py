"""Pictures of sources: providers, a memory of what was shown, stretches, mosaics."""

from napari_astro_al.cutouts.collection import Cutouts
from napari_astro_al.cutouts.columns import ImageColumn, image_columns
from napari_astro_al.cutouts.cutout import Cutout, CutoutProvider, Origin
from napari_astro_al.cutouts.image_pixels import ImagePixels
from napari_astro_al.cutouts.mosaic import mosaic
from napari_astro_al.cutouts.stretch import contrast_limits, rgba, stretch
from napari_astro_al.cutouts.thumbnails import thumbnail
from napari_astro_al.cutouts.tiles import ImageTiles

__all__ = [
    "Cutout",
    "CutoutProvider",
    "Cutouts",
    "ImageColumn",
    "ImagePixels",
    "ImageTiles",
    "Origin",
    "contrast_limits",
    "image_columns",
    "mosaic",
    "rgba",
    "stretch",
    "thumbnail",
]
