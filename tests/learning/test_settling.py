from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from napari_astro_al.learning.settling import StopSet, mean_entropy, mean_kappa


def sure_of(places, k=2):
    return np.eye(k, dtype=np.float32)[places]


class TestMeanKappa:
    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=2, max_size=30))
    def test_of_two_classes_is_scikit_learns(self, pairs):
        one, other = np.array(pairs).T
        if len(np.union1d(one, other)) > 1:
            assert mean_kappa(one, other) == pytest.approx(cohen_kappa_score(one, other))

    def test_of_the_same_predictions_is_one(self):
        assert mean_kappa(np.array([0, 1, 2]), np.array([0, 1, 2])) == 1.0
        assert mean_kappa(np.zeros(4, int), np.zeros(4, int)) == 1.0

    def test_a_rare_class_weighs_as_much_as_the_others(self):
        """Of 100 sources the one of class 2 is no longer found: its own kappa is 0."""
        before = np.array([0, 1] * 49 + [0, 2])
        after = np.where(before == 2, 1, before)
        assert mean_kappa(before, after) < 0.7
        assert np.mean(before == after) == 0.99


class TestMeanEntropy:
    def test_goes_from_nothing_to_one(self):
        assert mean_entropy(sure_of([0, 1])) == 0.0
        assert mean_entropy(np.full((3, 4), 0.25)) == pytest.approx(1.0)

    def test_by_hand(self):
        assert mean_entropy(np.array([[0.25, 0.75]])) == pytest.approx(0.8113, abs=1e-4)


class TestStopSet:
    def test_models_are_compared_ten_labels_apart(self):
        stop_set = StopSet()
        first = sure_of([0, 0, 1, 1])
        assert stop_set.note(20, first, "ab").kappa is None
        assert stop_set.note(29, first, "ab").since is None
        told = stop_set.note(30, sure_of([0, 1, 1, 1]), "ab")
        assert (told.since, told.changed) == (20, 0.25)
        assert told.kappa == pytest.approx(0.5)

    def test_and_a_fifth_of_many_apart(self):
        stop_set = StopSet()
        for n_labels in range(100, 201):
            told = stop_set.note(n_labels, sure_of([0, 1]), "ab")
        assert told.since == 160

    def test_the_way_back_is_forgotten(self):
        stop_set = StopSet()
        stop_set.note(10, sure_of([0, 1]), "ab")
        stop_set.note(40, sure_of([1, 0]), "ab")
        told = stop_set.note(39, sure_of([0, 1]), "ab")
        assert (told.since, told.changed) == (10, 0.0)

    def test_models_of_other_classes_are_forgotten(self):
        stop_set = StopSet()
        stop_set.note(10, sure_of([0, 1]), "ab")
        assert stop_set.note(30, sure_of([0, 1], 3), "abc").since is None

    def test_sources_without_predictions_are_left_out(self):
        stop_set = StopSet()
        missing = sure_of([0, 1])
        missing[1] = np.nan
        stop_set.note(10, missing, "ab")
        assert stop_set.note(30, sure_of([0, 0]), "ab").changed == 0.0
        assert stop_set.note(31, np.full((2, 2), np.nan), "ab") is None
