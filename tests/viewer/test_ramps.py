"""Numbers as colours, in steps that the eye sees as equal."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.color import rgb2lab

from napari_astro_al.viewer.palette import luminance
from napari_astro_al.viewer.ramps import cielab, ramp

NAMES = ("uncertainty", "density", "values")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dark", [True, False])
def test_lightness_only_rises_on_dark_and_only_falls_on_light(name, dark):
    colours = ramp(name, np.linspace(0, 1, 65), dark=dark)
    lightness = rgb2lab(colours[None, :, :3])[0, :, 0]
    steps = np.diff(lightness) if dark or name == "values" else -np.diff(lightness)
    assert (steps > -0.3).all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dark", [True, False])
def test_equal_steps_are_equal_distances_in_cielab(name, dark):
    lab = rgb2lab(ramp(name, np.linspace(0, 1, 33), dark=dark)[None, :, :3])[0]
    distances = np.linalg.norm(np.diff(lab, axis=0), axis=1)
    assert distances.min() > 0.6 * distances.max()


def test_what_is_missing_is_transparent():
    colours = ramp("values", [[0.0, np.nan], [1.0, 0.5]], dark=True, alpha=0.5)
    assert colours.shape == (2, 2, 4)
    assert colours.dtype == np.float32
    assert colours[..., 3].tolist() == [[0.5, 0.0], [0.5, 0.5]]


def test_beyond_the_ends_the_ends_are_shown():
    below, low, high, above = ramp("values", [-3.0, 0.0, 1.0, 7.0], dark=False)
    assert below.tolist() == low.tolist()
    assert above.tolist() == high.tolist()


def test_cielab_is_that_of_scikit_image():
    rgb = np.random.default_rng(0).random((50, 3))
    assert cielab(rgb) == pytest.approx(rgb2lab(rgb[None])[0], abs=0.05)


def test_uncertainty_stands_out_more_and_more_on_a_dark_canvas():
    bright = [luminance(one) for one in ramp("uncertainty", np.linspace(0, 1, 5), dark=True)]
    assert bright == sorted(bright)
