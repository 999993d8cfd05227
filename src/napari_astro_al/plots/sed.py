"""The spectral energy distribution of a source, from its magnitudes and fluxes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from napari_astro_al.errors import AstroALError, PlotError
from napari_astro_al.plots.bands import MISSING, Band, bands_from
from napari_astro_al.plots.fields import Field
from napari_astro_al.plots.figure import Figure, PlotAxis, Series
from napari_astro_al.plots.given import Given
from napari_astro_al.plots.guess_bands import guess_bands
from napari_astro_al.plots.photometry import (
    AB_MAGNITUDE,
    NU_F_NU,
    QUANTITIES,
    UNITS,
    Flux,
    drawn_as,
    flux_of,
    is_magnitude_unit,
)

NO_ERROR = "no error"
SCALED, AS_MEASURED, NOTHING = "nearest labelled, scaled", "nearest labelled", "nothing"
COMPARISONS = (SCALED, AS_MEASURED, NOTHING)
_LARGEST_MAGNITUDE = 90.0
"""-99, 99 and 999 stand for missing in many catalogues, and no sky has such a source."""


@dataclass(frozen=True)
class Point:
    """One band of one source.

    Attributes
    ----------
    band : Band
    wavelength, width : float
        Micrometres; the width is 0 where it is not known.
    flux : Flux
        Jansky.
    """

    band: Band
    wavelength: float
    width: float
    flux: Flux


class EnergyDistribution:
    """Flux densities against wavelength, with errors, upper limits and what they are near to."""

    title = "SED"
    requires = (
        Field(
            "bands",
            "Bands",
            "bands",
            "Which columns are magnitudes or fluxes, in which filters",
            needed=True,
            guess=lambda catalogue: guess_bands(catalogue) or None,
        ),
        Field(
            "quantity",
            "Show",
            "choice",
            "Flux density per frequency, times frequency, per wavelength, or AB magnitudes",
            choices=QUANTITIES,
            default=NU_F_NU,
        ),
        Field(
            "compare",
            "Compare with",
            "choice",
            "The nearest labelled source of each class in feature space; scaled, all have the "
            "same median flux, and shapes can be compared",
            choices=COMPARISONS,
            default=SCALED,
        ),
    )

    def draw(self, given: Given) -> Figure:
        """The source on top, what it is compared with below."""
        bands = bands_from(given.settings["bands"])
        quantity = str(given.settings["quantity"])
        points, missing = measured(given, bands)
        if not points:
            return Figure.empty(
                self.title, f"None of the {len(bands)} bands has a value for this source."
            )
        series: list[Series] = []
        if given.settings["compare"] != NOTHING:
            scaled = given.settings["compare"] == SCALED
            series = [
                drawn
                for near in given.near
                if (
                    drawn := _compared(
                        given, near.source, near.label, points, bands, quantity, scaled
                    )
                )
            ]
        series.append(_as_series("this source", points, quantity))
        notes = [f"No value: {', '.join(missing)}"] if missing else []
        limits = [one.band.name for one in points if one.flux.limit]
        notes += [f"Upper limit: {', '.join(limits)}"] if limits else []
        return Figure(
            self.title,
            PlotAxis("Wavelength", "µm", "log"),
            PlotAxis(
                quantity if quantity != AB_MAGNITUDE else "AB",
                UNITS[quantity],
                "linear" if quantity == AB_MAGNITUDE else "log",
                reversed=quantity == AB_MAGNITUDE,
            ),
            tuple(series),
            notes=tuple(notes),
        )


def measured(given: Given, bands: Sequence[Band]) -> tuple[list[Point], list[str]]:
    """What is known of a source in each band.

    Returns
    -------
    points : list of Point
        By wavelength.
    missing : list of str
        Names of the bands without a value, or with one that is not positive and has no error.
    """
    points: list[Point] = []
    missing: list[str] = []
    for band in bands:
        wavelength = _told(given, band.wavelength)
        value = _value(given, band)
        if not wavelength > 0 or math.isnan(value):
            missing.append(band.name)
            continue
        error = _told(given, band.error)
        known = error > 0 and error < _LARGEST_MAGNITUDE if is_magnitude_unit(band.unit) else True
        error = error if known and error > 0 else math.nan
        flux = flux_of(value, error, band.unit, wavelength=wavelength, zero_point=band.zero_point)
        if _is_limit(given, band, error):
            flux = Flux(flux.value, limit=True)
        drawable = flux.positive()
        if drawable is None:
            missing.append(band.name)
        else:
            width = _told(given, band.width)
            points.append(Point(band, wavelength, width if width > 0 else 0.0, drawable))
    return sorted(points, key=lambda one: one.wavelength), missing


def _told(given: Given, said: str | float | None) -> float:
    """A number, or what a column says of the source; NaN where nothing is said."""
    if isinstance(said, str):
        number = given.number(said)
        return math.nan if number == MISSING else number
    return math.nan if said is None else float(said)


def _value(given: Given, band: Band) -> float:
    value = given.number(band.column)
    if is_magnitude_unit(band.unit) and abs(value) > _LARGEST_MAGNITUDE:
        return math.nan
    return value


def _is_limit(given: Given, band: Band, error: float) -> bool:
    if band.limit is None:
        return False
    if band.limit == NO_ERROR:
        return math.isnan(error)
    said = given.text(band.limit).lower()
    # of magnitudes, VizieR's ">" says that the source is fainter
    sign = ">" if is_magnitude_unit(band.unit) else "<"
    if said in ("<", ">"):
        return said == sign
    return said not in ("", "0", "0.0", "false", "no", "nan")


def _as_series(
    name: str, points: Sequence[Point], quantity: str, *, factor: float = 1.0, label: str = ""
) -> Series:
    faint = bool(label)

    def drawn(fluxes: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        pairs = zip(points, fluxes, strict=True)
        return np.array([drawn_as(f * factor, quantity, one.wavelength) for one, f in pairs])

    wavelengths = np.array([one.wavelength for one in points])
    halves = np.array([one.width / 2 for one in points])
    low, high = (drawn([getattr(one.flux, end) for one in points]) for end in ("low", "high"))
    below = 1 if quantity == AB_MAGNITUDE else -1
    if quantity == AB_MAGNITUDE:
        low, high = high, low
    return Series(
        name,
        wavelengths,
        drawn([one.flux.value for one in points]),
        draw="line" if faint else "both",
        tone="faint" if faint else "main",
        label=label,
        x_low=None if faint else wavelengths - halves,
        x_high=None if faint else wavelengths + halves,
        y_low=None if faint else low,
        y_high=None if faint else high,
        limits=np.array([below * one.flux.limit for one in points], dtype=np.int8),
        words=tuple(one.band.name for one in points),
    )


def _compared(
    given: Given,
    source: int | str,
    label: str,
    own: Sequence[Point],
    bands: Sequence[Band],
    quantity: str,
    scaled: bool,
) -> Series | None:
    """Another source for comparison; None where it has nothing to compare."""
    try:
        points, _ = measured(given.of(source), bands)
    except (PlotError, AstroALError):
        return None
    points = [one for one in points if not one.flux.limit]
    if not points:
        return None
    factor = _ratio(own, points) if scaled else 1.0
    if factor is None:
        return None
    return _as_series(f"{label} {source}", points, quantity, factor=factor, label=label)


def _ratio(own: Sequence[Point], other: Sequence[Point]) -> float | None:
    """The median ratio of fluxes in the bands that both have; None where there is none."""
    theirs = {one.band.column: one.flux.value for one in other}
    ratios = [
        one.flux.value / theirs[one.band.column]
        for one in own
        if one.band.column in theirs and not one.flux.limit
    ]
    return float(np.median(ratios)) if ratios else None
