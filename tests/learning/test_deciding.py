from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from napari_astro_al.learning.deciding import n_others, prediction_differences


def test_a_feature_counts_by_what_others_values_would_have_made_of_the_answer():
    others = np.array([[0.0, 5.0], [1.0, 7.0]], dtype=np.float32)
    source = np.array([2.0, 9.0], dtype=np.float32)
    now, differences = prediction_differences(lambda X: 0.1 * X[:, 0] + 0.4, source, others)
    # 0.6 with its own 2; with 0 and with 1 in place of it 0.4 and 0.5
    assert now == pytest.approx(0.6)
    assert_allclose(differences, [0.15, 0.0], atol=1e-6)


def test_a_feature_that_speaks_against_the_class_is_below_zero():
    source, others = np.array([1.0]), np.zeros((3, 1))
    _, differences = prediction_differences(lambda X: 1.0 - 0.5 * X[:, 0], source, others)
    assert_allclose(differences, [-0.5])


def test_two_features_that_say_the_same_share_what_they_say():
    source, others = np.ones(2), np.zeros((4, 2))
    _, differences = prediction_differences(lambda X: X.max(axis=1), source, others)
    assert_allclose(differences, [0.0, 0.0])


def test_the_model_is_asked_once_about_at_most_as_many_as_are_allowed():
    asked = []

    def probability(X):
        asked.append(X.shape)
        return X[:, 0]

    prediction_differences(probability, np.zeros(3), np.zeros((5, 3)))
    assert asked == [(16, 3)]


@pytest.mark.parametrize(("n_features", "n"), [(0, 64), (15, 64), (128, 32), (4_000, 8)])
def test_fewer_others_where_there_are_many_features(n_features, n):
    assert n_others(n_features) == n
