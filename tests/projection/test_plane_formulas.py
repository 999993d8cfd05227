"""Every published curve against points computed by hand from the papers' formulas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from napari_astro_al.projection import PLANES, read_curves
from napari_astro_al.projection import plane_formulas as formulas

CURVES = [
    # 1.19 - 0.61/0.97
    ("bpt_nii", "Kewley 2001", formulas.kewley_2001_nii, -0.5, 0.561134),
    # 1.3 - 0.61/0.55
    ("bpt_nii", "Kauffmann 2003", formulas.kauffmann_2003, -0.5, 0.190909),
    # 0.21 + 0.45
    ("bpt_nii", "Schawinski 2007", formulas.schawinski_2007, 0.2, 0.66),
    # 1.3 - 0.72/0.82
    ("bpt_sii", "Kewley 2001", formulas.kewley_2001_sii, -0.5, 0.421951),
    # 1.89 * 0.1 + 0.76
    ("bpt_sii", "Kewley 2006", formulas.kewley_2006_sii, 0.1, 0.949),
    # 1.33 - 0.73/0.91
    ("bpt_oi", "Kewley 2001", formulas.kewley_2001_oi, -1.5, 0.527802),
    # -1.18 + 1.30
    ("bpt_oi", "Kewley 2006", formulas.kewley_2006_oi, -1.0, 0.12),
    # tanh(-1) = -0.761594
    ("colour_magnitude", "Baldry 2004", formulas.baldry_2004, -21.16, 2.245829),
    # 0.650 * exp(0.153 * 4), exp(0.612) = 1.844116
    ("assef_2018", "90 % reliable", None, 15.86, 1.198675),
    ("assef_2018", "90 % reliable", None, 13.0, 0.650),
    # 0.486 * exp(0.092 * 4), exp(0.368) = 1.444842
    ("assef_2018", "75 % reliable", None, 15.07, 0.702193),
    # 0.662 * exp(0.232 * 4), exp(0.928) = 2.529445
    ("assef_2013", "90 % reliable", None, 15.97, 1.674493),
    # 0.530 * exp(0.183), exp(0.183) = 1.200815
    ("assef_2013", "75 % reliable", None, 14.76, 0.636432),
]


@pytest.mark.parametrize(("plane", "name", "formula", "x", "y"), CURVES)
def test_curves_as_drawn(
    plane: str, name: str, formula: Callable[..., np.ndarray] | None, x: float, y: float
) -> None:
    curves = read_curves({"curves": [dict(one) for one in PLANES[plane].curves]})
    (drawn,) = [one for one in curves if one.name == name]

    assert np.interp(x, *drawn.points.T) == pytest.approx(y, abs=1e-3)
    if formula is not None:
        assert formula(np.array([x]))[0] == pytest.approx(y, abs=1e-6)


PLACES = [
    ("bpt_nii", -0.5, 0.0, "star-forming"),
    ("bpt_nii", -0.5, 0.4, "composite"),
    ("bpt_nii", 0.0, 1.0, "Seyfert"),
    ("bpt_nii", 0.1, 0.2, "LINER"),
    # beyond the pole of the hyperbola nothing is star-forming
    ("bpt_nii", 0.6, -3.0, "LINER"),
    ("bpt_sii", -0.5, 0.3, "star-forming"),
    ("bpt_sii", -0.2, 1.0, "Seyfert"),
    ("bpt_sii", 0.0, 0.3, "LINER"),
    ("bpt_oi", -1.5, 0.3, "star-forming"),
    ("bpt_oi", -1.0, 0.8, "Seyfert"),
    ("bpt_oi", -0.8, 0.2, "LINER"),
    ("whan", -0.6, np.log10(10), "star-forming"),
    ("whan", 0.0, np.log10(7), "strong AGN"),
    ("whan", 0.0, np.log10(4), "weak AGN"),
    ("whan", 0.0, np.log10(2), "retired"),
    ("whan", -0.2, np.log10(0.3), "passive"),
    # Hα of 0.3 Å, but [N II] of 0.95 Å
    ("whan", 0.5, np.log10(0.3), "retired"),
    # at W2-W3 = 3 the wedge reaches from 0.723 to 1.741
    ("mateos", 3.0, 1.2, "active nucleus"),
    ("mateos", 3.0, 0.72, "outside"),
    ("mateos", 3.0, 1.75, "outside"),
    # left of -3.172 x + 7.624, which is 2.866 at 1.5 and 0.963 at 2.1
    ("mateos", 1.5, 0.9, "outside"),
    ("mateos", 2.1, 1.0, "active nucleus"),
    ("stern", 14.0, 0.8, "active nucleus"),
    ("stern", 14.0, 0.79, "outside"),
    ("stern", 15.05, 1.5, "outside"),
    ("assef_2018", 13.0, 0.7, "90 % reliable"),
    ("assef_2018", 15.86, 1.1, "75 % reliable"),
    ("assef_2018", 15.86, 0.5, "outside"),
    ("sdss_colours", 0.3, 0.2, "ultraviolet excess"),
    ("sdss_colours", 1.2, 0.45, "outside"),
    ("colour_magnitude", -20.07, 2.1, "red sequence"),
    ("colour_magnitude", -20.07, 2.0, "blue cloud"),
    ("compactness_sdss", 20.0, 0.2, "extended"),
    ("compactness_sdss", 20.0, 0.1, "point-like"),
    ("compactness_ps1", 20.0, 0.1, "extended"),
    ("compactness_ps1", 20.0, 0.0, "point-like"),
    ("irac", 0.8, 0.5, "disc"),
    # above 0.2 x + 0.18 and 2.5 x - 3.5, beyond the discs
    ("irac", 0.8, 1.2, "active nucleus"),
    ("irac", 0.2, 0.1, "outside"),
]


@pytest.mark.parametrize(("plane", "x", "y", "region"), PLACES)
def test_regions(plane: str, x: float, y: float, region: str) -> None:
    codes = PLANES[plane].codes(np.array([x, np.nan]), np.array([y, 0.0]))

    assert PLANES[plane].regions[codes[0]] == region
    assert codes[1] == -1


def test_every_region_of_every_plane_is_held_to_a_place() -> None:
    held = {(plane, region) for plane, _, _, region in PLACES}
    of_2013 = {("assef_2013", one) for one in PLANES["assef_2013"].regions}

    assert held | of_2013 == {(name, one) for name in PLANES for one in PLANES[name].regions}


def test_both_forms_of_the_mateos_wedge_agree() -> None:
    # AstronomicAL draws it in logarithms of flux ratios: 0.315 x + 0.297, 0.315 x - 0.110 and
    # -3.172 x + 0.436; zero points of Jarrett et al. 2011 turn magnitudes into fluxes
    rng = np.random.default_rng(0)
    colour, y = rng.uniform(0, 6, 4000), rng.uniform(-0.5, 3, 4000)
    across = 0.4 * colour + np.log10(31.674 / 171.787)
    up = 0.4 * y + np.log10(171.787 / 309.540)
    inside = (
        (up < 0.315 * across + 0.297)
        & (up > 0.315 * across - 0.110)
        & (up > -3.172 * across + 0.436)
    )
    ours = PLANES["mateos"].codes(colour, y) == 0

    # their zero points differ by a few millimagnitudes
    assert (inside != ours).mean() < 0.01
    assert ours.mean() > 0.1


def test_curves_meet_where_they_are_drawn_to_meet() -> None:
    for plane, upper, lower in (
        ("bpt_nii", "Kewley 2001", "Schawinski 2007"),
        ("bpt_sii", "Kewley 2001", "Kewley 2006"),
        ("bpt_oi", "Kewley 2001", "Kewley 2006"),
    ):
        found = read_curves({"curves": [dict(one) for one in PLANES[plane].curves]})
        curves = {one.name: one.points for one in found}
        start = curves[lower][0]

        assert np.interp(start[0], *curves[upper].T) == pytest.approx(start[1], abs=2e-3)
