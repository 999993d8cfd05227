"""What a label would tell about which voter of a committee is right: BALD and BatchBALD."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.disagreement import mutual_information
from napari_astro_al.learning.strategies.doubt import entropy_of
from napari_astro_al.learning.strategies.naming import STRATEGIES, About, Group

CHUNK = 16_384
"""Candidates at a time: votes as double precision stay in a processor's cache."""
MOST = 2_000
"""Candidates of `batch_bald`."""
JOINT = 10
"""Of a batch, so many are chosen together; the information of more is bounded by the votes."""
ANSWERS = 1_024
"""Ways in which those chosen may be answered that are gone through; of more, a sample."""


@STRATEGIES.provide(
    "bald",
    About(
        "The committee's votes are each sure, and not of the same class",
        Group.COMMITTEE,
        needs_committee=True,
    ),
)
def bald(candidates: Candidates) -> Floats:
    """Mutual information of the answer and the voter (Houlsby et al. 2011, arXiv:1112.5745).

    The voters are the models of a committee, or the networks and dropout passes of one model.
    """
    votes = _votes(candidates, "bald")
    scores = np.empty(len(candidates))
    for start in range(0, len(scores), CHUNK):
        rows = slice(start, start + CHUNK)
        scores[rows] = mutual_information(votes[:, rows].astype(np.float64))
    return scores


@STRATEGIES.provide(
    "batch_bald",
    About(
        "With the others of its batch it tells most about which vote is right",
        Group.COMMITTEE,
        needs_committee=True,
        limit=MOST,
        shown="mixed",
    ),
)
def batch_bald(candidates: Candidates, *, n: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """A batch whose answers together tell most about the voter (Kirsch et al. 2019).

    arXiv:1906.08158: greedy, by the joint entropy of the answers less the sum of what each voter
    leaves open; over all answers while these are few, over a sample afterwards. Sources that
    would tell the same are not asked for twice. The first ten are chosen so, more follow by `bald`.
    """
    votes = _votes(candidates, "batch_bald").astype(np.float64)
    alone = mutual_information(votes)
    left_open = entropy_of(votes).mean(axis=0)
    rng = candidates.generator()
    chosen: list[int] = []
    scores: list[float] = []
    answers: Floats = np.ones((len(votes), 1))
    known, sampled = 0.0, False
    while len(chosen) < min(n, JOINT, len(alone)):
        gain = _joint_entropy(answers, votes, sampled=sampled) - left_open - known
        gain[chosen] = -np.inf
        best = int(np.nanargmax(gain))
        chosen.append(best)
        scores.append(float(gain[best]))
        known += float(gain[best])
        answers = (answers[:, :, None] * votes[:, best, None, :]).reshape(len(votes), -1)
        sampled = sampled or answers.shape[1] > ANSWERS
        if sampled:
            answers = _drawn(votes[:, chosen], rng)
    rest = np.argsort(-alone, kind="stable")
    rest = rest[~np.isin(rest, chosen)][: n - len(chosen)]
    return np.array([*chosen, *rest], dtype=np.intp), np.array([*scores, *alone[rest]])


def _joint_entropy(answers: Floats, votes: Floats, *, sampled: bool) -> Floats:
    """Entropy of the answers to those chosen and to each candidate, less what those leave open.

    Parameters
    ----------
    answers : (m, a) float64 ndarray
        How likely each way to answer those chosen is to each voter.
    votes : (m, n, k) float64 ndarray
    sampled : bool
        Whether the ways are a sample, drawn as likely as they are.

    Returns
    -------
    (n,) float64 ndarray
        Up to a constant of the sample, which no choice depends on.
    """
    together = np.tensordot(answers, votes, axes=(0, 0)) / len(votes)  # (a, n, k)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = -together * np.log(together)
    terms[together <= 0] = 0.0
    weights = np.ones(answers.shape[1])
    if sampled:
        weights = 1.0 / (answers.mean(axis=0) * answers.shape[1])
    entropy: Floats = np.einsum("a,ank->n", weights, terms)
    return entropy - _open(answers, weights)


def _open(answers: Floats, weights: Floats) -> float:
    """What each voter leaves open about those chosen."""
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = -answers * np.log(answers)
    terms[answers <= 0] = 0.0
    return float((terms.mean(axis=0) * weights).sum())


def _drawn(votes: Floats, rng: np.random.Generator) -> Floats:
    """Ways to answer, drawn from the voters, as likely as each voter thinks them: (m, a)."""
    n_voters, n_chosen, _ = votes.shape
    voter = rng.integers(n_voters, size=ANSWERS)
    likely = np.ones((n_voters, ANSWERS))
    for place in range(n_chosen):
        shares = votes[voter, place].cumsum(axis=1)
        answer = (rng.random(ANSWERS)[:, None] * shares[:, -1:] > shares).sum(axis=1)
        likely *= votes[:, place, answer]
    return likely


def _votes(candidates: Candidates, name: str) -> Floats:
    if candidates.votes is None:
        raise LearnerError(
            f"The strategy {name!r} compares votes, and there is one model with one. Give "
            "LearnerRecipe(models=[...]) several, or a network with passes or members."
        )
    return candidates.votes
