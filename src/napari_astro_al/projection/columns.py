"""Two columns or features against each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features import FeatureRecipe, feature_unit, is_magnitude, raw_feature
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.projection.recipe import ProjectionRecipe, ScaleChoice
from napari_astro_al.projection.request import ProjectionRequest
from napari_astro_al.projection.types import Axis, AxisScale, Projection


def columns_job(request: ProjectionRequest) -> Job[Projection]:
    """The method "columns"."""
    return project_columns_job(
        request.recipe, request.catalogue, request.matrix.recipe, request.sketch_rows
    )


def project_columns_job(
    recipe: ProjectionRecipe,
    catalogue: Catalogue,
    features: FeatureRecipe,
    sketch_rows: npt.NDArray[np.integer[Any]],
) -> Job[Projection]:
    """Take x and y as they are: no imputation, no scaling. Magnitudes upward are upside down.

    Parameters
    ----------
    recipe : ProjectionRecipe
        Of kind "columns".
    catalogue : Catalogue
    features : FeatureRecipe
        Where generated features and sentinels come from.
    sketch_rows : (m,) integer ndarray
        Sources that the choice of a scale looks at.

    Raises
    ------
    FeatureError
        If x or y is neither a numeric column nor a feature.
    """
    points = np.empty((len(catalogue), 2), dtype=np.float32)
    axes = []
    choices = ((recipe.x or "", recipe.x_scale), (recipe.y or "", recipe.y_scale))
    for place, (name, choice) in enumerate(choices):
        yield Progress(f"reading {name}", place, 2)
        points[:, place] = raw_feature(catalogue, name, features)
        unit = feature_unit(catalogue, name, features)
        scale = _scale(choice, points[:, place], sketch_rows)
        bright_is_up = place == 1 and is_magnitude(catalogue, name)
        axes.append(Axis(name.replace("`", ""), unit, scale, reversed=bright_is_up))
    points[~np.isfinite(points).all(axis=1)] = np.nan
    return Projection(points, (axes[0], axes[1]), "columns")


def _scale(
    choice: ScaleChoice,
    values: npt.NDArray[np.float32],
    sketch_rows: npt.NDArray[np.integer[Any]],
) -> AxisScale:
    if choice != "auto":
        return choice
    if np.fmin.reduce(values, initial=np.inf) <= 0:
        return "linear"
    known = values[sketch_rows]
    known = known[np.isfinite(known)]
    if known.size < 2:
        return "linear"
    ends = np.percentile(known, (1, 50, 99)).astype(np.float64)
    if ends[2] < 100 * ends[0]:
        return "linear"
    return "log" if _skew(np.log10(ends)) < _skew(ends) else "linear"


def _skew(ends: npt.NDArray[np.float64]) -> float:
    low, middle, high = ends
    return float(abs(high + low - 2 * middle) / (high - low))
