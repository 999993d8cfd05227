"""More like these, not like those."""

from __future__ import annotations

import numpy as np

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.naming import STRATEGIES, About, Group
from napari_astro_al.learning.strategies.places import SKETCH, Whitening, gaps

CHUNK = 16_384
"""Candidates at a time."""


@STRATEGIES.provide(
    "examples",
    About(
        "It is like the sources that are marked as examples",
        Group.RARE,
        needs_model=False,
        needs_marks=True,
    ),
)
def examples(candidates: Candidates) -> Floats:
    """Like the sources marked as examples, unlike those marked as the opposite.

    ``1 / (1 + d^2) - 1 / (1 + e^2)`` with the distances d and e to the nearest example and the
    nearest counterexample in whitened features, in units of the root of their number. It finds
    more of a class of which one member is known, without any label (query by example; with both
    kinds of marks the relevance feedback of Rocchio 1971).
    """
    like, unlike = candidates.like, candidates.unlike
    if not any(len(marks) for marks in (like, unlike) if marks is not None):
        raise LearnerError(
            "The strategy 'examples' asks for sources like those that are marked, and none is. "
            "Mark some: session.mark(ids)."
        )
    sketch = candidates.sketched()[:SKETCH]
    whitening = Whitening.of(sketch)
    unit = max(len(whitening.axes), 1) ** 0.5
    scores = np.zeros(len(candidates))
    near = [
        (sign, whitening.place(marks))
        for sign, marks in ((1.0, like), (-1.0, unlike))
        if marks is not None and len(marks)
    ]
    for start in range(0, len(scores), CHUNK):
        rows = np.arange(start, min(start + CHUNK, len(scores)))
        places = whitening.place(candidates.features_at(rows))
        for sign, marked in near:
            scores[rows] += sign / (1.0 + (gaps(places, marked) / unit) ** 2)
    return scores
