"""UMAP (McInnes, Healy & Melville 2018, arXiv:1802.03426), by umap-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.jobs import Job
from napari_astro_al.projection.embedding import (
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
    return embedding_job(
        request, _fit, "UMAP", CHUNK, most=int(request.recipe.parameters["n_fitted"])
    )


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

    def place(others: Values) -> npt.NDArray[Any]:
        with ONE_AT_A_TIME:
            return np.asarray(model.transform(others))

    return places, place


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
        Parameter(
            "n_fitted",
            "Fitted to",
            20_000,
            100,
            20_000,
            tip="How many sources are laid out; the others are placed among them.",
        ),
        Parameter("seed", "Seed", 0, 0, 2**31 - 1, tip="Another number gives another layout."),
    ),
    fitted=True,
    package="umap",
    extra="umap",
)
