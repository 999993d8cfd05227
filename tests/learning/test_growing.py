"""Forests that are scikit-learn's own, to the last bit, grown in less time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modAL.uncertainty import margin_sampling
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from napari_astro_al.learning import growing
from napari_astro_al.learning.adapter import assemble
from napari_astro_al.learning.growing import fitted, grown_trees, grows_equally, probabilities
from napari_astro_al.learning.models import build_estimator
from napari_astro_al.learning.store import load_model, save_model

FORESTS = {
    "random forest": RandomForestClassifier(12, random_state=7),
    "all features": RandomForestClassifier(12, max_features=None, n_jobs=1, random_state=7),
    "extra trees": ExtraTreesClassifier(12, n_jobs=1, random_state=7),
    "greedy trees": ExtraTreesClassifier(12, max_features=None, random_state=7),
}


def data(n: int, width: int, n_classes: int, seed: int, *, missing: float = 0.0):
    """Rounded, so that values are equal here and there; every class is there."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(n, width)).round(1)
    X[random.uniform(size=X.shape) < missing] = np.nan
    return X, random.permutation(np.resize([*"dbca"][:n_classes], n))


def state(forest) -> list[tuple]:
    """Everything that was learnt, tree by tree."""
    return [
        (
            {
                name: value
                for name, value in vars(tree).items()
                if name not in ("tree_", "classes_")
            },
            tree.classes_.tolist(),
            tree.tree_.__getstate__()["nodes"].tolist(),
            tree.tree_.__getstate__()["values"].tolist(),
        )
        for tree in forest.estimators_
    ]


def never(*_, **__):
    raise AssertionError("grown quickly")


class TestFitted:
    @settings(max_examples=30, deadline=None)
    @given(
        name=st.sampled_from([*FORESTS]),
        n=st.integers(4, 90),
        width=st.integers(1, 20),
        n_classes=st.integers(2, 4),
        seed=st.integers(0, 2**32 - 1),
        missing=st.sampled_from([0.0, 0.2]),
        weighted=st.booleans(),
    )
    def test_is_what_fit_gives(self, name, n, width, n_classes, seed, missing, weighted):
        X, y = data(n, width, n_classes, seed, missing=missing)
        weights = np.random.default_rng(seed).uniform(0.01, 1.0, n) if weighted else None
        forest = clone(FORESTS[name]).set_params(random_state=seed)
        plain = clone(forest).fit(X, y, sample_weight=weights)

        ours = fitted(forest, X, y, weights)

        assert ours is forest
        assert state(ours) == state(plain)
        assert {*vars(ours)} == {*vars(plain)}
        assert ours.get_params() == plain.get_params()
        assert np.array_equal(ours.predict_proba(X), plain.predict_proba(X))

    @pytest.mark.parametrize(
        "other",
        [
            LogisticRegression(),
            ExtraTreesClassifier(3, random_state=0, max_depth=2),
            ExtraTreesClassifier(3, random_state=np.random.RandomState(0)),
            RandomForestClassifier(3, random_state=0, class_weight="balanced"),
            RandomForestClassifier(3, random_state=0, n_jobs=2),
            RandomForestClassifier(1, random_state=0),
        ],
    )
    def test_others_are_fitted_by_themselves(self, monkeypatch, other):
        X, y = data(20, 3, 2, seed=0)
        monkeypatch.setattr(growing, "_grown", never)

        assert np.array_equal(fitted(other, X, y).predict(X), clone(other).fit(X, y).predict(X))

    def test_a_random_forest_draws_by_weights_as_scikit_learn_does(self, monkeypatch):
        X, y = data(30, 4, 3, seed=2)
        weights = np.linspace(0.1, 2.0, 30)
        monkeypatch.setattr(growing, "_grown", never)
        plain = RandomForestClassifier(5, random_state=1).fit(X, y, sample_weight=weights)

        ours = fitted(RandomForestClassifier(5, random_state=1), X, y, weights)

        assert state(ours) == state(plain)

    def test_what_scikit_learn_refuses_is_refused_and_leaves_the_parameters(self):
        X, y = data(10, 2, 2, seed=0)
        forest = ExtraTreesClassifier(20, random_state=0)
        with pytest.raises(ValueError, match="infinity"):
            fitted(forest, np.where(X > 0, np.inf, X), y)
        assert forest.n_estimators == 20

    def test_is_grown_by_the_builder_on_this_scikit_learn(self):
        assert grows_equally()

    def test_falls_back_on_fit_where_the_builder_has_changed(self, monkeypatch):
        def changed(*_, **__):
            raise TypeError("another signature")

        X, y = data(20, 4, 3, seed=2)
        forest = ExtraTreesClassifier(6, random_state=3)
        plain = clone(forest).fit(X, y)
        monkeypatch.setattr(growing, "_trees", changed)
        monkeypatch.setattr(growing, "grows_equally", grows_equally.__wrapped__)

        assert not growing.grows_equally()
        assert state(fitted(forest, X, y)) == state(plain)

    def test_falls_back_on_fit_where_the_trees_are_others(self, monkeypatch):
        trees = growing._trees
        monkeypatch.setattr(
            growing, "_trees", lambda seeds, *rest, **more: trees([9] * len(seeds), *rest, **more)
        )
        assert not grows_equally.__wrapped__()


class TestProbabilities:
    @pytest.mark.parametrize("name", [*FORESTS])
    @pytest.mark.parametrize("missing", [0.0, 0.3])
    def test_are_those_of_scikit_learn(self, name, missing):
        X, y = data(60, 6, 3, seed=5, missing=missing)
        forest = clone(FORESTS[name]).fit(X[:40], y[:40])

        assert np.array_equal(probabilities(forest, X[40:]), forest.predict_proba(X[40:]))

    def test_of_another_model(self):
        X, y = data(30, 3, 2, seed=1)
        model = LogisticRegression().fit(X, y)
        assert np.array_equal(probabilities(model, X), model.predict_proba(X))

    def test_too_few_features_are_refused_as_ever(self):
        X, y = data(30, 3, 2, seed=1)
        forest = ExtraTreesClassifier(4, random_state=0).fit(X, y)
        with pytest.raises(ValueError, match="expecting 3 features"):
            probabilities(forest, X[:, :2])


class TestGrownTrees:
    @pytest.mark.parametrize("quickly", [True, False])
    def test_are_those_of_a_forest(self, monkeypatch, quickly):
        X, y = data(50, 5, 3, seed=4)
        codes = np.unique(y, return_inverse=True)[1]
        plain = RandomForestClassifier(9, random_state=11).fit(X, y)
        monkeypatch.setattr(growing, "grows_equally", lambda: quickly)

        trees = grown_trees(X.astype(np.float32), codes, 9, 11)

        assert [one.__getstate__()["nodes"].tolist() for one in trees] == [
            one.tree_.__getstate__()["nodes"].tolist() for one in plain.estimators_
        ]


class TestLearner:
    @pytest.mark.parametrize("name", ["random_forest", "extra_trees"])
    def test_a_registered_forest_is_the_very_forest_of_scikit_learn(self, name, tmp_path):
        X, y = data(40, 4, 3, seed=6)
        learner = assemble([build_estimator(name, 5, y)], margin_sampling)
        learner.teach(X, y)
        plain = build_estimator(name, 5, y).fit(X, y)

        assert state(learner.estimator) == state(plain)
        again = load_model(save_model(learner, tmp_path / "forest.skops"))
        assert np.array_equal(again.predict_proba(X), plain.predict_proba(X))
