"""From a recipe to a projection."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import ProjectionError
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job, Progress, drain
from napari_astro_al.projection.curves import read_curves
from napari_astro_al.projection.keys import key_job
from napari_astro_al.projection.methods import method_named
from napari_astro_al.projection.recipe import ProjectionRecipe
from napari_astro_al.projection.request import ProjectionRequest
from napari_astro_al.projection.types import Axis, Projection


def project(
    recipe: ProjectionRecipe,
    catalogue: Catalogue,
    matrix: FeatureMatrix,
    sketch_rows: npt.NDArray[np.integer[Any]],
    *,
    strata: npt.NDArray[np.integer[Any]] | None = None,
    seed: int = 0,
    folder: Path | None = None,
) -> Projection:
    """Make the projection that a recipe describes.

    Parameters
    ----------
    recipe : ProjectionRecipe
    catalogue : Catalogue
    matrix : FeatureMatrix
        Of this catalogue: for what is made of features, and for the names of generated ones.
    sketch_rows : (m,) integer ndarray
        Row numbers of the sources that anything fitted is fitted to, in the order of their hashes.
    strata : (n_sources,) integer ndarray, optional
        A class of each source, -1 where unknown: fitting sees every class.
    seed : int
        Keys everything random.
    folder : Path, optional
        Where fitted projections are kept and found again.

    Raises
    ------
    FeatureError
        If x or y is neither a numeric column, nor a feature, nor an expression of columns.
    ProjectionError
        If it cannot be made from this catalogue.
    """
    return drain(
        project_job(recipe, catalogue, matrix, sketch_rows, strata=strata, seed=seed, folder=folder)
    )


def project_job(
    recipe: ProjectionRecipe,
    catalogue: Catalogue,
    matrix: FeatureMatrix,
    sketch_rows: npt.NDArray[np.integer[Any]],
    *,
    strata: npt.NDArray[np.integer[Any]] | None = None,
    seed: int = 0,
    folder: Path | None = None,
) -> Job[Projection]:
    """`project` as a job."""
    request = ProjectionRequest(recipe, catalogue, matrix, sketch_rows, strata, seed, folder)
    method = method_named(recipe.kind)
    obstacle = method.why_not(catalogue)
    if method.needs == "features" and matrix.is_empty and not obstacle:
        obstacle = (
            f"{method.title} needs features, and {catalogue.name!r} has none yet. Measure its "
            "pictures, or add columns of numbers."
        )
    if obstacle:
        raise ProjectionError(obstacle)
    yield Progress(method.title)
    made = yield from method.job(request)
    key = made.key or (yield from key_job(request, made.points))
    x, y = made.axes
    axes = (_turned(x, recipe.x_reversed), _turned(y, recipe.y_reversed))
    curves = () if recipe.curves is None else read_curves(recipe.curves)
    return replace(made, axes=axes, key=key, curves=made.curves + curves)


def _turned(axis: Axis, choice: bool | None) -> Axis:
    return axis if choice is None else replace(axis, reversed=choice)
