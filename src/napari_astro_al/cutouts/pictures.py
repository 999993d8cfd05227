"""Reading one picture file: PNG, JPEG and the like through Pillow, FITS through astropy."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.cutouts.cutout import Cutout
from napari_astro_al.cutouts.fits_images import read_fits

MOST_PIXELS = 64_000_000
"""Pictures with more pixels are refused before they are decoded."""

MOST_BYTES = 512 * 2**20
"""Files larger than this, packed or unpacked, are refused."""

FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP")


def read_picture(path: Path) -> Cutout:
    """Read a picture file; what it is comes from its content, not from its name.

    Parameters
    ----------
    path : Path
        PNG, JPEG, GIF, TIFF, BMP, WebP or FITS; FITS also gzipped or tile-compressed.

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
    return picture_of(data, title)


def picture_of(data: bytes, title: str) -> Cutout:
    """Decode what a picture file has in it; see `read_picture`.

    Parameters
    ----------
    data : bytes
    title : str
        For the provenance and for reasons.
    """
    try:
        if data.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(data)) as packed:
                data = packed.read(MOST_BYTES + 1)
            if len(data) > MOST_BYTES:
                return _too_large(f"more than {MOST_BYTES / 2**20:,.0f} MiB unpacked", title)
            return read_fits(data, title, most_pixels=MOST_PIXELS)
        if data.startswith((b"SIMPLE", b"XTENSION")):
            return read_fits(data, title, most_pixels=MOST_PIXELS)
        return _read_with_pillow(data, title)
    except (OSError, EOFError, ValueError, zlib.error, MemoryError) as error:
        return Cutout.absent(f"{title} cannot be read: {error}", provenance=title)


def _too_large(how: str, title: str) -> Cutout:
    return Cutout.absent(f"{title} is too large for a cutout: {how}", provenance=title)


def _read_with_pillow(data: bytes, title: str) -> Cutout:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                return _too_large(f"{image.width} x {image.height} pixels", title)
            pixels = _as_grey_or_rgb(image)
    except UnidentifiedImageError:
        known = ", ".join(FORMATS)
        return Cutout.absent(f"{title} is no picture (FITS, {known})", provenance=title)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return _too_large("more pixels than Pillow decodes", title)
    except Exception as error:  # decoders raise many kinds for damaged files
        return Cutout.absent(f"{title} is damaged: {error}", provenance=title)
    return Cutout(pixels, provenance=title)


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
