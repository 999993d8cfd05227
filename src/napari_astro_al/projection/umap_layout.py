"""UMAP (McInnes, Healy & Melville 2018, arXiv:1802.03426), by umap-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.jobs import Job
from napari_astro_al.projection.embedding import (
    FITTING_PARAMETERS,
    ONE_AT_A_TIME,
    Place,
    Values,
    alone,
    embedding_job,
)
from napari_astro_al.projection.methods import Method, Parameter
from napari_astro_al.projection.request import ProjectionRequest
from napari_astro_al.projection.types import Projection

CHUNK = 10_000
METRICS = ("euclidean", "manhattan", "chebyshev", "cosine", "correlation")


def umap_job(request: ProjectionRequest) -> Job[Projection]:
    """The method "umap"."""
    return embedding_job(request, _fit, "UMAP", CHUNK)


def _fit(
    features: Values, request: ProjectionRequest, seed: int
) -> Job[tuple[npt.NDArray[Any], Place]]:
    yield from alone("UMAP")
    try:
        from umap import UMAP

        told = request.recipe.parameters
        model = UMAP(
            n_neighbors=min(told["n_neighbors"], len(features) - 1),
            min_dist=told["min_dist"],
            metric=told["metric"],
            random_state=seed,
            n_jobs=1,
        )
        places = np.asarray(model.fit_transform(features))
    finally:
        ONE_AT_A_TIME.release()

    return places, model.transform


UMAP_METHOD = Method(
    "UMAP",
    "features",
    umap_job,
    (
        Parameter(
            "n_neighbors",
            "Neighbours",
            15,
            2,
            200,
            tip="How many neighbours a source is to stay near: few show detail, many the whole.",
        ),
        Parameter(
            "min_dist",
            "Least distance",
            0.1,
            0.0,
            0.99,
            tip="How near to each other sources may be put: little gives dense clumps.",
        ),
        Parameter(
            "metric",
            "Metric",
            "euclidean",
            choices=METRICS,
            tip="What near means between two sources' features.",
        ),
        *FITTING_PARAMETERS,
    ),
    fitted=True,
    package="umap",
    extra="umap",
)
