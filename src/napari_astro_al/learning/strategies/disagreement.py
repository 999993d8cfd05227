"""What the members of a committee disagree about."""

from __future__ import annotations

import numpy as np

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.doubt import entropy_of
from napari_astro_al.learning.strategies.naming import STRATEGIES, About

COMMITTEE = "Disagreement of a committee"


@STRATEGIES.provide(
    "vote_entropy",
    About("The committee's votes are the most divided", COMMITTEE, needs_committee=True),
)
def vote_entropy(candidates: Candidates) -> Floats:
    """Entropy of the members' votes for a class, in nats (Dagan & Engelson 1995)."""
    votes = _votes(candidates, "vote_entropy")
    n_models, _, n_classes = votes.shape
    chosen = votes.argmax(axis=2)
    shares = np.stack([(chosen == k).sum(axis=0) for k in range(n_classes)], axis=1) / n_models
    scores = entropy_of(shares)
    scores[np.isnan(votes).any(axis=(0, 2))] = np.nan
    return scores


@STRATEGIES.provide(
    "consensus_entropy",
    About("The committee's mean probabilities are the most even", COMMITTEE, needs_committee=True),
)
def consensus_entropy(candidates: Candidates) -> Floats:
    """Entropy of the members' mean probabilities, in nats."""
    return entropy_of(_votes(candidates, "consensus_entropy").mean(axis=0))


@STRATEGIES.provide(
    "max_disagreement",
    About(
        "One member of the committee disagrees most with the others",
        COMMITTEE,
        needs_committee=True,
    ),
)
def max_disagreement(candidates: Candidates) -> Floats:
    """Largest Kullback-Leibler divergence of a member from the mean (McCallum & Nigam 1998)."""
    votes = _votes(candidates, "max_disagreement")
    mean = votes.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(
            votes > 0, votes * np.log(votes / mean), np.where(np.isnan(votes), votes, 0)
        )
    scores: Floats = terms.sum(axis=2).max(axis=0)
    return scores


def _votes(candidates: Candidates, name: str) -> Floats:
    if candidates.votes is None:
        raise LearnerError(
            f"The strategy {name!r} compares the members of a committee, and there is one model. "
            "Give LearnerRecipe(models=[...]) several, or choose uncertainty, margin or entropy."
        )
    return np.asarray(candidates.votes, dtype=np.float64)
