from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_astro_al.features.leakage import best_area, mid_ranks


class TestMidRanks:
    def test_ties_share_the_mean(self):
        assert mid_ranks(np.array([10, 20, 20, 30])).tolist() == [1, 2.5, 2.5, 4]


class TestBestArea:
    def test_worked_by_hand(self):
        # each 3 against the others: higher than 0 and 1, equal to 3, lower than 5
        values = np.repeat([3.0, 0.0, 1.0, 3.0, 5.0], 10)
        codes = np.repeat([1, 0, 0, 0, 0], 10)
        assert best_area(values, codes) == (1 + 1 + 0.5 + 0) / 4

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 2)), min_size=40, max_size=90))
    def test_is_scikit_learn_s_over_classes_and_directions(self, pairs):
        from sklearn.metrics import roc_auc_score

        values, codes = (np.array(side) for side in zip(*pairs, strict=True))
        areas = [
            roc_auc_score(codes == code, values)
            for code in range(3)
            if 10 <= (codes == code).sum() <= len(codes) - 10
        ]
        expected = max([max(area, 1 - area) for area in areas], default=0)
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
