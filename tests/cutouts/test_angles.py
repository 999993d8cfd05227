"""Plain sizes on the sky, and how they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.cutouts.angles import PLAIN, angle_text, next_size, rounded


def test_steps_through_plain_angles():
    assert [next_size(60.0, larger=True), next_size(120.0, larger=True)] == [120.0, 180.0]
    assert next_size(60.0, larger=False) == 30.0
    assert next_size(70.0, larger=False) == 60.0


@given(st.sampled_from(PLAIN[1:-1]))
def test_a_step_back_undoes_a_step(size):
    assert next_size(next_size(size, larger=True), larger=False) == pytest.approx(size)
    assert rounded(size) == size


def test_beyond_the_last_a_size_stays():
    assert next_size(PLAIN[-1], larger=True) == PLAIN[-1]
    assert next_size(PLAIN[0], larger=False) == PLAIN[0]


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0.05, "0.05″"),
        (30.0, "30″"),
        (60.0, "1′"),
        (90.0, "1.5′"),
        (3600.0, "1°"),
        (691.2, "11.5′"),
    ],
)
def test_angles_in_the_unit_that_suits_them(size, text):
    assert angle_text(size) == text
