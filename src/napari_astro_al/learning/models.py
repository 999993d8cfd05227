"""Classifiers by name, and unfitted scikit-learn estimators from what a recipe says."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from napari_astro_al.errors import LearnerError, RegistrationError, listing
from napari_astro_al.learning.deep.models import TORCH_MODELS, WITHOUT_TORCH, has_torch
from napari_astro_al.registry import Registry

AUTO = "auto"
MODELS: Registry[Any] = Registry("model", "napari_astro_al.models")
"""Name to factory ``make(seed, **params)``, ``make()``, or an estimator to be cloned."""

_ALIASES = {
    "logistic": "logistic_regression",
    "forest": "random_forest",
    "extremely_randomised_trees": "extra_trees",
    "hist_gradient_boosting": "gradient_boosting",
    "ada_boost": "adaboost",
    "k_nearest_neighbours": "knn",
    "k_nearest_neighbors": "knn",
    "nearest_neighbours": "knn",
    "nearest_neighbors": "knn",
    "tree": "decision_tree",
    "support_vector_machine": "svm",
    "svc": "svm",
    "gp": "gaussian_process",
    "neural_network": "mlp",
    "multi_layer_perceptron": "mlp",
}

ModelSpec = Any
"""A name, ``(name, {parameter: value})``, or a scikit-learn classifier."""


@MODELS.provide("logistic_regression")
def _logistic_regression(seed: int, **params: Any) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(**{"C": 10.0, "max_iter": 1000, "random_state": seed, **params})


@MODELS.provide("random_forest")
def _random_forest(seed: int, **params: Any) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(
        **{"n_estimators": 200, "n_jobs": 1, "random_state": seed, **params}
    )


@MODELS.provide("extra_trees")
def _extra_trees(seed: int, **params: Any) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier

    return ExtraTreesClassifier(
        **{"n_estimators": 200, "n_jobs": 1, "random_state": seed, **params}
    )


@MODELS.provide("gradient_boosting")
def _gradient_boosting(seed: int, **params: Any) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    few_labels = {"min_samples_leaf": 2, "max_leaf_nodes": 15, "early_stopping": False}
    return HistGradientBoostingClassifier(**{**few_labels, "random_state": seed, **params})


@MODELS.provide("adaboost")
def _adaboost(seed: int, **params: Any) -> Any:
    from sklearn.ensemble import AdaBoostClassifier

    return AdaBoostClassifier(**{"n_estimators": 100, "random_state": seed, **params})


@MODELS.provide("knn")
def _knn(seed: int, **params: Any) -> Any:
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(**{"n_neighbors": 5, "weights": "distance", **params})


@MODELS.provide("decision_tree")
def _decision_tree(seed: int, **params: Any) -> Any:
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(**{"random_state": seed, **params})


@MODELS.provide("svm")
def _svm(seed: int, **params: Any) -> Any:
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.svm import SVC

    return OneVsRestClassifier(SVC(**{"C": 10.0, "random_state": seed, **params}))


@MODELS.provide("gaussian_process")
def _gaussian_process(seed: int, **params: Any) -> Any:
    from sklearn.gaussian_process import GaussianProcessClassifier
    from sklearn.gaussian_process.kernels import RBF

    return GaussianProcessClassifier(**{"kernel": 1.0 * RBF(), "random_state": seed, **params})


@MODELS.provide("mlp")
def _mlp(seed: int, **params: Any) -> Any:
    from sklearn.neural_network import MLPClassifier

    small = {"hidden_layer_sizes": (64,), "solver": "lbfgs", "alpha": 0.1, "max_iter": 500}
    return MLPClassifier(**{**small, "random_state": seed, **params})


@MODELS.provide("questions")
def _questions(seed: int, **params: Any) -> Any:
    from napari_astro_al.learning.forking import Forking

    return Forking(**{"random_state": seed, **params})


def _torch(name: str) -> None:
    def make(seed: int, **params: Any) -> Any:
        from napari_astro_al.learning.deep.models import build_torch

        return build_torch(name, seed, params)

    MODELS.provide(name)(make)


if has_torch():
    for _name in TORCH_MODELS:
        _torch(_name)


def canonical(name: str) -> str:
    """The registered spelling of a model's name ("Random Forest" is "random_forest").

    Raises
    ------
    LearnerError
        If no model has the name.
    """
    if name in MODELS:
        return name
    plain = name.strip().lower().replace(" ", "_").replace("-", "_")
    plain = _ALIASES.get(plain, plain)
    if plain in TORCH_MODELS and plain not in MODELS:
        raise LearnerError(f"The model {plain!r} {WITHOUT_TORCH}")
    if plain not in MODELS:
        raise LearnerError(
            f"There is no model called {name!r}. Known: {listing(sorted(MODELS), most=20)}; or "
            "give a scikit-learn classifier, or register one: aal.register.model(name)."
        )
    return plain


def model_name(spec: ModelSpec) -> str:
    """A short name for messages and tables."""
    if isinstance(spec, str):
        return AUTO if is_auto(spec) else canonical(spec)
    if isinstance(spec, tuple):
        return canonical(spec[0])
    return MODELS.name_of(spec) or str(getattr(spec, "title", type(spec).__name__))


def is_auto(spec: ModelSpec) -> bool:
    """Whether the choice of models is left to the labels."""
    return isinstance(spec, str) and spec == AUTO


def checked(spec: ModelSpec) -> ModelSpec:
    """A model specification in its one spelling.

    Parameters
    ----------
    spec : str, (str, dict) or scikit-learn classifier
        What the user gave.

    Returns
    -------
    str, (str, dict) or scikit-learn classifier
        Names are canonical; the estimator is the very one given.

    Raises
    ------
    LearnerError
        If it is none of these.
    """
    if isinstance(spec, str):
        return canonical(spec)
    if isinstance(spec, Sequence) and len(spec) == 2 and isinstance(spec[0], str):
        if not isinstance(spec[1], Mapping):
            raise LearnerError(
                f"The parameters of model {spec[0]!r} must be a dict, not {spec[1]!r}."
            )
        return (canonical(spec[0]), dict(spec[1]))
    if not isinstance(spec, type) and callable(getattr(spec, "fit", None)):
        return spec
    raise LearnerError(
        f"{spec!r} is not a model: give a name ({listing(sorted(MODELS), most=20)}), a pair "
        "(name, {parameter: value}), or a scikit-learn classifier instance."
    )


def build_estimator(spec: ModelSpec, seed: int, labels: Sequence[str]) -> Any:
    """An unfitted estimator of its own for every call.

    Parameters
    ----------
    spec : str, (str, dict) or scikit-learn classifier
        A checked specification. An estimator is cloned, never fitted itself.
    seed : int
        Random states that are None become this, so that results repeat.
    labels : sequence of str
        What it will be trained on: `n_neighbors` is lowered to the number of labels where it is
        larger, because the first labels are few.

    Returns
    -------
    scikit-learn estimator

    Raises
    ------
    LearnerError
        If the parameters are not the model's, or the thing is not a classifier.
    """
    name, state = model_name(spec), seed % 2**32
    estimator = spec
    if is_auto(spec):
        estimator = _unweighed()
    elif isinstance(spec, (str, tuple)):
        params = spec[1] if isinstance(spec, tuple) else {}
        estimator = _made(name, state, params)
    estimator = _clone(estimator, name)
    changes: dict[str, Any] = {}
    for key, value in estimator.get_params(deep=True).items():
        last = key.rpartition("__")[2]
        if last == "random_state" and value is None:
            changes[key] = state
        if last == "n_neighbors" and isinstance(value, int) and value > len(labels):
            changes[key] = max(1, len(labels))
    return estimator.set_params(**changes) if changes else estimator


def _unweighed() -> Any:
    from napari_astro_al.learning.auto_model import PRIOR
    from napari_astro_al.learning.auto_vote import AutoVote

    return AutoVote(tuple(PRIOR), tuple(PRIOR.values()))


def _made(name: str, seed: int, params: Mapping[str, Any]) -> Any:
    entry = MODELS[name]
    if not callable(entry):
        return _with_params(entry, name, params)
    wants_seed = bool(inspect.signature(entry).parameters) and not isinstance(entry, type)
    try:
        if entry.__module__ == __name__:
            return entry(seed, **params)
        return _with_params(entry(seed) if wants_seed else entry(), name, params)
    except TypeError as error:
        raise LearnerError(f"The model {name!r} could not be built: TypeError: {error}.") from error


def _with_params(estimator: Any, name: str, params: Mapping[str, Any]) -> Any:
    if not params:
        return estimator
    try:
        return _clone(estimator, name).set_params(**params)
    except ValueError as error:
        raise LearnerError(f"The model {name!r} could not be built: {error}") from error


def _clone(estimator: Any, name: str) -> Any:
    from sklearn.base import clone, is_classifier

    try:
        copy = clone(estimator)
        classifies = is_classifier(copy)
    except (TypeError, AttributeError, RuntimeError) as error:
        raise LearnerError(
            f"The model {name!r} cannot be copied as a scikit-learn estimator: {error}. It must "
            "follow scikit-learn's rules (get_params, set_params, fit, predict)."
        ) from error
    if not classifies:
        raise LearnerError(f"The model {name!r} is not a classifier: it cannot tell classes apart.")
    return copy


def takes_missing(estimator: Any) -> bool:
    """Whether an estimator is trained with NaN among its features."""
    from sklearn.pipeline import Pipeline
    from sklearn.utils import get_tags

    if isinstance(estimator, Pipeline):
        steps = [step for _, step in estimator.steps if step not in (None, "passthrough")]
        return all(takes_missing(step) for step in steps)
    return bool(get_tags(estimator).input_tags.allow_nan)


def models_taking_missing() -> list[str]:
    """Names of the registered models that are trained with NaN among their features."""
    names = []
    for name in sorted(MODELS):
        try:
            estimator = build_estimator(name, 0, ())
        except (LearnerError, RegistrationError):
            continue
        if takes_missing(estimator):
            names.append(name)
    return names


def describe(specs: Sequence[ModelSpec]) -> str:
    """The models' names for a person: "knn + random_forest"."""
    return " + ".join(model_name(spec) for spec in specs)
