"""What the model would be once it knew a label."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.diversity import diversify
from napari_astro_al.learning.strategies.doubt import margin
from napari_astro_al.learning.strategies.naming import STRATEGIES, About, Group
from napari_astro_al.learning.strategies.places import Whitening
from napari_astro_al.learning.strategies.refitting import labelled, probabilities_of, refitted

TRIED = 20
"""Candidates whose labels are tried, each with every likely class."""
TRIED_AMONG = 200
"""They are a diverse choice of as many with the smallest margin."""
JUDGED_ON = 500
"""Sources of the sketch that the error is expected over."""
UNLIKELY = 0.02
"""Classes of a lower probability are not tried."""


@STRATEGIES.provide(
    "expected_error_reduction",
    About(
        "Its label is expected to leave the fewest errors",
        Group.FORESIGHT,
        limit=TRIED_AMONG,
    ),
)
def expected_error_reduction(
    candidates: Candidates, *, n: int
) -> tuple[npt.NDArray[np.intp], Floats]:
    """The source whose label is expected to leave the fewest errors.

    Roy & McCallum 2001, "Toward optimal active learning through sampling estimation of error
    reduction", ICML, section 3, with the 0-1 loss: for a candidate and each class that it may be
    of, the models are trained with that label too; the loss is one less the largest probability,
    averaged over a sample of the pool, and over the classes by their probabilities. Training for
    every candidate and class is slow, so it is for `TRIED` candidates alone; the others follow by
    their margins.
    """
    from napari_astro_al.learning.learners import quietly

    X, y = labelled(candidates)
    doubt = margin(candidates)
    order = np.argsort(-doubt, kind="stable")
    places = Whitening.of(candidates.sketched()).place(candidates.features_at(order))
    tried = diversify(order, doubt[order], places, TRIED)
    judged_on = candidates.sketched()[:JUDGED_ON]

    def loss_of(place: int) -> float:
        likely = np.asarray(candidates.probabilities[place], dtype=np.float64)
        likely = np.where(likely >= UNLIKELY, likely, 0.0)
        total = 0.0
        for name, share in zip(candidates.classes, likely / likely.sum(), strict=True):
            if share:
                more_X = np.vstack([X, candidates.features[place]])
                learner = refitted(candidates, more_X, np.append(y, name))
                after = probabilities_of(learner, judged_on, candidates)
                total += share * float((1.0 - after.max(axis=1)).mean())
        return total

    losses = quietly(lambda: np.array([loss_of(int(place)) for place in tried]), [])
    best = np.argsort(losses, kind="stable")
    rest = order[~np.isin(order, tried)]
    scores = np.concatenate([-losses[best], np.full(len(rest), np.nan)])
    return np.concatenate([tried[best], rest])[:n], scores[:n]
