"""What trained models say of many sources, by kernels of ours where these give the same.

Every scorer gives the probabilities of scikit-learn's own `predict_proba` on the same float32
features, to 1e-6; a model that no kernel is for is asked itself. This module imports scikit-learn:
import it inside functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier, ExtraTreeClassifier

from napari_astro_al.learning.auto_vote import AutoVote
from napari_astro_al.learning.predicting.trees import Nodes, TreeTable
from napari_astro_al.learning.stacking import LEAST

Floats = npt.NDArray[np.floating[Any]]

_PRODUCTS = 4_096
"""Sources whose products with all landmarks are in memory at a time."""


class Scorer(Protocol):
    """Probabilities of rows of a matrix.

    Attributes
    ----------
    compiled : bool
        Whether only kernels are run: then several threads may ask at once.
    """

    @property
    def compiled(self) -> bool:
        """See above."""

    def probabilities(self, X: Floats, start: int, stop: int) -> npt.NDArray[np.float64]:
        """Of rows of a (n, f) float32 matrix in Fortran order, (stop - start, n_classes)."""


@dataclass(frozen=True, eq=False)
class Asked:
    """A model that is asked itself."""

    predict_proba: Callable[[Floats], Floats]
    compiled: bool = False

    def probabilities(self, X: Floats, start: int, stop: int) -> npt.NDArray[np.float64]:
        """See `Scorer`."""
        return np.asarray(self.predict_proba(np.asfortranarray(X[start:stop])), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Linear:
    """Decision values that are linear in the features, as probabilities.

    Attributes
    ----------
    weights : (k, f) float64 ndarray
        One row for two classes.
    intercepts : (k,) float64 ndarray
    """

    weights: npt.NDArray[np.float64]
    intercepts: npt.NDArray[np.float64]
    compiled: bool = True

    def probabilities(self, X: Floats, start: int, stop: int) -> npt.NDArray[np.float64]:
        """See `Scorer`."""
        from napari_astro_al.learning.predicting.linear_kernels import decide

        values = np.empty((stop - start, len(self.weights)))
        decide(X.T, start, stop, self.weights, self.intercepts, values)
        return _of_decisions(values)


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Decision values that are linear in Gaussian kernels around landmarks, as probabilities.

    Attributes
    ----------
    landmarks : (m, f) float64 ndarray
    gamma : float
        The kernel is ``exp(-gamma d^2)``.
    weights : (k, m) float64 ndarray
        One row for two classes.
    intercepts : (k,) float64 ndarray
    """

    landmarks: npt.NDArray[np.float64]
    gamma: float
    weights: npt.NDArray[np.float64]
    intercepts: npt.NDArray[np.float64]
    compiled: bool = True

    def probabilities(self, X: Floats, start: int, stop: int) -> npt.NDArray[np.float64]:
        """See `Scorer`."""
        from napari_astro_al.learning.predicting.linear_kernels import decide_by_landmarks

        values = np.empty((stop - start, len(self.weights)))
        own = (self.landmarks**2).sum(axis=1)
        for begin in range(start, stop, _PRODUCTS):
            end = min(begin + _PRODUCTS, stop)
            some = X.T[:, begin:end].astype(np.float64)
            products = (self.landmarks @ some, np.einsum("fi,fi->i", some, some), own)
            out = values[begin - start : end - start]
            decide_by_landmarks(*products, self.gamma, self.weights, self.intercepts, out)
        return _of_decisions(values)


@dataclass(frozen=True, eq=False)
class Forest:
    """The mean of the trees' leaves."""

    table: TreeTable
    compiled: bool = True

    def probabilities(self, X: Floats, start: int, stop: int) -> npt.NDArray[np.float64]:
        """See `Scorer`."""
        out = np.zeros((stop - start, self.table.values.shape[1]))
        self.table.add(X, start, stop, 1.0 / self.table.n_trees, out)
        return out


@dataclass(frozen=True, eq=False)
class Boosted:
    """Sums of leaves, one sum a class or one for two classes."""

    tables: tuple[TreeTable, ...]
    baseline: npt.NDArray[np.float64]
    compiled: bool = True

    def probabilities(self, X: Floats, start: int, stop: int) -> npt.NDArray[np.float64]:
        """See `Scorer`."""
        values = np.empty((stop - start, len(self.tables)))
        for k, table in enumerate(self.tables):
            column = np.full((stop - start, 1), self.baseline[k])
            table.add(X, start, stop, 1.0, column)
            values[:, k] = column[:, 0]
        return _of_decisions(values)


