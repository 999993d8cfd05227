"""Doubt that a label can settle, within the errors of measurement."""

from __future__ import annotations

import numpy as np

from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.disagreement import mutual_information
from napari_astro_al.learning.strategies.naming import STRATEGIES, About, Group
from napari_astro_al.learning.strategies.refitting import probabilities_of, resampled

DRAWS = 8
"""How often each source's measurements are drawn within their errors."""
LEARNERS = 8
"""Models trained on bootstrap samples of the labels."""
DRAWN = 2_000
"""The most candidates that are drawn."""


@STRATEGIES.provide(
    "error_aware",
    About(
        "A label can settle what the model does not know of it, errors of measurement considered",
        Group.ERRORS,
        limit=DRAWN,
        shown="mixed",
    ),
)
def error_aware(candidates: Candidates) -> Floats:
    """What models disagree about beyond the errors of measurement.

    A faint source between two classes is a coin-flip: its errors reach over the boundary, and no
    label elsewhere makes it clearer. So the measurements are drawn within their errors (limits
    within what they allow, missing ones from the pool), each of several models gives its mean
    probabilities over the draws, and the score is the mutual information between label and model,
    ``H(mean p) - mean H(p)`` (Houlsby et al. 2011, arXiv:1112.5745, equation 2, with p marginal
    over the noise). Where noise decides, all models are as unsure, and the score is near zero.
    Without columns of errors and missing values it is that of `bagging`.
    """
    learners = resampled(candidates, LEARNERS)
    rng = candidates.generator()
    noise = candidates.noise
    draws = candidates.features[None] if noise is None else noise.draw(DRAWS, rng)
    flat = draws.reshape(-1, draws.shape[2])
    shape = (len(draws), len(candidates), -1)
    votes = [
        probabilities_of(one, flat, candidates).reshape(shape).mean(axis=0) for one in learners
    ]
    return mutual_information(np.stack(votes))
