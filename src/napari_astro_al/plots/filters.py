"""Filters of surveys: where they lie, and what a magnitude of zero means in them."""

from __future__ import annotations

from dataclasses import dataclass

AB_ZERO_POINT = 3631.0
"""Jansky; Oke & Gunn 1983, ApJ 266, 713."""


@dataclass(frozen=True)
class Filter:
    """A filter as its survey describes it.

    Attributes
    ----------
    name : str
        Survey and band: "SDSS u".
    wavelength, width : float
        Effective wavelength and full width, micrometres.
    vega : float
        Flux density of a magnitude of zero, Jansky, where the survey's magnitudes are those of
        Vega; 0 where they are AB.
    """

    name: str
    wavelength: float
    width: float
    vega: float = 0.0

    @property
    def short(self) -> str:
        """The band alone: "u"."""
        return self.name.rpartition(" ")[2]


# Of the telescope itself, as the pages of the imaging camera at sdss.org give them; widths of the
# system that it was meant to have: Fukugita et al. 1996, AJ 111, 1748, table 2a
_SDSS = (
    Filter("SDSS u", 0.3551, 0.0599),
    Filter("SDSS g", 0.4686, 0.1379),
    Filter("SDSS r", 0.6166, 0.1382),
    Filter("SDSS i", 0.7480, 0.1535),
    Filter("SDSS z", 0.8932, 0.1370),
)
# Tonry et al. 2012, ApJ 750, 99, table 4
_PAN_STARRS = (
    Filter("Pan-STARRS g", 0.481, 0.137),
    Filter("Pan-STARRS r", 0.617, 0.139),
    Filter("Pan-STARRS i", 0.752, 0.129),
    Filter("Pan-STARRS z", 0.866, 0.104),
    Filter("Pan-STARRS y", 0.962, 0.083),
)
# Abbott et al. 2018, ApJS 239, 18, table 1
_DECAM = (
    Filter("DECam g", 0.473, 0.150),
    Filter("DECam r", 0.642, 0.148),
    Filter("DECam i", 0.784, 0.147),
    Filter("DECam z", 0.926, 0.152),
    Filter("DECam Y", 1.009, 0.126),
)
# Morrissey et al. 2007, ApJS 173, 682, table 1
_GALEX = (Filter("GALEX FUV", 0.1539, 0.0442), Filter("GALEX NUV", 0.2316, 0.1060))
# Cohen, Wheaton & Megeath 2003, AJ 126, 1090, table 2
_TWO_MASS = (
    Filter("2MASS J", 1.235, 0.162, 1594.0),
    Filter("2MASS H", 1.662, 0.251, 1024.0),
    Filter("2MASS Ks", 2.159, 0.262, 666.7),
)
# Hewett et al. 2006, MNRAS 367, 454, tables 1 and 7
_UKIDSS = (
    Filter("UKIDSS Z", 0.8817, 0.093, 2232.0),
    Filter("UKIDSS Y", 1.0305, 0.102, 2026.0),
    Filter("UKIDSS J", 1.2483, 0.159, 1530.0),
    Filter("UKIDSS H", 1.6313, 0.292, 1019.0),
    Filter("UKIDSS K", 2.2010, 0.351, 631.0),
)
# Jarrett et al. 2011, ApJ 735, 112, table 1
_WISE = (
    Filter("WISE W1", 3.3526, 0.6626, 309.540),
    Filter("WISE W2", 4.6028, 1.0423, 171.787),
    Filter("WISE W3", 11.5608, 5.5069, 31.674),
    Filter("WISE W4", 22.0883, 4.1013, 8.363),
)
# Reach et al. 2005, PASP 117, 978 (for 8.0 later handbooks have 64.9); Rieke et al. 2008, AJ 135,
# 2245 (MIPS)
_SPITZER = (
    Filter("IRAC 3.6", 3.550, 0.750, 280.9),
    Filter("IRAC 4.5", 4.493, 1.015, 179.7),
    Filter("IRAC 5.8", 5.731, 1.425, 115.0),
    Filter("IRAC 8.0", 7.872, 2.905, 64.13),
    Filter("MIPS 24", 23.675, 4.7, 7.17),
)
# Bessell, Castelli & Plez 1998, A&A 333, 231, table A2; widths: Bessell 2005, ARA&A 43, 293
_JOHNSON = (
    Filter("Johnson U", 0.366, 0.065, 1790.0),
    Filter("Johnson B", 0.438, 0.089, 4063.0),
    Filter("Johnson V", 0.545, 0.084, 3636.0),
    Filter("Cousins R", 0.641, 0.158, 3064.0),
    Filter("Cousins I", 0.798, 0.154, 2416.0),
)
# Riello et al. 2021, A&A 649, A3; zero points as the SVO Filter Profile Service gives them
_GAIA = (
    Filter("Gaia BP", 0.511, 0.266, 3552.01),
    Filter("Gaia G", 0.622, 0.455, 3228.75),
    Filter("Gaia RP", 0.777, 0.293, 2554.95),
)
# Euclid Collaboration: Schirmer et al. 2022, A&A 662, A92 (near infrared)
_EUCLID = (
    Filter("Euclid VIS", 0.715, 0.36),
    Filter("Euclid Y", 1.0809, 0.2627),
    Filter("Euclid J", 1.3673, 0.3994),
    Filter("Euclid H", 1.7714, 0.4999),
)

FILTERS: dict[str, Filter] = {
    one.name: one
    for group in (
        _GALEX,
        _SDSS,
        _PAN_STARRS,
        _DECAM,
        _JOHNSON,
        _GAIA,
        _TWO_MASS,
        _UKIDSS,
        _EUCLID,
        _WISE,
        _SPITZER,
    )
    for one in group
}
"""By name. Wavelengths and zero points are those of the papers named in this file."""
