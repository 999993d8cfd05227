"""From the pixels of a picture to numbers: a network's embedding, and measured morphology."""

from napari_astro_al.vision.embedding import (
    FEWEST_COMPONENTS,
    RAW,
    Components,
    prepared,
    raw_features,
)
from napari_astro_al.vision.morphology import QUANTITIES, Morphology, measure
from napari_astro_al.vision.network import WIDTH, Network, pretrained
from napari_astro_al.vision.pixels import square_pixels

__all__ = [
    "FEWEST_COMPONENTS",
    "QUANTITIES",
    "RAW",
    "WIDTH",
    "Components",
    "Morphology",
    "Network",
    "measure",
    "prepared",
    "pretrained",
    "raw_features",
    "square_pixels",
]
