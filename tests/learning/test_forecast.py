"""Forecasts of curves whose future is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_astro_al.learning.forecast import FARTHEST, REACH, forecast

NONE = np.full(300, np.nan)


def law(n, a=0.95, b=1.0, c=0.7):
    return a - b * np.asarray(n, dtype=float) ** -c


def of(score, n):
    nothing = np.full(len(n), np.nan)
    return forecast(np.asarray(n, dtype=float), np.asarray(score, dtype=float), nothing, nothing)


class TestLabelsTo:
    @settings(max_examples=25, deadline=None)
    @given(
        a=st.floats(0.85, 1.0),
        c=st.floats(0.4, 1.2),
        now=st.integers(40, 150),
        share=st.floats(0.1, 0.4),
    )
    def test_the_range_holds_the_truth_of_a_power_law(self, a, c, now, share):
        """The target is a share of the way that is left; it is reached where the law says."""
        n = np.arange(5, now + 1)
        score = law(n, a, 1.0, c)
        target = score[-1] + share * (a - score[-1])
        truth = (1.0 / (a - target)) ** (1 / c) - now
        told = of(score, n).labels_to(target)
        if told is not None:
            assert told.low <= truth + 1
            assert truth <= told.high + 1

    @pytest.mark.parametrize("seed", range(5))
    def test_noise_widens_it_and_the_median_stays_near(self, seed):
        n = np.arange(5, 101)
        noise = np.random.default_rng(seed).normal(scale=0.004, size=len(n))
        target = float(law(140))
        told = of(law(n) + noise, n).labels_to(target)
        assert told is not None
        assert told.low <= 40 <= told.high

    def test_a_target_out_of_reach_is_not_forecast(self):
        n = np.arange(5, 101)
        assert of(law(n), n).labels_to(0.999) is None

    def test_nothing_is_told_beyond_ten_times_the_labels(self):
        n = np.arange(5, 101)
        told = of(law(n, c=0.4), n)
        for target in np.linspace(told.level, 1, 30):
            labels = told.labels_to(float(target))
            assert labels is None or labels.high <= FARTHEST * 100

    def test_a_higher_target_takes_no_fewer_labels(self):
        n = np.arange(5, 101)
        told = [of(law(n), n).labels_to(target) for target in (0.91, 0.915, 0.92)]
        abouts = [one.about for one in told if one is not None]
        assert abouts == sorted(abouts)
        assert all(one.low <= one.about <= one.high for one in told if one is not None)


class TestGain:
    def test_of_a_flat_curve_is_next_to_nothing(self):
        n = np.arange(5, 101)
        expected, low, high = of(np.full(len(n), 0.9), n).gain(50)
        assert abs(expected) < 0.01
        assert low <= expected <= high

    def test_of_a_rising_curve_is_near_the_truth(self):
        n = np.arange(5, 81)
        expected, low, high = of(law(n, c=0.5), n).gain(80)
        truth = float(law(160, c=0.5) - law(80, c=0.5))
        assert low <= truth <= high
        assert expected == pytest.approx(truth, abs=0.02)


class TestHonesty:
    @pytest.mark.parametrize(
        "n",
        [[], [50], range(5, 10), range(90, 101)],
        ids=["none", "one", "too few", "too much alike"],
    )
    def test_says_nothing_where_there_is_too_little(self, n):
        assert of(law(n) if len(n) else [], n) is None

    def test_says_nothing_of_scores_that_are_missing(self):
        n = np.arange(5, 60)
        assert of(np.full(len(n), np.nan), n) is None

    def test_scores_stay_scores(self):
        n = np.arange(5, 101)
        told = of(law(n, a=1.0), n)
        assert told.paths.min() >= 0
        assert told.paths.max() <= 1
        assert told.n_labels[-1] == pytest.approx(REACH * 100)

    def test_the_same_curve_gives_the_same_forecast(self):
        n = np.arange(5, 101)
        np.testing.assert_array_equal(of(law(n), n).paths, of(law(n), n).paths)

    def test_models_with_wide_intervals_weigh_less(self):
        n = np.arange(5.0, 101)
        score = law(n)
        score[::2] += 0.1
        half = np.where(np.arange(len(n)) % 2 == 0, 0.3, 0.01)
        trusted = forecast(n, score, score - half, score + half)
        assert trusted.level == pytest.approx(law(100), abs=0.02)
