"""Pages on the web about a place on the sky; nothing here calls any of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from napari_astro_al.catalogue import SourceId
from napari_astro_al.features.columns import read_exactly

if TYPE_CHECKING:
    from napari_astro_al.session.session import Session

RADIUS = 5.0
"""Arcseconds around the source that are looked through."""


@dataclass(frozen=True)
class Lookup:
    """A page that shows what is known of a place.

    Attributes
    ----------
    name : str
    url : str
        With the position in it.
    """

    name: str
    url: str

    @property
    def host(self) -> str:
        """The site that is sent the position, once the page is opened."""
        return urlsplit(self.url).hostname or ""


def lookups_at(ra: float, dec: float) -> tuple[Lookup, ...]:
    """Pages about a place.

    Parameters
    ----------
    ra, dec : float
        ICRS, degrees.

    Returns
    -------
    tuple of Lookup
        SIMBAD, NED, SDSS SkyServer and the Legacy Surveys' viewer; empty where the place is none.
    """
    if not (math.isfinite(ra) and math.isfinite(dec) and -90 <= dec <= 90):
        return ()
    ra %= 360.0
    right, up = f"{ra:.7f}", f"{dec:+.7f}"
    simbad = {
        "Coord": f"{right} {up}",
        "CooFrame": "ICRS",
        "CooEpoch": "2000",
        "Radius": f"{RADIUS:g}",
        "Radius.unit": "arcsec",
    }
    ned = {
        "search_type": "Near Position Search",
        "in_csys": "Equatorial",
        "in_equinox": "J2000.0",
        "lon": f"{right}d",
        "lat": f"{up}d",
        "radius": f"{RADIUS / 60:.4f}",
    }
    sky = {"ra": right, "dec": f"{dec:.7f}", "scale": "0.2"}
    legacy = {
        "ra": right,
        "dec": f"{dec:.7f}",
        "layer": "ls-dr10",
        "zoom": "16",
        "mark": f"{right},{dec:.7f}",
    }
    return (
        Lookup("SIMBAD", _address("simbad.cds.unistra.fr/simbad/sim-coo", simbad)),
        Lookup("NED", _address("ned.ipac.caltech.edu/cgi-bin/objsearch", ned)),
        Lookup("SDSS SkyServer", _address("skyserver.sdss.org/dr18/VisualTools/navi", sky)),
        Lookup("Legacy Surveys", _address("www.legacysurvey.org/viewer", legacy)),
    )


def lookups_of(session: Session, source: SourceId | None) -> tuple[Lookup, ...]:
    """Pages about a source; empty where the catalogue has no positions, or not its."""
    roles = session.catalogue.roles
    if source is None or roles.ra is None or roles.dec is None:
        return ()
    row = session.catalogue.row_of(source)
    places = [
        read_exactly(session.catalogue, name, slice(row, row + 1)) for name in (roles.ra, roles.dec)
    ]
    return lookups_at(*(float(one[0]) for one in places))


def _address(page: str, query: dict[str, str]) -> str:
    return f"https://{page}?{urlencode(query, quote_via=quote)}"
