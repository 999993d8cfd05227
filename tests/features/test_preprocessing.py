from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from napari_astro_al.errors import FeatureError
from napari_astro_al.features.preprocessing import (
    TAIL_START,
    PreprocessingFit,
    compress_tails,
    robust_location,
)

float32s = st.floats(width=32, allow_nan=False, allow_infinity=False)


def fit_of(centre=0.0, spread=1.0, fill=0.0, tails="keep"):
    return PreprocessingFit(("u",), (centre,), (spread,), (fill,), (), tails)


class TestRobustLocation:
    def test_worked_by_hand(self):
        # quartiles of 1..5 are 2 and 4
        assert robust_location(np.float32([5, 1, np.nan, 3, 2, np.inf, 4])) == (3, 2)

    @settings(deadline=None)
    @given(arrays(np.float32, st.integers(1, 40), elements=float32s))
    def test_is_numpy_s_linear_percentile(self, values):
        low, median, high = np.percentile(values.astype(float), (25, 50, 75))
        expected = high - low if high > low else 1
        assert_allclose(robust_location(values), (median, expected), rtol=1e-12)

    def test_no_values_leave_the_scale_alone(self):
        assert robust_location(np.float32([np.nan])) == (0, 1)

    def test_half_the_values_alike_divide_by_one(self):
        assert robust_location(np.float32([0, 0, 0, 0, 100])) == (0, 1)


class TestCompressTails:
    def test_formula(self):
        z = np.float32([0, 3, -3, 4, -4, 3 + np.e - 1, np.nan])
        compress_tails(z)
        assert_allclose(z, [0, 3, -3, 3 + np.log(2), -3 - np.log(2), 4, np.nan], rtol=1e-6)

    @settings(deadline=None)
    @given(arrays(np.float32, 20, elements=float32s))
    def test_keeps_order_and_stays_small(self, values):
        values.sort()
        compressed = values.copy()
        compress_tails(compressed)
        assert (np.diff(compressed) >= 0).all()
        assert np.abs(compressed).max() < TAIL_START + 89  # ln of the largest float32
        inside = np.abs(values) <= TAIL_START
        assert_array_equal(compressed[inside], values[inside])


class TestApply:
    def test_scales_and_fills(self):
        values = np.float32([1, 5, np.nan, np.inf])
        fit_of(centre=3, spread=2, fill=0.25).apply(0, values)
        assert_array_equal(values, [-1, 1, 0.25, 0.25])

    def test_missing_can_stay_missing(self):
        values = np.float32([1, np.nan])
        fit_of(fill=np.nan).apply(0, values)
        assert_array_equal(values, [1, np.nan])

    def test_the_largest_numbers_stay_finite_and_in_order(self):
        values = np.float32([-3.4e38, 0, 3.4e38])
        fit_of(centre=-1e38, spread=1e-30, tails="log").apply(0, values)
        assert np.isfinite(values).all()
        assert values[0] < values[1] <= values[2]


class TestJson:
    def test_survives_a_file(self):
        fit = PreprocessingFit(("u", "g"), (0.1, 1 / 3), (2.0, 1e-30), (0.0, np.nan), ("g",), "log")
        again = PreprocessingFit.from_json(json.loads(json.dumps(fit.to_json(), allow_nan=False)))
        assert again.centre == fit.centre
        assert again.spread == fit.spread
        assert_array_equal(again.fill, fit.fill)
        assert again.all_names == ("u", "g", "missing(g)")
        assert again.tails == "log"

    def test_other_json_is_refused(self):
        with pytest.raises(FeatureError, match="no fitted preprocessing: KeyError: 'names'"):
            PreprocessingFit.from_json({})
        with pytest.raises(FeatureError, match="2 names, 1 centres"):
            PreprocessingFit.from_json(fit_of().to_json() | {"names": ["u", "g"]})


class TestMeasured:
    def test_a_scaled_value_comes_back_as_it_was_measured(self):
        fit = PreprocessingFit(("u",), (20.0,), (2.0,), (0.0,), ("u",), "log")
        raw = np.array([19.0, 20.0, 26.5, 4000.0, -7000.0], dtype=np.float32)
        scaled = raw.copy()
        fit.apply(0, scaled)
        assert_allclose(fit.measured(0, scaled), raw, rtol=1e-5)

    def test_an_indicator_stays_as_it_is(self):
        fit = PreprocessingFit(("u",), (20.0,), (2.0,), (0.0,), ("u",), "log")
        assert_allclose(fit.measured(1, np.array([0.0, 1.0], dtype=np.float32)), [0.0, 1.0])