@dataclass(frozen=True, eq=False)
class Vote:
    """The weighted vote of `AutoVote`."""

    members: tuple[tuple[float, npt.NDArray[np.intp], Scorer], ...]
    n_classes: int
    temperature: float

    @property
    def compiled(self) -> bool:
        """See `Scorer`."""
        return all(member.compiled for _, _, member in self.members)

    def probabilities(self, X: Floats, start: int, stop: int) -> npt.NDArray[np.float64]:
        """See `Scorer`."""
        from napari_astro_al.learning.predicting.linear_kernels import sharpen

        total = np.zeros((stop - start, self.n_classes))
        for weight, columns, member in self.members:
            total[:, columns] += weight * member.probabilities(X, start, stop)
        sharpen(total, LEAST, 1.0 / self.temperature)
        return total


def scorer_of(model: Any) -> Scorer:
    """What a trained classifier says of many sources, as fast as we know.

    Parameters
    ----------
    model : classifier
        Trained; with `predict_proba`.
    """
    found = _AS_KERNELS.get(type(model), _none)(model)
    return Asked(model.predict_proba) if found is None else found


def _of_decisions(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Probabilities of decision values: two classes of one column, else one a column."""
    from napari_astro_al.learning.predicting.linear_kernels import soften

    shares = np.empty((len(values), max(2, values.shape[1])))
    soften(values, shares)
    return shares


def _none(model: Any) -> None:
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


def _forest(model: Any) -> Forest | None:
    if model.n_outputs_ != 1:
        return None
    return Forest(TreeTable.of(Nodes.of_trees([one.tree_ for one in model.estimators_])))


def _tree(model: Any) -> Forest | None:
    return Forest(TreeTable.of(Nodes.of_trees([model.tree_]))) if model.n_outputs_ == 1 else None


def _boosted(model: Any) -> Boosted | None:
    rounds = model._predictors
    if not rounds or any(one.nodes["is_categorical"].any() for row in rounds for one in row):
        return None
    columns: Sequence[Sequence[Any]] = list(zip(*rounds, strict=True))
    tables = tuple(TreeTable.of(Nodes.of_predictors(column)) for column in columns)
    return Boosted(tables, np.ravel(model._baseline_prediction).astype(np.float64))


_SCALES = {
    StandardScaler: ("mean_", "scale_"),
    RobustScaler: ("center_", "scale_"),
    MaxAbsScaler: (None, "scale_"),
}


def _landmarks(kernel: Nystroem, last: Linear) -> Landmarks | None:
    """A Gaussian kernel's approximation before a linear model, its normalisation folded in."""
    if kernel.kernel != "rbf" or kernel.kernel_params:
        return None
    landmarks = np.ascontiguousarray(kernel.components_, dtype=np.float64)
    gamma = 1.0 / landmarks.shape[1] if kernel.gamma is None else float(kernel.gamma)
    weights = np.ascontiguousarray(last.weights @ kernel.normalization_)
    return Landmarks(landmarks, gamma, weights, last.intercepts)


def _pipeline(model: Pipeline) -> Scorer | None:
    """Scaling or a kernel before a linear model, folded into its weights."""
    steps = [step for _, step in model.steps if step not in (None, "passthrough")]
    last = _AS_KERNELS.get(type(steps[-1]), _none)(steps[-1])
    if isinstance(last, Linear) and len(steps) == 2 and type(steps[0]) is Nystroem:
        return _landmarks(steps[0], last)
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
    members = []
    for name, weight, fitted in zip(model.names_, model.weights_, model.fitted_, strict=True):
        own = scorer_of(fitted)
        if isinstance(own, Asked):
            own = Asked(partial(_asked_in_place, model, name, fitted))
        columns = np.searchsorted(model.classes_, fitted.classes_)
        members.append((float(weight), columns, own))
    return Vote(tuple(members), len(model.classes_), model.temperature)


def _asked_in_place(model: AutoVote, name: str, fitted: Any, X: Floats) -> Floats:
    said: Floats = fitted.predict_proba(model.seen_by(name, X))
    return said


_AS_KERNELS: dict[type, Callable[[Any], Scorer | None]] = {
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
