"""Catalogues larger than memory: partitions, passes over them, engines that run these."""

from napari_astro_al.scale.catalogue import PartitionedCatalogue
from napari_astro_al.scale.parts import Part

__all__ = ["Part", "PartitionedCatalogue"]
