"""What comes next: the models of some labels and the query that they ask, for real or ahead.

While the person looks at a source, both are worked out for the answers that are likely, so that the
answer only picks one. Whether it may be picked is decided by what it was made from: it is taken if
that is exactly what the labels have become, and dropped otherwise. So looking ahead never changes
what a model says or asks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from napari_astro_al.jobs import Job, guarded
from napari_astro_al.learning.trained import Fitted, TrainRequest
from napari_astro_al.learning.training import fit_job
from napari_astro_al.session.asking import Query, QueryRequest, query_job


@dataclass(frozen=True)
class Answer:
    """An answer that may be given.

    Attributes
    ----------
    row : int
        Of the source.
    label : str or None
        None: one cannot tell.
    """

    row: int
    label: str | None


@dataclass(frozen=True, eq=False)
class NextRequest:
    """What the next query follows from.

    Attributes
    ----------
    train : TrainRequest or None
        What the task that asks has to learn first; None where its model knows the labels, or where
        there is nothing to learn from.
    ask : QueryRequest
        With the model to ask; without one where it is trained first.
    """

    train: TrainRequest | None
    ask: QueryRequest

    def same(self, other: NextRequest) -> bool:
        """Whether the other gives the same model and query."""
        return self._model_is_the_same(other) and self.ask.same(other.ask)

    def _model_is_the_same(self, other: NextRequest) -> bool:
        if self.train is None or other.train is None:
            mine, theirs = self.ask.result, other.ask.result
            one = mine is theirs or (mine and mine.learner) is (theirs and theirs.learner)
            return one and self.train is other.train
        return self.train.same(other.train)


@dataclass(frozen=True, eq=False)
class Next:
    """What comes next.

    Attributes
    ----------
    request : NextRequest
    fitted : Fitted or None
        The model that was trained, if one was.
    query : Query
    """

    request: NextRequest
    fitted: Fitted | None
    query: Query


def next_job(request: NextRequest) -> Job[Next]:
    """Train, if need be, and choose; without a pass over the pool."""
    return guarded(_next(request), "choose the next sources")


def _next(request: NextRequest) -> Job[Next]:
    fitted, ask = None, request.ask
    if request.train is not None:
        fitted = yield from fit_job(request.train)
        ask = replace(ask, result=fitted)
    query = yield from query_job(ask)
    return Next(request, fitted, query)
