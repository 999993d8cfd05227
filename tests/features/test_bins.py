from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_astro_al.features.bins import MISSING, N_BINS, Bins

VALUES = st.lists(
    st.one_of(
        st.floats(-1024.0, 1024.0, width=32),
        st.sampled_from([0.0, 1.0, 1e30, np.nan, np.inf, -np.inf]),
    ),
    min_size=1,
    max_size=600,
)


@settings(max_examples=60, deadline=None)
@given(VALUES, VALUES)
def test_codes_count_the_edges_that_a_value_exceeds(fitted, asked):
    bins = Bins.of(np.array(fitted, dtype=np.float32)[:, None])
    values = np.array(asked, dtype=np.float32)

    codes = bins.codes(values[:, None])[0]

    by_numpy = 1 + np.searchsorted(bins.edges[0], values, side="left")
    assert np.array_equal(codes, np.where(np.isnan(values), MISSING, by_numpy))


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_values_ascend_and_lie_in_their_bins(fitted):
    bins = Bins.of(np.array(fitted, dtype=np.float32)[:, None])
    values, edges = bins.values[0, 1 : N_BINS + 1], bins.edges[0]

    assert (np.diff(values) >= 0).all()
    inside = np.isfinite(edges)
    assert (values[:-1][inside] <= edges[inside]).all()
    assert np.isnan(bins.values[0, MISSING])


class TestRounding:
    def test_keeps_what_has_few_values(self):
        X = np.random.default_rng(0).integers(0, 100, (5000, 3)).astype(np.float32)
        assert np.array_equal(Bins.of(X).rounded(X), X)

    def test_is_fine_in_the_crowd_and_in_the_tails(self):
        """At most a 128th of the range, and at most a 128th of the sources in a bin."""
        X = np.random.default_rng(0).standard_cauchy((50_000, 1)).clip(-50, 50).astype(np.float32)
        bins = Bins.of(X)

        assert np.abs(bins.rounded(X) - X).max() <= 100 / 127 + 1e-3
        assert np.bincount(bins.codes(X)[0]).max() <= 50_000 / 127

    def test_of_a_bin_is_the_mean_of_its_sources(self):
        X = np.random.default_rng(1).normal(size=(20_000, 1)).astype(np.float32)
        bins = Bins.of(X)
        codes = bins.codes(X)[0]
        for code in (1, 100, 200):
            mean = X[codes == code].mean(dtype=np.float64)
            assert bins.values[0, code] == pytest.approx(mean, rel=1e-5)

    def test_leaves_missing_values_missing(self):
        X = np.array([[1.0, np.nan], [2.0, 5.0]], dtype=np.float32)
        assert np.array_equal(Bins.of(X).rounded(X), X, equal_nan=True)

    def test_of_a_feature_that_nobody_has_is_harmless(self):
        X = np.full((3, 1), np.nan, dtype=np.float32)
        assert np.isnan(Bins.of(X).rounded(X)).all()
        assert Bins.of(X).rounded(np.ones((1, 1), dtype=np.float32)) == 0
