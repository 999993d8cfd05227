"""The projections that come with the package."""

from __future__ import annotations

from napari_astro_al.projection.columns import columns_job
from napari_astro_al.projection.methods import PROJECTIONS, Method
from napari_astro_al.projection.pca import pca_job

__all__ = ["PROJECTIONS"]

PROJECTIONS.provide("columns")(Method("Two columns", "columns", columns_job))
PROJECTIONS.provide("pca")(Method("Principal components", "features", pca_job))
