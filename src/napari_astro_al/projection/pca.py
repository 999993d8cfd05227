"""The first two principal components of the feature matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import ProjectionError
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.projection.request import ProjectionRequest
from napari_astro_al.projection.types import Axis, Projection

_CHUNK = 65_536
_SKETCH_CHUNK = 8_192


def pca_job(request: ProjectionRequest) -> Job[Projection]:
    """The method "pca"."""
    return project_pca_job(request.matrix, request.sketch_rows)


def project_pca_job(
    matrix: FeatureMatrix, sketch_rows: npt.NDArray[np.integer[Any]]
) -> Job[Projection]:
    """Project every usable source on two principal components fitted to the sketch.

    The covariance of the usable sketch sources is accumulated in float64; a value that is missing
    in the matrix counts as the mean of its feature. Each component's sign is such that its largest
    weight (the first of equal ones) is positive.

    Parameters
    ----------
    matrix : FeatureMatrix
    sketch_rows : (m,) integer ndarray
        Row numbers of the sources that the components are fitted to.

    Returns
    -------
    Projection
        Axes named with the share of the variance, "PC 1 (63 %)"; NaN where a source is not usable.

    Raises
    ------
    ProjectionError
        If fewer than two usable sources are in the sketch, or no feature varies there.
    """
    components = yield from components_job(matrix, sketch_rows)
    names = [
        Axis(f"PC {place + 1} ({share * 100:.0f} %)")
        for place, share in enumerate(components.shares.tolist())
    ]
    points = np.empty((len(matrix), 2), dtype=np.float32)
    for start in range(0, len(matrix), _CHUNK):
        yield Progress("projecting", start, len(matrix))
        points[start : start + _CHUNK] = components.place(matrix.values[start : start + _CHUNK])
    points[~matrix.usable] = np.nan
    return Projection(points, (names[0], names[1]), "pca")


@dataclass(frozen=True, eq=False)
class Components:
    """Two principal components.

    Attributes
    ----------
    mean : (f,) float64 ndarray
    weights : (f, 2) float64 ndarray
    shares : (2,) float64 ndarray
        Of the variance.
    """

    mean: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    shares: npt.NDArray[np.float64]

    def place(self, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Where sources with these features are, (n, 2); what is missing counts as the mean."""
        shift = (self.mean @ self.weights).astype(np.float32)
        filled = _filled(values, self.mean.astype(np.float32))
        found: npt.NDArray[np.float32] = filled @ self.weights.astype(np.float32) - shift
        return found


def components_job(
    matrix: FeatureMatrix, sketch_rows: npt.NDArray[np.integer[Any]]
) -> Job[Components]:
    """Fit two principal components to the sketch; see `project_pca_job`."""
    rows = np.asarray(sketch_rows)
    rows = rows[matrix.usable[rows]]
    if rows.size < 2:
        raise ProjectionError(
            f"Principal components need at least 2 sources with features; the sketch has "
            f"{rows.size}. Choose features that more sources have."
        )
    mean, covariance = yield from _moments(matrix.values, rows)
    return Components(mean, *_components(covariance))


def _moments(
    values: npt.NDArray[np.float32], rows: npt.NDArray[np.integer[Any]]
) -> Job[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    width = values.shape[1]
    total, count = np.zeros(width), np.zeros(width)
    for start in range(0, rows.size, _SKETCH_CHUNK):
        yield Progress("fitting principal components", start, 2 * rows.size)
        chunk = values[rows[start : start + _SKETCH_CHUNK]]
        total += np.nansum(chunk, axis=0, dtype=np.float64)
        count += np.count_nonzero(~np.isnan(chunk), axis=0)
    mean = total / np.maximum(count, 1)
    covariance = np.zeros((width, width))
    for start in range(0, rows.size, _SKETCH_CHUNK):
        yield Progress("fitting principal components", rows.size + start, 2 * rows.size)
        chunk = values[rows[start : start + _SKETCH_CHUNK]].astype(np.float64)
        centred = _filled(chunk, mean) - mean
        covariance += centred.T @ centred
    return mean, covariance / (rows.size - 1)


def _filled(chunk: npt.NDArray[Any], mean: npt.NDArray[Any]) -> npt.NDArray[Any]:
    missing = np.isnan(chunk)
    return np.where(missing, mean, chunk) if missing.any() else chunk


def _components(
    covariance: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Weights ``(n_features, 2)`` and shares of the variance ``(2,)``, largest first."""
    from scipy.linalg import eigh

    width = len(covariance)
    total = float(np.trace(covariance))
    if not total > 0:
        raise ProjectionError(
            "No feature varies in the sketch, so there are no principal components. Choose "
            "features that vary."
        )
    variances, vectors = eigh(covariance, subset_by_index=[max(width - 2, 0), width - 1])
    weights = np.zeros((width, 2))
    shares = np.zeros(2)
    for place in range(min(width, 2)):
        vector = vectors[:, -1 - place]
        weights[:, place] = vector * np.sign(vector[np.argmax(np.abs(vector).round(9))])
        shares[place] = max(float(variances[-1 - place]), 0.0) / total
    return weights, shares
