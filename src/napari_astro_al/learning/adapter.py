"""modAL's learners on current scikit-learn.

modAL 0.4.2 passes ``force_all_finite`` to scikit-learn, which calls it ``ensure_all_finite`` since
1.6 and no longer knows the old name since 1.8. This module imports modAL and scikit-learn: import
it inside functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from modAL.models import ActiveLearner, Committee
from sklearn.utils import check_X_y

from napari_astro_al.learning.growing import fitted
from napari_astro_al.learning.said import checked_probabilities


class Learner(ActiveLearner):  # type: ignore[misc]
    """A modAL `ActiveLearner` that works on current scikit-learn.

    It always has `predict_proba`: models without it give the softmax of their decision function,
    or certainty for the class that they predict.
    """

    @property
    def classes_(self) -> npt.NDArray[Any]:
        """Classes that the estimator knows, sorted."""
        return np.asarray(self.estimator.classes_)

    X_training: Any
    y_training: Any

    def _add_training_data(self, X: Any, y: Any) -> None:
        _check(X, y, self.force_all_finite)
        if self.X_training is None:
            self.X_training, self.y_training = (
                np.array(X),
                np.array(y),
            )  # its own: it may be changed
        else:
            self.X_training = np.concatenate([self.X_training, X])
            self.y_training = np.concatenate([self.y_training, y])

    def fit(self, X: Any, y: Any, bootstrap: bool = False, **fit_kwargs: Any) -> Any:
        """Forget the training data and learn from these (see modAL)."""
        self.X_training = None
        self._add_training_data(X, y)
        return self._fit_to_known(bootstrap=bootstrap, **fit_kwargs)

    def _fit_to_known(self, bootstrap: bool = False, **fit_kwargs: Any) -> Any:
        if bootstrap or fit_kwargs.keys() - {"sample_weight"}:
            return super()._fit_to_known(bootstrap=bootstrap, **fit_kwargs)
        fitted(self.estimator, self.X_training, self.y_training, **fit_kwargs)
        return self

    def predict_proba(self, X: Any, **predict_proba_kwargs: Any) -> npt.NDArray[Any]:
        """Class probabilities, ``(n, n_classes)``, in the order of `classes_`."""
        if hasattr(self.estimator, "predict_proba"):
            said = self.estimator.predict_proba(X, **predict_proba_kwargs)
            return checked_probabilities(said, len(X), len(self.estimator.classes_))
        return _pseudo_probabilities(self.estimator, X)

    def __repr__(self) -> str:
        return f"Learner({self.estimator!r})"


class LearnerCommittee(Committee):  # type: ignore[misc]
    """A modAL `Committee` whose members may learn classes that are text."""

    def vote(self, X: Any, **predict_kwargs: Any) -> npt.NDArray[Any]:
        """The class that each member predicts, ``(n, n_members)``."""
        votes = [learner.predict(X, **predict_kwargs) for learner in self.learner_list]
        return np.stack(votes, axis=1)

    def __repr__(self) -> str:
        return f"LearnerCommittee({self.learner_list!r})"


def assemble(
    estimators: Sequence[Any], query_strategy: Any, *, allow_nan: bool = False
) -> Learner | LearnerCommittee:
    """Estimators, fitted or not, as one modAL learner.

    Parameters
    ----------
    estimators : sequence of scikit-learn classifiers
        One makes an `ActiveLearner`, several make a `Committee`.
    query_strategy : callable
        A modAL query function, which `learner.query` uses.
    allow_nan : bool
        Whether training data may hold NaN.
    """
    learners = []
    for estimator in estimators:
        learner = Learner(estimator, query_strategy=query_strategy)
        learner.force_all_finite = not allow_nan
        learners.append(learner)
    if len(learners) == 1:
        return learners[0]
    return LearnerCommittee(learners, query_strategy=query_strategy)


def members(learner: Any) -> list[Any]:
    """The single learner, or a committee's learners."""
    return list(getattr(learner, "learner_list", [learner]))


def _check(X: Any, y: Any, finite: bool) -> None:
    check_X_y(
        X,
        y,
        ensure_2d=False,
        allow_nd=True,
        multi_output=True,
        dtype=None,
        ensure_all_finite=True if finite else "allow-nan",
    )


def _pseudo_probabilities(estimator: Any, X: Any) -> npt.NDArray[Any]:
    classes = np.asarray(estimator.classes_)
    if not hasattr(estimator, "decision_function"):
        hits: npt.NDArray[Any] = np.asarray(estimator.predict(X))[:, None] == classes
        return hits.astype(np.float64)
    decision = np.asarray(estimator.decision_function(X), dtype=np.float64)
    if decision.ndim == 1:
        decision = np.stack([-decision, decision], axis=1)
    decision -= decision.max(axis=1, keepdims=True)
    weights: npt.NDArray[Any] = np.exp(decision)
    shares: npt.NDArray[Any] = weights / weights.sum(axis=1, keepdims=True)
    return shares
