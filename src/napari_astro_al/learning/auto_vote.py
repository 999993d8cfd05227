"""The classifier behind ``model="auto"``: several models that vote with weights.

This module imports scikit-learn: import it inside functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.utils.validation import has_fit_parameter

from napari_astro_al.features.bins import Bins
from napari_astro_al.learning.growing import fitted, probabilities
from napari_astro_al.learning.models import AUTO
from napari_astro_al.learning.stacking import tempered
from napari_astro_al.learning.strategies.places import Whitening

FALLBACK = "logistic_regression"
_KNOWN_FOR_SURE = 0.5

Floats = npt.NDArray[np.floating[Any]]


class AutoVote(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A weighted vote of models, each with a share of the probability.

    Parameters
    ----------
    members : sequence of str
        Names from `PRIOR`.
    weights : sequence of float
        One a member; they need not sum to 1.
    temperature : float
        The vote's probabilities to the power of its inverse, normalised, are what it gives
        (Guo et al. 2017): above 1 it is more careful than its members, below 1 bolder.
    skill : float
        How much of the labels' entropy the vote told unseen (see `AutoChoice`); kept for queries.
    middle, centre, axes, scale : ndarray, optional
        Of a `Whitening` of the pool, in whose places naive Bayes looks. Without them it takes the
        features as they are.
    edges, values : ndarray, optional
        Of `Bins` of the pool, which all but linear members see features rounded to. Without them
        they see them as they are.
    random_state : int, optional
    """

    title: ClassVar[str] = AUTO

    def __init__(
        self,
        members: Sequence[str] = (FALLBACK,),
        weights: Sequence[float] = (1.0,),
        temperature: float = 1.0,
        skill: float = 0.0,
        middle: Floats | None = None,
        centre: Floats | None = None,
        axes: Floats | None = None,
        scale: Floats | None = None,
        edges: Floats | None = None,
        values: Floats | None = None,
        random_state: int | None = None,
    ) -> None:
        self.members = members
        self.weights = weights
        self.temperature = temperature
        self.skill = skill
        self.middle = middle
        self.centre = centre
        self.axes = axes
        self.scale = scale
        self.edges = edges
        self.values = values
        self.random_state = random_state

    def fit(
        self, X: Floats, y: npt.NDArray[np.str_], sample_weight: Floats | None = None
    ) -> AutoVote:
        """Train every member that so many labels can train.

        A member that takes no weights learns the sources that weigh more than half.
        """
        self.classes_, counts = np.unique(y, return_counts=True)
        self.n_features_in_ = X.shape[1]
        names = [name for name in self.members if can_learn(name, len(y), len(counts))]
        self.names_ = names or [FALLBACK]
        share = dict(zip(self.members, self.weights, strict=True)) if names else {FALLBACK: 1.0}
        weights = np.array([share[name] for name in self.names_], dtype=np.float64)
        self.weights_ = weights / weights.sum()
        self.fitted_ = [self._fitted(name, X, y, sample_weight) for name in self.names_]
        return self

    def _fitted(
        self,
        name: str,
        X: Floats,
        y: npt.NDArray[np.str_],
        sample_weight: Floats | None,
    ) -> Any:
        seen = self.seen_by(name, X)
        estimator = member(name, seen, self.random_state)
        if sample_weight is None:
            return fitted(estimator, seen, y)
        if has_fit_parameter(estimator, "sample_weight"):
            return fitted(estimator, seen, y, sample_weight)
        sure = np.asarray(sample_weight) > _KNOWN_FOR_SURE
        return estimator.fit(seen[sure], y[sure])

    def predict_proba(self, X: Floats) -> npt.NDArray[np.float64]:
        """Class probabilities, ``(n, n_classes)``, in the order of `classes_`."""
        total = np.zeros((len(X), len(self.classes_)))
        for name, weight, estimator in zip(self.names_, self.weights_, self.fitted_, strict=True):
            columns = np.searchsorted(self.classes_, estimator.classes_)
            total[:, columns] += weight * probabilities(estimator, self.seen_by(name, X))
        return tempered(total, self.temperature)

    def predict(self, X: Floats) -> npt.NDArray[np.str_]:
        """The likeliest classes."""
        likeliest: npt.NDArray[np.str_] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return likeliest

    def seen_by(self, name: str, X: Floats) -> Floats:
        """What a member looks at of these features."""
        bins, places = self.bins, self.places
        if bins is not None and name in _ON_BINS:
            X = bins.rounded(X)
        return places.place(X) if name == "naive_bayes" and places is not None else X

    @property
    def places(self) -> Whitening | None:
        """Where naive Bayes looks."""
        parts = (self.middle, self.centre, self.axes, self.scale)
        if any(part is None for part in parts):
            return None
        return Whitening(*parts)  # type: ignore[arg-type]

    @property
    def bins(self) -> Bins | None:
        """What all but linear members see features rounded to."""
        if self.edges is None or self.values is None:
            return None
        return Bins(self.edges, self.values)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = all(name in TAKES_MISSING for name in self.members)
        return tags


TAKES_MISSING = frozenset({"extra_trees", "greedy_trees", "gradient_boosting"})
"""Members that are trained with NaN among their features: those made of trees."""
_ON_BINS = TAKES_MISSING | {"naive_bayes"}


def can_learn(name: str, n_labels: int, n_classes: int) -> bool:
    """Whether a member can learn from so few labels."""
    return name != "linear_discriminant" or n_labels > n_classes


def member(name: str, X: Floats, seed: int | None) -> Any:
    """An unfitted member for these features.

    Few labels ask for strong regularisation: shrunken covariances, small trees.
    """
    match name:
        case "logistic_regression":
            return LogisticRegression(C=10.0, max_iter=300, tol=1e-3)
        case "linear_discriminant":
            return LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
        case "naive_bayes":
            return GaussianNB(var_smoothing=0.05)
        case "extra_trees":
            return ExtraTreesClassifier(50, n_jobs=1, random_state=seed)
        case "greedy_trees":
            return ExtraTreesClassifier(50, max_features=None, n_jobs=1, random_state=seed)
        case "gradient_boosting":
            return HistGradientBoostingClassifier(
                max_iter=60,
                min_samples_leaf=3,
                max_leaf_nodes=8,
                early_stopping=False,
                random_state=seed,
            )
    raise ValueError(f"There is no member called {name!r}.")
