"""What the answers to a tree of questions leave in doubt, over the questions that apply."""

from __future__ import annotations

from typing import Literal

import numpy as np

from napari_astro_al.learning.questions import forks_of
from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.doubt import entropy_of
from napari_astro_al.learning.strategies.naming import STRATEGIES, About, Group


@STRATEGIES.provide(
    "questions",
    About("The answers to its questions are the most doubtful", Group.DOUBT),
)
def questions(candidates: Candidates, *, how: Literal["mean", "max", "sum"] = "mean") -> Floats:
    """The doubt about the questions that a source will be asked, each by how likely it applies.

    Doubt is the entropy of the answers to a question, as a part of its largest value; a question
    applies with the probability of the answers that lead to it. Classes that are no ways through a
    tree are one question.

    Parameters
    ----------
    how : {"mean", "max", "sum"}
        The mean over the questions that apply; the largest doubt of one question; or the sum of
        the entropies, which is the entropy of the whole way and prefers sources that will be
        asked much.
    """
    shares = np.asarray(candidates.probabilities, dtype=np.float64)
    applying, weighed, largest, total = (np.zeros(len(shares)) for _ in range(4))
    for fork in forks_of(candidates.classes):
        answers = np.stack([shares[:, list(one)].sum(axis=1) for one in fork.columns], axis=1)
        applies = answers.sum(axis=1)
        open_ = entropy_of(answers / np.where(applies > 0, applies, 1.0)[:, None])
        doubt = open_ / np.log(len(fork.answers))
        applying += applies
        weighed += applies * doubt
        largest = np.maximum(largest, applies * doubt)
        total += applies * open_
    if how == "max":
        return largest
    if how == "sum":
        return total
    return weighed / np.where(applying > 0, applying, 1.0)
