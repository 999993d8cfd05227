"""Services that cut pictures out of surveys, by name, and how a new one is registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from napari_astro_al.catalogue import SourceId
from napari_astro_al.cutouts.cutout import Cutout
from napari_astro_al.cutouts.online.asking import Ask
from napari_astro_al.cutouts.online.pace import Limits
from napari_astro_al.errors import CutoutError
from napari_astro_al.registry import Registry

if TYPE_CHECKING:
    from napari_astro_al.cutouts.online.provider import OnlineCutouts


@dataclass(frozen=True)
class Place:
    """What a service is asked a picture of.

    Attributes
    ----------
    ra, dec : float
        Degrees, ICRS.
    size : float
        Arcseconds a side.
    source : int or str
        Its id.
    """

    ra: float
    dec: float
    size: float
    source: SourceId


class CutoutService(Protocol):
    """A service on the web that has pictures of places in the sky.

    Attributes
    ----------
    title : str
        What its pictures are called.
    hosts : tuple of str
        All that it calls, so that the person can allow them.
    limits : Limits
        How fast each host may be asked.
    natural_size : float
        Arcseconds a side, where none is asked for.

    Notes
    -----
    A service that never uses `Place.source` may say so with ``sends_id = False``: then the person
    who is asked to allow its hosts is told that no ids are sent.
    """

    @property
    def title(self) -> str:
        """What the pictures are called."""
        ...

    @property
    def hosts(self) -> tuple[str, ...]:
        """All hosts that are called."""
        ...

    @property
    def limits(self) -> Limits:
        """How fast each may be asked."""
        ...

    @property
    def natural_size(self) -> float:
        """Arcseconds a side."""
        ...

    def picture(self, place: Place, ask: Ask) -> Cutout:
        """The picture of a place.

        Parameters
        ----------
        place : Place
        ask : callable
            ``ask(url, read)``: the only way to the network. `read` makes something of the body
            and raises `NetworkError` where it is not what was expected, such as
            `as_picture("survey")` does.

        Returns
        -------
        Cutout
            Absent where the survey has nothing there.
        """
        ...


MakeService = Callable[..., CutoutService]

SERVICES: Registry[MakeService] = Registry("cutout service", "napari_astro_al.cutout_services")
"""What makes services, by name; each takes its options as keywords."""


def service(name: str, *, title: str | None = None, **options: Any) -> OnlineCutouts:
    """A provider of cutouts from a service on the web.

    Nothing is asked until the person allows its hosts, in the Cutouts dock or with
    `napari_astro_al.cutouts.allow`.

    Parameters
    ----------
    name : str
        ``"hips2fits"``, ``"legacysurvey"``, ``"sdss"``, ``"first"``, ``"panstarrs"``, ``"url"``,
        or one that was registered.
    title : str, optional
        Name of the provider; the service's own by default.
    **options
        Of the service, such as ``hips="CDS/P/DSS2/color"``. JSON values only, because a session
        keeps them.

    Returns
    -------
    OnlineCutouts

    Raises
    ------
    RegistrationError
        If there is no such service.
    CutoutError
        If it has no such option, or the option's value is not one.

    Examples
    --------
    >>> from napari_astro_al.cutouts import service
    >>> dss = service("hips2fits", hips="CDS/P/DSS2/color", size="2 arcmin")
    >>> dss.name, dss.natural_size, dss.hosts[0]
    ('CDS/P/DSS2/color', 120.0, 'alasky.cds.unistra.fr')
    """
    from napari_astro_al.cutouts.online.provider import OnlineCutouts

    return OnlineCutouts(name, options, title=title)


def made(name: str, options: dict[str, Any]) -> CutoutService:
    """The service of a name with its options; see `service`."""
    make = SERVICES[name]
    try:
        return make(**options)
    except TypeError as error:
        raise CutoutError(
            f"The cutout service {name!r} does not take these options: {error}."
        ) from error
