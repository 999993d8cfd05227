"""Choosing the sources to ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.catalogue.ids import derived_seed, splitmix64
from napari_astro_al.features import FeatureMatrix, MeasurementNoise
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning.auto_strategy import COVERAGE, TYPICAL
from napari_astro_al.learning.coverage import coverage_order
from napari_astro_al.learning.recipe import ResolvedLearner, model_asks
from napari_astro_al.learning.split import POOL
from napari_astro_al.learning.strategies import Candidates, Gather, about, rank
from napari_astro_al.learning.training import TrainResult
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.tasklabels import TaskLabels

RANDOM = "random"
WAITING = f"{TYPICAL}, which are covered until there is a model for {{}} to ask."
"""Why a source is asked for while a strategy waits for its model."""
FEATURELESS = "There are no features to choose by yet, so sources come at random."
"""Why a source is asked for where nothing is measured."""
UNMARKED = f"{TYPICAL}, which are covered until a source is marked as an example."
"""Why a source is asked for while a strategy waits for an example."""


@dataclass(frozen=True)
class Query:
    """Sources worth labelling, best first, and why.

    Attributes
    ----------
    sources : tuple of int or str
        Source ids.
    scores : tuple of float
        The strategy's scores; NaN where order is all there is.
    task : str
        The task that asks.
    strategy : str
        Its name; "coverage" while there is no model to choose with.
    why : str
        The reason in words.
    revision : int
        Of the labels that it was made from.
    model : str
        The model that it was made with; empty where none was asked.
    """

    sources: tuple[SourceId, ...]
    scores: tuple[float, ...]
    task: str
    strategy: str
    why: str
    revision: int
    model: str = ""

    def provenance(self) -> dict[SourceId, dict[str, object]]:
        """How each source was asked for, for the ledger."""
        shared = {
            "task": self.task,
            "strategy": self.strategy,
            "why": self.why,
            "model": self.model,
            "revision": self.revision,
        }
        return {
            source: {**shared, "rank": rank, "score": score if np.isfinite(score) else None}
            for rank, (source, score) in enumerate(zip(self.sources, self.scores, strict=True))
        }


@dataclass(frozen=True, eq=False)
class QueryRequest:
    """Everything that choosing needs, captured.

    Attributes
    ----------
    partition : Partition
        Only its pool is asked for.
    labelled_only : bool
        Whether sources without a column label are left out.
    within : (n,) int64 ndarray or None
        Rows to ask for, if not any.
    answered : (n,) int64 ndarray
        Rows that are labelled or that somebody was unsure of.
    excluded : (n,) int64 ndarray
        Rows that are not asked for whatever they would teach.
    skipped : (n,) int64 ndarray
        Rows of those that were skipped, to be asked for last, in this order.
    like, unlike : (n,) int64 ndarray
        Rows of the sources that are marked as examples, and as the opposite.
    known : TaskLabels
        The labels: with the seed, their number keys what is random.
    result : TrainResult or None
        The model to choose with.
    chosen : ResolvedLearner
        What the task's recipe comes to with its labels.
    """

    catalogue: Catalogue
    features: FeatureMatrix
    partition: Partition
    labelled_only: bool
    within: npt.NDArray[np.int64] | None
    answered: npt.NDArray[np.int64]
    excluded: npt.NDArray[np.int64]
    skipped: npt.NDArray[np.int64]
    like: npt.NDArray[np.int64]
    unlike: npt.NDArray[np.int64]
    known: TaskLabels
    result: TrainResult | None
    chosen: ResolvedLearner
    task: str
    n: int
    seed: int
    revision: int

    def available(self) -> npt.NDArray[np.bool_]:
        """Which sources may be asked for, skipped or not."""
        free: npt.NDArray[np.bool_] = (self.partition.part == POOL) & self.features.usable
        if self.labelled_only:
            free &= self.partition.has_column_label
        if self.within is not None:
            inside = np.zeros(len(free), dtype=bool)
            inside[self.within] = True
            free &= inside
        free[self.answered] = False
        free[self.excluded] = False
        return free


def query_job(request: QueryRequest) -> Job[Query]:
    """Rank the pool.

    Returns
    -------
    Query
        Up to `n` sources; fewer, or none, when the pool runs short. Skipped ones come last. A
        strategy that needs a model waits for one: until then, feature space is covered.
    """
    chosen, model = request.chosen, None
    if request.features.is_empty:
        chosen = replace(chosen, strategy=RANDOM, why=FEATURELESS)
    known = about(chosen.strategy)
    if known.needs_marks and not len(request.like) + len(request.unlike):
        chosen = replace(chosen, strategy=COVERAGE, why=UNMARKED)
    elif not chosen.covers and known.needs_model:
        model = request.result
        if model is None:
            name = chosen.strategy_name.replace("_", " ")
            chosen = replace(chosen, strategy=COVERAGE, why=WAITING.format(name))
    yield Progress(f"Choosing what to ask for ({chosen.strategy_name})")
    free = request.available()
    put_off = [request.skipped]
    if known.needs_marks:
        put_off += [request.like, request.unlike]
    late = np.concatenate(put_off)
    late = late[free[late]]
    late = late[np.sort(np.unique(late, return_index=True)[1])]
    free[late] = False
    rows, scores = _best(request, chosen, np.flatnonzero(free))
    late = late[: request.n - len(rows)]
    rows = np.concatenate([rows, late])
    scores = np.concatenate([scores, np.full(len(late), np.nan)])
    return Query(
        sources=tuple(request.catalogue.ids_at(rows)),
        scores=tuple(float(score) for score in scores),
        task=request.task,
        strategy=chosen.strategy_name,
        why=chosen.why if model is None else _why(chosen, model),
        revision=request.revision,
        model="" if model is None else model.model,
    )


def _why(chosen: ResolvedLearner, model: TrainResult) -> str:
    """Told of the labels that the model knew, not of those that came while it was trained."""
    return model_asks(chosen.strategy, model.model, model.scores[0]["n_labels"])


def _best(
    request: QueryRequest, chosen: ResolvedLearner, rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    if len(rows) == 0:
        return rows, np.empty(0)
    values, hashes, result = request.features.values, request.partition.hashes, request.result
    if chosen.covers:
        seen = np.concatenate([request.answered, request.skipped])
        best = coverage_order(values, rows, seen, hashes, request.n)
        return best, np.full(len(best), np.nan)
    known = request.known
    key = derived_seed(request.seed, "query", len(known.labels))
    votes = None if result is None else result.votes
    nothing = np.empty((len(rows), 0), dtype=np.float32)
    candidates = Candidates(
        probabilities=nothing if result is None else result.probabilities[rows],
        votes=None if votes is None else votes[:, rows],
        features=Gather(values, rows),
        classes=() if result is None else result.classes,
        labelled_features=values[known.rows],
        labels=np.array(known.labels, dtype=np.str_),
        rng=np.random.default_rng(key),
        learner=None if result is None else result.learner,
        like=values[request.like],
        unlike=values[request.unlike],
        noise=MeasurementNoise(request.catalogue, request.features, rows),
    )
    keyed = splitmix64(hashes[rows] ^ np.uint64(key))
    order, scores = rank(chosen.strategy, candidates, keyed, request.n)
    return rows[order], np.asarray(scores, dtype=np.float64)
