"""Which scorer says what a trained model says. Imports scikit-learn: import it inside functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier, ExtraTreeClassifier

from napari_astro_al.features.bins import Bins
from napari_astro_al.learning.auto_vote import TAKES_MISSING, AutoVote
from napari_astro_al.learning.predicting.scorers import (
    Asked,
    Boosted,
    Forest,
    Linear,
    NaiveBayes,
    Scorer,
    Vote,
)
from napari_astro_al.learning.predicting.trees import Nodes, TreeTable
from napari_astro_al.learning.strategies.places import Whitening

Floats = npt.NDArray[np.floating[Any]]


def scorer_of(model: Any, bins: Bins | None = None) -> Scorer:
    """What a trained classifier says of many sources, as fast as we know.

    Parameters
    ----------
    model : classifier
        Trained; with `predict_proba`.
    bins : Bins, optional
        For a model of trees that was trained on features rounded to these: it is told codes.
    """
    make = _kernel_for(model)
    found = make(model) if bins is None else make(model, bins)
    return Asked(model.predict_proba) if found is None else found


def _kernel_for(model: Any) -> Callable[..., Scorer | None]:
    return _AS_KERNELS.get(type(model), _none)


def _none(model: Any, bins: Bins | None = None) -> Scorer | None:
    return None


def _linear(model: Any) -> Linear | None:
    if len(model.classes_) > 2 and len(model.coef_) == 1:
        return None
    weights = np.ascontiguousarray(model.coef_, dtype=np.float64)
    intercepts = np.broadcast_to(np.ravel(model.intercept_), len(weights))
    return Linear(weights, np.array(intercepts, dtype=np.float64))


def _logistic(model: Any) -> Linear | None:
    one_vs_rest = getattr(model, "multi_class", "deprecated") == "ovr"
    if len(model.classes_) > 2 and (one_vs_rest or model.solver == "liblinear"):
        return None
    return _linear(model)


def _forest(model: Any, bins: Bins | None = None) -> Forest | None:
    if model.n_outputs_ != 1:
        return None
    nodes = Nodes.of_trees([one.tree_ for one in model.estimators_])
    return Forest(TreeTable.of(nodes, bins), bins)


def _tree(model: Any, bins: Bins | None = None) -> Forest | None:
    if model.n_outputs_ != 1:
        return None
    return Forest(TreeTable.of(Nodes.of_trees([model.tree_]), bins), bins)


def _boosted(model: Any, bins: Bins | None = None) -> Boosted | None:
    rounds = model._predictors
    if not rounds or any(one.nodes["is_categorical"].any() for row in rounds for one in row):
        return None
    columns: Sequence[Sequence[Any]] = list(zip(*rounds, strict=True))
    tables = tuple(TreeTable.of(Nodes.of_predictors(column), bins) for column in columns)
    return Boosted(tables, np.ravel(model._baseline_prediction).astype(np.float64), bins)


_SCALES = {
    StandardScaler: ("mean_", "scale_"),
    RobustScaler: ("center_", "scale_"),
    MaxAbsScaler: (None, "scale_"),
}


def _pipeline(model: Pipeline) -> Scorer | None:
    """Scaling before a linear model, folded into its weights."""
    steps = [step for _, step in model.steps if step not in (None, "passthrough")]
    last = _kernel_for(steps[-1])(steps[-1])
    for step in reversed(steps[:-1]):
        if not isinstance(last, Linear):
            return None
        if type(step) in _SCALES:
            centre, scale = (
                None if name is None else getattr(step, name) for name in _SCALES[type(step)]
            )
            slope = 1.0 / (1.0 if scale is None else scale)
            shift = -(0.0 if centre is None else centre) * slope
        elif type(step) is MinMaxScaler and not step.clip:
            slope, shift = step.scale_, step.min_
        else:
            return None
        last = Linear(last.weights * slope, last.intercepts + (last.weights * shift).sum(axis=1))
    return last


def _vote(model: AutoVote) -> Vote:
    members: list[tuple[float, npt.NDArray[np.intp], Scorer]] = []
    linear: list[Linear] = []
    parts = []
    first = 0
    for name, weight, fitted in zip(model.names_, model.weights_, model.fitted_, strict=True):
        columns = np.searchsorted(model.classes_, fitted.classes_)
        own = _member(model, name, fitted)
        if isinstance(own, Linear):
            linear.append(own)
            parts.append((float(weight), columns, slice(first, first + len(own.weights))))
            first += len(own.weights)
        else:
            members.append((float(weight), columns, own))
    together = None
    if linear:
        together = Linear(
            np.concatenate([one.weights for one in linear]),
            np.concatenate([one.intercepts for one in linear]),
        )
    n_classes = len(model.classes_)
    return Vote(tuple(members), together, tuple(parts), n_classes, model.temperature)


def _member(model: AutoVote, name: str, fitted: Any) -> Scorer:
    own = scorer_of(fitted, model.bins if name in TAKES_MISSING else None)
    if name == "naive_bayes" and model.bins is not None and model.places is not None:
        own = _naive_bayes(fitted, model.bins, model.places)
    return Asked(partial(_asked_in_place, model, name, fitted)) if isinstance(own, Asked) else own


def _naive_bayes(fitted: Any, bins: Bins, places: Whitening) -> NaiveBayes:
    """The logarithms of what `GaussianNB` multiplies, with what no source changes in front."""
    return NaiveBayes(
        bins,
        np.ascontiguousarray((places.drawn_in(bins.values.T) - places.centre).T),
        np.ascontiguousarray(places.axes / places.scale[:, None]),
        np.ascontiguousarray(fitted.theta_),
        0.5 / fitted.var_,
        np.log(fitted.class_prior_) - 0.5 * np.log(2 * np.pi * fitted.var_).sum(axis=1),
    )


def _asked_in_place(model: AutoVote, name: str, fitted: Any, X: Floats) -> Floats:
    said: Floats = fitted.predict_proba(model.seen_by(name, X))
    return said


_AS_KERNELS: dict[type, Callable[..., Scorer | None]] = {
    LogisticRegression: _logistic,
    LinearDiscriminantAnalysis: _linear,
    RandomForestClassifier: _forest,
    ExtraTreesClassifier: _forest,
    DecisionTreeClassifier: _tree,
    ExtraTreeClassifier: _tree,
    HistGradientBoostingClassifier: _boosted,
    Pipeline: _pipeline,
    AutoVote: _vote,
}
