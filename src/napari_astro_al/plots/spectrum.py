"""The spectrum of a source, with the lines of its redshift."""

from __future__ import annotations

import math
from itertools import product

import numpy as np

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features.not_measured import reason
from napari_astro_al.plots.fields import Field, column_called
from napari_astro_al.plots.figure import Figure, Mark, PlotAxis, Series, Values
from napari_astro_al.plots.given import Given
from napari_astro_al.plots.spectral_lines import LINES, STRONGEST
from napari_astro_al.plots.spectrum_files import WAVE_UNITS, Spectrum, read_spectrum

OBSERVED, REST = "observed", "at rest"
ALL, EMISSION, ABSORPTION, NO_LINES = "all", "emission", "absorption", "none"
UNSMOOTHED = "1 pixel"
SMOOTHED = (UNSMOOTHED, "3 pixels", "5 pixels", "11 pixels", "21 pixels")
_SDSS_NAMES = (
    "spec-{{{plate}:4}}-{{{mjd}}}-{{{fiber}:4}}.fits",
    "spec-{{{plate}:4}}-{{{mjd}}}-{{{fiber}:3}}.fits",
)


def guess_redshift(catalogue: Catalogue) -> str | None:
    """The column of redshifts that is most likely measured."""
    likely = ("redshift", "zspec", "specz", "zbest", "z", "zphot", "photoz")
    found = [str(one) for one in catalogue.table.columns if reason(catalogue, one) == "redshift"]
    plain = {"".join(c for c in one.lower() if c.isalnum()): one for one in reversed(found)}
    return next((plain[one] for one in likely if one in plain), found[0] if found else None)


def guess_spectra(catalogue: Catalogue) -> str | None:
    """A column of paths of spectra, or SDSS's names for them where such files are there."""
    named = column_called(
        catalogue,
        ("spectrum", "spectrumfile", "spectrumpath", "specfile", "specpath", "spectra", "spec"),
        numbers=False,
    )
    if named is not None and catalogue.table[named].dtype.kind not in "iuf":
        return named
    columns = {
        name: column_called(catalogue, spelled)
        for name, spelled in (
            ("plate", ("plate",)),
            ("mjd", ("mjd",)),
            ("fiber", ("fiberid", "fiber")),
        )
    }
    if catalogue.path is None or None in columns.values() or not len(catalogue):
        return None
    first = Given(catalogue, catalogue.ids_at([0])[0])
    for folder, name in product(("", "spectra/", "spec/"), _SDSS_NAMES):
        pattern = folder + name.format(**columns)
        path = first.file(pattern, None)
        if path is not None and path.is_file():
            return pattern
    return None


