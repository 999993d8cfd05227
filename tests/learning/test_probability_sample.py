from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.learning.probability_sample import (
    ProbabilitySample,
    drawing_chances,
    weighted_order,
)


def keys(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2**64, size=n, dtype=np.uint64)


class TestSimple:
    def test_each_answer_stands_for_its_share(self):
        sample = ProbabilitySample.simple(4, 100)

        assert sample.weights.tolist() == [25, 25, 25, 25]
        assert sample.total(np.array([1, 0, 0, 1])) == 50

    def test_variance_is_that_of_the_textbook(self):
        sample = ProbabilitySample.simple(4, 100)

        # s2 = 1/3, N2 (1 - n/N) s2 / n = 10,000 * 0.96 / 3 / 4
        assert sample.variance(np.array([1, 0, 0, 1])) == pytest.approx(800)

    def test_a_census_leaves_no_doubt(self):
        assert ProbabilitySample.simple(4, 4).variance(np.array([1, 0, 0, 1])) == 0

    def test_one_answer_has_no_scatter(self):
        assert np.isnan(ProbabilitySample.simple(1, 10).variance(np.array([1.0])))


class TestStratified:
    def test_strata_have_weights_of_their_own(self):
        sample = ProbabilitySample.stratified(np.array([0, 1, 0, 1]), np.array([10, 90]))

        assert sample.weights.tolist() == [5, 45, 5, 45]
        # 10 * 8 * 0.5 / 2 + 90 * 88 * 0 / 2
        assert sample.variance(np.array([1, 1, 0, 1])) == pytest.approx(20)

    def test_one_answer_in_a_stratum_takes_the_scatter_of_all(self):
        sample = ProbabilitySample.stratified(np.array([0, 0, 1]), np.array([2, 10]))

        # the first stratum is a census; 10 * 9 * (1/3) / 1
        assert sample.variance(np.array([1, 1, 0])) == pytest.approx(30)


class TestWeighted:
    def test_equal_chances_are_a_simple_sample(self):
        even = ProbabilitySample.weighted(np.full(5, 1 / 20), 20)
        simple = ProbabilitySample.simple(5, 20)
        values = np.array([1, 0, 0, 1, 1])

        assert even.weights == pytest.approx(simple.weights)
        assert even.variance(values) == pytest.approx(simple.variance(values))

    def test_weights_are_those_of_the_paper(self):
        sample = ProbabilitySample.weighted(np.array([0.5, 0.25]), 4)

        # N = 4, M = 2: v_1 = 1 + 2/3 (1/(4 * 0.5) - 1) = 2/3; the second is drawn with 0.25/0.5
        # among those left, v_2 = 1 + 2/2 (1/(3 * 0.5) - 1) = 2/3; both times N/M = 2
        assert sample.weights == pytest.approx([4 / 3, 4 / 3])

    def test_totals_are_right_on_average(self):
        values = np.array([1.0, 0, 0, 3, 0, 2, 0, 1])
        chances = drawing_chances(np.array([5, 1, 1, 4, 1, 2, 0, 0]))
        totals = []
        for seed in range(4_000):
            order = weighted_order(keys(8, seed), chances, 4)
            totals.append(ProbabilitySample.weighted(chances[order], 8).total(values[order]))

        assert np.mean(totals) == pytest.approx(7, abs=4 * np.std(totals) / np.sqrt(4_000))

    def test_first_draws_have_their_chances(self):
        chances = drawing_chances(np.array([6.0, 0, 2, 0]))
        first = [int(weighted_order(keys(4, seed), chances, 1)[0]) for seed in range(4_000)]

        assert np.bincount(first, minlength=4) / 4_000 == pytest.approx(chances, abs=0.03)

    @given(st.integers(1, 50), st.integers(1, 60), st.integers(0, 1_000))
    def test_a_larger_draw_begins_with_the_smaller(self, size, n, seed):
        chances = drawing_chances(np.random.default_rng(seed).random(size))
        whole = weighted_order(keys(size, seed), chances, size)

        assert sorted(whole.tolist()) == list(range(size))
        assert weighted_order(keys(size, seed), chances, n).tolist() == whole[:n].tolist()


class TestChances:
    def test_half_is_alike_for_all(self):
        assert drawing_chances(np.array([3.0, 1, 0, 0])).tolist() == [0.5, 0.25, 0.125, 0.125]

    def test_no_weight_anywhere_is_alike_for_all(self):
        assert drawing_chances(np.array([np.nan, 0, np.inf, 0])).tolist() == [0.25] * 4
