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
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier, ExtraTreeClassifier

from napari_astro_al.features.bins import Bins
from napari_astro_al.features.coded import Coded
from napari_astro_al.learning.auto_model import PRIOR
from napari_astro_al.learning.auto_vote import AutoVote
from napari_astro_al.learning.predicting.of_models import scorer_of
from napari_astro_al.learning.predicting.scorers import Asked
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

    said = scorer.probabilities(Coded(X), 3, len(X) - 5)

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


@pytest.mark.parametrize("name", TREES)
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 999), n_classes=st.integers(2, 5), missing=st.booleans())
def test_trees_that_are_told_codes(name, seed, n_classes, missing):
    X, labels = _data(seed, n_classes, 60, missing=missing)
    bins = Bins.of(X[:300])
    rounded = bins.rounded(X)
    model = TREES[name]().fit(rounded[: len(labels)], labels)
    scorer = scorer_of(model, bins)
    assert scorer.compiled

    said = scorer.probabilities(Coded(X), 3, len(X) - 5)

    assert np.abs(said - model.predict_proba(rounded[3:-5])).max() < 1e-6


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
        names = ["logistic_regression", "linear_discriminant", "extra_trees", "gradient_boosting"]
        _agree(AutoVote(names, [0.4, 0.3, 0.2, 0.1], 1.4, random_state=0), X, y)

    @settings(max_examples=10, deadline=None)
    @given(
        seed=st.integers(0, 999),
        n_classes=st.integers(2, 5),
        members=st.sets(st.sampled_from(list(PRIOR)), min_size=1),
        temperature=st.sampled_from([0.8, 1.0, 2.5]),
    )
    def test_with_what_it_knows_of_the_pool(self, seed, n_classes, members, temperature):
        X, y = _data(seed, n_classes, 60, missing=False)
        vote = AutoVote(sorted(members), np.arange(1, len(members) + 1), temperature)
        vote.set_params(random_state=0, **vars(Whitening.of(X[:300])), **vars(Bins.of(X[:300])))
        _agree(vote, X, y)

    def test_without_bins_asks_a_member_that_looks_at_places(self):
        X, y = _data(2, 3, 60, missing=False)
        vote = AutoVote(["naive_bayes", "greedy_trees"], [0.5, 0.5], 0.8, random_state=0)
        vote.set_params(**vars(Whitening.of(X)))
        vote.fit(X[:60].astype(np.float64), y)
        scorer = scorer_of(vote)

        assert not scorer.compiled
        said = scorer.probabilities(Coded(X), 0, 900)
        assert np.abs(said - vote.predict_proba(X[:900])).max() < 1e-6


class TestOthers:
    @pytest.mark.parametrize("model", [KNeighborsClassifier(3), AdaBoostClassifier()])
    def test_are_asked_themselves(self, model):
        X, y = _data(0, 3, 50, missing=False)
        model.fit(X[:50], y)
        scorer = scorer_of(model)

        assert isinstance(scorer, Asked)
        assert np.array_equal(
            scorer.probabilities(Coded(X), 10, 700), model.predict_proba(X[10:700])
        )

    def test_a_subclass_may_say_something_else(self):
        class Contrary(LogisticRegression):
            def predict_proba(self, X):
                return super().predict_proba(X)[:, ::-1]

        X, y = _data(0, 2, 50, missing=False)
        model = Contrary().fit(X[:50], y)

        said = scorer_of(model).probabilities(Coded(X), 0, 100)

        assert np.allclose(said, model.predict_proba(X[:100]))
