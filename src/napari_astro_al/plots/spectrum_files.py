"""Spectra in files: SDSS, DESI, other FITS tables and images, tables and plain text."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue.opening import opened
from napari_astro_al.errors import AstroALError, PlotError
from napari_astro_al.plots.figure import Values

LARGEST_FILE = 512_000_000
"""Bytes; a DESI file has 500 spectra."""
WAVE_UNITS = ("from the file", "Å", "nm", "µm")
_IN_ANGSTROM = {"Å": 1.0, "nm": 10.0, "µm": 1e4}
_WAVES = ("wave", "wavelength", "lambda", "lam", "wl", "wavevac", "waveobs")
_LOG_WAVES = ("loglam", "logwave", "loglambda")
_FLUXES = ("flux", "fluxdensity", "fluxlambda", "flam", "spec", "spectrum", "fluxreduced")
_ERRORS = ("err", "error", "sigma", "fluxerr", "fluxerror", "errflux", "noise", "uncertainty")
_INVERSES = ("ivar", "fluxivar", "inversevariance")
_MODELS = ("model", "fit", "bestfit")
_SDSS_UNIT = "10⁻¹⁷ erg s⁻¹ cm⁻² Å⁻¹"
_ARMS = ("B", "R", "Z", "BRZ")


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Flux against wavelength.

    Attributes
    ----------
    wavelength : (n,) float64 ndarray
        Ångström, ascending.
    flux : (n,) float64 ndarray
        NaN where a pixel is not to be used.
    error : (n,) float64 ndarray or None
        One standard deviation; NaN where there is none.
    model : (n,) float64 ndarray or None
        A fit that the file holds.
    unit : str
        Of the flux; empty where the file does not say.
    kind : str
        What the file was taken for.
    """

    wavelength: Values
    flux: Values
    error: Values | None = None
    model: Values | None = None
    unit: str = ""
    kind: str = ""


