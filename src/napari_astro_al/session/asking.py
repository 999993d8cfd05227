"""Choosing the sources to ask for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.catalogue.ids import derived_seed, splitmix64
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning.coverage import coverage_order
from napari_astro_al.learning.recipe import ResolvedLearner
from napari_astro_al.learning.strategies import Candidates, rank
from napari_astro_al.learning.training import TrainResult


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
        Its name; "coverage" before a model can choose.
    why : str
        The reason in words.
    revision : int
        Of the labels that it was made from.
    model : str
        The model that it was made with; empty for coverage.
    """

    sources: tuple[SourceId, ...]
    scores: tuple[float, ...]
    task: str
    strategy: str
    why: str
    revision: int
    model: str = ""

    def provenance(self, source: SourceId) -> dict[str, object]:
        """How a source was asked for, for the ledger; empty if it was not."""
        if source not in self.sources:
            return {}
        place = self.sources.index(source)
        score = self.scores[place]
        return {
            "task": self.task,
            "strategy": self.strategy,
            "why": self.why,
            "rank": place,
            "score": score if np.isfinite(score) else None,
            "model": self.model,
            "revision": self.revision,
        }


@dataclass(frozen=True, eq=False)
class QueryRequest:
    """Everything that choosing needs, captured.

    Attributes
    ----------
    available : (n_sources,) bool ndarray
        Sources that may be asked for.
    skipped : (n,) int64 ndarray
        Rows of those that were skipped, to be asked for last, in this order.
    seen : (n,) int64 ndarray
        Rows that coverage need not cover again: labelled, unsure or skipped.
    result : TrainResult or None
        The model to choose with.
    chosen : ResolvedLearner
        What the task's recipe comes to with its labels.
    n_labels : int
        Labels so far: with the seed, it keys what is random.
    """

    catalogue: Catalogue
    features: FeatureMatrix
    hashes: npt.NDArray[np.uint64]
    available: npt.NDArray[np.bool_]
    skipped: npt.NDArray[np.int64]
    seen: npt.NDArray[np.int64]
    labelled: npt.NDArray[np.int64]
    labels: tuple[str, ...]
    result: TrainResult | None
    chosen: ResolvedLearner
    task: str
    n: int
    seed: int
    revision: int


def query_job(request: QueryRequest) -> Job[Query]:
    """Rank the pool.

    Returns
    -------
    Query
        Up to `n` sources; fewer, or none, when the pool runs short. Skipped ones come last.
    """
    yield Progress(f"Choosing what to ask for ({request.chosen.strategy_name})")
    available = request.available.copy()
    available[request.skipped] = False
    rows, scores = _best(request, np.flatnonzero(available))
    if len(rows) < request.n:
        late = request.skipped[request.available[request.skipped]][: request.n - len(rows)]
        rows = np.concatenate([rows, late])
        scores = np.concatenate([scores, np.full(len(late), np.nan)])
    model = request.result.model if request.result and not request.chosen.covers else ""
    return Query(
        sources=tuple(request.catalogue.ids_at(rows)),
        scores=tuple(float(score) for score in scores),
        task=request.task,
        strategy=request.chosen.strategy_name,
        why=request.chosen.why,
        revision=request.revision,
        model=model,
    )


def _best(
    request: QueryRequest, rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    if len(rows) == 0:
        return rows, np.empty(0)
    values, result = request.features.values, request.result
    if request.chosen.covers:
        chosen = coverage_order(values, rows, request.seen, request.hashes, request.n)
        return chosen, np.full(len(chosen), np.nan)
    key = derived_seed(request.seed, "query", len(request.labels))
    votes = None if result is None else result.votes
    nothing = np.empty((len(rows), 0), dtype=np.float32)
    candidates = Candidates(
        probabilities=nothing if result is None else result.probabilities[rows],
        votes=None if votes is None else votes[:, rows],
        features=values[rows],
        classes=() if result is None else result.classes,
        labelled_features=values[request.labelled],
        labels=np.array(request.labels, dtype=np.str_),
        rng=np.random.default_rng(key),
        learner=None if result is None else result.learner,
    )
    keyed = splitmix64(request.hashes[rows] ^ np.uint64(key))
    order, scores = rank(request.chosen.strategy, candidates, keyed, request.n)
    return rows[order], np.asarray(scores, dtype=np.float64)
