"""Lines to compare a spectrum with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class SpectralLine:
    """A line at rest.

    Attributes
    ----------
    name : str
    wavelength : float
        Ångström, in vacuum.
    kind : {"emission", "absorption"}
        How it usually appears in galaxies and quasars.
    """

    name: str
    wavelength: float
    kind: Literal["emission", "absorption"] = "emission"


# Vacuum wavelengths of the table of spectral lines of SDSS Data Release 7
# (classic.sdss.org/dr7/algorithms/linestable.html); Lyman α from NIST.
_EMISSION = (
    ("Lyα", 1215.67),
    ("N V", 1240.81),
    ("Si IV", 1399.8),
    ("C IV", 1549.48),
    ("He II", 1640.4),
    ("C III]", 1908.734),
    ("Mg II", 2799.117),
    ("[Ne V]", 3426.85),
    ("[O II]", 3727.092),
    ("[O II]", 3729.875),
    ("Hδ", 4102.89),
    ("Hγ", 4341.68),
    ("Hβ", 4862.68),
    ("[O III]", 4960.295),
    ("[O III]", 5008.24),
    ("[O I]", 6302.046),
    ("[N II]", 6549.86),
    ("Hα", 6564.61),
    ("[N II]", 6585.27),
    ("[S II]", 6718.29),
    ("[S II]", 6732.67),
)
_ABSORPTION = (
    ("Ca K", 3934.777),
    ("Ca H", 3969.588),
    ("G", 4305.61),
    ("Mg b", 5176.7),
    ("Na D", 5895.6),
    ("Ca II", 8500.36),
    ("Ca II", 8544.44),
    ("Ca II", 8664.52),
)
LINES: tuple[SpectralLine, ...] = (
    *(SpectralLine(name, wavelength) for name, wavelength in _EMISSION),
    *(SpectralLine(name, wavelength, "absorption") for name, wavelength in _ABSORPTION),
)
"""The lines of galaxies, quasars and cool stars."""
STRONGEST = (
    "Lyα",
    "C IV",
    "C III]",
    "Mg II",
    "[O II]",
    "Hβ",
    "[O III]",
    "Hα",
    "Ca K",
    "Mg b",
    "Na D",
)
"""Names that are written first where there is no room for all."""
