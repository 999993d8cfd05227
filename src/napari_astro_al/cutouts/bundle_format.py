"""What is in a bundle of pictures: an index in JSON, and each picture as PNG or FITS."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from hashlib import blake2b
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from napari_astro_al.cutouts.cutout import Cutout
from napari_astro_al.cutouts.pictures import MOST_PIXELS, picture_of
from napari_astro_al.errors import CutoutError
from napari_astro_al.imaging.headers import quietly

FORMAT: Final = 1
KIND: Final = "napari-astro-al pictures"
INDEX = "index.json"
MEMBER = re.compile(r"pictures/[0-9a-f]{32}\.(png|fits)")

_STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


class Entry(BaseModel):
    """One picture of one source, or why there is none.

    Attributes
    ----------
    source : str
        Its id as text.
    of : str
        The provider's name.
    size : float or None
        Arcseconds a side that were asked for; None where the picture has its own size.
    member : str
        Where the pixels are; empty where the picture is missing.
    wcs : str
        Cards of a FITS header, 80 characters each; empty where coordinates are not known.
    failed : bool
        It could not be fetched, and is tried again when the bundle is made again.
    """

    model_config = _STRICT

    source: str
    of: str
    size: float | None = Field(default=None, gt=0)
    member: str = Field(default="", pattern=rf"^({MEMBER.pattern})?$")
    wcs: str = Field(default="", max_length=100_000)
    pixel_scale: float | None = Field(default=None, gt=0)
    provenance: str = ""
    origin: Literal["upper", "lower"] = "upper"
    covered: float = Field(default=1.0, ge=0, le=1)
    missing: str = ""
    failed: bool = False

    @property
    def key(self) -> tuple[str, str, float | None]:
        """What it is a picture of."""
        return self.source, self.of, self.size


class Index(BaseModel):
    """The whole of ``index.json``.

    Attributes
    ----------
    id_kind : str
        Of the catalogue's ids: "int64", "uint64" or "string".
    """

    model_config = _STRICT

    kind: Literal["napari-astro-al pictures"] = KIND
    format: Literal[1] = FORMAT
    package_version: str
    id_kind: str
    pictures: list[Entry]


def encoded(source: str, of: str, size: float | None, picture: Cutout) -> tuple[Entry, bytes]:
    """The entry and the bytes of a picture; no bytes where it is missing."""
    entry = Entry(
        source=source,
        of=of,
        size=size,
        pixel_scale=_number(picture.pixel_scale),
        provenance=picture.provenance,
        origin=picture.origin,
        covered=float(picture.covered),
        missing=picture.missing,
        failed=picture.failed or picture.coming or bool(picture.asks_for),
    )
    if picture.pixels is None:
        return entry, b""
    pixels = np.asarray(picture.pixels)
    as_png = pixels.dtype == np.uint8
    header = None if picture.wcs is None else picture.wcs.to_header(relax=True)
    body = _png(pixels) if as_png else _fits(pixels, header)
    where = blake2b(repr(entry.key).encode(), digest_size=16).hexdigest()
    changes = {
        "member": f"pictures/{where}.{'png' if as_png else 'fits'}",
        "wcs": "" if header is None else header.tostring(),
    }
    return entry.model_copy(update=changes), body


def decoded(entry: Entry, body: bytes) -> Cutout:
    """The picture of an entry; one that is damaged is missing, with the reason."""
    title = f"the picture of source {entry.source}"
    read = picture_of if entry.member.endswith(".png") else _from_fits
    picture = read(body, title)
    if picture.pixels is None:
        return picture
    wcs = None
    if entry.wcs:
        try:
            wcs = _wcs(entry.wcs)
        except Exception as error:  # a header from elsewhere can raise anything
            return Cutout.absent(f"{title} has damaged coordinates: {error}")
    return replace(
        picture,
        wcs=wcs,
        pixel_scale=entry.pixel_scale,
        provenance=entry.provenance,
        origin=entry.origin,
        covered=entry.covered,
    )


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _png(pixels: npt.NDArray[Any]) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "PNG", optimize=False)
    return buffer.getvalue()


def _fits(pixels: npt.NDArray[Any], header: Any) -> bytes:
    """Exact values; colours are the first axis of FITS's three, as is usual there."""
    from astropy.io import fits

    if pixels.dtype == np.bool_:
        pixels = pixels.astype(np.uint8)
    if pixels.dtype == np.float16:
        pixels = pixels.astype(np.float32)
    planes = np.moveaxis(pixels, -1, 0) if pixels.ndim == 3 else pixels
    buffer = io.BytesIO()
    with quietly():
        fits.PrimaryHDU(np.ascontiguousarray(planes), header).writeto(buffer)
    return buffer.getvalue()


def _from_fits(body: bytes, title: str) -> Cutout:
    from astropy.io import fits

    try:
        with quietly(), fits.open(io.BytesIO(body), memmap=False) as hdus:
            shape = tuple(hdus[0].shape)
            if len(shape) not in {2, 3} or not 0 < int(np.prod(shape)) <= 3 * MOST_PIXELS:
                raise CutoutError(f"its shape is {shape}")
            data = hdus[0].data
            pixels = data.astype(data.dtype.newbyteorder("="), copy=False)
    except Exception as error:  # a malformed file can raise anything
        return Cutout.absent(f"{title} is damaged: {error}")
    return Cutout(np.moveaxis(pixels, 0, -1) if pixels.ndim == 3 else pixels)


def _wcs(cards: str) -> Any:
    from astropy.io.fits import Header
    from astropy.wcs import WCS

    with quietly():
        return WCS(Header.fromstring(cards))
