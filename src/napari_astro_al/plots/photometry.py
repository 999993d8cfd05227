"""From what a catalogue holds to flux densities, and from these to what is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from napari_astro_al.errors import PlotError
from napari_astro_al.plots.bands import AB, VEGA
from napari_astro_al.plots.filters import AB_ZERO_POINT

F_NU, NU_F_NU, F_LAMBDA, AB_MAGNITUDE = "Fν", "νFν", "Fλ", "AB magnitude"
QUANTITIES = (F_NU, NU_F_NU, F_LAMBDA, AB_MAGNITUDE)
UNITS = {
    F_NU: "mJy",
    NU_F_NU: "erg s⁻¹ cm⁻²",
    F_LAMBDA: "erg s⁻¹ cm⁻² Å⁻¹",
    AB_MAGNITUDE: "mag",
}
"""What each is drawn in."""
_ASTROPY = {F_NU: "mJy", NU_F_NU: "erg / (s cm2)", F_LAMBDA: "erg / (s cm2 Angstrom)"}
SIGNIFICANT = 3.0
"""Standard deviations above zero of the upper limit that stands for a flux that is not positive."""


@dataclass(frozen=True)
class Flux:
    """A flux density and its interval of one standard deviation.

    Attributes
    ----------
    value, low, high : float
        Jansky; low and high are NaN where no error is known. `low` may be negative.
    limit : bool
        Whether it is an upper limit.
    """

    value: float
    low: float = float("nan")
    high: float = float("nan")
    limit: bool = False

    def positive(self) -> Flux | None:
        """What can be drawn on a logarithmic axis.

        A flux that is not positive becomes an upper limit, 3 standard deviations above it or above
        zero, whichever is more; None where it has no error.
        """
        if self.value > 0:
            return self
        error = self.high - self.value
        if not error > 0:
            return None
        return Flux(max(self.value, 0.0) + SIGNIFICANT * error, limit=True)


def is_magnitude_unit(unit: str) -> bool:
    """Whether a band's unit means magnitudes."""
    return unit in (AB, VEGA)


def flux_of(
    value: float, error: float, unit: str, *, wavelength: float, zero_point: float = 0.0
) -> Flux:
    """A flux density from a magnitude or a flux.

    Parameters
    ----------
    value, error : float
        In `unit`; a NaN error is none.
    unit : str
        "AB", "Vega", or one that `astropy.units` knows.
    wavelength : float
        Micrometres.
    zero_point : float
        Jansky, for "Vega".

    Raises
    ------
    PlotError
        If the unit is none of a flux.

    Notes
    -----
    A magnitude m is ``zero point * 10**(-0.4 m)``; that of AB is 3631 Jy (Oke & Gunn 1983).
    """
    ends = np.array([value, value - error, value + error])
    if is_magnitude_unit(unit):
        zero = AB_ZERO_POINT if unit == AB else zero_point
        middle, high, low = (float(one) for one in zero * 10.0 ** (-0.4 * ends))
        return Flux(middle, low, high)
    factor = _in_jansky(unit, wavelength)
    middle, low, high = (float(one) for one in ends * factor)
    return Flux(middle, low, high)


@lru_cache(maxsize=256)
def _in_jansky(text: str, wavelength: float) -> float:
    """How many Jansky one of a unit is, at a wavelength in micrometres."""
    from astropy import units

    try:
        unit = units.Unit(text)
        known: Any = units.spectral_density(wavelength * units.micron)
        known += units.zero_point_flux(AB_ZERO_POINT * units.Jy)
        return float((1.0 * unit).to(units.Jy, equivalencies=known).value)
    except (ValueError, TypeError, units.UnitConversionError) as error:
        raise PlotError(
            f"{text!r} is no unit of a flux: {error} Use AB, Vega, or such as mJy, nmgy or "
            "erg / (s cm2 Angstrom)."
        ) from None


def drawn_as(flux: float, quantity: str, wavelength: float) -> float:
    """A flux density in Jansky as another quantity, in the unit of `UNITS`.

    Parameters
    ----------
    flux : float
        Jansky.
    quantity : str
        One of `QUANTITIES`.
    wavelength : float
        Micrometres.

    Returns
    -------
    float
        NaN for the magnitude of a flux that is not positive.
    """
    if quantity == AB_MAGNITUDE:
        return float(-2.5 * np.log10(flux / AB_ZERO_POINT)) if flux > 0 else float("nan")
    return flux * _per_jansky(quantity, wavelength)


@lru_cache(maxsize=1024)
def _per_jansky(quantity: str, wavelength: float) -> float:
    from astropy import units

    at: Any = units.spectral_density(wavelength * units.micron)
    unit = units.Unit(_ASTROPY[quantity])
    return float((1.0 * units.Jy).to(unit, equivalencies=at).value)
