"""The surveys that come with the package, each behind the address that its keepers publish."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from napari_astro_al.cutouts.angles import arcseconds
from napari_astro_al.cutouts.cutout import Cutout
from napari_astro_al.cutouts.fields import Field
from napari_astro_al.cutouts.online.address import is_host
from napari_astro_al.cutouts.online.asking import Ask, as_picture, first_of
from napari_astro_al.cutouts.online.pace import Limits
from napari_astro_al.cutouts.online.services import SERVICES, Place
from napari_astro_al.errors import CutoutError, listing

MOST_SIDE = 512
"""Pixels a side that are asked for at most; a larger field gets coarser pixels."""


def degrees(value: float) -> str:
    """A coordinate for a request: to 0.4 microarcseconds, and never in exponents."""
    return f"{value:.10f}"


class Survey:
    """What the surveys of this module share: hosts in a field, a size with a unit."""

    size: Any
    hosts: tuple[str, ...]
    scheme: str
    sends_id = False

    def __post_init__(self) -> None:
        size_of(self.size)
        given: Any = self.hosts
        hosts = (given,) if isinstance(given, str) else tuple(given)
        if not hosts or not all(is_host(one) for one in hosts):
            raise CutoutError(
                f"hosts={self.hosts!r} are not names of hosts. Give each alone, such as "
                "'alasky.cds.unistra.fr'."
            )
        check_choice("scheme", self.scheme, ("https", "http"))
        object.__setattr__(self, "hosts", hosts)

    @property
    def natural_size(self) -> float:
        """Arcseconds a side where none is asked for."""
        return size_of(self.size)


@SERVICES.provide("hips2fits")
@dataclass(frozen=True)
class Hips2Fits(Survey):
    """Any of the surveys in HiPS form, cut by the CDS in Strasbourg.

    https://alasky.cds.unistra.fr/hips-image-services/hips2fits

    Parameters
    ----------
    hips : str
        The survey's identifier, as in https://aladin.cds.unistra.fr/hips/list.
    size : str or astropy.units.Quantity
        Width and height on the sky where none is asked for.
    pixels : int
        Pixels a side.
    format : {"jpg", "png", "fits"}
        FITS has measured values, and colour surveys do not have it.
    hosts : sequence of str
        Tried in this order.
    scheme : {"https", "http"}
    """

    hips: str = "CDS/P/DSS2/color"
    size: Any = "1 arcmin"
    pixels: int = 256
    format: str = "jpg"
    hosts: tuple[str, ...] = ("alasky.cds.unistra.fr", "alaskybis.cds.unistra.fr")
    scheme: str = "https"
    limits = Limits(at_once=4, per_second=5.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("format", self.format, ("jpg", "png", "fits"))
        if not isinstance(self.pixels, int) or not 1 <= self.pixels <= MOST_SIDE:
            raise CutoutError(f"pixels={self.pixels!r} is not between 1 and {MOST_SIDE}.")

    @property
    def title(self) -> str:
        """What the pictures are called."""
        return self.hips

    def picture(self, place: Place, ask: Ask) -> Cutout:
        """The picture of a place; see `CutoutService.picture`."""
        query = urlencode(
            {
                "hips": self.hips,
                "width": self.pixels,
                "height": self.pixels,
                "fov": degrees(place.size / 3600.0),
                "projection": "TAN",
                "coordsys": "icrs",
                "ra": degrees(place.ra),
                "dec": degrees(place.dec),
                "format": self.format,
            }
        )
        urls = [
            f"{self.scheme}://{host}/hips-image-services/hips2fits?{query}" for host in self.hosts
        ]
        picture = first_of(ask, urls, as_picture(self.title))
        return placed(picture, place, self.hips)


class Gridded(Survey):
    """What surveys share that are asked for so many pixels of some size."""

    pixel_scale: float

    def fitted(self, place: Place) -> tuple[int, str]:
        """Pixels a side, and arcseconds a pixel as text; together they fill the field exactly."""
        side = min(MOST_SIDE, max(1, round(place.size / self.pixel_scale)))
        return side, f"{place.size / side:.6g}"

    def address(self, place: Place, path: str, **words: object) -> str:
        """Where the first host has a picture of a place."""
        query = urlencode({"ra": degrees(place.ra), "dec": degrees(place.dec), **words})
        return f"{self.scheme}://{self.hosts[0]}/{path}?{query}"


@SERVICES.provide("legacysurvey")
@dataclass(frozen=True)
class LegacySurvey(Gridded):
    """DESI Legacy Imaging Surveys and what their viewer shows beside them.

    https://www.legacysurvey.org/viewer

    Parameters
    ----------
    layer : str
        Such as ``"ls-dr10"``, ``"unwise-neo7"``, ``"galex"``, ``"vlass1.2"``.
    size : str or astropy.units.Quantity
        Width and height on the sky where none is asked for.
    pixel_scale : float
        Arcseconds a pixel, coarser where the field would be too many pixels.
    hosts : sequence of str
        The first is asked.
    scheme : {"https", "http"}
    """

    layer: str = "ls-dr10"
    size: Any = "1 arcmin"
    pixel_scale: float = 0.262
    hosts: tuple[str, ...] = ("www.legacysurvey.org",)
    scheme: str = "https"
    limits = Limits(at_once=2, per_second=2.0)

    @property
    def title(self) -> str:
        """What the pictures are called."""
        return f"Legacy Surveys {self.layer}"

    def picture(self, place: Place, ask: Ask) -> Cutout:
        """The picture of a place; see `CutoutService.picture`."""
        side, scale = self.fitted(place)
        url = self.address(place, "viewer/cutout.jpg", layer=self.layer, pixscale=scale, size=side)
        return placed(ask(url, as_picture(self.title)), place, self.layer)


@SERVICES.provide("sdss")
@dataclass(frozen=True)
class SDSS(Gridded):
    """Colour pictures of the Sloan Digital Sky Survey.

    https://skyserver.sdss.org/dr18/en/help/docs/api.aspx

    Parameters
    ----------
    release : str
    size : str or astropy.units.Quantity
        Width and height on the sky where none is asked for.
    pixel_scale : float
        Arcseconds a pixel, coarser where the field would be too many pixels.
    hosts : sequence of str
        The first is asked.
    scheme : {"https", "http"}
    """

    release: str = "dr18"
    size: Any = "1 arcmin"
    pixel_scale: float = 0.2
    hosts: tuple[str, ...] = ("skyserver.sdss.org",)
    scheme: str = "https"
    limits = Limits(at_once=2, per_second=2.0)

    @property
    def title(self) -> str:
        """What the pictures are called."""
        return f"SDSS {self.release}"

    def picture(self, place: Place, ask: Ask) -> Cutout:
        """The picture of a place; see `CutoutService.picture`."""
        side, scale = self.fitted(place)
        path = f"{self.release}/SkyServerWS/ImgCutout/getjpeg"
        url = self.address(place, path, scale=scale, width=side, height=side)
        return placed(ask(url, as_picture(self.title)), place, self.title)


@SERVICES.provide("first")
@dataclass(frozen=True)
class First(Survey):
    """The FIRST survey at 1.4 GHz, as FITS with its own world coordinates.

    https://third.ucllnl.org/cgi-bin/firstcutout

    Parameters
    ----------
    size : str or astropy.units.Quantity
        Width and height on the sky where none is asked for.
    hosts : sequence of str
        The first is asked.
    scheme : {"https", "http"}
    """

    size: Any = "2 arcmin"
    hosts: tuple[str, ...] = ("third.ucllnl.org",)
    scheme: str = "https"
    limits = Limits(at_once=2, per_second=2.0)

    @property
    def title(self) -> str:
        """What the pictures are called."""
        return "FIRST"

    def picture(self, place: Place, ask: Ask) -> Cutout:
        """The picture of a place; see `CutoutService.picture`."""
        query = urlencode(
            {
                "RA": sexagesimal(place.ra, place.dec),
                "Equinox": "J2000",
                "ImageSize": f"{place.size / 60.0:.4f}",
                "ImageType": "FITS File",
            }
        )
        url = f"{self.scheme}://{self.hosts[0]}/cgi-bin/firstcutout?{query}"
        return replace(ask(url, as_picture(self.title)), provenance=self.title)


def sexagesimal(ra: float, dec: float) -> str:
    """A position as "h m s ±d m s", to a hundredth of an arcsecond.

    Examples
    --------
    >>> sexagesimal(162.3401, -0.5)
    '10 49 21.6240 -00 30 00.000'
    """
    hours = round((ra % 360.0) / 15.0 * 3600.0 * 10_000) % (24 * 3600 * 10_000)
    arcs = round(abs(dec) * 3600.0 * 1_000)
    seconds, fraction = divmod(hours, 10_000)
    h, m, s = seconds // 3600, seconds // 60 % 60, seconds % 60
    whole, part = divmod(arcs, 1_000)
    sign = "-" if dec < 0 else "+"
    d, dm, ds = whole // 3600, whole // 60 % 60, whole % 60
    return f"{h:02d} {m:02d} {s:02d}.{fraction:04d} {sign}{d:02d} {dm:02d} {ds:02d}.{part:03d}"


def placed(picture: Cutout, place: Place, provenance: str) -> Cutout:
    """A picture of a place with its coordinates, from its own header or from what was asked."""
    pixels = picture.pixels
    assert pixels is not None
    if pixels.min() == pixels.max() or not (pixels == pixels).any():
        return Cutout.absent(f"{provenance} has no data here", provenance=provenance)
    if picture.wcs is not None or pixels.shape[0] != pixels.shape[1]:
        return replace(picture, provenance=provenance)
    side = pixels.shape[0]
    field = Field(place.ra, place.dec, side, place.size / side)
    wcs = field.wcs(upper=picture.origin == "upper")
    return replace(picture, wcs=wcs, pixel_scale=field.pixel_scale, provenance=provenance)


def size_of(given: Any) -> float:
    """A size that somebody has to give, in arcseconds; see `arcseconds`."""
    size = arcseconds(given)
    if size is None:
        raise CutoutError("A cutout service needs a size, such as '1 arcmin'.")
    return size


def check_choice(name: str, value: object, known: Iterable[str]) -> None:
    """Refuse an option that is none of those known."""
    if value not in tuple(known):
        raise CutoutError(f"{name}={value!r} is not one of {listing(known)}.")
