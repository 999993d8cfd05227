"""Colours of stars, galaxies and quasars in the SDSS bands u, g, r, i, z.

Every function returns the four colours u-g, g-r, r-i, i-z in AB magnitudes, first axis the colours.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BANDS = ("u", "g", "r", "i", "z")

_LOCUS = np.array(
    [
        [1.0636113, -1.6267818, 4.9389572, -3.2809081, 0.8725109, -0.0828035],
        [0.4290263, -0.8852323, 2.0740616, -1.1091553, 0.2397461, -0.0183195],
        [-0.4113500, 1.8229991, -1.9989772, 1.0662075, -0.2284455, 0.0172212],
        [-0.2270331, 0.7794558, -0.7350749, 0.3727802, -0.0735412, 0.0049808],
    ]
)
"""Coefficients of (g-i)^0 ... (g-i)^5 for u-g, g-r, r-i and i-z."""

LOCUS_RANGE = (0.4, 4.2)
"""In g-i; blueward of it the polynomials bend away from the stars."""

_HOT = {
    "g-i": (-0.90, -0.60, -0.30, 0.10, 0.40),
    "u-g": (-0.35, -0.05, 0.45, 0.88, 1.015),
    "g-r": (-0.50, -0.35, -0.18, 0.10, 0.342),
    "r-i": (-0.40, -0.25, -0.12, 0.00, 0.061),
    "i-z": (-0.35, -0.25, -0.15, -0.05, -0.011),
}
"""White dwarfs with hydrogen atmospheres, then stars of types A and F, joined to the locus."""

_EARLY = {
    "redshift": (0.00, 0.10, 0.20, 0.30, 0.40, 0.50, 0.60, 0.80),
    "u-g": (1.70, 1.85, 1.95, 1.95, 1.85, 1.70, 1.55, 1.30),
    "g-r": (0.72, 0.93, 1.18, 1.42, 1.62, 1.72, 1.75, 1.70),
    "r-i": (0.36, 0.40, 0.44, 0.52, 0.65, 0.85, 1.02, 1.18),
    "i-z": (0.24, 0.30, 0.33, 0.35, 0.38, 0.42, 0.50, 0.75),
}
"""The red sequence: the 4000 Å break passes through g, r and i."""

_LATE = {
    "redshift": (0.00, 0.10, 0.20, 0.30, 0.40, 0.50, 0.60, 0.80),
    "u-g": (1.15, 1.25, 1.22, 1.10, 0.95, 0.82, 0.70, 0.55),
    "g-r": (0.38, 0.50, 0.65, 0.78, 0.86, 0.88, 0.85, 0.72),
    "r-i": (0.25, 0.31, 0.35, 0.39, 0.46, 0.55, 0.62, 0.68),
    "i-z": (0.15, 0.22, 0.25, 0.27, 0.29, 0.31, 0.34, 0.42),
}
"""Star-forming discs."""

_QUASAR = {
    "redshift": (0.2, 0.5, 0.8, 1.0, 1.3, 1.6, 1.9, 2.2, 2.5, 2.8, 3.1, 3.5, 4.0),
    "u-g": (0.05, 0.22, 0.32, 0.28, 0.30, 0.20, 0.12, 0.25, 0.55, 0.95, 1.60, 2.70, 3.60),
    "g-r": (0.28, 0.12, 0.02, 0.12, 0.26, 0.22, 0.08, 0.05, 0.14, 0.18, 0.30, 0.70, 1.25),
    "r-i": (0.28, 0.28, 0.12, 0.04, 0.08, 0.20, 0.24, 0.15, 0.08, 0.12, 0.10, 0.10, 0.15),
    "i-z": (0.15, 0.12, 0.10, 0.12, 0.06, 0.02, 0.06, 0.14, 0.16, 0.10, 0.06, 0.06, 0.08),
}
"""Emission lines pass through the bands; above redshift 2.5 the forest of Ly α empties u."""


def star_colours(g_minus_i: Floats) -> Floats:
    """Colours on the locus of main-sequence stars and, blueward of it, of hot stars.

    Parameters
    ----------
    g_minus_i : (n,) ndarray
        Clipped to -0.9 (the hottest white dwarfs) and 4.2 (M6).

    Returns
    -------
    (4, n) ndarray

    References
    ----------
    Covey et al. 2007, AJ 134, 2398: fifth-order fits of the locus, used from g-i = 0.4.
    """
    cool = np.clip(g_minus_i, *LOCUS_RANGE)
    locus = np.stack([np.polynomial.polynomial.polyval(cool, row) for row in _LOCUS])
    hot = _along(_HOT, np.clip(g_minus_i, -0.9, LOCUS_RANGE[0]), by="g-i")
    return np.where(g_minus_i < LOCUS_RANGE[0], hot, locus)


def galaxy_colours(redshift: Floats, lateness: Floats) -> Floats:
    """Colours of a galaxy between the red sequence and star-forming discs.

    Parameters
    ----------
    redshift : (n,) ndarray
        0 to 0.8; clipped.
    lateness : (n,) ndarray
        0 for an early type, 1 for a late type; colours are mixed linearly.

    Returns
    -------
    (4, n) ndarray
    """
    early, late = _along(_EARLY, redshift), _along(_LATE, redshift)
    return early + lateness * (late - early)


def quasar_colours(redshift: Floats) -> Floats:
    """Colours of an unreddened quasar.

    Parameters
    ----------
    redshift : (n,) ndarray
        0.2 to 4; clipped.

    Returns
    -------
    (4, n) ndarray
        Drawn after the median relation of Richards et al. 2001, AJ 121, 2308, figure 3; the
        numbers are rounded and not theirs.
    """
    return _along(_QUASAR, redshift)


def _along(
    table: Mapping[str, tuple[float, ...]], values: Floats, *, by: str = "redshift"
) -> Floats:
    return np.stack(
        [np.interp(values, table[by], table[name]) for name in ("u-g", "g-r", "r-i", "i-z")]
    )


def magnitudes(r: Floats, colours: Floats) -> Floats:
    """Magnitudes in the five bands from r and the four colours.

    Parameters
    ----------
    r : (n,) ndarray
    colours : (4, n) ndarray
        u-g, g-r, r-i, i-z.

    Returns
    -------
    (5, n) ndarray
        u, g, r, i, z.
    """
    u_g, g_r, r_i, i_z = colours
    g, i = r + g_r, r - r_i
    return np.stack([g + u_g, g, r, i, i - i_z])
