"""A session's verb for looking at the test set: test_scores, and the looks so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from napari_astro_al.errors import SessionError
from napari_astro_al.jobs import Job, drain
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.curating import Curating
from napari_astro_al.session.history import LOOKED, History, plain_row

Rows = list[dict[str, Any]]


class FinalLooks(Curating):
    """Looks at the test set; each is an event of the ledger."""

    def test_scores(self, *, reason: str) -> pd.DataFrame:
        """Scores of the current models on the test set; the look is recorded with its reason.

        Parameters
        ----------
        reason : str
            Why now, in words.

        Raises
        ------
        SessionError
            If there is no reason, or no source with a label is held out for testing.
        NotEnoughLabels
            With labels of fewer than two classes.
        LedgerError
            If the look cannot be recorded: then nothing is shown.
        """
        _checked(reason)
        return History.frame(self.accept_test_scores(drain(self.test_scores_job()), reason))

    def test_scores_job(self) -> Job[Rows]:
        """The work of `test_scores`, captured now; hand its result to `accept_test_scores`."""
        self.check_open()
        return _scored([self.train_job(name, test=True) for name in self.tasks])

    def accept_test_scores(self, rows: Rows, reason: str) -> Rows:
        """Record the look, and give what is seen: a row a task, as in `History.rows`."""
        shown = ("task", "model", "n_labels", "n", "accuracy", "f1", "f1_low", "f1_high")
        seen = [plain_row({key: row[key] for key in shown if key in row}) for row in rows]
        self.check_open()
        event = self.book.note(LOOKED, {"reason": _checked(reason), "scores": seen})
        assert event is not None  # it is open for writing
        self.history.note_look(event)
        return rows

    @property
    def looks(self) -> pd.DataFrame:
        """The looks at the test set, oldest first: utc, annotator, reason."""
        return pd.DataFrame(self.history.looks, columns=["utc", "annotator", "reason"])


def _checked(reason: object) -> str:
    if not isinstance(reason, str) or not reason.strip():
        raise SessionError(
            "A look at the test set is recorded with its reason: "
            'session.test_scores(reason="numbers for the paper").'
        )
    return reason.strip()


def _scored(jobs: Sequence[Job[TrainResult]]) -> Job[Rows]:
    rows: Rows = []
    for job in jobs:
        result = yield from job
        told = {"task": result.task_name, "model": result.model, "classes": list(result.classes)}
        rows += [{**told, **row} for row in result.scores if row["split"] == "test"]
    if not rows:
        raise SessionError(
            "There is nothing to test on: no source with a label is held out for testing. Draw a "
            "test set, session.curate(100), and label it."
        )
    return rows
