"""Nested HEALPix pixels are those of the library that HATS uses."""

from __future__ import annotations

import numpy as np
import pytest
from hats.pixel_math.spatial_index import compute_spatial_index
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.projection.healpix import n_pixels, order_of_area, pixel_area, pixels_of


@given(
    st.floats(0, 360, exclude_max=True, allow_subnormal=False),
    st.floats(-90, 90, allow_subnormal=False),
    st.integers(0, 29),
)
def test_a_position_is_in_the_pixel_that_hats_says(ra: float, dec: float, order: int) -> None:
    """At the deepest order rounding may put a place on an edge on either side."""
    ra, dec = np.array([round(ra, 7) + 1e-8]), np.array([min(round(dec, 7) + 1e-8, 90.0)])
    deepest = compute_spatial_index(ra, dec)
    kept = min(order, 24)
    expected = deepest >> (2 * (29 - kept))
    np.testing.assert_array_equal(pixels_of(ra, dec, kept), expected)


def test_a_whole_sky_is_in_the_pixels_that_hats_says() -> None:
    rng = np.random.default_rng(0)
    ra = rng.uniform(0, 360, 20_000)
    dec = np.degrees(np.arcsin(rng.uniform(-1, 1, 20_000)))
    dec[:4] = 90.0, -90.0, 89.999999999, -89.999999999
    deepest = compute_spatial_index(ra, dec)
    for order in (0, 3, 8, 20, 29):
        np.testing.assert_array_equal(pixels_of(ra, dec, order), deepest >> (2 * (29 - order)))


def test_what_is_no_position_is_in_no_pixel() -> None:
    found = pixels_of(np.array([np.nan, 10.0, 10.0]), np.array([0.0, np.nan, 91.0]), 5)
    assert found.tolist() == [-1, -1, -1]


def test_areas_and_orders() -> None:
    assert (n_pixels(0), n_pixels(3)) == (12, 768)
    assert pixel_area(0) == pytest.approx(41_252.961 / 12, rel=1e-7)
    assert order_of_area(pixel_area(7)) == 7
    assert order_of_area(pixel_area(7) * 1.01) == 6  # no smaller than asked for
    assert order_of_area(1e9) == 0
