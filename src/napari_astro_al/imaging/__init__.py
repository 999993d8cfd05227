"""Images of the sky: their files, where they lie, and the sources that are found in them."""

from napari_astro_al.imaging.detected import detect, detect_job
from napari_astro_al.imaging.files import OpenImage, images_of, read_image, read_images
from napari_astro_al.imaging.plate import Plate
from napari_astro_al.imaging.settings import DetectionSettings
from napari_astro_al.imaging.sky_image import SkyImage

__all__ = [
    "DetectionSettings",
    "OpenImage",
    "Plate",
    "SkyImage",
    "detect",
    "detect_job",
    "images_of",
    "read_image",
    "read_images",
]
