"""From a recipe to a projection."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job, drain
from napari_astro_al.projection.columns import project_columns_job
from napari_astro_al.projection.pca import project_pca_job
from napari_astro_al.projection.recipe import ProjectionRecipe
from napari_astro_al.projection.types import Projection


def project(
    recipe: ProjectionRecipe,
    catalogue: Catalogue,
    matrix: FeatureMatrix,
    sketch_rows: npt.NDArray[np.integer[Any]],
) -> Projection:
    """Make the projection that a recipe describes.

    Parameters
    ----------
    recipe : ProjectionRecipe
    catalogue : Catalogue
    matrix : FeatureMatrix
        Of this catalogue: for principal components, and for the names of generated features.
    sketch_rows : (m,) integer ndarray
        Row numbers of the sources that anything fitted is fitted to.

    Raises
    ------
    FeatureError
        If x or y is neither a numeric column nor a feature.
    ProjectionError
        If there are no principal components.
    """
    return drain(project_job(recipe, catalogue, matrix, sketch_rows))


def project_job(
    recipe: ProjectionRecipe,
    catalogue: Catalogue,
    matrix: FeatureMatrix,
    sketch_rows: npt.NDArray[np.integer[Any]],
) -> Job[Projection]:
    """`project` as a job."""
    if recipe.kind == "pca":
        return (yield from project_pca_job(matrix, sketch_rows))
    return (yield from project_columns_job(recipe, catalogue, matrix.recipe, sketch_rows))
