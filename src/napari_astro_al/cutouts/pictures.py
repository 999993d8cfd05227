"""Reading one picture file: PNG, JPEG and the like through Pillow, FITS through astropy."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.cutouts.cutout import Cutout
from napari_astro_al.cutouts.fits_images import read_fits
from napari_astro_al.cutouts.packed import DAMAGED, unpacked

MOST_PIXELS = 64_000_000
"""Pictures with more pixels are refused before they are decoded."""

MOST_BYTES = 512 * 2**20
"""Files larger than this, packed or unpacked, are refused."""

FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP")


UNREAD = {
    b"\x1f\x9d": "is packed with compress (.Z), which is not read; pack it with gzip",
    b"PK\x03\x04": "is a zip archive; for pictures in an archive use ImageArchive",
    b"\x89HDF": "is HDF5; for pictures in one array use ImageStack",
}
"""What files begin with that are known and not read, and what to do."""


def read_picture(
    path: Path,
    *,
    extension: int | str | None = None,
    band: int | None = None,
    side: int | None = None,
) -> Cutout:
    """Read a picture file; what it is comes from its content, not from its name.

    Parameters
    ----------
    path : Path
        PNG, JPEG, GIF, TIFF, BMP, WebP or FITS, also tile-compressed; any of them gzipped, bzipped
        or packed with xz.
    extension : int or str, optional
        Of FITS files; by default the first that has a picture.
    band : int, optional
        Of FITS images with three axes.
    side : int, optional
        Pixels that the longer side needs at least, where fewer than all will do. JPEG files are
        then decoded to a half, a quarter or an eighth.

    Returns
    -------
    Cutout
        With `missing` saying why where the file is absent, damaged, too large or no picture.
        Nothing is raised for a bad file.
    """
    title = path.name
    try:
        if not path.is_file():
            return Cutout.absent(f"there is no file {title}", provenance=title)
        if path.stat().st_size > MOST_BYTES:
            return _too_large(f"{path.stat().st_size / 2**20:,.0f} MiB", title)
        data = path.read_bytes()
    except (OSError, MemoryError) as error:
        return Cutout.absent(f"{title} cannot be read: {error}", provenance=title)
    return picture_of(data, title, extension=extension, band=band, side=side)


def picture_of(
    data: bytes,
    title: str,
    *,
    extension: int | str | None = None,
    band: int | None = None,
    side: int | None = None,
) -> Cutout:
    """Decode what a picture file has in it; see `read_picture`.

    Parameters
    ----------
    data : bytes
    title : str
        For the provenance and for reasons.
    extension, band, side
        As for `read_picture`.
    """
    try:
        content = unpacked(data, MOST_BYTES)
        if content is None:
            return _too_large(f"more than {MOST_BYTES / 2**20:,.0f} MiB unpacked", title)
        for beginning, why in UNREAD.items():
            if content.startswith(beginning):
                return Cutout.absent(f"{title} {why}", provenance=title)
        if content.startswith((b"SIMPLE", b"XTENSION")):
            return read_fits(
                content, title, most_pixels=MOST_PIXELS, extension=extension, band=band
            )
        return _read_with_pillow(content, title, side)
    except DAMAGED as error:
        return Cutout.absent(f"{title} cannot be read: {error}", provenance=title)


def _too_large(how: str, title: str) -> Cutout:
    return Cutout.absent(f"{title} is too large for a cutout: {how}", provenance=title)


def _read_with_pillow(data: bytes, title: str, side: int | None) -> Cutout:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                return _too_large(f"{image.width} x {image.height} pixels", title)
            if side is not None:
                image.draft(None, _no_smaller(image.size, side))
            pixels = _as_grey_or_rgb(image)
    except UnidentifiedImageError:
        known = ", ".join(FORMATS)
        return Cutout.absent(f"{title} is no picture (FITS, {known})", provenance=title)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return _too_large("more pixels than Pillow decodes", title)
    except Exception as error:  # decoders raise many kinds for damaged files
        return Cutout.absent(f"{title} is damaged: {error}", provenance=title)
    return Cutout(pixels, provenance=title)


def _no_smaller(size: tuple[int, int], side: int) -> tuple[int, int]:
    """A size of the same form whose longer side is `side`."""
    scale = side / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _as_grey_or_rgb(image: Any) -> npt.NDArray[Any]:
    """Pixels of a Pillow image: grey levels stay as they are, the rest becomes RGB on black."""
    if image.mode in {"L", "F", "I", "I;16", "I;16L", "I;16B"}:
        grey = np.array(image)
        return grey.astype(grey.dtype.newbyteorder("="), copy=False)
    if image.mode == "1":
        return np.array(image.convert("L"))
    if image.mode in {"LA", "La", "PA", "RGBA", "RGBa"} or "transparency" in image.info:
        rgba = np.array(image.convert("RGBA")).astype(np.uint16)
        return ((rgba[..., :3] * rgba[..., 3:] + 127) // 255).astype(np.uint8)
    return np.array(image.convert("RGB"))
