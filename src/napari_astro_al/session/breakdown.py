"""A session's verbs for scores of parts: scores_by, scores_chart, and train_scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.criteria import kind_of
from napari_astro_al.catalogue.ids import derived_seed
from napari_astro_al.errors import NotEnoughLabels, SessionError, listing
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.learning import Task
from napari_astro_al.learning.diagrams import Chart
from napari_astro_al.learning.metric_names import METRIC_NAMES
from napari_astro_al.learning.metrics import exact_bounds
from napari_astro_al.learning.score_chart import score_chart
from napari_astro_al.learning.scoring import score_held_out
from napari_astro_al.learning.split import CODES
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.final_looks import FinalLooks
from napari_astro_al.session.history import LEADING
from napari_astro_al.session.sampling import Strata, strata_of

TRAINED = "train (diagnostic)"
"""In place of a split, where sources are scored that the model has learnt from."""
ALL = "all"
N_BINS = 6


@dataclass(frozen=True, eq=False)
class Held:
    """Sources with known classes that a model has not learnt from.

    Attributes
    ----------
    result : TrainResult
    task : Task
    split : str
    rows : (n,) int64 ndarray
    labels : (n,) integer ndarray or sequence of str
        Their classes, as places among the task's names or by name; those that people have
        corrected among them.
    """

    result: TrainResult
    task: Task
    split: str
    rows: npt.NDArray[np.int64]
    labels: npt.NDArray[Any] | Sequence[str]

    def part(self, chosen: npt.NDArray[np.bool_]) -> Held:
        """Some of them."""
        labels = np.asarray(self.labels)[chosen]
        return Held(self.result, self.task, self.split, self.rows[chosen], labels)

    def scored(self, *words: object) -> dict[str, Any]:
        """A row of scores, keyed at random by words."""
        seed = derived_seed(self.result.revision, "breakdown", *words)
        pair = (self.rows, self.labels)
        return score_held_out(self.split, pair, self.result.probabilities, self.task, seed)


class Breakdown(FinalLooks):
    """Scores of a session's models, taken apart."""

    def scores_by(
        self,
        column: str,
        *,
        bins: int = N_BINS,
        split: str = "validation",
        task: str | None = None,
        reason: str = "",
    ) -> pd.DataFrame:
        """Scores in bins of a column: of magnitude, redshift or anything else.

        Only of held-out sources, with the labels that people have corrected; trains first if
        the model is stale.

        Parameters
        ----------
        column : str
            Of the catalogue. Many numbers are put into bins of equal width between their 1st and
            99th percentile; few numbers, and texts, are taken as they are.
        bins : int
            Of many numbers.
        split : {"validation", "test"}
            "test" is a look at the test set and is recorded.
        task : str, optional
            The first one by default.
        reason : str
            Why, in words, where the test set is looked at.

        Returns
        -------
        pandas.DataFrame
            One row a bin and one for all: ``bin``, ``n``, ``median`` of the column in the bin (NaN
            where it holds no numbers), and the columns of `scores`.

        Raises
        ------
        SessionError
            If nothing is held out, or the test set is looked at without a reason.
        CatalogueError
            If there is no such column.
        NotEnoughLabels
            With labels of fewer than two classes.
        """
        if split not in CODES:
            raise SessionError(f"Sources are held out for {listing(CODES)}, not for {split!r}.")
        self.catalogue.column(column)
        name = self._task_name(task)
        if self.is_stale(name):
            self.train(name)
        rows = drain(self.scores_by_job(column, bins=bins, split=split, task=name))
        if split == "test":
            told = {"task": name, "model": self.results[name].model}
            n_labels = self.results[name].n_labels
            self.accept_test_scores([{**told, "n_labels": n_labels, **rows[-1]}], reason)
        table = pd.DataFrame([{**_plain(row), **exact_bounds(row)} for row in rows])
        leading = ["bin", "n", "median", *(one for one in LEADING if one in table.columns)]
        return table[[*leading, *sorted(set(table.columns) - set(leading))]]

    def scores_by_job(
        self, column: str, *, bins: int = N_BINS, split: str = "validation", task: str | None = None
    ) -> Job[list[dict[str, Any]]]:
        """The work of `scores_by`, captured now, with the model as it is; one row a bin."""
        held = self.held_out(split, task)
        return guarded(_by_bins(held, self.catalogue.column(column), bins), "score by a column")

    def scores_chart(
        self,
        column: str,
        *,
        metric: str = "f1",
        each_class: bool = False,
        bins: int = N_BINS,
        task: str | None = None,
    ) -> Chart:
        """What `scores_by` says of validation, as a chart; trains first if the model is stale.

        Parameters
        ----------
        column, bins, task
            As for `scores_by`.
        metric : str
            One of `learning.metric_names.METRIC_NAMES`.
        each_class : bool
            Of numbers, a line a class where the metric has a value for each.

        Returns
        -------
        Chart
            ``.table()`` has its points.

        Raises
        ------
        SessionError, CatalogueError, NotEnoughLabels
            As for `scores_by`; also if there is no such metric.
        """
        name = self._task_name(task)
        self.catalogue.column(column)
        if self.is_stale(name):
            self.train(name)
        return drain(
            self.scores_chart_job(
                column, metric=metric, each_class=each_class, bins=bins, task=name
            )
        )

    def scores_chart_job(
        self,
        column: str,
        *,
        metric: str = "f1",
        each_class: bool = False,
        bins: int = N_BINS,
        task: str | None = None,
    ) -> Job[Chart]:
        """The work of `scores_chart`, captured now, with the model as it is."""
        if metric not in METRIC_NAMES:
            raise SessionError(f"There is no metric {metric!r}. There are {listing(METRIC_NAMES)}.")
        rows = self.scores_by_job(column, bins=bins, task=task)
        known = self.catalogue.columns.get(column)
        unit = f" [{known.unit}]" if known is not None and known.unit else ""
        classes = self.tasks[self._task_name(task)].names if each_class else ()
        return _charted(rows, f"{column}{unit}", metric, classes)

    def held_out(self, split: str = "validation", task: str | None = None) -> Held:
        """What scores the current model of a task.

        Raises
        ------
        SessionError
            If nothing is held out for this.
        NotEnoughLabels
            Without a model.
        """
        name = self._task_name(task)
        result = self.results.get(name)
        if result is None:
            raise NotEnoughLabels(
                "There is no model to score yet. Label sources of two classes, and train: "
                "session.train()."
            )
        rows, labels = self.partition.held_out_places(
            self.tasks[name], CODES[split], self.book.corrections()
        )
        if not len(rows):
            raise SessionError(
                f"No source with a known class is held out for {split}. Draw some, and label them: "
                f'session.curate(100, part="{split}").'
            )
        return Held(result, self.tasks[name], split, rows, labels)

    def train_scores(self, task: str | None = None) -> pd.DataFrame:
        """Scores of the current models on what they have learnt from: a diagnostic, no quality.

        They say whether a model can hold its labels at all. Where they are far above the scores
        of `scores`, it learns labels by heart.

        Parameters
        ----------
        task : str, optional
            All that have a model by default.

        Returns
        -------
        pandas.DataFrame
            One row a task, with "train (diagnostic)" as ``split``.
        """
        names = list(self.results) if task is None else [self._task_name(task)]
        rows = []
        for name in names:
            result = self.results.get(name)
            if result is None or result.request is None:
                continue
            learnt = (result.request.labelled_rows, result.request.labels)
            row = Held(result, self.tasks[name], TRAINED, *learnt).scored(name)
            rows.append({"task": name, "n_labels": result.n_labels, **_plain(row)})
        return pd.DataFrame(rows)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in ("confusion", "classes")}


def _charted(
    rows: Job[list[dict[str, Any]]], column: str, metric: str, classes: Sequence[str]
) -> Job[Chart]:
    *bins, whole = yield from rows
    told = [{**row, **exact_bounds(row)} for row in bins]
    return score_chart(told, column, metric, classes, f"{whole['n']:,} sources for validation")


def _by_bins(held: Held, column: pd.Series[Any], bins: int) -> Job[list[dict[str, Any]]]:
    yield Progress("Parting held-out sources")
    own = column.iloc[held.rows]
    strata: Strata = strata_of(own, bins)
    numeric = kind_of(own) == "number"
    rows = []
    for code, name in enumerate(strata.names):
        yield Progress("Scoring", code, len(strata.names))
        inside = strata.codes == code
        if inside.any():
            median = own[inside].median() if numeric else np.nan
            told = {"bin": name, "median": float("nan" if pd.isna(median) else median)}
            rows.append({**told, **held.part(inside).scored(name)})
    rows.append({"bin": ALL, "median": np.nan, **held.scored(ALL)})
    return [{**row, "classes": list(held.task.names)} for row in rows]
