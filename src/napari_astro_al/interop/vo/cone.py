"""Sources around a place, by Simple Cone Search.

References
----------
IVOA Recommendation Simple Cone Search 1.03.
"""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from napari_astro_al.annotation.events import utc_now
from napari_astro_al.catalogue.provenance import DataOrigin
from napari_astro_al.errors import InteropError
from napari_astro_al.interop.vo.answers import beside, checked_place, kept, received_job
from napari_astro_al.interop.vo.door import MOST_BYTES, connected, permitted
from napari_astro_al.interop.vo.tap import NO_PYVO, PATIENCE
from napari_astro_al.jobs import Job, Progress, drain, guarded

if TYPE_CHECKING:
    from napari_astro_al.catalogue import Catalogue

CONE = "ivo://ivoa.net/std/ConeSearch"


def cone_search(
    url: str,
    centre: Any,
    radius: Any,
    *,
    to: str | PathLike[str] | None = None,
    verbosity: int = 2,
    timeout: float = PATIENCE,
    **roles: Any,
) -> Catalogue:
    """Ask a cone search service, and open what it sends as a catalogue.

    The answer is kept as a VOTable file, as by `read_tap`.

    Parameters
    ----------
    url : str
        The service, such as ``"https://vizier.cds.unistra.fr/viz-bin/conesearch/II/246/out?"``. Its
        host must be allowed: ``aal.cutouts.allow("vizier.cds.unistra.fr")``.
    centre : SkyCoord, pair of float, or str
        Right ascension and declination, ICRS: numbers are degrees, a text such as
        ``"10h21m03s +12d04m10s"`` says its units, or is two numbers.
    radius : Quantity or str
        An angle with its unit, such as ``"2 arcmin"``.
    to : path-like, optional
        A new file for the answer; by default one in the person's data folder.
    verbosity : {1, 2, 3}
        How many columns: few, the usual ones, all.
    timeout : float
        Seconds that the service may take to begin.
    **roles
        As of `Catalogue.read`.

    Raises
    ------
    NotAllowedError, InteropError, CatalogueError
        As of `read_tap`; `InteropError` also for what is no place or no angle.
    """
    job = cone_search_job(url, centre, radius, to=to, verbosity=verbosity, timeout=timeout, **roles)
    return drain(job)


def cone_search_job(
    url: str,
    centre: Any,
    radius: Any,
    *,
    to: str | PathLike[str] | None = None,
    verbosity: int = 2,
    timeout: float = PATIENCE,
    **roles: Any,
) -> Job[Catalogue]:
    """The work of `cone_search`; what was asked for is checked at once."""
    try:
        from pyvo.dal.scs import SCSQuery
    except ImportError as error:
        raise InteropError(NO_PYVO) from error
    base = url.strip()
    host = permitted(base)
    place = place_of(centre)
    angle = angle_of(radius)
    if verbosity not in (1, 2, 3):
        raise InteropError(f"verbosity is {verbosity!r}; it may be 1, 2 or 3.")
    query = SCSQuery(base, pos=place, radius=angle, verbosity=verbosity)
    asked = {name: str(value) for name, value in query.items()}
    file = checked_place(to, f"cone {place.ra.deg:.3f} {place.dec.deg:+.3f}")
    origin = DataOrigin(
        service_protocol=CONE,
        request=base,
        query=urlencode(asked),
        request_date=utc_now()[:19] + "Z",
    )

    def job() -> Job[Catalogue]:
        with beside(file) as part, connected(wait=timeout, most=MOST_BYTES) as client:
            asked = SCSQuery(base, pos=place, radius=angle, verbosity=verbosity, session=client)
            yield from received_job(asked.submit, host, part, origin)
            yield Progress(f"Reading {file.name}")
            return kept(part, file, roles)

    return guarded(job(), f"ask {host}")


def place_of(centre: Any) -> Any:
    """A place on the sky.

    Returns
    -------
    astropy.coordinates.SkyCoord

    Raises
    ------
    InteropError
        If it is none.
    """
    from astropy.coordinates import SkyCoord

    try:
        if isinstance(centre, SkyCoord):
            place = centre
        elif isinstance(centre, str):
            place = _written(centre)
        else:
            ra, dec = centre
            place = SkyCoord(float(ra), float(dec), unit="deg")
        if place.isscalar:
            return place.icrs
    except (TypeError, ValueError):
        pass
    raise InteropError(
        f"{centre!r} is no place on the sky: right ascension and declination in degrees were "
        "expected, such as (150.1, 2.2), or a text such as '10h00m24s +02d12m00s'."
    )


def _written(text: str) -> Any:
    from astropy.coordinates import SkyCoord

    parts = text.replace(",", " ").split()
    try:
        ra, dec = map(float, parts)
    except ValueError:
        sexagesimal = len(parts) == 6 or (len(parts) == 2 and ":" in text)
        return SkyCoord(" ".join(parts), unit=("hourangle", "deg") if sexagesimal else None)
    return SkyCoord(ra, dec, unit="deg")


def angle_of(radius: Any) -> Any:
    """An angle of up to 180 degrees.

    Returns
    -------
    astropy.units.Quantity
        In degrees.

    Raises
    ------
    InteropError
        If it is none.
    """
    from astropy import units

    try:
        angle = units.Quantity(radius).to(units.deg)
        if angle.isscalar and 0 < angle.value <= 180:
            return angle
    except (TypeError, ValueError):
        pass
    raise InteropError(
        f"{radius!r} is no radius: an angle of up to 180 degrees with its unit was expected, such "
        "as '2 arcmin'."
    )
