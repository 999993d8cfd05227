"""A forest that is scikit-learn's own, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from napari_astro_al.simulation.forest import Forest


def data(n: int, width: int, classes: list[str], seed: int):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, width)).astype(np.float32)
    y = rng.permutation(np.resize(classes, n))
    return X, y, rng.normal(size=(700, width)).astype(np.float32)


class TestForest:
    @pytest.mark.parametrize(
        ("n", "width", "classes"),
        [
            (2, 1, ["a", "b"]),
            (5, 15, ["a", "b", "c"]),
            (60, 8, ["no", "yes"]),
            (90, 42, ["b", "a", "d", "c"]),
        ],
    )
    def test_gives_the_very_probabilities_of_scikit_learn(self, n, width, classes):
        X, y, pool = data(n, width, classes, seed=n)
        plain = RandomForestClassifier(50, random_state=7).fit(X, y)

        ours = Forest(50, 7).fit(X, y)

        assert ours.classes_.tolist() == plain.classes_.tolist()
        assert np.array_equal(ours.predict_proba(pool), plain.predict_proba(pool))

    def test_equal_values_and_a_constant_feature(self):
        X, y, pool = data(40, 3, ["a", "b"], seed=1)
        X, pool = np.round(X), np.round(pool)
        X[:, 1] = pool[:, 1] = 4.0
        plain = RandomForestClassifier(30, random_state=0).fit(X, y)

        assert np.array_equal(
            Forest(30, 0).fit(X, y).predict_proba(pool), plain.predict_proba(pool)
        )
