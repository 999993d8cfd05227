"""A session's verb for advice: whether more labels are worth it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.forecast import Forecast, forecast
from napari_astro_al.learning.stopping import Advice, Course, advise
from napari_astro_al.session.curves import Row, split_curves
from napari_astro_al.session.modelling import Modelling

SCORE = "f1"
"""The score whose curve is carried on for advice."""
CROSS_VALIDATION = "cross-validation"


class Advising(Modelling):
    """Advice on stopping, and forecasts."""

    @cached_property
    def _advised(self) -> dict[str, tuple[int, Advice]]:
        return {}

    @cached_property
    def _forecasts(self) -> dict[tuple[str, str], tuple[int, Forecast | None]]:
        return {}

    def advice(self, task: str | None = None) -> Advice:
        """Whether more labels would change much, by the criteria in `learning.CRITERIA`.

        Advice and nothing more: querying and training go on as before. It rests on the models
        trained so far and is the same until the next one.

        Parameters
        ----------
        task : str, optional
            The first one by default.

        Returns
        -------
        Advice
            Without words where nothing can be said, or there is no model.
        """
        name = self._task_name(task)
        if name not in self.results:
            return Advice()
        size = len(self.history.rows)
        known = self._advised.get(name)
        if known is None or known[0] != size:
            known = self._advised[name] = (size, advise(self._course(name)))
        return known[1]

    def forecast(self, task: str | None = None, score: str = SCORE) -> Forecast | None:
        """How a score may go on with more labels.

        Parameters
        ----------
        task : str, optional
            The first one by default.
        score : str
            A column of `scores`.

        Returns
        -------
        Forecast or None
            None where nothing honest can be said: with too few models, or with cross-validated
            scores, which are of sources chosen for being hard.
        """
        name = self._task_name(task)
        size = len(self.history.rows)
        known = self._forecasts.get((name, score))
        if known is None or known[0] != size:
            known = self._forecasts[name, score] = (size, _carried_on(self._rows_of(name), score))
        return known[1]

    def _rows_of(self, task: str) -> list[Row]:
        """Score rows of a task with its classes of now, without looks at the test set."""
        names = self.tasks[task].names
        return [
            row
            for row in self.history.rows
            if row["task"] == task and row["split"] != "test" and _of_classes(row, names)
        ]

    def _course(self, task: str) -> Course:
        rows = [row for row in self.history.settling if row["task"] == task]
        led: list[Row] = []
        for row in rows:
            while led and led[-1]["n_labels"] >= row["n_labels"]:
                led.pop()
            led.append(row)
        counts = self.task_labels(task).counts
        return Course(
            n_labels=np.array([row["n_labels"] for row in led], dtype=np.int64),
            kappa=_numbers(led, "kappa"),
            changed=_numbers(led, "changed"),
            uncertainty=_numbers(led, "uncertainty"),
            counts={name: counts.get(name, 0) for name in self.tasks[task].names},
            forecast=self.forecast(task),
        )


def _of_classes(row: Row, names: Sequence[str]) -> bool:
    return tuple(row.get("classes") or names) == tuple(names)


def _numbers(rows: Sequence[Row], key: str) -> npt.NDArray[np.float64]:
    return np.array([np.nan if row.get(key) is None else row[key] for row in rows], dtype=float)


def _carried_on(rows: list[Row], score: str) -> Forecast | None:
    if not rows or rows[-1]["split"] == CROSS_VALIDATION:
        return None
    curve = split_curves(rows, rows[-1]["task"], score)[-1]
    return forecast(curve.n_labels.astype(float), curve.value, curve.low, curve.high)
