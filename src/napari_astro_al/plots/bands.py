"""The bands of a spectral energy distribution: which column, where, in what unit."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from os import PathLike
from pathlib import Path
from typing import Any

from napari_astro_al.errors import PlotError, check_fields, listing
from napari_astro_al.plots.filters import FILTERS, Filter

MISSING = -99.0
"""What AstronomicAL writes for a wavelength or a magnitude that is not known."""
AB, VEGA = "AB", "Vega"
LARGEST_FILE = 4_000_000
"""Bytes."""
MOST_BANDS = 500


@dataclass(frozen=True)
class Band:
    """One band.

    Attributes
    ----------
    column : str
        Its magnitude or flux.
    wavelength : float or str
        Micrometres, or a column of them.
    width : float or str or None
        Full width, micrometres, or a column of them.
    unit : str
        "AB" or "Vega" for magnitudes, else a unit that `astropy.units` knows: "mJy", "nmgy",
        "erg / (s cm2 Angstrom)".
    zero_point : float
        Flux density of a magnitude of zero, Jansky, for "Vega".
    error : str, float or None
        One standard deviation in the same unit; magnitudes where the value is one.
    limit : str or None
        A column that says where the value is an upper limit of the flux: "<" or ">", or any number
        but zero. "no error" means that it is one where there is a value without an error.
    filter : str
        A name in `FILTERS`, or the band's name.
    """

    column: str
    wavelength: float | str
    width: float | str | None = None
    unit: str = AB
    zero_point: float = 0.0
    error: str | float | None = None
    limit: str | None = None
    filter: str = ""

    @classmethod
    def of(cls, column: str, band: Filter, **more: Any) -> Band:
        """A column measured in a known filter."""
        unit = more.pop("unit", VEGA if band.vega else AB)
        return cls(column, band.wavelength, band.width, unit, band.vega, filter=band.name, **more)

    @property
    def name(self) -> str:
        """For people."""
        return self.filter or self.column

    def to_json(self) -> dict[str, Any]:
        """The band as JSON values."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Band:
        """The inverse of `to_json`; the filter alone gives wavelength, width and zero point.

        Raises
        ------
        PlotError
            If a field is unknown or has a value that is not allowed.
        """
        if not isinstance(stored, Mapping):
            raise PlotError(f"A band is an object with a column and a wavelength, not {stored!r}.")
        check_fields(stored, cls.__dataclass_fields__, "A band", PlotError)
        given = {name: value for name, value in stored.items() if value not in (None, "")}
        known = FILTERS.get(str(given.get("filter", "")))
        if known is not None:
            unit = VEGA if known.vega else AB
            basic = {"wavelength": known.wavelength, "width": known.width, "unit": unit}
            given = {**basic, **given}
            if known.vega and not given.get("zero_point"):
                given["zero_point"] = known.vega
        for name in ("column", "wavelength"):
            if name not in given:
                raise PlotError(f"The band {given!r} has no {name}.")
        band = cls(**given)
        band._check()
        return band

    def _check(self) -> None:
        odd = [
            f"{name}={value!r}"
            for name, value, types in (
                ("column", self.column, str),
                ("wavelength", self.wavelength, (str, int, float)),
                ("width", self.width, (str, int, float, type(None))),
                ("unit", self.unit, str),
                ("zero_point", self.zero_point, (int, float)),
                ("error", self.error, (str, int, float, type(None))),
                ("limit", self.limit, (str, type(None))),
                ("filter", self.filter, str),
            )
            if not isinstance(value, types) or isinstance(value, bool)
        ]
        if odd:
            raise PlotError(f"The band {self.column!r} has {', '.join(odd)}, which cannot be.")
        if isinstance(self.wavelength, (int, float)) and not 0 < self.wavelength < math.inf:
            raise PlotError(
                f"The band {self.column!r} lies at {self.wavelength} µm; a wavelength is positive."
            )
        if self.unit == VEGA and not 0 < self.zero_point < math.inf:
            raise PlotError(
                f"The band {self.column!r} is in Vega magnitudes and has no zero point. Give the "
                "flux density of a magnitude of zero in Jansky, or choose a filter."
            )


def bands_from(stored: Any) -> tuple[Band, ...]:
    """Bands as a session keeps them: a list of objects.

    Raises
    ------
    PlotError
        If they are no such list.
    """
    if not isinstance(stored, Sequence) or isinstance(stored, str) or len(stored) > MOST_BANDS:
        raise PlotError(f"Bands are a list of at most {MOST_BANDS} objects, not {stored!r}.")
    return tuple(one if isinstance(one, Band) else Band.from_json(one) for one in stored)


def read_bands(path: str | PathLike[str]) -> tuple[Band, ...]:
    """The bands of a file: our own, or AstronomicAL's.

    Parameters
    ----------
    path : path-like
        JSON: a list of bands as `Band.to_json` has them, or AstronomicAL's object from the name of
        a column to ``{"wavelength": µm or column, "FWHM": µm or column, "error": number or
        column}``. Its magnitudes are AB; bands with the wavelength -99 are left out.

    Raises
    ------
    PlotError
        If it cannot be read or holds something else.
    """
    place = Path(path).expanduser()
    try:
        with place.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
        content = json.loads(raw) if len(raw) <= LARGEST_FILE else None
    except OSError as error:
        raise PlotError(f"Could not read {place}: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        raise PlotError(f"{place.name} is not valid JSON: {error}.") from error
    if isinstance(content, Mapping):
        bands = tuple(
            band for name, told in content.items() if (band := _astronomical(str(name), told))
        )
    elif isinstance(content, list):
        bands = bands_from(content)
    else:
        raise PlotError(
            f"{place.name} holds no bands. Expected is a list of bands, or AstronomicAL's object: "
            '{"umag": {"wavelength": 0.3551, "FWHM": 0.0599, "error": "umag_err"}}.'
        )
    if not bands:
        raise PlotError(f"{place.name} holds no band with a wavelength.")
    return bands


def _astronomical(column: str, told: Any) -> Band | None:
    if not isinstance(told, Mapping) or "wavelength" not in told:
        raise PlotError(
            f"The band {column!r} is {told!r}; expected is an object with a wavelength, and FWHM "
            "and error where they are known."
        )
    strangers = sorted(set(told) - {"wavelength", "FWHM", "error"})
    if strangers:
        raise PlotError(f"The band {column!r} has {listing(strangers)}, which is not known.")
    given = {
        name: value
        for name, key in (("wavelength", "wavelength"), ("width", "FWHM"), ("error", "error"))
        if (value := told.get(key)) is not None and value != MISSING
    }
    if "wavelength" not in given:
        return None
    return Band.from_json({"column": column, **given})