class SpectrumPlot:
    """Flux against wavelength, its error below, a model where the file has one, and lines."""

    title = "Spectrum"
    requires = (
        Field(
            "file",
            "File",
            "file",
            "The spectrum of each source: a column of paths, or a path with columns in braces, "
            "such as spectra/spec-{plate:4}-{mjd}-{fiberid:4}.fits. FITS of SDSS and DESI, other "
            "FITS tables and images, tables, text of two or three columns",
            needed=True,
            guess=guess_spectra,
        ),
        Field("folder", "Folder", "folder", "What paths are relative to"),
        Field(
            "target",
            "Target",
            "column",
            "Where a file holds many spectra, the column of their TARGETID; the id by default",
        ),
        Field(
            "redshift",
            "Redshift",
            "number column",
            "Where the lines are drawn",
            guess=guess_redshift,
        ),
        Field(
            "lines",
            "Lines",
            "choice",
            "Which lines are drawn, at their wavelengths in vacuum",
            choices=(ALL, EMISSION, ABSORPTION, NO_LINES),
            default=ALL,
        ),
        Field(
            "frame",
            "Wavelengths",
            "choice",
            "As observed, or divided by one plus the redshift",
            choices=(OBSERVED, REST),
            default=OBSERVED,
        ),
        Field(
            "smooth",
            "Smooth over",
            "choice",
            "Means of so many pixels, weighted by their errors",
            choices=SMOOTHED,
            default=UNSMOOTHED,
        ),
        Field(
            "unit",
            "Unit in the file",
            "choice",
            "Of wavelengths; from the file, which is Ångström where it does not say",
            choices=WAVE_UNITS,
            default=WAVE_UNITS[0],
        ),
    )

    def draw(self, given: Given) -> Figure:
        """The spectrum, and lines where a redshift is known."""
        path = given.file(str(given.setting("file")), given.setting("folder"))
        if path is None:
            return Figure.empty(self.title, "This source has no spectrum.")
        if not path.exists():
            return Figure.empty(
                self.title, f"The spectrum of this source is not there: {path}. Press “Columns…” "
                "to say where spectra are."
            )  # fmt: skip
        target = given.text(given.setting("target")) or str(given.source)
        found = read_spectrum(path, str(given.settings["unit"]), target)
        redshift = given.number(given.setting("redshift"))
        at_rest = given.settings["frame"] == REST and redshift > -1
        stretch = 1.0 + redshift if at_rest else 1.0
        width = int(str(given.settings["smooth"]).split()[0])
        flux, error = smoothed(found.flux, found.error, width)
        wave = found.wavelength / stretch
        series = [] if error is None else [Series("error", wave, error, "line", "faint")]
        series.append(Series("flux", wave, flux, "line"))
        if found.model is not None:
            series.append(Series("model", wave, found.model, "line", "quiet", colour="#D55E00"))
        name = "Wavelength at rest" if at_rest else "Wavelength"
        return Figure(
            self.title,
            PlotAxis(name, "Å"),
            PlotAxis("Flux", found.unit),
            tuple(series),
            marks=_marks(given, found, redshift, stretch),
            notes=_notes(path.name, found, redshift, width),
        )


def smoothed(flux: Values, error: Values | None, width: int) -> tuple[Values, Values | None]:
    """Running means over pixels, weighted by inverse variance where errors are known.

    Parameters
    ----------
    flux : (n,) float64 ndarray
        NaN pixels do not count, and stay missing where all around them are.
    error : (n,) float64 ndarray or None
    width : int
        Odd; 1 changes nothing.

    Returns
    -------
    flux : (n,) float64 ndarray
    error : (n,) float64 ndarray or None
        That of the weighted mean, ``1 / sqrt(sum of inverse variances)``.
    """
    if width <= 1:
        return flux, error
    good = np.isfinite(flux)
    weight = good.astype(np.float64)
    if error is not None:
        with np.errstate(all="ignore"):
            weight = np.where(good & np.isfinite(error), 1.0 / error**2, 0.0)
    box = np.ones(width)
    total = np.convolve(weight, box, mode="same")
    summed = np.convolve(np.where(weight > 0, np.nan_to_num(flux) * weight, 0.0), box, mode="same")
    with np.errstate(all="ignore"):
        mean = np.where(total > 0, summed / total, np.nan)
        return mean, None if error is None else np.where(total > 0, 1.0 / np.sqrt(total), np.nan)


def _marks(given: Given, found: Spectrum, redshift: float, stretch: float) -> tuple[Mark, ...]:
    wanted = given.settings["lines"]
    if wanted == NO_LINES or not math.isfinite(redshift) or redshift <= -1:
        return ()
    low, high = found.wavelength[0], found.wavelength[-1]
    return tuple(
        Mark(
            line.name,
            line.wavelength * (1 + redshift) / stretch,
            f"{line.name} at {line.wavelength:g} Å, {line.kind}",
        )
        for line in sorted(LINES, key=lambda line: line.name not in STRONGEST)
        if wanted in (ALL, line.kind) and low <= line.wavelength * (1 + redshift) <= high
    )


def _notes(name: str, found: Spectrum, redshift: float, width: int) -> tuple[str, ...]:
    notes = [name]
    notes.append(f"z = {redshift:.5g}" if math.isfinite(redshift) else "no redshift: no lines")
    if width > 1:
        notes.append(f"means over {width} pixels")
    bad = int(np.count_nonzero(np.isnan(found.flux)))
    if bad:
        notes.append(f"{bad:,} pixels left out")
    return tuple(notes)