def read_spectrum(path: Path, wave_unit: str = WAVE_UNITS[0], target: str = "") -> Spectrum:
    """Read a spectrum.

    Parameters
    ----------
    path : Path
        A FITS file of SDSS (spec-PLATE-MJD-FIBER.fits, or the older spSpec), of DESI, with a table
        of wavelengths and fluxes, or with an image of one row and a linear or logarithmic scale; a
        table of any kind that has such columns; or text with two or three columns of numbers:
        wavelength, flux, error.
    wave_unit : str
        One of `WAVE_UNITS`; what the file does not say is taken for Ångström.
    target : str
        Which spectrum of a file of many: the TARGETID of DESI.

    Raises
    ------
    PlotError
        If there is no such file or no spectrum in it.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise PlotError(f"There is no spectrum {path}: {error.strerror or error}.") from error
    if state.st_size > LARGEST_FILE:
        raise PlotError(f"{path} has {state.st_size:,} bytes, too many for a spectrum.")
    return _kept(os.fspath(path), state.st_mtime_ns, state.st_size, wave_unit, target)


@lru_cache(maxsize=16)
def _kept(path: str, changed: int, size: int, wave_unit: str, target: str) -> Spectrum:
    """As `read_spectrum`; the same file is drawn again with every label."""
    place = Path(path)
    try:
        with opened(place) as file:
            start = file.read(9)
            file.seek(0)
            if start.startswith(b"SIMPLE  ="):
                spectrum = _of_fits(file, place.name, target)
            elif place.suffix.lower() in (".vot", ".xml", ".votable", ".ecsv", ".parquet", ".h5"):
                spectrum = _of_table(place)
            else:
                spectrum = _of_text(file.read(), place.name)
    except AstroALError:
        raise
    except Exception as error:
        raise PlotError(
            f"{place.name} cannot be read as a spectrum: {type(error).__name__}: {error}"
        ) from error
    return _tidy(spectrum, place.name, wave_unit)


def _tidy(found: Spectrum, name: str, wave_unit: str) -> Spectrum:
    """In Ångström, ascending, without what is no number."""
    wave = found.wavelength * _IN_ANGSTROM.get(wave_unit, 1.0)
    good = np.isfinite(wave) & (wave > 0)
    if good.sum() < 2:
        raise PlotError(f"{name} has fewer than two pixels with a wavelength.")
    order = np.flatnonzero(good)[np.argsort(wave[good], kind="stable")]

    def taken(values: Values | None) -> Values | None:
        return None if values is None else values[order]

    error = taken(found.error)
    flux = found.flux[order].copy()
    if error is not None:
        error = np.where(np.isfinite(error) & (error > 0), error, np.nan)
        flux[np.isnan(error)] = np.nan  # no variance is how surveys mark bad pixels
        if not np.isfinite(flux).any():
            flux, error = found.flux[order].copy(), None
    flux[~np.isfinite(flux)] = np.nan
    return Spectrum(wave[order], flux, error, taken(found.model), found.unit, found.kind)


def _of_fits(file: Any, name: str, target: str) -> Spectrum:
    import warnings

    from astropy.io import fits

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with fits.open(file, memmap=False, lazy_load_hdus=False) as hdus:
            for read in (_desi, _fits_table, _fits_image):
                found = read(hdus, name, target)
                if found is not None:
                    return found
    raise PlotError(
        f"{name} holds no spectrum: neither columns of wavelength and flux, nor an image of one "
        "row with a scale of wavelengths."
    )


def _desi(hdus: Any, name: str, target: str) -> Spectrum | None:
    names = [hdu.name.upper() for hdu in hdus]
    arms = [arm for arm in _ARMS if f"{arm}_WAVELENGTH" in names and f"{arm}_FLUX" in names]
    if not arms:
        return None
    row = _desi_row(hdus, names, name, target)
    parts = []
    for arm in arms:
        wave = np.asarray(hdus[f"{arm}_WAVELENGTH"].data, dtype=np.float64)
        flux = np.atleast_2d(np.asarray(hdus[f"{arm}_FLUX"].data, dtype=np.float64))[row]
        inverse = np.ones_like(flux)
        if f"{arm}_IVAR" in names:
            inverse = np.atleast_2d(np.asarray(hdus[f"{arm}_IVAR"].data, dtype=np.float64))[row]
        parts.append((wave, flux, _error_of(inverse)))
        # a gap, or arms that overlap, are not joined by a line
        parts.append((wave[-1:], np.array([np.nan]), np.array([np.nan])))
    wave, flux, error = (np.concatenate(one) for one in zip(*parts, strict=True))
    return Spectrum(wave, flux, error, unit=_SDSS_UNIT, kind="DESI")


def _desi_row(hdus: Any, names: Sequence[str], name: str, target: str) -> int:
    if "FIBERMAP" not in names:
        return 0
    targets = [str(int(one)) for one in hdus["FIBERMAP"].data["TARGETID"]]
    if target in targets:
        return targets.index(target)
    if len(targets) == 1:
        return 0
    raise PlotError(
        f"{name} holds {len(targets)} spectra, and none has the TARGETID {target or '(none given)'}"
        ". Say which column holds it."
    )


def _fits_table(hdus: Any, name: str, target: str) -> Spectrum | None:
    for hdu in hdus:
        columns = getattr(hdu, "columns", None)
        if columns is None or hdu.data is None:
            continue
        found = {_plain(one): one for one in columns.names}
        table = {key: np.asarray(hdu.data[one]).ravel() for key, one in found.items()}
        units = {key: str(columns[one].unit or "") for key, one in found.items()}
        spectrum = _of_columns(table, units)
        if spectrum is not None:
            return spectrum
    return None


def _of_columns(table: dict[str, npt.NDArray[Any]], units: dict[str, str]) -> Spectrum | None:
    def first(names: Sequence[str]) -> str | None:
        return next((one for one in names if one in table and table[one].dtype.kind in "fiu"), None)

    wave, log, flux = first(_WAVES), first(_LOG_WAVES), first(_FLUXES)
    if flux is None or (wave is None and log is None):
        return None
    if log is not None:
        waves = 10.0 ** table[log].astype(np.float64)
    else:
        assert wave is not None
        waves = table[wave].astype(np.float64) * _factor(units[wave])
    error, inverse, model = first(_ERRORS), first(_INVERSES), first(_MODELS)
    errors = None
    if error is not None:
        errors = table[error].astype(np.float64)
    elif inverse is not None:
        errors = _error_of(table[inverse].astype(np.float64))
    return Spectrum(
        waves,
        table[flux].astype(np.float64),
        errors,
        None if model is None else table[model].astype(np.float64),
        _SDSS_UNIT if log is not None and not units[flux] else units[flux],
        "SDSS" if log is not None else "table",
    )


def _fits_image(hdus: Any, name: str, target: str) -> Spectrum | None:
    for hdu in hdus:
        data, header = hdu.data, hdu.header
        if not isinstance(data, np.ndarray) or data.dtype.names or data.ndim == 0:
            continue
        rows = np.asarray(data, dtype=np.float64).reshape(-1, data.shape[-1])
        step = header.get("CD1_1", header.get("CDELT1"))
        start = header.get("CRVAL1")
        if step is None or start is None or rows.shape[1] < 2:
            continue
        places = np.arange(rows.shape[1], dtype=np.float64) + 1 - float(header.get("CRPIX1", 1.0))
        wave: Values = float(start) + float(step) * places
        kind = str(header.get("CTYPE1", ""))
        if "COEFF0" in header or header.get("DC-FLAG") == 1 or "log10" in kind.lower():
            wave = 10.0**wave
        else:
            if kind.upper().startswith(("RA", "DEC", "GLON", "GLAT")):
                continue
            wave = wave * _factor(str(header.get("CUNIT1", "")))
        # the older files of SDSS: spectrum, continuum-subtracted, noise, ...
        old = "COEFF0" in header and len(rows) > 2
        return Spectrum(
            wave,
            rows[0],
            rows[2] if old else None,
            unit=str(header.get("BUNIT", "")),
            kind="SDSS" if old else "image",
        )
    return None


def _of_table(path: Path) -> Spectrum:
    from napari_astro_al.catalogue.reading import read_table

    raw = read_table(path)
    table = {_plain(one): raw.frame[one].to_numpy() for one in map(str, raw.frame.columns)}
    units = dict.fromkeys(table, "")
    units |= {_plain(one): about.unit or "" for one, about in raw.columns.items()}
    found = _of_columns(table, units)
    if found is None:
        raise PlotError(
            f"{path.name} has no columns called wavelength and flux; it has "
            f"{', '.join(map(str, raw.frame.columns))}."
        )
    return found


def _of_text(content: bytes, name: str) -> Spectrum:
    rows: list[list[float]] = []
    for line in content.decode("utf-8", errors="replace").splitlines():
        cells = line.split("#")[0].replace(",", " ").replace(";", " ").split()
        try:
            numbers = [float(one) for one in cells[:3]]
        except ValueError:
            continue  # a heading
        if len(numbers) >= 2:
            rows.append(numbers)
    width = min((len(one) for one in rows), default=0)
    if len(rows) < 2:
        raise PlotError(
            f"{name} holds no spectrum: two or three columns of numbers were expected, wavelength, "
            "flux and error."
        )
    table = np.array([one[:width] for one in rows], dtype=np.float64)
    return Spectrum(table[:, 0], table[:, 1], table[:, 2] if width > 2 else None, kind="text")


def _error_of(inverse: Values) -> Values:
    with np.errstate(all="ignore"):
        return np.where(inverse > 0, 1.0 / np.sqrt(inverse), np.nan)


def _plain(name: str) -> str:
    return "".join(one for one in name.lower() if one.isalnum())


def _factor(unit: str) -> float:
    """How many Ångström one of a unit is; 1 where the unit is not known."""
    from astropy import units

    if not unit.strip():
        return 1.0
    try:
        return float(units.Unit(unit.strip()).to(units.Angstrom))
    except (ValueError, TypeError, units.UnitConversionError):
        return 1.0
