"""What the sources of the simulated survey truly are, before anybody measures them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.samples.draws import Draws, Floats
from napari_astro_al.samples.spectral_colours import (
    galaxy_colours,
    magnitudes,
    quasar_colours,
    star_colours,
)

CLASSES = ("STAR", "GALAXY", "QSO")
STAR, GALAXY, QSO = range(3)

BRIGHTEST, FAINTEST = 14.5, 20.8
"""Limits of the true r magnitude."""

_SLOPES = (0.15, 0.32, 0.45)
"""d log10 N / d r of each class."""


@dataclass(frozen=True, eq=False)
class Sky:
    """The truth about several sources; arrays of length n unless said otherwise.

    Attributes
    ----------
    kind : int64 ndarray
        Index into `CLASSES`.
    magnitudes : (5, n) ndarray
        True AB magnitudes in u, g, r, i, z.
    redshift : ndarray
        0 within some 1e-4 for stars.
    lateness : ndarray
        Galaxies: 0 early type (Sersic index 4), 1 late type (disc with a small bulge).
    radius : ndarray
        Galaxies: half-light radius before seeing, arcsec; else 0.
    ellipticity, angle : ndarray
        Galaxies: 1 - b/a, and the position angle of the major axis in radians.
    """

    kind: npt.NDArray[np.int64]
    magnitudes: Floats
    redshift: Floats
    lateness: Floats
    radius: Floats
    ellipticity: Floats
    angle: Floats


def simulate_sky(ids: npt.NDArray[Any], seed: int, fractions: tuple[float, float, float]) -> Sky:
    """Draw what each source is.

    Parameters
    ----------
    ids : (n,) int64 ndarray
    seed : int
    fractions : (float, float, float)
        Of stars, galaxies, quasars; their sum is 1.

    Returns
    -------
    Sky
    """
    draws = Draws(ids, seed)
    edges = np.cumsum(fractions)[:-1]
    kind = np.searchsorted(edges, draws.uniform("class"), side="right").astype(np.int64)
    r = _r_magnitude(draws, kind)
    lateness = _lateness(draws)
    redshift = np.choose(
        kind, [1e-4 * draws.normal("velocity"), _galaxy_redshift(draws, r), _quasar_redshift(draws)]
    )
    radius = _radius(draws, r, lateness)
    colours = np.where(
        kind == STAR,
        _scattered_stars(draws),
        np.where(
            kind == GALAXY,
            _scattered_galaxies(draws, redshift, lateness),
            _scattered_quasars(draws, redshift, r),
        ),
    )
    galaxy = kind == GALAXY
    flat = np.where(lateness > 0.5, 0.85, 0.5) * np.sqrt(draws.uniform("inclination"))
    return Sky(
        kind=kind,
        magnitudes=magnitudes(r, colours),
        redshift=redshift,
        lateness=np.where(galaxy, lateness, 0.0),
        radius=np.where(galaxy, radius, 0.0),
        ellipticity=np.where(galaxy, flat, 0.0),
        angle=np.pi * draws.uniform("angle"),
    )


def _r_magnitude(draws: Draws, kind: npt.NDArray[np.int64]) -> Floats:
    """Counts that rise as 10^(slope r) between the limits; quasars start at r = 16.5."""
    slope = np.asarray(_SLOPES)[kind]
    brightest = np.where(kind == QSO, 16.5, BRIGHTEST)
    lowest = 10.0 ** (slope * (brightest - FAINTEST))
    return np.asarray(FAINTEST + np.log10(lowest + (1 - lowest) * draws.uniform("r")) / slope)


def _lateness(draws: Draws) -> Floats:
    """Two populations with a thin bridge, as in the colours of galaxies."""
    late = draws.uniform("type") < 0.55
    spread = np.abs(draws.normal("type spread"))
    return np.clip(np.where(late, 1.0 - 0.18 * spread, 0.12 * spread), 0.0, 1.0)


def _galaxy_redshift(draws: Draws, r: Floats) -> Floats:
    typical = 0.11 * 10.0 ** (0.16 * (r - 17.5))
    return np.clip(typical * np.exp(0.35 * draws.normal("galaxy redshift")), 0.003, 0.8)


def _quasar_redshift(draws: Draws) -> Floats:
    u = draws.uniform("quasar redshift")
    steps = (0.2, 0.6, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0)
    return np.interp(u, (0.0, 0.10, 0.27, 0.53, 0.75, 0.88, 0.95, 0.985, 1.0), steps)


def _radius(draws: Draws, r: Floats, lateness: Floats) -> Floats:
    typical = np.where(lateness > 0.5, 1.9, 1.4) * 10.0 ** (-0.12 * (r - 19.0))
    return np.clip(typical * 10.0 ** (0.16 * draws.normal("radius")), 0.35, 7.0)


def _scattered_stars(draws: Draws) -> Floats:
    """Turn-off, G and K dwarfs, few M dwarfs, as spectroscopic surveys have, and white dwarfs."""
    population, spread = draws.uniform("population"), draws.normal("temperature")
    g_minus_i = np.select(
        [population < 0.64, population < 0.915, population < 0.975],
        [0.50 + 0.17 * spread, 1.00 + 0.32 * spread, 2.25 + 0.50 * spread],
        default=-0.45 + 0.30 * spread,
    )
    dwarf = population >= 0.975
    colours = star_colours(np.where(dwarf, g_minus_i, np.clip(g_minus_i, 0.02, 4.1)))
    metals = draws.normal("metallicity")
    scatter = np.stack([0.06 * metals, 0.01 * metals, 0.0 * metals, 0.0 * metals])
    return colours + scatter + _noise(draws, "star", (0.05, 0.025, 0.02, 0.02))


def _scattered_galaxies(draws: Draws, redshift: Floats, lateness: Floats) -> Floats:
    colours = galaxy_colours(redshift, lateness)
    young = draws.normal("star formation")
    common = np.stack([0.10 * young, 0.06 * young, 0.03 * young, 0.02 * young])
    return colours + common + _noise(draws, "galaxy", (0.10, 0.05, 0.03, 0.04))


def _scattered_quasars(draws: Draws, redshift: Floats, r: Floats) -> Floats:
    """Slopes of the continuum, a tail of dust, and the host galaxy of the near and faint ones."""
    slope = draws.normal("continuum")
    dust = -np.log(draws.uniform("dust"))
    colours = quasar_colours(redshift)
    colours = colours + np.outer([0.08, 0.07, 0.05, 0.05], slope)
    colours = colours + np.outer([0.10, 0.07, 0.045, 0.035], dust)
    host = np.clip((0.8 - redshift) / 0.8, 0, 1) * draws.uniform("host")
    host = host * np.clip((r - 16.0) / 4.0, 0.2, 1.0)
    mixed = colours + host * (galaxy_colours(redshift, np.full(len(r), 0.6)) - colours)
    return np.asarray(mixed + _noise(draws, "quasar", (0.09, 0.07, 0.06, 0.06)))


def _noise(draws: Draws, purpose: str, sigmas: tuple[float, ...]) -> Floats:
    return np.stack([s * draws.normal(purpose, k) for k, s in enumerate(sigmas)])
