"""From values to brightness, by numbers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.cutouts import Stretch, stretch
from napari_astro_al.cutouts.stretch import FUNCTIONS, LIMITS
from napari_astro_al.errors import CutoutError

RAMP = np.linspace(0.0, 100.0, 101).reshape(1, -1)


@pytest.mark.parametrize(
    ("function", "quarter"),
    [
        ("linear", 0.25),
        ("sqrt", 0.5),
        ("log", np.log10(1000 * 0.25 + 1) / np.log10(1001)),
        ("asinh", np.arcsinh(2.5) / np.arcsinh(10)),
    ],
)
def test_functions_by_hand(function, quarter):
    way = Stretch(function, "fixed", (0.0, 4.0))
    shown = way.brightness(np.array([[-1.0, 0.0, 1.0, 4.0, 9.0, np.nan, np.inf]]))
    assert shown.dtype == np.float32
    assert shown[0, :5] == pytest.approx([0.0, 0.0, quarter, 1.0, 1.0], abs=1e-6)
    assert np.isnan(shown[0, 5:]).all()


def test_limits():
    assert Stretch("linear", "min-max").range_of(RAMP) == (0.0, 100.0)
    assert Stretch("linear", "percentile").range_of(RAMP) == pytest.approx((0.25, 99.75))
    low, high = Stretch("linear", "zscale").range_of(RAMP)
    assert (low, high) == pytest.approx((0.0, 100.0), abs=1.0)
    assert Stretch("linear", "fixed", (3.0, 5.0)).range_of(RAMP) == (3.0, 5.0)


@pytest.mark.parametrize("limits", [one for one in LIMITS if one != "fixed"])
@pytest.mark.parametrize("pixels", [np.full((4, 4), 7.0), np.full((4, 4), np.nan)])
def test_a_picture_of_one_value_or_none_has_limits_in_order(limits, pixels):
    low, high = Stretch("linear", limits).range_of(pixels)
    assert low < high


def test_what_suits_a_picture_is_as_it_was_drawn_before_there_was_a_choice():
    screen = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    assert Stretch.natural(screen) == Stretch("linear")
    assert stretch(screen, how=Stretch.natural(screen)) is screen
    assert Stretch.natural(RAMP) == Stretch("asinh", "sky")
    assert (stretch(RAMP) == stretch(RAMP, how=Stretch())).all()


def test_pictures_made_for_the_screen_can_be_stretched_too():
    screen = np.array([[[0, 64, 255]]], dtype=np.uint8)
    assert stretch(screen, how=Stretch("sqrt")).tolist() == [[[0, 128, 255]]]


@given(
    st.sampled_from(FUNCTIONS),
    st.floats(-1e6, 1e6),
    st.floats(1e-3, 1e6),
    st.lists(st.floats(-1e7, 1e7), min_size=2, max_size=20),
)
def test_brighter_is_never_darker(function, low, span, values):
    way = Stretch(function, "fixed", (low, low + span))
    shown = way.brightness(np.sort(np.array(values))[np.newaxis])
    assert (np.diff(shown) >= 0).all()
    assert 0.0 <= shown.min() <= shown.max() <= 1.0


@pytest.mark.parametrize("way", [Stretch("log", "zscale"), Stretch("sqrt", "fixed", (-1.5, 2.0))])
def test_json_and_back(way):
    assert Stretch.from_json(way.to_json()) == way


def test_what_cannot_be_is_refused():
    with pytest.raises(CutoutError, match=r"no stretch 'cubic'\. Use 'linear', 'sqrt'"):
        Stretch("cubic")
    with pytest.raises(CutoutError, match="no limits 'best'"):
        Stretch("log", "best")
    with pytest.raises(CutoutError, match="black is 5, white 1"):
        Stretch("log", "fixed", (5.0, 1.0))
    with pytest.raises(CutoutError, match="need fixed="):
        Stretch("log", "fixed")
    with pytest.raises(CutoutError, match="not two numbers"):
        Stretch.from_json({"function": "log", "limits": "fixed", "fixed": ["a", 1]})
    with pytest.raises(CutoutError, match="A stretch has no 'gamma'"):
        Stretch.from_json({"function": "log", "limits": "sky", "gamma": 2})
