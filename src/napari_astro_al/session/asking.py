"""Choosing the sources to ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.catalogue.ids import derived_seed, splitmix64
from napari_astro_al.features import FeatureMatrix, MeasurementNoise
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning.auto_strategy import COVERAGE, TYPICAL
from napari_astro_al.learning.coverage import coverage_order
from napari_astro_al.learning.recipe import ResolvedLearner, model_asks
from napari_astro_al.learning.strategies import Candidates, Gather, about, rank, rank_by_cost
from napari_astro_al.learning.trained import Fitted, TrainResult
from napari_astro_al.session.candidate_rows import Askable, Reservoir, Rows, sketch_of
from napari_astro_al.session.costs import Costs
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.tasklabels import TaskLabels

RANDOM = "random"
WAITING = f"{TYPICAL}, which are covered until there is a model for {{}} to ask."
"""Why a source is asked for while a strategy waits for its model."""
FEATURELESS = "There are no features to choose by yet, so sources come at random."
"""Why a source is asked for where nothing is measured."""
UNMARKED = f"{TYPICAL}, which are covered until a source is marked as an example."
"""Why a source is asked for while a strategy waits for an example."""


class Places(NamedTuple):
    """Positions in the ledger, by how many events there were.

    Attributes
    ----------
    labels : int
        Of the labels and recipes that a query is made from.
    model : int or None
        Of those that the model it asks was made from.
    last_pass : int or None
        Of those that the model of the last pass over the pool was made from.
    """

    labels: int
    model: int | None = None
    last_pass: int | None = None


NOWHERE = Places(0)


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
    made : mapping
        What it takes to make it again, as `QueryRequest.made` says it.
    """

    sources: tuple[SourceId, ...]
    scores: tuple[float, ...]
    task: str
    strategy: str
    why: str
    revision: int
    model: str = ""
    made: Mapping[str, object] = field(default_factory=dict)

    def provenance(self) -> dict[SourceId, dict[str, object]]:
        """How each source was asked for, for the ledger."""
        shared = {
            "task": self.task,
            "strategy": self.strategy,
            "why": self.why,
            "model": self.model,
            "revision": self.revision,
            "made": dict(self.made),
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
    catalogue : Catalogue
    askable : Askable
        Which sources may be asked for, skipped or not.
    skipped : (n,) int64 ndarray
        Rows of those that were skipped, to be asked for last, in this order.
    like, unlike : (n,) int64 ndarray
        Rows of the sources that are marked as examples, and as the opposite.
    rated, interest : (m,) int64 ndarray
        Rows of the sources that have an interest score, and the scores.
    known : TaskLabels
        The labels: with the seed, their number keys what is random.
    result : TrainResult, Fitted or None
        The model to choose with.
    chosen : ResolvedLearner
        What the task's recipe comes to with its labels.
    reservoir : Reservoir or None
        The part of the pool that is looked at; None for all of it.
    strategy : str or None
        Another strategy than the task's, for this query alone.
    places : Places
        Where in the ledger all this follows from.
    cost : Costs or None
        What labels cost, where that counts.
    budget : float or None
        What they may cost together.
    own_cost : bool
        Whether that is for this query alone, and not the task's.
    """

    catalogue: Catalogue
    askable: Askable
    skipped: npt.NDArray[np.int64]
    like: npt.NDArray[np.int64]
    unlike: npt.NDArray[np.int64]
    rated: npt.NDArray[np.int64]
    interest: npt.NDArray[np.int64]
    known: TaskLabels
    result: TrainResult | Fitted | None
    chosen: ResolvedLearner
    task: str
    n: int
    seed: int
    revision: int
    reservoir: Reservoir | None = None
    strategy: str | None = None
    places: Places = NOWHERE
    cost: Costs | None = None
    budget: float | None = None
    own_cost: bool = False

    def made(self) -> dict[str, object]:
        """What it takes to make the query again, for the ledger; looks at what is left out."""
        some, sums = self.reservoir, self.partition.digest
        within = self.askable.within
        return {
            "n": self.n,
            "at": self.places.labels,
            "model_at": None if self.result is None else self.places.model,
            "passed": isinstance(self.result, TrainResult),
            "size": None if some is None else some.size,
            "pass_at": None if some is None or not len(some.best) else self.places.last_pass,
            "strategy": self.strategy,
            "within": None if within is None else sums(within),
            **self._made_with_cost(),
        }

    def _made_with_cost(self) -> dict[str, object]:
        said: dict[str, object] = {}
        if self.own_cost:
            said["cost"] = "" if self.cost is None else self.cost.name
        if self.budget is not None:
            said["budget"] = self.budget
        return said

    @property
    def features(self) -> FeatureMatrix:
        """What models see."""
        return self.askable.features

    @property
    def partition(self) -> Partition:
        """Pool and held-out sets."""
        return self.askable.partition

    @property
    def key(self) -> int:
        """Of what is random, another one for every label."""
        return derived_seed(self.seed, "query", len(self.known.labels))

    def candidates(self, chosen: ResolvedLearner, late: npt.NDArray[np.int64]) -> Rows:
        """Rows that are looked at, ascending, without those that come late."""
        some, known = self.reservoir, about(chosen.strategy)
        if some is None or known.searches_all or len(self.features) <= some.size:
            rows = self.askable.all()
        elif chosen.covers:
            rows = self.askable.following(0, some.size)
        elif known.takes_a_sample or not len(some.best):
            rows = self.askable.following(self.key, some.size)
        else:
            best = some.best[self.askable.among(some.best)]
            drawn = self.askable.following(self.key, some.size - len(best))
            rows = np.union1d(best, drawn)
        return rows[~np.isin(rows, late)] if len(late) else rows

    def same(self, other: QueryRequest) -> bool:
        """Whether the other chooses the same sources, given the same model."""
        return (
            self.catalogue is other.catalogue
            and self.askable.same(other.askable)
            and np.array_equal(self.skipped, other.skipped)
            and np.array_equal(self.like, other.like)
            and np.array_equal(self.unlike, other.unlike)
            and np.array_equal(self.rated, other.rated)
            and np.array_equal(self.interest, other.interest)
            and np.array_equal(self.known.rows, other.known.rows)
            and self.known.labels == other.known.labels
            and self.chosen == other.chosen
            and (self.task, self.n, self.seed) == (other.task, other.n, other.seed)
            and (self.cost, self.budget) == (other.cost, other.budget)
            and self._looks_at_the_same(other)
        )

    def _looks_at_the_same(self, other: QueryRequest) -> bool:
        if self.reservoir is None or other.reservoir is None:
            return self.reservoir is other.reservoir
        best = (self.reservoir.best, other.reservoir.best)
        sampled = about(self.chosen.strategy).takes_a_sample or self.chosen.covers
        alike = sampled or np.array_equal(*best)
        return alike and self.reservoir.size == other.reservoir.size


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
    put_off = [request.skipped]
    if known.needs_marks:
        put_off += [request.like, request.unlike]
    if known.learns_interest:
        put_off.append(request.rated)
    late = np.concatenate(put_off)
    late = late[request.askable.among(late)]
    late = late[np.sort(np.unique(late, return_index=True)[1])]
    rows, scores = _best(request, chosen, request.candidates(chosen, late))
    late = late[: request.n - len(rows)] if request.budget is None else late[:0]
    rows = np.concatenate([rows, late])
    scores = np.concatenate([scores, np.full(len(late), np.nan)])
    return Query(
        sources=tuple(request.catalogue.ids_at(rows)),
        scores=tuple(float(score) for score in scores),
        task=request.task,
        strategy=chosen.strategy_name,
        why=_why(request, chosen, model),
        revision=request.revision,
        model="" if model is None else model.model,
        made=request.made(),
    )


def _why(request: QueryRequest, chosen: ResolvedLearner, model: TrainResult | Fitted | None) -> str:
    """Told of the labels that the model knew, not of those that came while it was trained."""
    words = chosen.why
    if model is not None:
        words = model_asks(chosen.strategy, model.model, model.n_labels)
    if request.cost is None or chosen.covers:
        return words
    return f"{words} By gain per cost ({request.cost.name})."


def _best(
    request: QueryRequest, chosen: ResolvedLearner, rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    if len(rows) == 0:
        return rows, np.empty(0)
    values, hashes, result = request.features.values, request.partition.hashes, request.result
    costs = None if request.cost is None else request.cost.values[rows]
    if chosen.covers:
        if costs is not None:
            rows = rows[costs <= (np.inf if request.budget is None else request.budget)]
        seen = np.concatenate([request.askable.answered, request.skipped])
        best = coverage_order(values, rows, seen, hashes, request.n)
        if request.cost is not None and request.budget is not None:
            spent = request.cost.values[best].cumsum()
            best = best[spent <= request.budget]
        return best, np.full(len(best), np.nan)
    known, key = request.known, request.key
    nothing = np.empty((len(rows), 0), dtype=np.float32)
    said, votes = (nothing, None) if result is None else result.said_of(rows)
    candidates = Candidates(
        probabilities=said,
        votes=votes,
        features=Gather(values, rows),
        classes=() if result is None else result.classes,
        labelled_features=values[known.rows],
        labels=np.array(known.labels, dtype=np.str_),
        rng=np.random.default_rng(key),
        learner=None if result is None else result.learner,
        like=values[request.like],
        unlike=values[request.unlike],
        rated_features=values[request.rated],
        interest=request.interest,
        noise=MeasurementNoise(request.catalogue, request.features, rows),
    )
    if about(chosen.strategy).needs_marks:
        sketch = sketch_of(rows, hashes)
        candidates = candidates.with_sketch(lambda: values[sketch])
    keyed = splitmix64(hashes[rows] ^ np.uint64(key))
    if costs is None:
        order, scores = rank(chosen.strategy, candidates, keyed, request.n)
    else:
        order, scores = rank_by_cost(
            chosen.strategy, candidates, keyed, request.n, costs, request.budget
        )
    return rows[order], np.asarray(scores, dtype=np.float64)
