"""Colours that colour-blind eyes tell apart, on dark and light canvases."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from napari_astro_al.viewer.palette import (
    CLASS_COLOURS,
    CLASS_SYMBOLS,
    Inks,
    as_hex,
    class_styles,
    luminance,
    rgba,
)

# Machado, Oliveira & Fernandes 2009, severity 1.0, for linear RGB
MISSING_CONES = {
    "long": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "medium": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "short": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def seen(colours, matrix):
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ np.array(matrix).T, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def contrast(one, other):
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("cone", MISSING_CONES)
def test_six_classes_are_told_apart_without_one_kind_of_cone(cone):
    colours = np.array([rgba(one)[:3] for one in CLASS_COLOURS[:6]], dtype=float)
    lab = rgb2lab(seen(colours, MISSING_CONES[cone])[None])[0]
    assert min(deltaE_ciede2000(a, b) for a, b in combinations(lab, 2)) > 10


@pytest.mark.parametrize("background", [(0.0, 0.0, 0.0), (1.0, 1.0, 1.0)])
def test_everything_stands_out_from_the_canvas(background):
    inks = Inks.on(background)
    assert all(contrast(rgba(one), background) > 2 for one in CLASS_COLOURS)
    assert contrast(inks.text, background) > 7
    assert contrast(inks.ring, background) > 4.5
    assert contrast(inks.quiet, background) > 2.4


def test_every_class_has_a_colour_and_symbol_of_its_own():
    styles = class_styles([f"class {n}" for n in range(9)])
    assert len({as_hex(style.colour) for style in styles.values()}) == 9
    assert len({style.symbol for style in styles.values()}) == len(CLASS_SYMBOLS) == 9


def test_chosen_colours_win_and_a_negative_class_shares_the_symbol():
    styles = class_styles(["STAR", "QSO", "~QSO"], {"QSO": "#123456"})
    assert list(styles) == ["STAR", "QSO", "~QSO"]
    assert as_hex(styles["QSO"].colour) == "#123456"
    assert styles["~QSO"].symbol == styles["QSO"].symbol
    assert as_hex(styles["~QSO"].colour) != as_hex(styles["QSO"].colour)


@pytest.mark.parametrize("paper", ["#000000", "#FFFFFF"])
def test_writing_on_the_canvas_is_readable(paper):
    """Contrasts that WCAG 2.1 asks for: 4.5 of text, 3 of signs."""
    inks = Inks.on(rgba(paper))

    def contrast(ink):
        low, high = sorted([luminance(ink), luminance(inks.paper)])
        return (high + 0.05) / (low + 0.05)

    assert contrast(inks.text) > 4.5
    assert contrast(inks.quiet) > 4.5
    assert contrast(inks.ring) > 3
