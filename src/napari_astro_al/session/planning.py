"""A session's verbs for planning: threshold, label_sets, shift."""

from __future__ import annotations

import numpy as np
import pandas as pd

from napari_astro_al.errors import LabelError, NotEnoughLabels, SessionError, listing
from napari_astro_al.jobs import Job, drain, guarded
from napari_astro_al.learning.conformal import MOST_CLASSES
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.breakdown import Breakdown
from napari_astro_al.session.known import KnownRequest
from napari_astro_al.session.planner import (
    COMPARED,
    SetSizes,
    Shifts,
    Threshold,
    set_sizes_job,
    sets_job,
    shifts_job,
    threshold_job,
)
from napari_astro_al.session.surveying import Surveying


class Planning(Surveying, Breakdown):
    """What to do with the predictions of a session."""

    def threshold(
        self,
        name: str,
        *,
        purity: float | None = None,
        completeness: float | None = None,
        task: str | None = None,
    ) -> Threshold:
        """The probability from which on sources of a class are pure, or complete, enough.

        Trains first if the model is stale.

        Parameters
        ----------
        name : str
            The class.
        purity, completeness : float
            One of the two, above 0 and below 1. For a purity, the lowest threshold that reaches
            it; for a completeness, the highest.
        task : str, optional
            By default the first that tells the class apart.

        Returns
        -------
        Threshold
            With the number of sources, and purity and completeness with intervals, measured on
            the survey sample from 50 answers on, else on validation. Where no threshold will do,
            ``.cut.found`` is False and ``.words`` says so.

        Raises
        ------
        LabelError
            If no task tells the class apart.
        SessionError
            If not one of the two is wanted, or nothing is there to measure on.
        NotEnoughLabels
            With labels of fewer than two classes.
        """
        task = self._task_of(name) if task is None else self._task_name(task)
        if self.is_stale(task):
            self.train(task)
        return drain(self.threshold_job(name, purity=purity, completeness=completeness, task=task))

    def threshold_job(
        self,
        name: str,
        *,
        purity: float | None = None,
        completeness: float | None = None,
        task: str | None = None,
    ) -> Job[Threshold]:
        """The work of `threshold`, captured now, with the model as it is."""
        task = self._task_of(name) if task is None else self._task_name(task)
        wanted = _wanted(purity, completeness)
        request = self._known_request(task)
        job = threshold_job(
            request,
            request.result.classes.index(name),
            self.catalogue,
            self._population(),
            (name, wanted, purity, completeness),
        )
        return guarded(job, "find a threshold")

    def label_sets(
        self, error: float = 0.1, *, by_class: bool = False, task: str | None = None
    ) -> pd.DataFrame:
        """For every source the labels among which the right one is, with a chance that is chosen.

        Split conformal prediction, calibrated on sources that the model did not learn from. A
        source that is unlike anything labelled may have an empty set. Trains first if stale.

        Parameters
        ----------
        error : float
            Which part of the sets may miss the right label, above 0 and below 1.
        by_class : bool
            Whether that is to hold for the sources of each class, the rare ones too.
        task : str, optional
            The first one by default.

        Returns
        -------
        pandas.DataFrame
            Index the source id: ``labels`` in words ("GALAXY or QSO"), ``size``.

        Raises
        ------
        SessionError
            If `error` makes no sense, or nothing is there to calibrate on.
        NotEnoughLabels
            With labels of fewer than two classes.
        """
        name = self._task_name(task)
        if self.is_stale(name):
            self.train(name)
        return drain(self.label_sets_job(error, by_class=by_class, task=name))

    def label_sets_job(
        self, error: float = 0.1, *, by_class: bool = False, task: str | None = None
    ) -> Job[pd.DataFrame]:
        """The work of `label_sets`, captured now, with the model as it is."""
        name = self._task_name(task)
        share = _checked(error, "error")
        request = self._known_request(name, alike=True)
        if len(request.result.classes) > MOST_CLASSES:
            raise SessionError(f"Label sets are for {MOST_CLASSES} classes at most.")
        job = sets_job(request, self.catalogue, (share, by_class))
        return guarded(job, "put label sets together")

    def set_sizes_job(self, error: float = 0.1, *, task: str | None = None) -> Job[SetSizes]:
        """Count the sets of `label_sets` by their size, and find those without a label."""
        sets = self.label_sets_job(error, task=task)
        return guarded(set_sizes_job(sets, self.catalogue), "count label sets")

    def shift(self, task: str | None = None) -> Shifts:
        """How the sources that train differ from the others: in features, and on the sky.

        Active learning chooses its sources, so they do differ. ``.warning`` says in words where
        that matters, ``.table()`` all of it.

        Parameters
        ----------
        task : str, optional
            The first one by default.

        Raises
        ------
        NotEnoughLabels
            With fewer than eight labels.
        """
        return drain(self.shift_job(task))

    def shift_job(self, task: str | None = None) -> Job[Shifts]:
        """The work of `shift`, captured now."""
        labelled = self.task_labels(self._task_name(task)).sources
        if len(labelled) < 8:
            raise NotEnoughLabels(
                f"Eight labels or more can be compared with the other sources; there are "
                f"{len(labelled):,}."
            )
        sketch = self.partition.sketch_rows()[: COMPARED + len(labelled)]
        others = sketch[~np.isin(sketch, labelled) & self.features.usable[sketch]]
        job = shifts_job(self.catalogue, self.features, labelled, others[:COMPARED])
        return guarded(job, "compare labelled sources with the others")

    def _task_of(self, name: str) -> str:
        for task, one in self.tasks.items():
            if name in one.names:
                return task
        known = dict.fromkeys(name for one in self.tasks.values() for name in one.names)
        raise LabelError(f"No task tells {name!r} apart. The classes are {listing(known)}.")

    def _needed_result(self, task: str) -> TrainResult:
        result = self.results.get(task)
        if result is None:
            raise NotEnoughLabels(
                "There is no model to plan with yet. Label sources of two classes first."
            )
        return result

    def _known_request(
        self, task: str, *, alike: bool = False, survey: bool = True
    ) -> KnownRequest:
        """What plans of a task rest on; `alike` where each source must stand for as many."""
        drawn = self.drawn_survey if survey else None
        if drawn is not None and (alike and drawn.plan.how != "random"):
            drawn = None
        result = self._needed_result(task)
        return KnownRequest(
            task=self.tasks[task],
            result=result,
            partition=self.partition,
            said=self.book.corrections(),
            survey=None if self._blind_result(task) is None else drawn,
        )


def _wanted(purity: float | None, completeness: float | None) -> str:
    if (purity is None) == (completeness is None):
        raise SessionError(
            "Say which purity or which completeness is wanted, and not both: "
            'session.threshold("QSO", purity=0.95).'
        )
    if purity is not None:
        return f"purity of {100 * _checked(purity, 'purity'):g} %"
    return f"completeness of {100 * _checked(completeness, 'completeness'):g} %"


def _checked(share: object, name: str) -> float:
    number = isinstance(share, (int, float)) and not isinstance(share, bool)
    if not number or not 0 < float(share) < 1:  # type: ignore[arg-type]
        raise SessionError(f"{name} is above 0 and below 1, not {share!r}.")
    return float(share)  # type: ignore[arg-type]
