from __future__ import annotations

import numpy as np
import pytest

from napari_astro_al.learning.conformal import label_sets, set_threshold


class TestThreshold:
    def test_is_the_quantile_with_one_source_more(self):
        true = np.zeros(9, dtype=np.int64)
        own = np.arange(1, 10) / 10
        said = np.stack([own, 1 - own], axis=1)

        # of ten with the new one, one may lie below: the lowest of the nine
        assert set_threshold(true, said, 0.1) == pytest.approx([0.1, 0.1])
        assert set_threshold(true, said, 0.3) == pytest.approx([0.3, 0.3])

    def test_too_few_sources_promise_nothing(self):
        assert set_threshold(np.array([0, 1]), np.eye(2), 0.1).tolist() == [0, 0]

    def test_by_class_each_has_its_own(self):
        true = np.array([0] * 9 + [1] * 9)
        own = np.concatenate([np.full(9, 0.9), np.full(9, 0.6)])
        said = np.stack([np.where(true == 0, own, 1 - own), np.where(true == 1, own, 1 - own)], 1)

        assert set_threshold(true, said, 0.1, by_class=True) == pytest.approx([0.9, 0.6])


class TestCoverage:
    @pytest.mark.parametrize("error", [0.05, 0.2])
    @pytest.mark.parametrize("by_class", [False, True])
    def test_sets_miss_as_often_as_they_may(self, error, by_class):
        """Whatever the model is worth: here it takes one class for certain much too often."""
        rng = np.random.default_rng(0)
        missed = []
        for _ in range(200):
            true = rng.choice(3, size=600, p=[0.6, 0.3, 0.1])
            said = rng.dirichlet([1, 1, 1], size=600) + 0.5 * np.eye(3)[true]
            said[rng.random(600) < 0.1] = [1.5, 0, 0]
            said /= said.sum(axis=1, keepdims=True)
            thresholds = set_threshold(true[:300], said[:300], error, by_class=by_class)
            codes = label_sets(said[300:], thresholds)
            held = (codes >> true[300:]) & 1
            rare = true[300:] == 2
            missed.append([1 - held.mean(), 1 - held[rare].mean()])
        over_all, of_the_rare = np.mean(missed, axis=0)

        assert over_all <= error + 0.005
        if by_class:
            assert of_the_rare <= error + 0.01
        else:
            assert over_all >= error - 0.02


class TestSets:
    def test_are_sums_of_places(self):
        said = np.array([[0.9, 0.1, 0.0], [0.5, 0.45, 0.05], [0.34, 0.33, 0.33]])

        assert label_sets(said, np.array([0.4, 0.4, 0.4])).tolist() == [1, 3, 0]

    def test_without_a_prediction_nothing_is_known(self):
        assert label_sets(np.array([[np.nan, np.nan]]), np.zeros(2)).tolist() == [-1]
