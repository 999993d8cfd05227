"""Measuring true magnitudes with noise, as a survey of the depth of SDSS would."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from napari_astro_al.samples.draws import Draws, Floats
from napari_astro_al.samples.spectral_colours import BANDS

DEPTHS = np.array([22.1, 22.9, 22.5, 22.0, 20.8])
"""Magnitude at which a point source has a signal to noise of 5, in u, g, r, i, z."""

SYSTEMATIC = 0.015
"""Error that does not fall with brightness, in magnitudes."""

_GAMMA = 0.039


def noise_to_signal(magnitude: Floats, depth: Floats | float) -> Floats:
    """Relative error of a flux.

    Parameters
    ----------
    magnitude, depth : ndarray or float
        Of the source, and of a source with a signal to noise of 5.

    Returns
    -------
    ndarray

    References
    ----------
    Ivezić et al. 2019, ApJ 873, 111, equation 5, with γ = 0.039.
    """
    x = 10.0 ** (0.4 * (magnitude - depth))
    return np.sqrt((0.04 - _GAMMA) * x + _GAMMA * x**2)


def observe(true: Floats, draws: Draws) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Measure magnitudes.

    Parameters
    ----------
    true : (5, n) ndarray
        True magnitudes in u, g, r, i, z.
    draws : Draws
        Random numbers of the n sources.

    Returns
    -------
    measured, error : (5, n) float32 ndarray
        NaN where the source is not detected (signal to noise below 2) and, in one measurement of
        two hundred, where a blemish fell on it.
    """
    measured = np.empty(true.shape, dtype=np.float32)
    errors = np.empty(true.shape, dtype=np.float32)
    for k, band in enumerate(BANDS):
        relative = noise_to_signal(true[k], DEPTHS[k])
        flux = 1.0 + relative * draws.normal("photon noise", band)
        seen = (flux > 2.0 * relative) & (draws.uniform("blemish", band) > 0.005)
        kept = np.where(seen, flux, np.nan)
        measured[k] = true[k] - 2.5 * np.log10(kept) + SYSTEMATIC * draws.normal("zero point", band)
        errors[k] = np.hypot(2.5 / np.log(10.0) * relative / kept, SYSTEMATIC)
    return measured, errors
