"""What training is asked, and what comes of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.auto_model import AutoChoice
from napari_astro_al.learning.committee import combined_votes
from napari_astro_al.learning.predicting.pool import PoolScorer
from napari_astro_al.learning.recipe import LearnerRecipe, ResolvedLearner
from napari_astro_al.learning.task import Task

if TYPE_CHECKING:
    from napari_astro_al.features import FeatureMatrix

Shares = npt.NDArray[np.float32]


def _no_rows() -> npt.NDArray[np.int64]:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class TrainRequest:
    """Everything that training depends on, captured when it is asked for.

    Attributes
    ----------
    task_name : str
    task : Task
    recipe : LearnerRecipe
    features : FeatureMatrix
    labelled_rows : (l,) int64 ndarray
        Rows of the training sources, in event order.
    labels : sequence of str
        Their modelled classes (`Task.names`).
    coarse_rows : (c,) int64 ndarray
        Rows of further training sources, whose labels leave several classes open.
    coarse : sequence of collection of str
        The modelled classes that they leave open.
    id_hashes : (n_sources,) uint64 ndarray
        Seeded hashes of the source ids.
    heldout : dict of {"validation" or "test": (rows, labels)}
        What to score on; labels by name, or as places among the task's names.
        Without any, the labels are cross-validated.
    seed : int
        The session's.
    revision : int
        Of the session's state; the result carries it.
    """

    task_name: str
    task: Task
    recipe: LearnerRecipe
    features: FeatureMatrix
    labelled_rows: npt.NDArray[np.int64]
    labels: Sequence[str]
    id_hashes: npt.NDArray[np.uint64]
    heldout: Mapping[
        str, tuple[npt.NDArray[np.int64], Sequence[str] | npt.NDArray[np.integer[Any]]]
    ] = field(default_factory=dict)
    coarse_rows: npt.NDArray[np.int64] = field(default_factory=_no_rows)
    coarse: Sequence[Collection[str]] = ()
    seed: int = 0
    revision: int = 0

    def same(self, other: TrainRequest) -> bool:
        """Whether the other makes the same model, whatever it is scored on."""
        return (
            self.task_name == other.task_name
            and self.task == other.task
            and self.recipe == other.recipe
            and self.features is other.features
            and self.seed == other.seed
            and np.array_equal(self.labelled_rows, other.labelled_rows)
            and list(self.labels) == list(other.labels)
            and np.array_equal(self.coarse_rows, other.coarse_rows)
            and list(self.coarse) == list(other.coarse)
        )


@dataclass(frozen=True)
class TrainResult:
    """A trained learner and what it says.

    Attributes
    ----------
    task_name : str
    revision : int
        The request's.
    learner : modAL ActiveLearner or Committee
    classes : tuple of str
        `Task.names`, the columns of `probabilities`.
    probabilities : (n_sources, n_classes) float32 ndarray
        A committee's by its `LearnerRecipe.vote`; NaN rows where the source is not usable; 0 for
        a class without labels.
    votes : (n_models, n_sources, n_classes) float32 ndarray or None
        Each member's probabilities, for a committee.
    scores : list of dict
        One row a split: ``n_labels``, ``split``, and what `score_row` says.
    model : str
        Names of the models.
    why : str
        Why these.
    seconds : float
        What it took.
    notes : tuple of str
        What the models warned of.
    choice : AutoChoice or None
        Which models vote, where that was left to the labels.
    doubtful : (m,) int64 ndarray
        The sources that it hesitates most about (see `most_doubtful`).
    changed : (c,) int64 ndarray or None
        The sources whose likeliest class is another than by the model before; None without one.
    request : TrainRequest or None
        What it was made from, but for the held-out sources.
    together : pair of tuple of TrainResult and list of dict, or None
        Models of other tasks, and rows of scores of what it says together with them.
    """

    task_name: str
    revision: int
    learner: Any
    classes: tuple[str, ...]
    probabilities: npt.NDArray[np.float32]
    votes: npt.NDArray[np.float32] | None
    scores: list[dict[str, Any]]
    model: str
    why: str
    seconds: float
    notes: tuple[str, ...] = ()
    choice: AutoChoice | None = None
    doubtful: npt.NDArray[np.int64] = field(default_factory=_no_rows)
    changed: npt.NDArray[np.int64] | None = None
    request: TrainRequest | None = None
    together: tuple[tuple[TrainResult, ...], list[dict[str, Any]]] | None = None

    @property
    def n_labels(self) -> int:
        """Definite labels that it learnt from."""
        return int(self.scores[0]["n_labels"])

    def made_by(self, request: TrainRequest) -> bool:
        """Whether a request asks for just this."""
        return self.request is not None and self.request.same(request)

    def learnt_from(self, rows: npt.NDArray[np.int64], labels: Sequence[str]) -> bool:
        """Whether it learnt from the first of these labels, and from no others."""
        if self.request is None:
            return False
        n = len(self.request.labelled_rows)
        first = np.array_equal(rows[:n], self.request.labelled_rows)
        return first and list(labels[:n]) == list(self.request.labels)

    def said_of(self, rows: npt.NDArray[np.int64]) -> tuple[Shares, Shares | None]:
        """Probabilities (n, k) and, of a committee, votes (m, n, k) for some sources."""
        votes = None if self.votes is None else self.votes[:, rows]
        return self.probabilities[rows], votes


@dataclass(frozen=True, eq=False)
class Fitted:
    """A trained learner that has not yet been asked about the pool.

    Attributes
    ----------
    learner : modAL ActiveLearner or Committee
    choice : AutoChoice or None
        Which models vote, where that was left to the labels.
    resolved : ResolvedLearner
        What the recipe came to.
    scorer : PoolScorer
        What it says of many sources.
    request : TrainRequest
        What it was made from.
    n_labels : int
        Definite labels that it learnt from.
    seed : int
        Of the models.
    seconds : float
        What it took.
    notes : tuple of str
        What the models warned of.
    """

    learner: Any
    choice: AutoChoice | None
    resolved: ResolvedLearner
    scorer: PoolScorer
    request: TrainRequest
    n_labels: int
    seed: int
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """The columns of probabilities."""
        return self.request.task.names

    @property
    def model(self) -> str:
        """Names of the models."""
        return self.resolved.model_name

    def said_of(self, rows: npt.NDArray[np.int64]) -> tuple[Shares, Shares | None]:
        """As `TrainResult.said_of`; the sources are asked about now."""
        votes = self.scorer.votes(self.request.features.coded, rows)
        together = combined_votes(votes, self.request.recipe.vote)
        return together, votes if len(votes) > 1 else None
