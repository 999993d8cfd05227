from __future__ import annotations

import numpy as np
import pytest

from napari_astro_al.learning.probability_sample import ProbabilitySample
from napari_astro_al.learning.thresholds import cut_for

# from the likeliest down: 1 1 1 1 1 0 1 0 0 1
IS_ONE = np.array([1, 1, 1, 1, 1, 0, 1, 0, 0, 1], dtype=bool)
SAID = np.array([0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5, 0.4, 0.3])
SIMPLE = ProbabilitySample.simple(10, 10_000)


class TestPurity:
    def test_the_lowest_threshold_that_is_pure_enough(self):
        cut = cut_for(SIMPLE, IS_ONE, SAID, purity=0.85)

        # 6 of 7 above 0.6
        assert cut.threshold == 0.6
        assert cut.n == 7
        assert cut.purity[0] == pytest.approx(6 / 7)
        assert cut.purity[1] < 6 / 7 < cut.purity[2]
        assert cut.completeness[0] == pytest.approx(6 / 7)

    def test_answers_count_by_what_they_stand_for(self):
        strata = np.array([0] * 5 + [1] * 5)
        sample = ProbabilitySample.stratified(strata, np.array([50, 500]))

        # 10 for each of the first five, 100 for the others: above 0.6 150 of 250 are right
        assert cut_for(sample, IS_ONE, SAID, purity=0.6).threshold == 0.6
        assert cut_for(sample, IS_ONE, SAID, purity=0.61).threshold == 0.75

    def test_none_that_is_pure_enough(self):
        cut = cut_for(SIMPLE, ~IS_ONE, SAID, purity=0.9)

        assert not cut.found
        assert cut.purity[0] == pytest.approx(3 / 9)

    def test_of_one_or_two_sources_no_purity_is_told(self):
        is_one = np.array([1, 0, 0, 0, 0, 0, 0, 0, 0, 0], dtype=bool)

        assert not cut_for(SIMPLE, is_one, SAID, purity=0.9).found


class TestCompleteness:
    def test_the_highest_threshold_that_is_complete_enough(self):
        cut = cut_for(SIMPLE, IS_ONE, SAID, completeness=0.8)

        assert cut.threshold == 0.6
        assert cut.completeness[0] == pytest.approx(6 / 7)

    def test_all_of_them(self):
        assert cut_for(SIMPLE, IS_ONE, SAID, completeness=0.99).threshold == 0.3

    def test_sources_of_equal_probability_come_together(self):
        cut = cut_for(SIMPLE, IS_ONE, np.full(10, 0.5), purity=0.6)

        assert (cut.threshold, cut.n) == (0.5, 10)
