"""A session's verb for scores of each question, where classes are ways through a tree of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from napari_astro_al.errors import LabelError, SessionError
from napari_astro_al.learning.calibration import exact_interval
from napari_astro_al.learning.questions import SEPARATOR, forks_of
from napari_astro_al.session.breakdown import Breakdown

COLUMNS = ("question", "after", "n", "accuracy", "accuracy_low", "accuracy_high", "commonest")


class QuestionScores(Breakdown):
    """Scores of a session's questions."""

    def question_scores(self, task: str | None = None) -> pd.DataFrame:
        """How often each question is answered rightly, of the validation sources that it is about.

        Trains first if the model is stale. What is scored is the likeliest answer of sources that
        should be asked the question; that they would be is scored by the questions before.

        Parameters
        ----------
        task : str, optional
            The first one by default.

        Returns
        -------
        pandas.DataFrame
            One row a question and the answers before it: ``question``, ``after``, ``n`` sources,
            ``accuracy`` with the ends of its exact 95 % interval, ``accuracy_low`` and
            ``accuracy_high``, and ``commonest``, which is what the commonest answer to all would
            reach.

        Raises
        ------
        LabelError
            If the task has no questions.
        SessionError
            If nothing is held out.
        NotEnoughLabels
            With labels of fewer than two classes.
        """
        name = self._task_name(task)
        tree = self.tasks[name].questions
        if tree is None:
            raise LabelError(
                f"The task {name!r} has no questions: aal.Task(questions=[...]) makes one that has."
            )
        if not (self.partition.part > 0).any():
            raise SessionError("No source is held out that questions could be scored on.")
        if self.is_stale(name):
            self.train(name)
        held = self.held_out("validation", name)
        said = held.result.probabilities[held.rows]
        known = np.isfinite(said).all(axis=1)
        said, labels = said[known], np.asarray(held.labels, dtype=np.int64)[known]
        rows = []
        for fork in forks_of(tree.paths):
            answer_of = np.full(len(tree.paths), -1)
            for answer, columns in enumerate(fork.columns):
                answer_of[list(columns)] = answer
            true = answer_of[labels]
            about = true >= 0
            shares = [said[about][:, list(one)].sum(axis=1) for one in fork.columns]
            right = np.stack(shares, axis=1).argmax(axis=1) == true[about]
            question = tree.next_after(fork.after)
            rows.append(
                _row("" if question is None else question.ask, fork.after, right, true[about])
            )
        return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    question: str, after: tuple[str, ...], right: np.ndarray[Any, Any], true: np.ndarray[Any, Any]
) -> dict[str, Any]:
    n, hits = len(right), int(right.sum())
    low, high = exact_interval(np.array(hits), np.array(n))
    commonest = np.bincount(true).max() / n if n else np.nan
    accuracy = hits / n if n else np.nan
    told = (question, SEPARATOR.join(after), n, accuracy, float(low), float(high), commonest)
    return dict(zip(COLUMNS, told, strict=True))
