"""Every kernel says what scikit-learn says of the same features."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier, ExtraTreeClassifier

from napari_astro_al.learning.auto_vote import AutoVote
from napari_astro_al.learning.predicting.scorers import Asked, scorer_of
from napari_astro_al.learning.strategies import Whitening

TREES = {
    "forest": lambda: RandomForestClassifier(20, random_state=0),
    "shallow forest": lambda: RandomForestClassifier(20, max_depth=2, random_state=0),
    "more trees than a byte counts": lambda: ExtraTreesClassifier(300, random_state=0),
    "best first": lambda: ExtraTreesClassifier(10, max_leaf_nodes=12, random_state=0),
    "greedy": lambda: ExtraTreesClassifier(20, max_features=None, random_state=0),
    "tree": lambda: DecisionTreeClassifier(random_state=0),
    "random tree": lambda: ExtraTreeClassifier(random_state=0),
    "boosted": lambda: HistGradientBoostingClassifier(
        max_iter=10, min_samples_leaf=2, early_stopping=False, random_state=0
    ),
}
LINEAR = {
    "logistic": lambda: LogisticRegression(C=10.0),
    "discriminant": lambda: LinearDiscriminantAnalysis(),
    "shrunk discriminant": lambda: LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"),
    "scaled": lambda: make_pipeline(RobustScaler(), LogisticRegression()),
    "scaled twice": lambda: make_pipeline(StandardScaler(), MinMaxScaler(), LogisticRegression()),
    "scaled to the largest": lambda: make_pipeline(MaxAbsScaler(), LogisticRegression()),
    "kernel": lambda: make_pipeline(
        Nystroem(gamma=0.1, n_components=20, random_state=0), LogisticRegression(C=30.0)
    ),
}


def _data(seed, n_classes, n_labels, *, missing):
    """Features with ties, one of them constant, and classes that they tell apart in part."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_labels + 1100, 6)).astype(np.float32)
    X[:, 2] = np.round(X[:, 2])
    X[:, 4] = 1.5
    score = X[:, 0] + X[:, 1] * X[:, 2] + rng.normal(size=len(X))
    y = np.array(list("abcde"))[np.argsort(np.argsort(score)) * n_classes // len(X)]
    y[: 2 * n_classes] = list("abcde"[:n_classes]) * 2
    if missing:
        X[rng.random(X.shape) < 0.2] = np.nan
    return np.asfortranarray(X), y[:n_labels]


def _agree(model, X, labels):
    model.fit(X[: len(labels)].astype(np.float64), labels)
    scorer = scorer_of(model)
    assert scorer.compiled

    said = scorer.probabilities(X, 3, len(X) - 5)

    assert np.abs(said - model.predict_proba(X[3:-5])).max() < 1e-6


@pytest.mark.parametrize("name", TREES)
@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 999),
    n_classes=st.integers(2, 5),
    n_labels=st.sampled_from([10, 40, 300]),
    missing=st.booleans(),
)
def test_trees(name, seed, n_classes, n_labels, missing):
    _agree(TREES[name](), *_data(seed, n_classes, n_labels, missing=missing))


@pytest.mark.parametrize("name", LINEAR)
@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 999),
    n_classes=st.integers(2, 5),
    n_labels=st.sampled_from([20, 60, 300]),
)
def test_linear_models(name, seed, n_classes, n_labels):
    _agree(LINEAR[name](), *_data(seed, n_classes, n_labels, missing=False))


class TestVote:
    def test_of_members_that_know_different_classes_and_places(self):
        X, y = _data(1, 3, 60, missing=False)
        names = ["logistic_regression", "kernel_logistic", "extra_trees", "gradient_boosting"]
        _agree(AutoVote(names, [0.4, 0.3, 0.2, 0.1], 1.4, random_state=0), X, y)

    def test_with_a_member_that_looks_at_whitened_places(self):
        X, y = _data(2, 3, 60, missing=False)
        vote = AutoVote(["naive_bayes", "greedy_trees"], [0.5, 0.5], 0.8, random_state=0)
        vote.set_params(**vars(Whitening.of(X)))
        vote.fit(X[:60].astype(np.float64), y)
        scorer = scorer_of(vote)

        assert not scorer.compiled
        assert np.abs(scorer.probabilities(X, 0, 900) - vote.predict_proba(X[:900])).max() < 1e-6


class TestOthers:
    @pytest.mark.parametrize("model", [KNeighborsClassifier(3), AdaBoostClassifier()])
    def test_are_asked_themselves(self, model):
        X, y = _data(0, 3, 50, missing=False)
        model.fit(X[:50], y)
        scorer = scorer_of(model)

        assert isinstance(scorer, Asked)
        assert np.array_equal(scorer.probabilities(X, 10, 700), model.predict_proba(X[10:700]))

    def test_a_subclass_may_say_something_else(self):
        class Contrary(LogisticRegression):
            def predict_proba(self, X):
                return super().predict_proba(X)[:, ::-1]

        X, y = _data(0, 2, 50, missing=False)
        model = Contrary().fit(X[:50], y)

        said = scorer_of(model).probabilities(X, 0, 100)

        assert np.allclose(said, model.predict_proba(X[:100]))
