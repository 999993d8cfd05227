"""Catalogues larger than memory: partitions, passes over them, engines that run these."""

from napari_astro_al.scale.catalogue import PartitionedCatalogue
from napari_astro_al.scale.opening import holds_partitions
from napari_astro_al.scale.parts import Part, UnreadablePartitions

__all__ = ["Part", "PartitionedCatalogue", "UnreadablePartitions", "holds_partitions"]
