"""Magnitudes and fluxes against values worked out by hand, and against astropy."""

from __future__ import annotations

import math

import pytest
from astropy import units
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.errors import PlotError
from napari_astro_al.plots.photometry import (
    AB_MAGNITUDE,
    F_LAMBDA,
    F_NU,
    NU_F_NU,
    Flux,
    drawn_as,
    flux_of,
)


class TestFluxOf:
    def test_an_ab_magnitude_of_zero_is_3631_jansky(self) -> None:
        assert flux_of(0.0, math.nan, "AB", wavelength=0.5).value == pytest.approx(3631.0)

    def test_five_magnitudes_are_a_factor_of_hundred(self) -> None:
        assert flux_of(20.0, math.nan, "AB", wavelength=0.5).value == pytest.approx(3.631e-5)

    def test_a_vega_magnitude_goes_by_its_zero_point(self) -> None:
        flux = flux_of(2.5, math.nan, "Vega", wavelength=3.35, zero_point=309.54)

        assert flux.value == pytest.approx(30.954)

    def test_an_error_in_magnitudes_is_larger_upward_in_flux(self) -> None:
        # 10**0.04 = 1.0965, 10**-0.04 = 0.9120
        flux = flux_of(0.0, 0.1, "AB", wavelength=0.5)

        assert (flux.low, flux.high) == pytest.approx((3311.5, 3981.3), abs=0.1)

    @pytest.mark.parametrize(
        ("unit", "jansky"),
        [("mJy", 1e-3), ("uJy", 1e-6), ("nmgy", 3.631e-6), ("erg / (s cm2 Hz)", 1e23)],
    )
    def test_units_of_flux(self, unit: str, jansky: float) -> None:
        flux = flux_of(2.0, 0.5, unit, wavelength=1.0)

        assert (flux.value, flux.low, flux.high) == pytest.approx(
            (2 * jansky, 1.5 * jansky, 2.5 * jansky)
        )

    def test_a_flux_per_wavelength_needs_the_wavelength(self) -> None:
        # Fν = Fλ λ²/c: 1e-16 erg/s/cm²/Å at 5000 Å = 1e-8 erg/s/cm²/cm * (5e-5 cm)² / 3e10 cm/s
        flux = flux_of(1e-16, math.nan, "erg / (s cm2 Angstrom)", wavelength=0.5)

        assert flux.value == pytest.approx(1e-8 * 25e-10 / 2.99792458e10 * 1e23, rel=1e-6)

    @pytest.mark.parametrize("unit", ["kg", "parsnip"])
    def test_what_is_no_flux_is_refused(self, unit: str) -> None:
        with pytest.raises(PlotError, match=f"'{unit}' is no unit of a flux"):
            flux_of(1.0, math.nan, unit, wavelength=1.0)

    @given(st.floats(-5, 35))
    def test_ab_magnitudes_are_those_of_astropy(self, magnitude: float) -> None:
        ours = flux_of(magnitude, math.nan, "AB", wavelength=1.0).value

        # astropy's AB is 3630.78 Jy, which is 10**(-48.6/2.5)
        assert ours == pytest.approx((magnitude * units.ABmag).to_value(units.Jy), rel=1e-4)


class TestDrawnAs:
    def test_each_quantity_of_one_millijansky_at_one_micrometre(self) -> None:
        flux, frequency = 1e-3, 2.99792458e14

        assert drawn_as(flux, F_NU, 1.0) == pytest.approx(1.0)
        assert drawn_as(flux, NU_F_NU, 1.0) == pytest.approx(1e-26 * frequency)
        assert drawn_as(flux, F_LAMBDA, 1.0) == pytest.approx(1e-26 * frequency / 1e4)
        assert drawn_as(flux, AB_MAGNITUDE, 1.0) == pytest.approx(16.4, abs=1e-3)

    def test_no_flux_has_no_magnitude(self) -> None:
        assert math.isnan(drawn_as(0.0, AB_MAGNITUDE, 1.0))


class TestPositive:
    def test_a_measured_flux_stays(self) -> None:
        assert Flux(2.0, 1.0, 3.0).positive() == Flux(2.0, 1.0, 3.0)

    def test_a_negative_one_becomes_a_limit_three_deviations_above_zero(self) -> None:
        limit = Flux(-1.0, -3.0, 1.0).positive()

        assert limit is not None
        assert (limit.value, limit.limit) == (6.0, True)

    def test_without_an_error_there_is_nothing_to_draw(self) -> None:
        assert Flux(-1.0).positive() is None
