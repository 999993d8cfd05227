from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from napari_astro_al.learning.neighbours import distances_from, nearest_by_class


def test_distance_is_the_root_mean_square_of_the_differences():
    apart = distances_from(np.array([0.0, 0.0]), np.array([[3.0, 4.0], [1.0, 1.0]]))
    assert_allclose(apart, [np.sqrt(12.5), 1.0])


def test_only_features_that_both_have_count():
    nan = np.nan
    others = np.array([[3.0, nan], [nan, nan], [nan, 2.0]])
    assert_allclose(distances_from(np.array([0.0, nan]), others), [3.0, np.inf, np.inf])


def test_the_nearest_of_each_class_come_with_the_nearest_class_first():
    distances = np.array([0.5, 0.1, np.inf, 0.3, 0.1])
    labels = np.array(["STAR", "QSO", "QSO", "STAR", "QSO"])
    found = nearest_by_class(distances, labels, 2)
    assert list(found) == ["QSO", "STAR"]
    assert found["QSO"].tolist() == [1, 4]
    assert found["STAR"].tolist() == [3, 0]


def test_of_one_class_no_more_than_wanted():
    found = nearest_by_class(np.arange(5.0), np.array(["A"] * 5), 3)
    assert found["A"].tolist() == [0, 1, 2]
