"""Morphology is measured as statmorph measures it, and never fails loudly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tests.vision.galaxies import MADE, disc, noise, places, spiral

from napari_astro_al.vision import QUANTITIES, measure
from napari_astro_al.vision.finding import binned, find_source
from napari_astro_al.vision.light import CIRCLE, Ellipse, Growth, turned

STATMORPH = {
    # concentration, asymmetry, smoothness, Gini, M20, ellipticity, r50, Petrosian radius
    "disc": (2.742, -0.026, -0.008, 0.489, -1.809, 0.003, 13.12, 28.75),
    "inclined disc": (2.933, -0.040, 0.001, 0.505, -1.768, 0.604, 11.15, 25.74),
    "spheroid": (3.918, -0.002, 0.018, 0.589, -2.271, 0.013, 7.01, 19.00),
    "spiral": (2.739, -0.011, 0.062, 0.571, -1.643, 0.067, 19.66, 43.66),
    "clumpy": (2.578, 0.109, 0.027, 0.482, -1.236, 0.270, 14.59, 29.34),
}
"""Measured by statmorph 0.7.2 on the same pictures, with segments of our threshold."""


@pytest.mark.parametrize("name", MADE)
def test_numbers_are_those_of_statmorph(name):
    ours, theirs = measure(MADE[name]()), STATMORPH[name]
    assert ours.concentration == pytest.approx(theirs[0], abs=0.1)
    assert ours.asymmetry == pytest.approx(theirs[1], abs=0.015)
    assert ours.smoothness == pytest.approx(theirs[2], abs=0.025)
    assert ours.gini == pytest.approx(theirs[3], abs=0.03)
    assert ours.m20 == pytest.approx(theirs[4], abs=0.05)
    assert ours.ellipticity == pytest.approx(theirs[5], abs=0.07)
    assert ours.half_light_radius == pytest.approx(theirs[6], rel=0.07)
    assert ours.petrosian_radius == pytest.approx(theirs[7], rel=0.07)
    assert ours.flag == 0


def test_the_winding_says_which_way_the_arms_turn():
    clockwise = measure(spiral(3.0) + noise())
    mirrored = measure((spiral(3.0) + noise())[:, ::-1])
    assert clockwise.winding > 0.3
    assert mirrored.winding == pytest.approx(-clockwise.winding, abs=0.01)
    assert abs(measure(disc(10.0, 0.4, 0.6) + noise()).winding) < 0.02


def test_turning_the_picture_changes_nothing():
    picture = MADE["clumpy"]()
    one, turned_once = measure(picture), measure(np.rot90(picture))
    for quantity in QUANTITIES:
        if not quantity.startswith("colour"):
            assert getattr(turned_once, quantity) == pytest.approx(
                getattr(one, quantity), rel=0.02, abs=0.01
            )


def test_colours_are_magnitudes_between_channels():
    shape = disc(8.0, brightness=1.0)
    picture = np.stack([50.0 * shape, 100.0 * shape, 25.0 * shape], axis=-1) + 10.0
    picture += noise(0.1)[..., np.newaxis]
    colours = measure(picture)
    assert colours.colour_1 == pytest.approx(2.5 * np.log10(100 / 25), abs=0.02)
    assert colours.colour_2 == pytest.approx(-2.5 * np.log10(100 / 50), abs=0.02)
    assert np.isnan(measure(picture[..., 0]).colour_1)


def test_pixels_made_for_the_screen_can_be_measured():
    picture = np.clip(disc(8.0, brightness=150.0) + 12.0 + noise(2.0), 0, 255).astype(np.uint8)
    one = measure(picture)
    assert one.flag == 0
    assert one.half_light_radius == pytest.approx(12.8, rel=0.05)


def test_large_pictures_are_binned_and_radii_stay_in_their_pixels():
    large = measure(np.kron(disc(8.0) + noise(), np.ones((4, 4))))
    assert large.half_light_radius == pytest.approx(4 * 12.8, rel=0.03)


def test_a_source_at_the_edge_is_doubtful():
    picture = disc(40.0) + noise()
    assert measure(picture).flag >= 1


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((40, 40)),
        np.full((40, 40), np.nan),
        np.full((40, 40, 3), 200, dtype=np.uint8),
        noise(1.0, seed=3),
        disc(2.0, centre=(10, 10)) + noise(),
        np.ones((3, 400)),
    ],
    ids=["empty", "no data", "white", "noise", "source elsewhere", "a strip"],
)
def test_where_there_is_nothing_the_flag_says_so(picture):
    one = measure(picture)
    assert one.flag == 2
    assert np.isnan(one.gini)


@settings(max_examples=15, deadline=None)
@given(
    arrays.arrays(
        st.sampled_from([np.float32, np.float64, np.uint8, np.int16, np.bool_]),
        st.sampled_from([(1, 1), (9, 30), (24, 24), (24, 24, 3)]),
    )
)
def test_nothing_is_raised_whatever_the_pixels(pixels):
    assert measure(pixels).flag in (0.0, 1.0, 2.0)


def test_another_source_is_kept_out():
    picture = disc(6.0) + disc(4.0, centre=(30, 30), brightness=300.0) + noise()
    found = find_source(picture)
    assert found is not None
    assert found.other[30, 30]
    assert found.image[30, 30] == 0
    assert not found.region[30, 30]
    assert found.region[80, 80]


def test_a_circle_holds_its_area():
    growth = Growth.of(np.ones((81, 81)), CIRCLE.radii((81, 81), (40.0, 40.0)), 30.0)
    assert growth.within(20.0) == pytest.approx(np.pi * 20.0**2, rel=0.01)
    assert growth.radius_with(0.25, growth.within(20.0)) == pytest.approx(10.0, rel=0.01)


def test_an_ellipse_is_found_again():
    y, x = places()
    angle = 0.7
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    region = np.hypot(along / 40.0, across / 20.0) < 1.0
    shape = Ellipse.of(region.astype(float), region, (79.5, 79.5))
    assert shape.elongation == pytest.approx(2.0, rel=0.01)
    assert shape.angle == pytest.approx(angle, abs=0.01)


def test_turning_about_a_place_between_pixels():
    picture = np.zeros((5, 6))
    picture[1, 1] = 8.0
    assert turned(picture, (2.0, 2.0))[3, 3] == 8.0
    half = turned(picture, (2.0, 2.25))
    assert half[3, 3] == pytest.approx(4.0)
    assert half[3, 4] == pytest.approx(4.0)


def test_binning_takes_means():
    values, factor = binned(np.arange(1026.0 * 4).reshape(1026, 4))
    assert factor == 3
    assert values.shape == (342, 1)
    assert values[0, 0] == pytest.approx(np.mean([[0, 1, 2], [4, 5, 6], [8, 9, 10]]))
