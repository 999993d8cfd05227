"""Curves between the regions of diagnostic planes, as the papers have them, and the regions."""

from __future__ import annotations

import numpy as np

from napari_astro_al.projection.planes import Codes, Values


def kewley_2001_nii(x: Values) -> Values:
    """The most extreme starburst has log [O III]/Hβ of ``0.61 / (x - 0.47) + 1.19``, x < 0.47.

    Kewley et al. 2001, ApJ 556, 121, equation 5.
    """
    return 0.61 / (x - 0.47) + 1.19


def kauffmann_2003(x: Values) -> Values:
    """Nuclei are active above log [O III]/Hβ of ``0.61 / (x - 0.05) + 1.3``, x < 0.05.

    Kauffmann et al. 2003, MNRAS 346, 1055, equation 1.
    """
    return 0.61 / (x - 0.05) + 1.3


def schawinski_2007(x: Values) -> Values:
    """Seyferts lie above ``1.05 x + 0.45``. Schawinski et al. 2007, MNRAS 382, 1415, fig. 1."""
    return 1.05 * x + 0.45


def kewley_2001_sii(x: Values) -> Values:
    """``0.72 / (x - 0.32) + 1.30``, x < 0.32. Kewley et al. 2001, ApJ 556, 121, equation 6."""
    return 0.72 / (x - 0.32) + 1.30


def kewley_2006_sii(x: Values) -> Values:
    """Seyferts lie above ``1.89 x + 0.76``. Kewley et al. 2006, MNRAS 372, 961, equation 7."""
    return 1.89 * x + 0.76


def kewley_2001_oi(x: Values) -> Values:
    """``0.73 / (x + 0.59) + 1.33``, x < -0.59. Kewley et al. 2001, ApJ 556, 121, equation 7."""
    return 0.73 / (x + 0.59) + 1.33


def kewley_2006_oi(x: Values) -> Values:
    """Seyferts lie above ``1.18 x + 1.30``. Kewley et al. 2006, MNRAS 372, 961, equation 11."""
    return 1.18 * x + 1.30


def bpt_nii_regions(x: Values, y: Values) -> Codes:
    """Star-forming, composite, Seyfert, LINER."""
    forming = (x < 0.05) & (y < kauffmann_2003(x))
    composite = (x < 0.47) & (y < kewley_2001_nii(x))
    seyfert = y > schawinski_2007(x)
    return _first(forming, composite, seyfert)


def bpt_sii_regions(x: Values, y: Values) -> Codes:
    """Star-forming, Seyfert, LINER."""
    return _first((x < 0.32) & (y < kewley_2001_sii(x)), y > kewley_2006_sii(x))


def bpt_oi_regions(x: Values, y: Values) -> Codes:
    """Star-forming, Seyfert, LINER."""
    return _first((x < -0.59) & (y < kewley_2001_oi(x)), y > kewley_2006_oi(x))


def whan_regions(x: Values, y: Values) -> Codes:
    """Passive, retired, star-forming, strong AGN, weak AGN; y is the logarithm of Å."""
    width = 10.0**y
    passive = (width < 0.5) & (width * 10.0**x < 0.5)
    retired = width < 3.0
    return _first(passive, retired, x < -0.4, width > 6.0)


def mateos_regions(x: Values, y: Values) -> Codes:
    """Inside the wedge, outside."""
    inside = (y < 0.315 * x + 0.796) & (y > 0.315 * x - 0.222) & (y > -3.172 * x + 7.624)
    return _first(inside)


def stern_regions(x: Values, y: Values) -> Codes:
    """Above the cut, outside. Stern et al. 2012, ApJ 753, 30: W1 - W2 >= 0.8 for W2 < 15.05."""
    return _first((y >= 0.8) & (x < 15.05))


def assef(w2: Values, alpha: float, beta: float, gamma: float) -> Values:
    """W1 - W2 above which sources are active nuclei.

    ``alpha`` where W2 <= gamma, ``alpha * exp(beta * (W2 - gamma)**2)`` where it is fainter.
    Assef et al. 2013, ApJ 772, 26, in Boötes with the deep exposures of that field; Assef et al.
    2018, ApJS 234, 23, equation 4, made anew for AllWISE.
    """
    cut: Values = alpha * np.exp(beta * np.maximum(w2 - gamma, 0.0) ** 2)
    return cut


ASSEF_2013 = {"90 %": (0.662, 0.232, 13.97), "75 %": (0.530, 0.183, 13.76)}
ASSEF_2018 = {"90 %": (0.650, 0.153, 13.86), "75 %": (0.486, 0.092, 13.07)}
"""alpha, beta and gamma by reliability."""


def assef_2013_regions(x: Values, y: Values) -> Codes:
    """Reliable to 90 %, to 75 %, outside."""
    return _first(*(y > assef(x, *one) for one in ASSEF_2013.values()))


def assef_2018_regions(x: Values, y: Values) -> Codes:
    """Reliable to 90 %, to 75 %, outside."""
    return _first(*(y > assef(x, *one) for one in ASSEF_2018.values()))


LOCUS = (
    (0.855, 0.259), (1.002, 0.344), (1.136, 0.410), (1.262, 0.466), (1.382, 0.517),
    (1.499, 0.565), (1.609, 0.611), (1.712, 0.655), (1.808, 0.700), (1.904, 0.748),
    (2.007, 0.802), (2.117, 0.866), (2.234, 0.945), (2.361, 1.047), (2.478, 1.191),
    (2.518, 1.327), (2.510, 1.355),
)  # fmt: skip
"""(u-g, g-r) of the stellar locus. Richards et al. 2002, AJ 123, 2945, table 3."""


def ultraviolet_regions(x: Values, y: Values) -> Codes:
    """With an ultraviolet excess, outside."""
    return _first(x < 0.6)


def baldry_2004(x: Values) -> Values:
    """u-r between the red sequence and the blue cloud: ``2.06 - 0.244 tanh((x + 20.07) / 1.09)``.

    x is the absolute magnitude in r. Baldry et al. 2004, ApJ 600, 681, equation 11.
    """
    cut: Values = 2.06 - 0.244 * np.tanh((x + 20.07) / 1.09)
    return cut


def red_sequence_regions(x: Values, y: Values) -> Codes:
    """Red sequence, blue cloud."""
    return _first(y > baldry_2004(x))


def compact_sdss_regions(x: Values, y: Values) -> Codes:
    """Extended, point-like."""
    return _first(y > 0.145)


def compact_ps1_regions(x: Values, y: Values) -> Codes:
    """Extended, point-like."""
    return _first(y > 0.05)


def irac_regions(x: Values, y: Values) -> Codes:
    """Disc, active nucleus, outside.

    Discs: Allen et al. 2004, ApJS 154, 363. Nuclei: Stern et al. 2005, ApJ 631, 163, where x is
    [5.8]-[8.0] and y [3.6]-[4.5] in magnitudes of Vega: x > 0.6, y > 0.2 x + 0.18, y > 2.5 x - 3.5.
    """
    disc = (y >= 0.0) & (y <= 0.8) & (x >= 0.4) & (x <= 1.1)
    wedge = (x > 0.6) & (y > 0.2 * x + 0.18) & (y > 2.5 * x - 3.5)
    return _first(disc, wedge)


def _first(*conditions: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Codes:
    """The place of the first condition that holds; their number where none does."""
    codes = np.full(len(conditions[0]), len(conditions), dtype=np.int8)
    for place in range(len(conditions) - 1, -1, -1):
        codes[conditions[place]] = place
    return codes
