"""Trained learners: built from a recipe, asked for probabilities, failures named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from napari_astro_al.calls import calling
from napari_astro_al.errors import AstroALError, LearnerError, listing
from napari_astro_al.learning.coarse import CoarseLabels, learn_coarse
from napari_astro_al.learning.models import (
    ModelSpec,
    build_estimator,
    describe,
    model_name,
    models_taking_missing,
    takes_missing,
)
from napari_astro_al.learning.noted_warnings import noted
from napari_astro_al.learning.recipe import LearnerRecipe
from napari_astro_al.learning.strategies import Strategy, function_of, is_modal
from napari_astro_al.learning.turn import Turn

T = TypeVar("T")
Floats = npt.NDArray[np.floating[Any]]

_MODAL_TWINS = {
    "uncertainty": "modAL.uncertainty.uncertainty_sampling",
    "margin": "modAL.uncertainty.margin_sampling",
    "entropy": "modAL.uncertainty.entropy_sampling",
    "vote_entropy": "modAL.disagreement.vote_entropy_sampling",
    "consensus_entropy": "modAL.disagreement.consensus_entropy_sampling",
    "max_disagreement": "modAL.disagreement.max_disagreement_sampling",
}


def build_learner(
    recipe: LearnerRecipe, X: Floats, y: Sequence[str] | npt.NDArray[np.str_], seed: int
) -> Any:
    """A trained modAL learner.

    Parameters
    ----------
    recipe : LearnerRecipe
    X : (l, f) float ndarray
        Features of the training rows, in event order.
    y : (l,) sequence of str
        Their classes, at least two different ones.
    seed : int
        For the random states that the recipe's models leave open.

    Returns
    -------
    modAL.models.ActiveLearner or modAL.models.Committee

    Raises
    ------
    LearnerError
        If a model cannot be built or fitted, or cannot take the missing values; names the model.
    """
    labels = np.asarray(y, dtype=np.str_)
    resolved = recipe.resolve(len(labels), {}, go_on=True)
    strategy = "margin" if recipe.strategy == "auto" else recipe.strategy
    return fitted_learner(resolved.models, strategy, X, labels, seed)


def fitted_learner(
    models: Sequence[ModelSpec],
    strategy: str | Strategy,
    X: Floats,
    y: npt.NDArray[np.str_],
    seed: int,
    coarse: CoarseLabels | None = None,
) -> Any:
    """A trained modAL learner from model specifications (see `build_learner`)."""
    from napari_astro_al.learning.adapter import assemble, members

    estimators = [
        build_estimator(spec, seed + place, [str(one) for one in y])
        for place, spec in enumerate(models)
    ]
    has_missing = bool(np.isnan(X).any()) or (coarse is not None and bool(np.isnan(coarse.X).any()))
    if has_missing:
        refuse_missing(models)
    learner = assemble(estimators, _query_strategy(strategy), allow_nan=has_missing)
    data = np.asarray(X, dtype=np.float64)
    with failures_named(describe(models), "learn from the labels"):
        learner.teach(data, y)
        if coarse is not None:
            for member in members(learner):
                learn_coarse(member, data, y, coarse)
    return learner


def _query_strategy(strategy: str | Strategy) -> Strategy:
    twin = _MODAL_TWINS.get(strategy) if isinstance(strategy, str) else None
    function = function_of(twin or strategy)
    return function if is_modal(function) else function_of(_MODAL_TWINS["margin"])


def refuse_missing(models: Sequence[ModelSpec]) -> None:
    """Raise a `LearnerError` that names the models which cannot take NaN, if any."""
    unable = [
        model_name(spec) for spec in models if not takes_missing(build_estimator(spec, 0, ()))
    ]
    if unable:
        raise LearnerError(
            f"The features have missing values, which {listing(unable)} cannot take. Choose one "
            f"of {listing(models_taking_missing(), most=20)}, or fill them in: "
            "FeatureRecipe(missing='indicator')."
        )


@contextmanager
def failures_named(model: str, doing: str) -> Iterator[None]:
    """Turn whatever a model raises into a `LearnerError` that names it."""
    try:
        with calling(f"model {model}"):
            yield
    except AstroALError:
        raise
    except Exception as error:
        raise LearnerError(
            f"The model {model} could not {doing}: {type(error).__name__}: {error}"
        ) from error


def class_probabilities(learner: Any, X: Floats, classes: Sequence[str]) -> npt.NDArray[np.float32]:
    """Each member's probabilities with one column a class.

    Parameters
    ----------
    learner : modAL learner
        Trained.
    X : (n, f) float ndarray
    classes : sequence of str
        Columns; a class that a member never saw has probability 0.

    Returns
    -------
    (n_members, n, n_classes) float32 ndarray
    """
    from napari_astro_al.learning.adapter import members

    everyone = members(learner)
    votes = np.zeros((len(everyone), len(X), len(classes)), dtype=np.float32)
    place = {name: k for k, name in enumerate(classes)}
    for member, out in zip(everyone, votes, strict=True):
        columns = [place[str(name)] for name in member.classes_]
        out[:, columns] = member.predict_proba(X)
    return votes


def thread_pools() -> Any:
    """Control over the native thread pools that are loaded now; finding them takes milliseconds."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


class _Shared:
    """A limit that all threads share: the first that asks for it sets it, the last puts it back."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._users = 0
        self._limit: Any = None

    def take(self, make: Callable[[], Any]) -> None:
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._limit = make()

    def give_back(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._limit.restore_original_limits()


_BLAS = _Shared()
_TURN = Turn()


@contextmanager
def one_thread(pools: Any = None) -> Iterator[None]:
    """Let native libraries work on the thread that calls them, in any number of threads of ours.

    More threads than cores make small fits many times slower. OpenMP counts threads for each that
    calls it; BLAS has one number for all.

    Parameters
    ----------
    pools : ThreadpoolController, optional
        From `thread_pools`, for work in many pieces.
    """
    known = thread_pools() if pools is None else pools
    _BLAS.take(lambda: known.limit(limits=1, user_api="blas"))
    try:
        with known.limit(limits=1, user_api="openmp"):
            yield
    finally:
        _BLAS.give_back()


def quietly(work: Callable[[], T], notes: list[str], pools: Any = None) -> T:
    """Run a fit or a prediction on one thread, with its warnings noted instead of shown.

    One such work at a time: others wait, unless it was given up and does not come back.

    Parameters
    ----------
    work : callable
    notes : list of str
        Gains every distinct warning message.
    pools : ThreadpoolController, optional
        From `thread_pools`, for work in many pieces.

    Returns
    -------
    object
        What `work` returns.
    """
    with _TURN.taken(), noted(notes), one_thread(pools):
        return work()
