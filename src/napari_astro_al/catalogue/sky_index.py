"""Finding the sources near a place on the sky."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue.catalogue import Catalogue
from napari_astro_al.catalogue.positions import coordinates
from napari_astro_al.jobs import Job, Progress, guarded

_A_ZONE = 2_000
"""Sources in a zone of declination, on the whole; a question looks through few zones."""
_MARGIN = 1e-6
"""Degrees that a search reaches further, so that rounding leaves nothing out."""
_PART = 1.0 - 1e-9
"""Of a turn, so that rounding moves no source into the next zone."""


class SkyIndex:
    """The sources in zones of declination, each in the order of right ascension.

    Four bytes a source beside its coordinates: a tree of unit vectors takes forty. Zones: Gray,
    Nieto-Santisteban & Szalay 2007, "The Zones Algorithm for Finding Points-Near-a-Point", MSR
    technical report 2006-52.

    Parameters
    ----------
    ra, dec : (n,) float64 ndarray
        Degrees, any turn; they are kept, not copied. Sources whose position is not finite are left
        out.
    """

    def __init__(self, ra: npt.NDArray[Any], dec: npt.NDArray[Any]) -> None:
        self._ra, self._dec = ra, dec
        rows = np.flatnonzero(np.isfinite(ra) & np.isfinite(dec))
        rows = rows.astype(np.min_scalar_type(max(1, len(ra))))
        declination = dec[rows]
        n_zones = max(1, len(rows) // _A_ZONE)
        self._lowest = float(declination.min()) if len(rows) else 0.0
        span = float(declination.max()) - self._lowest if len(rows) else 0.0
        self._height = max(span / n_zones, 1e-6)
        zone = self._zone(declination)
        del declination
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(zone, minlength=1))])
        # one sort of one number: the zone, and after the point the part of a turn
        self._rows = rows[np.argsort(zone + np.minimum(_turn(ra[rows]) / 360.0, _PART))]
        self._rows.flags.writeable = False

    def _zone(self, dec: Any) -> Any:
        return np.floor((dec - self._lowest) / self._height).astype(np.int64)

    def nearest(self, ra: float, dec: float, radius: float, *, most: int) -> npt.NDArray[np.int64]:
        """Rows of the sources around a place, the nearest first.

        Parameters
        ----------
        ra, dec : float
            Degrees.
        radius : float
            Arcseconds; up to 180 degrees.
        most : int
            How many at most.
        """
        reach = min(radius / 3600.0, 180.0)
        last = len(self._starts) - 2
        low, high = (int(self._zone(dec + side * (reach + _MARGIN))) for side in (-1, 1))
        half = _half_width(dec, reach) + _MARGIN
        zones = range(max(0, low), min(last, high) + 1)
        nothing = np.empty(0, dtype=np.int64)
        rows = np.concatenate([nothing, *(self._within(zone, ra, half) for zone in zones)])
        place = _unit(np.array([ra]), np.array([dec]))[0]
        apart = np.linalg.norm(_unit(self._ra[rows], self._dec[rows]) - place, axis=1)
        near = np.flatnonzero(apart < 2.0 * np.sin(np.radians(reach) / 2.0))
        return rows[near[np.argsort(apart[near], kind="stable")][:most]]

    def _within(self, zone: int, ra: float, half: float) -> npt.NDArray[np.int64]:
        """Rows in a zone whose right ascension differs by no more than half a width."""
        rows = self._rows[self._starts[zone] : self._starts[zone + 1]].astype(np.int64)
        if half >= 180.0:
            return rows
        turned = _turn(self._ra[rows])
        found = []
        for turns in (-360.0, 0.0, 360.0):
            edges = float(_turn(ra)) + turns + np.array([-half, half])
            first, end = np.searchsorted(turned, edges, side="left")
            found.append(rows[first:end])
        return np.concatenate(found)


def sky_index_job(catalogue: Catalogue) -> Job[SkyIndex]:
    """Index a catalogue's positions.

    Raises
    ------
    CatalogueError
        If the catalogue has no columns of positions.
    """

    def job() -> Job[SkyIndex]:
        yield Progress("Indexing positions")
        return SkyIndex(*coordinates(catalogue))

    return guarded(job(), "index the positions")


def _turn(ra: Any) -> Any:
    """Right ascension from 0 to 360 degrees."""
    turned = np.mod(ra, 360.0)
    return np.where(turned >= 360.0, 0.0, turned)


def _half_width(dec: float, reach: float) -> float:
    """Degrees of right ascension, to either side, that a circle on the sky reaches over."""
    if abs(dec) + reach >= 90.0:
        return 180.0
    return float(np.degrees(np.arcsin(np.sin(np.radians(reach)) / np.cos(np.radians(dec)))))


def _unit(ra: npt.NDArray[Any], dec: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    a, d = np.radians(ra), np.radians(dec)
    return np.stack([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)], axis=1)
