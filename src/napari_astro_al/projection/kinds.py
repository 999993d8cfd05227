"""The projections that come with the package."""

from __future__ import annotations

from napari_astro_al.projection.columns import columns_job
from napari_astro_al.projection.image import IMAGE_METHOD
from napari_astro_al.projection.methods import PROJECTIONS, Method
from napari_astro_al.projection.pca import pca_job
from napari_astro_al.projection.plane_list import PLANES
from napari_astro_al.projection.plane_values import provide_generators
from napari_astro_al.projection.registered import register_layout
from napari_astro_al.projection.sky import SKY_METHOD
from napari_astro_al.projection.tsne_layout import TSNE_METHOD
from napari_astro_al.projection.umap_layout import UMAP_METHOD

__all__ = ["PLANES", "PROJECTIONS"]

PROJECTIONS.takes = register_layout
PROJECTIONS.provide("columns")(Method("Two columns", "columns", columns_job))
PROJECTIONS.provide("pca")(Method("Principal components", "features", pca_job))
PROJECTIONS.provide("umap")(UMAP_METHOD)
PROJECTIONS.provide("tsne")(TSNE_METHOD)
PROJECTIONS.provide("sky")(SKY_METHOD)
PROJECTIONS.provide("image")(IMAGE_METHOD)

provide_generators([PLANES[name] for name in PLANES])
