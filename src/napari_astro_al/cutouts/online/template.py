"""Any service whose address has the position in it."""

from __future__ import annotations

import string
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlsplit

from napari_astro_al.cutouts.cutout import Cutout
from napari_astro_al.cutouts.online.address import host_of
from napari_astro_al.cutouts.online.asking import Ask, as_picture
from napari_astro_al.cutouts.online.pace import Limits
from napari_astro_al.cutouts.online.services import SERVICES, Place
from napari_astro_al.cutouts.online.surveys import degrees, size_of
from napari_astro_al.errors import CutoutError, listing

FIELDS = ("ra", "dec", "size", "size_arcmin", "size_deg", "pixels", "id")


@SERVICES.provide("url")
@dataclass(frozen=True)
class UrlTemplate:
    """Pictures at an address in which the source is filled in.

    Parameters
    ----------
    template : str
        With any of ``{ra}`` and ``{dec}`` in degrees, ``{size}`` in arcseconds, ``{size_arcmin}``,
        ``{size_deg}``, ``{pixels}`` and ``{id}``. What is filled in is quoted, and the host must
        be written out.
    size : str or astropy.units.Quantity
        Width and height on the sky where none is asked for.
    pixels : int
        Pixels a side, for ``{pixels}``.
    pixel_scale : float, optional
        Arcseconds a pixel of the pictures, where they do not say it. By default they are taken to
        have the size that was asked for, where the address asks for one.
    at_once : int
        Requests on their way at the same time.
    per_second : float
        Requests begun in a second.
    """

    template: str
    size: Any = "1 arcmin"
    pixels: int = 256
    pixel_scale: float | None = None
    at_once: int = 2
    per_second: float = 2.0

    def __post_init__(self) -> None:
        try:
            parsed = list(string.Formatter().parse(self.template))
        except ValueError as error:
            raise CutoutError(
                f"The address {self.template!r} cannot be filled in: {error}."
            ) from None
        used = [name for _, name, _, _ in parsed if name is not None]
        strangers = [name for name in used if name not in FIELDS]
        shaped = [name for _, name, shape, how in parsed if name is not None and (shape or how)]
        if shaped:
            raise CutoutError(
                f"The address {self.template!r} says how to write {listing(shaped)}. Leave that "
                "out: numbers are written at full precision."
            )
        if strangers or not used:
            raise CutoutError(
                f"The address {self.template!r} has {listing(strangers)} in braces. Use some of "
                f"{', '.join('{' + name + '}' for name in FIELDS)}."
            )
        if "{" in self.template.partition("://")[0] + urlsplit(self.template).netloc:
            raise CutoutError(
                f"The host of {self.template!r} must be written out, so that it can be allowed."
            )
        host_of(self.template)
        for name in ("pixels", "pixel_scale", "at_once", "per_second"):
            value = getattr(self, name)
            optional = name == "pixel_scale" and value is None
            if not optional and not (isinstance(value, (int, float)) and 0 < value < 1e6):
                raise CutoutError(f"{name}={value!r} is not a number larger than 0.")
        size_of(self.size)

    @property
    def title(self) -> str:
        """What the pictures are called: their host."""
        return self.hosts[0]

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host that is asked."""
        return (host_of(self.template),)

    @property
    def limits(self) -> Limits:
        """How fast."""
        return Limits(self.at_once, self.per_second)

    @property
    def sends_id(self) -> bool:
        """Whether sources' ids are in the requests."""
        return "{id}" in self.template

    @property
    def natural_size(self) -> float:
        """Arcseconds a side where none is asked for."""
        return size_of(self.size)

    def picture(self, place: Place, ask: Ask) -> Cutout:
        """The picture of a place; see `CutoutService.picture`."""
        url = self.template.format(
            ra=degrees(place.ra),
            dec=degrees(place.dec),
            size=f"{place.size:.6g}",
            size_arcmin=f"{place.size / 60.0:.6g}",
            size_deg=degrees(place.size / 3600.0),
            pixels=self.pixels,
            id=quote(str(place.source), safe=""),
        )
        picture = ask(url, as_picture(self.title))
        scale = picture.pixel_scale or self.pixel_scale
        if scale is None and self._asks_for_size and picture.pixels is not None:
            scale = place.size / max(picture.pixels.shape[:2])
        return replace(picture, pixel_scale=scale, provenance=self.title)

    @property
    def _asks_for_size(self) -> bool:
        return any(f"{{{name}}}" in self.template for name in FIELDS if name.startswith("size"))
