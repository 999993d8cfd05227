from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_astro_al.features.leakage import area_under_curve, best_area, mid_ranks


class TestMidRanks:
    def test_ties_share_the_mean(self):
        assert mid_ranks(np.array([10, 20, 20, 30])).tolist() == [1, 2.5, 2.5, 4]


class TestAreaUnderCurve:
    def test_worked_by_hand(self):
        # of the 2 x 3 pairs the positive one is higher in 4 and equal in 1
        values = np.array([3.0, 5.0, 1.0, 3.0, 4.0])
        positive = np.array([True, True, False, False, False])
        assert area_under_curve(values, positive) == (1 + 0.5 + 0 + 3) / 6

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=2, max_size=60))
    def test_is_scikit_learn_s(self, pairs):
        from sklearn.metrics import roc_auc_score

        values, positive = (np.array(side) for side in zip(*pairs, strict=True))
        if positive.all() or not positive.any():
            assert np.isnan(area_under_curve(values, positive))
        else:
            assert area_under_curve(values, positive) == pytest.approx(
                roc_auc_score(positive, values)
            )


class TestBestArea:
    def test_is_the_best_over_classes_and_directions(self):
        codes = np.repeat([0, 1, 2], 20)
        values = np.concatenate([np.full(20, 5.0), np.arange(20), np.arange(20) + 0.5])
        expected = max(
            max(area, 1 - area)
            for area in (area_under_curve(values, codes == code) for code in range(3))
        )
        assert best_area(values, codes) == pytest.approx(expected)

    def test_a_class_below_all_others_leaks_as_much_as_one_above(self):
        codes = np.repeat([0, 1], 20)
        assert best_area(codes.astype(float), codes) == 1
        assert best_area(-codes.astype(float), codes) == 1

    def test_missing_values_are_left_out(self):
        codes = np.repeat([0, 1], 20)
        values = np.where(np.arange(40) % 2, np.nan, codes)
        assert best_area(values, codes) == 1

    def test_a_handful_of_sources_proves_nothing(self):
        codes = np.repeat([0, 1], [100, 9])
        assert best_area(codes.astype(float), codes) == 0

    def test_nothing_labelled_is_no_leak(self):
        assert best_area(np.empty(0), np.empty(0, dtype=int)) == 0
