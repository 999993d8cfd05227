"""What a single model hesitates about; and chance."""

from __future__ import annotations

import numpy as np

from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.naming import STRATEGIES, About

DOUBT = "Doubt of the model"
RANDOM = "Chance"


@STRATEGIES.provide("uncertainty", About("The model is least sure of its likeliest class", DOUBT))
def uncertainty(candidates: Candidates) -> Floats:
    """One less the probability of the likeliest class (Lewis & Gale 1994)."""
    scores: Floats = 1.0 - candidates.probabilities.max(axis=1)
    return scores


@STRATEGIES.provide(
    "margin", About("The model hesitates most between its two likeliest classes", DOUBT)
)
def margin(candidates: Candidates) -> Floats:
    """Minus the gap between the two likeliest classes (Scheffer et al. 2001)."""
    probabilities = candidates.probabilities
    if probabilities.shape[1] < 2:
        return np.zeros(len(probabilities))
    top = np.partition(probabilities, -2, axis=1)
    scores: Floats = top[:, -2] - top[:, -1]
    return scores


@STRATEGIES.provide("entropy", About("The model's probabilities are the most even", DOUBT))
def entropy(candidates: Candidates) -> Floats:
    """Shannon entropy of the class probabilities, in nats."""
    return entropy_of(candidates.probabilities)


@STRATEGIES.provide(
    "random",
    About("Sources are drawn at random, as chosen", RANDOM, needs_model=False, diverse=False),
)
def random(candidates: Candidates) -> Floats:
    """Every candidate alike; ties fall by a hash keyed by the seed and the number of labels."""
    return np.zeros(len(candidates))


def entropy_of(shares: Floats) -> Floats:
    """Shannon entropy of each row, in nats; NaN rows stay NaN."""
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(
            shares > 0, -shares * np.log(shares), np.where(np.isnan(shares), shares, 0)
        )
    total: Floats = terms.sum(axis=1)
    return total
