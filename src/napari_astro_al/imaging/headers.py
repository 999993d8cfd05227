"""World coordinates in FITS headers, also where those are not quite right."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import numpy as np

_WARNINGS = Lock()
"""Held while warnings are caught, because catching them changes the state of the process."""


@contextmanager
def quietly() -> Iterator[None]:
    """Headers of the world break the standard in ways that astropy repairs with a warning."""
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def celestial(header: Any) -> Any:
    """The celestial part of a header's world coordinates, or None where there is none."""
    if not any(f"CTYPE{axis}" in header for axis in range(1, 5)):
        return None  # which takes longer to find out from the coordinates themselves
    from astropy.wcs import WCS

    try:
        wcs = WCS(header)
        return wcs.celestial if wcs.has_celestial else None
    except Exception:  # wcslib and astropy raise many kinds; the picture is good without
        return None


def pixel_scale(wcs: Any) -> float | None:
    """Arcseconds a pixel, the geometric mean of the two axes at the reference point."""
    from astropy.wcs.utils import proj_plane_pixel_scales

    scale = float(np.sqrt(np.prod(proj_plane_pixel_scales(wcs)))) * 3600.0
    return scale if 0 < scale < float("inf") else None


def cards_of(wcs: Any) -> str:
    """World coordinates as the cards of a FITS header, a line each, distortions by SIP included.

    Parameters
    ----------
    wcs : astropy.wcs.WCS
        Celestial, of two axes.
    """
    with quietly():
        text: str = wcs.to_header(relax=True).tostring(sep="\n", endcard=False, padding=False)
    return "\n".join(line.rstrip() for line in text.split("\n"))


def wcs_of(cards: str) -> Any:
    """The inverse of `cards_of`; None where the cards say nothing of the sky."""
    from astropy.io.fits import Header

    with quietly():
        try:
            header = Header.fromstring(cards, sep="\n")
        except Exception:  # a file may hold anything
            return None
        return celestial(header)
