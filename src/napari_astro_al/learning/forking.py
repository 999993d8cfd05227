"""One model a question: a classifier of the ways through a tree of questions."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import has_fit_parameter

from napari_astro_al.learning.growing import fitted, probabilities
from napari_astro_al.learning.questions import Fork, forks_of

Floats = npt.NDArray[np.floating[Any]]
_SURE = 0.5
"""A source that weighs more is learnt by models that take no weights."""


class Forking(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Learns the answers to each question from the sources that were asked it.

    The probability of a way through the tree is the product of those of its answers, each by a
    model of its own, as in hierarchical classification (Silla & Freitas 2011, Data Mining and
    Knowledge Discovery 22, 31). A question that is asked after different answers is learnt
    separately after each. Classes that are no ways through a tree are one question.

    Parameters
    ----------
    base : str
        The name of the model that each question has.
    random_state : int, optional
    """

    def __init__(self, base: str = "random_forest", random_state: int | None = None) -> None:
        self.base = base
        self.random_state = random_state

    def fit(
        self, X: Floats, y: npt.NDArray[np.str_], sample_weight: Floats | None = None
    ) -> Forking:
        """Learn."""
        self.classes_ = np.unique(y)
        self.n_features_in_ = X.shape[1]
        codes = np.searchsorted(self.classes_, y)
        self.fitted_ = []
        for place, fork in enumerate(self.forks):
            answer_of = np.full(len(self.classes_), -1)
            for answer, columns in enumerate(fork.columns):
                answer_of[list(columns)] = answer
            rows = np.flatnonzero(answer_of[codes] >= 0)
            answers = np.array(fork.answers)[answer_of[codes[rows]]]
            weights = None if sample_weight is None else np.asarray(sample_weight)[rows]
            self.fitted_.append(self._fitted(place, X[rows], answers, weights))
        return self

    @property
    def forks(self) -> list[Fork]:
        """The questions that the labels have more than one answer to."""
        return forks_of([str(one) for one in self.classes_])

    def _fitted(
        self, place: int, X: Floats, answers: npt.NDArray[np.str_], weights: Floats | None
    ) -> Any:
        model = self._model(place, answers.tolist())
        if weights is None or has_fit_parameter(model, "sample_weight"):
            return fitted(model, X, answers, weights)
        sure = weights > _SURE
        return model.fit(X[sure], answers[sure])

    def _model(self, place: int, labels: list[str]) -> Any:
        from napari_astro_al.learning.models import build_estimator

        return build_estimator(self.base, (self.random_state or 0) + place, labels)

    def predict_proba(self, X: Floats) -> npt.NDArray[np.float64]:
        """Probabilities of the ways, ``(n, n_classes)``, in the order of `classes_`."""
        shares = np.ones((len(X), len(self.classes_)))
        for fork, model in zip(self.forks, self.fitted_, strict=True):
            told = probabilities(model, X)
            known = {str(name): at for at, name in enumerate(model.classes_)}
            for answer, columns in zip(fork.answers, fork.columns, strict=True):
                at = known.get(answer)
                share = np.zeros(len(X)) if at is None else told[:, at]
                shares[:, list(columns)] *= share[:, None]
        return shares

    def predict(self, X: Floats) -> npt.NDArray[np.str_]:
        """The likeliest ways."""
        likeliest: npt.NDArray[np.str_] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return likeliest

    def __sklearn_tags__(self) -> Any:
        from napari_astro_al.learning.models import takes_missing

        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = takes_missing(self._model(0, ["a", "b"]))
        return tags
