"""t-SNE (van der Maaten & Hinton 2008, JMLR 9, 2579), by openTSNE (Poličar et al. 2024)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.jobs import Job, Progress
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

CHUNK = 2_000
_STEP = 50
_EARLY, _LATE = 250, 500
"""Iterations with and without exaggeration, as openTSNE has them."""


def tsne_job(request: ProjectionRequest) -> Job[Projection]:
    """The method "tsne"."""
    return embedding_job(request, _fit, "t-SNE", CHUNK)


def _fit(
    features: Values, request: ProjectionRequest, seed: int
) -> Job[tuple[npt.NDArray[Any], Place]]:
    yield from alone("t-SNE")
    try:
        from openTSNE import TSNEEmbedding
        from openTSNE.affinity import PerplexityBasedNN
        from openTSNE.initialization import pca

        affinities = PerplexityBasedNN(
            features,
            perplexity=min(request.recipe.parameters["perplexity"], (len(features) - 1) / 3),
            n_jobs=1,
            random_state=seed,
        )
    finally:
        ONE_AT_A_TIME.release()
    start = pca(features, random_state=seed)
    layout = TSNEEmbedding(start, affinities, n_jobs=1, random_state=seed)
    for done in range(0, _EARLY + _LATE, _STEP):
        yield Progress("fitting t-SNE", done, _EARLY + _LATE)
        early = done < _EARLY
        layout.optimize(
            _STEP,
            exaggeration=12 if early else 1,
            momentum=0.5 if early else 0.8,
            inplace=True,
        )

    return np.array(layout), layout.transform


TSNE_METHOD = Method(
    "t-SNE",
    "features",
    tsne_job,
    (
        Parameter(
            "perplexity",
            "Perplexity",
            30.0,
            2.0,
            200.0,
            tip="About how many neighbours a source is to stay near.",
        ),
        *FITTING_PARAMETERS,
    ),
    fitted=True,
    package="openTSNE",
    extra="tsne",
)
