"""What each model can be told, and whether it can be built and trained with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.learning.deep.models import TORCH_MODELS
from napari_astro_al.learning.models import MODELS, ModelSpec, build_estimator, canonical
from napari_astro_al.learning.parameters import Parameter, differing, of_estimator

KEYED = ("random_state", "n_jobs", "verbose", "memory", "warm_start")
"""Seeds and threads are the session's own, and what is printed nobody sees; every model that is
trained is a new one, which only networks can begin where another ended."""
N_TRIED, N_FEATURES = 24, 4


def parameters_of_model(name: str) -> list[Parameter]:
    """What a registered model can be told, with the defaults that it has here.

    Raises
    ------
    LearnerError
        If there is no such model, or it cannot be built.
    """
    plain = canonical(name)
    hidden = KEYED[:-1] if plain in TORCH_MODELS else KEYED
    return of_estimator(_inner(plain), hidden)


def _inner(name: str) -> Any:
    """The estimator that parameters go to: of a built-in that wraps another, the other."""
    estimator = build_estimator(name, 0, ["a", "b"] * N_TRIED)
    built_in = getattr(MODELS[name], "__module__", "") == build_estimator.__module__
    inner = estimator.get_params(deep=False).get("estimator")
    return inner if built_in and callable(getattr(inner, "get_params", None)) else estimator


def model_with(name: str, values: Mapping[str, Any]) -> ModelSpec:
    """A model's specification with some values; its name alone where all are the defaults.

    Raises
    ------
    LearnerError
        If there is no such model or parameter, or a value is not allowed.
    """
    plain = canonical(name)
    changed = differing(parameters_of_model(plain), values)
    return (plain, changed) if changed else plain


def try_model_job(spec: ModelSpec) -> Job[ModelSpec]:
    """Build a model, and train it on two dozen made-up sources: what it refuses is told now.

    Raises
    ------
    LearnerError
        If it cannot be trained.
    """
    return guarded(_tried(spec), "try the parameters")


def _tried(spec: ModelSpec) -> Job[ModelSpec]:
    from napari_astro_al.learning.learners import fitted_learner

    yield Progress("Trying the parameters")
    rng = np.random.default_rng(0)
    features = rng.normal(size=(N_TRIED, N_FEATURES)).astype(np.float32)
    labels = np.array(["a", "b"] * (N_TRIED // 2))
    fitted_learner([spec], "margin", features, labels, 0)
    return spec
