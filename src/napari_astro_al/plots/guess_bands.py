"""Finding the bands of a catalogue by the names of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features.columns import is_numeric
from napari_astro_al.features.errors import error_columns
from napari_astro_al.features.not_measured import words
from napari_astro_al.plots.bands import Band
from napari_astro_al.plots.filters import FILTERS


@dataclass(frozen=True)
class _Family:
    """How a survey calls its bands.

    Attributes
    ----------
    bands : mapping of str to tuple of str
        From a filter to how it is spelled, in small letters and digits.
    forms : tuple of str
        What stands around it, the most likely first.
    least : int
        So many bands must be there before any is believed.
    capital : bool
        Whether the letters must be capitals.
    limit : str or None
        How upper limits are told.
    """

    bands: Mapping[str, tuple[str, ...]]
    forms: tuple[str, ...]
    least: int = 2
    capital: bool = False
    limit: str | None = None


_LETTERS = (
    "modelmag{}",
    "cmodelmag{}",
    "psfmag{}",
    "petromag{}",
    "fibermag{}",
    "dered{}",
    "sdss{}",
    "{}mag",
    "{}pmag",
    "mag{}",
    "magauto{}",
    "magpsf{}",
    "{}",
)
_FLUXES = ("flux{}", "{}flux", "psfflux{}", "fluxauto{}")
_FAMILIES = (
    _Family({"GALEX FUV": ("fuv",), "GALEX NUV": ("nuv",)}, ("{}mag", "mag{}", "{}"), least=1),
    _Family(
        {f"Pan-STARRS {one}": (one,) for one in "grizy"},
        ("{}meanpsfmag", "{}psfmag", "{}kronmag", "{}meankronmag", "ps1{}", "s{}mag1"),
        least=3,
    ),
    _Family({f"SDSS {one}": (one,) for one in "ugriz"}, _LETTERS, least=4),
    _Family({f"Pan-STARRS {one}": (one,) for one in "grizy"}, _LETTERS, least=4),
    _Family({f"DECam {one}": (one,) for one in "griz"}, _FLUXES, least=2),
    _Family(
        {
            "Johnson U": ("u",),
            "Johnson B": ("b",),
            "Johnson V": ("v",),
            "Cousins R": ("r", "rc"),
            "Cousins I": ("i", "ic"),
        },
        ("{}mag", "mag{}", "{}", "{}johnson"),
        capital=True,
    ),
    _Family(
        {"Gaia G": ("g",), "Gaia BP": ("bp",), "Gaia RP": ("rp",)},
        ("phot{}meanmag", "{}mag", "gaia{}"),
        least=3,
    ),
    _Family(
        {"2MASS J": ("j",), "2MASS H": ("h",), "2MASS Ks": ("ks", "k")},
        ("{}mag", "{}m", "mag{}", "2mass{}", "{}2mass", "{}"),
    ),
    _Family(
        {f"WISE W{one}": (f"w{one}",) for one in range(1, 5)},
        ("{}mpro", "{}mag", "mag{}", "{}", *_FLUXES),
        limit="no error",
    ),
    _Family(
        {
            "IRAC 3.6": ("36", "irac1", "i1", "ch1"),
            "IRAC 4.5": ("45", "irac2", "i2", "ch2"),
            "IRAC 5.8": ("58", "irac3", "i3", "ch3"),
            "IRAC 8.0": ("80", "irac4", "i4", "ch4"),
            "MIPS 24": ("24", "mips1", "m1", "mips24"),
        },
        ("{}", "{}mag", "mag{}", "irac{}", "iracmag{}"),
    ),
)


def guess_bands(catalogue: Catalogue) -> list[dict[str, object]]:
    """The bands that a catalogue seems to have, as JSON, by wavelength.

    A unit of a flux that the catalogue gives counts; without one, columns called flux are taken
    for nanomaggies, and others for magnitudes as the survey gives them.
    """
    plain: dict[str, str] = {}
    for name in catalogue.table.columns:
        if is_numeric(catalogue.table[name]) and str(name) != catalogue.roles.label:
            plain.setdefault("".join(words(str(name))), str(name))
    chosen: dict[str, str] = {}
    for family in _FAMILIES:
        found = _columns_of(family, plain)
        free = {band: name for band, name in found.items() if name not in chosen.values()}
        if len(free) >= family.least:
            chosen.update({band: name for band, name in free.items() if band not in chosen})
    errors = error_columns(catalogue, chosen.values())
    bands = []
    for filter_name, column in chosen.items():
        error = errors.get(column)
        limit = None if error is None else error.limit
        if limit is None and error is not None:
            limit = next((f.limit for f in _FAMILIES if filter_name in f.bands), None)
        more = {} if (unit := _flux_unit(catalogue, column)) is None else {"unit": unit}
        band = Band.of(
            column,
            FILTERS[filter_name],
            error=None if error is None else error.upper,
            limit=limit,
            **more,
        )
        bands.append(band)
    return [one.to_json() for one in sorted(bands, key=lambda one: float(one.wavelength))]


def _columns_of(family: _Family, plain: Mapping[str, str]) -> dict[str, str]:
    """The columns of the form that most bands have."""
    best: dict[str, str] = {}
    for form in family.forms:
        found = {
            band: plain[form.format(token)]
            for band, tokens in family.bands.items()
            for token in reversed(tokens)
            if form.format(token) in plain
            and (not family.capital or token[0].upper() in plain[form.format(token)])
        }
        if len(found) > len(best):
            best = found
    return best


def _flux_unit(catalogue: Catalogue, column: str) -> str | None:
    unit = catalogue.unit(column)
    if unit and "mag" not in unit.lower():
        return unit
    return "nmgy" if not unit and "flux" in column.lower() else None
