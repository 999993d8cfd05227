"""Sources with known classes that a model has not learnt from, looked up on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import SessionError
from napari_astro_al.learning import Task
from napari_astro_al.learning.probability_sample import ProbabilitySample
from napari_astro_al.learning.split import VALIDATION
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.estimating import Answers
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.survey import Survey

ENOUGH = 50
"""Answers from which on a survey sample is what plans rest on."""
MANY = 10**9

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Known:
    """Sources with known classes that a model did not learn from, and what they stand for.

    Attributes
    ----------
    sample : ProbabilitySample
    rows : (n,) int64 ndarray
    true : (n,) int64 ndarray
        Places among the task's classes; -1 for none of them.
    basis : str
        Which they are, for people.
    """

    sample: ProbabilitySample
    rows: Rows
    true: Rows
    basis: str


@dataclass(frozen=True, eq=False)
class KnownRequest:
    """What it takes to find them; captured at once, looked up in a job.

    Attributes
    ----------
    task : Task
    result : TrainResult
    partition : Partition
    said : mapping of int to str or None
        Labels by row.
    survey : Survey or None
        One that the model has not learnt from; None where it is not to be used.
    """

    task: Task
    result: TrainResult
    partition: Partition
    said: Mapping[int, str | None]
    survey: Survey | None

    def known(self) -> Known:
        """The survey sample from 50 answers on, else what is held out for validation.

        Raises
        ------
        SessionError
            If nothing is held out.
        """
        found = self._surveyed()
        if found is None:
            found = self._held_out()
        if found is None:
            raise SessionError(
                "No source with a known class is held out for validation. Draw some, and label "
                'them: session.curate(100, part="validation"). Or draw a survey sample: '
                "session.draw_survey(200)."
            )
        return found

    def validation(self) -> Known | None:
        """What is held out for validation; None where nothing is."""
        return self._held_out()

    def _surveyed(self) -> Known | None:
        if self.survey is None:
            return None
        answers = Answers.of(self.survey, self.said, self.task)
        rows = self.survey.rows[answers.places]
        if len(rows) < ENOUGH or not np.isfinite(self.result.probabilities[rows]).all():
            return None
        sample = self.survey.sample(answers.places)
        if not (sample.counts > 0).all():
            return None
        return Known(sample, rows, answers.true, f"{len(rows):,} answers to the survey sample")

    def _held_out(self) -> Known | None:
        rows, places = self.partition.held_out_places(self.task, VALIDATION, self.said)
        usable = np.isfinite(self.result.probabilities[rows]).all(axis=1)
        rows, true = rows[usable], places[usable].astype(np.int64)
        if not len(rows):
            return None
        sample = ProbabilitySample.simple(len(rows), len(rows) * MANY)
        return Known(sample, rows, true, f"{len(rows):,} validation sources")
