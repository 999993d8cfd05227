from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_array_equal

from napari_astro_al.errors import ProjectionError
from napari_astro_al.projection import density

SETTINGS = settings(deadline=None, max_examples=60)

coordinates = st.one_of(
    st.integers(-2, 12).map(float),
    st.floats(-2, 12, width=32),
    st.sampled_from([np.float32(0.1), np.float32(0.3), np.nan, np.inf]),
)


class TestDensity:
    def test_rows_are_y_and_columns_x(self):
        points = np.float32([[0.5, 0.5], [2.5, 0.5], [2.5, 1.5], [2.5, 1.5]])
        counts = density(points, (0, 0, 3, 2), (2, 3))
        assert counts.dtype == np.float32
        assert_array_equal(counts, [[1, 0, 1], [0, 0, 2]])

    @SETTINGS
    @given(
        arrays(np.float32, st.tuples(st.integers(0, 60), st.just(2)), elements=coordinates),
        st.tuples(st.floats(-1, 5), st.floats(-1, 5), st.floats(0.1, 7), st.floats(0.1, 7)),
        st.tuples(st.integers(1, 11), st.integers(1, 11)),
    )
    def test_is_numpy_s_histogram(self, points, corner_and_size, shape):
        x0, y0, width, height = corner_and_size
        rect = (x0, y0, x0 + width, y0 + height)
        finite = points[np.isfinite(points).all(axis=1)].astype(float)
        expected, _, _ = np.histogram2d(
            finite[:, 1],
            finite[:, 0],
            bins=shape,
            range=((rect[1], rect[3]), (rect[0], rect[2])),
        )
        assert_array_equal(density(points, rect, shape), expected)

    def test_edges_decide_where_rounding_is_in_doubt(self):
        # every edge of a grid that float arithmetic does not hit exactly, and its neighbours
        edges = np.linspace(0, 1000, 701).astype(np.float32)
        x = np.concatenate(
            [edges, np.nextafter(edges, np.float32(0)), np.nextafter(edges, np.float32(2000))]
        )
        points = np.column_stack([x, np.full_like(x, 0.5)])
        expected, _ = np.histogram(x.astype(float), bins=np.linspace(0, 1000, 701))
        assert_array_equal(density(points, (0, 0, 1000, 1), (1, 700))[0], expected)

    @pytest.mark.parametrize(
        ("rect", "shape"), [((0, 0, 0, 1), (2, 2)), ((0, 1, 1, 0), (2, 2)), ((0, 0, 1, 1), (0, 2))]
    )
    def test_needs_an_area_and_pixels(self, rect, shape):
        with pytest.raises(ProjectionError, match="Nothing can be counted"):
            density(np.zeros((1, 2), dtype=np.float32), rect, shape)
