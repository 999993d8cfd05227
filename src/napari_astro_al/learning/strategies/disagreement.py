"""What the members of a committee disagree about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.doubt import entropy_of
from napari_astro_al.learning.strategies.naming import STRATEGIES, About, Group
from napari_astro_al.learning.strategies.refitting import probabilities_of, resampled

CHUNK = 16_384
"""Candidates at a time: votes as double precision stay in a processor's cache."""
BAGS = 10
"""Models that `bagging` trains."""
BAGGED = 10_000
"""The most candidates that they are asked about."""


@STRATEGIES.provide(
    "vote_entropy",
    About("The committee's votes are the most divided", Group.COMMITTEE, needs_committee=True),
)
def vote_entropy(candidates: Candidates) -> Floats:
    """Entropy of the members' votes for a class, in nats (Dagan & Engelson 1995)."""
    return _by_chunk(candidates, "vote_entropy", _entropy_of_votes)


@STRATEGIES.provide(
    "consensus_entropy",
    About(
        "The committee's mean probabilities are the most even",
        Group.COMMITTEE,
        needs_committee=True,
    ),
)
def consensus_entropy(candidates: Candidates) -> Floats:
    """Entropy of the members' mean probabilities, in nats."""
    return _by_chunk(candidates, "consensus_entropy", lambda votes: entropy_of(votes.mean(axis=0)))


@STRATEGIES.provide(
    "max_disagreement",
    About(
        "One member of the committee disagrees most with the others",
        Group.COMMITTEE,
        needs_committee=True,
    ),
)
def max_disagreement(candidates: Candidates) -> Floats:
    """Largest Kullback-Leibler divergence of a member from the mean (McCallum & Nigam 1998)."""
    return _by_chunk(candidates, "max_disagreement", _largest_divergence)


@STRATEGIES.provide(
    "bagging",
    About(
        "Models trained on other draws of the same labels disagree most about it",
        Group.COMMITTEE,
        limit=BAGGED,
        shown="mixed",
    ),
)
def bagging(
    candidates: Candidates, *, bags: Annotated[int, {"min": 2, "max": 200}] = BAGS
) -> Floats:
    """Disagreement of models trained on bootstrap samples of the labels.

    Query by bagging (Abe & Mamitsuka 1998, ICML), with the Jensen-Shannon divergence of the
    models' probabilities: what they do not know for lack of labels, without what is ambiguous to
    each of them (Houlsby et al. 2011, "Bayesian active learning by disagreement",
    arXiv:1112.5745).

    Parameters
    ----------
    bags : int
        How many models are trained each time, of single models too.
    """
    learners = resampled(candidates, bags)
    votes = np.stack([probabilities_of(one, candidates.features, candidates) for one in learners])
    return mutual_information(votes)


def mutual_information(votes: Floats) -> Floats:
    """Entropy of the mean less the mean entropy of (m, n, k) votes, in nats, (n,)."""
    information: Floats = entropy_of(votes.mean(axis=0)) - entropy_of(votes).mean(axis=0)
    return information


def _entropy_of_votes(votes: Floats) -> Floats:
    chosen = votes.argmax(axis=2)
    shares = [(chosen == k).mean(axis=0) for k in range(votes.shape[2])]
    scores = entropy_of(np.stack(shares, axis=1))
    scores[np.isnan(votes.sum(axis=(0, 2)))] = np.nan
    return scores


def _largest_divergence(votes: Floats) -> Floats:
    mean = votes.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = votes * np.log(votes / mean)
    terms[votes == 0] = 0.0
    largest: Floats = terms.sum(axis=2).max(axis=0)
    return largest


def _by_chunk(
    candidates: Candidates, name: str, scores_of: Callable[[npt.NDArray[np.float64]], Floats]
) -> Floats:
    if candidates.votes is None:
        raise LearnerError(
            f"The strategy {name!r} compares the members of a committee, and there is one model. "
            "Give LearnerRecipe(models=[...]) several, or choose uncertainty, margin or entropy."
        )
    scores = np.empty(len(candidates))
    for start in range(0, len(scores), CHUNK):
        rows = slice(start, start + CHUNK)
        scores[rows] = scores_of(candidates.votes[:, rows].astype(np.float64))
    return scores
