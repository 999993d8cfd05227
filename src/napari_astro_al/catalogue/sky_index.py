"""Finding the sources near a place on the sky."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue.catalogue import Catalogue
from napari_astro_al.catalogue.positions import positions
from napari_astro_al.jobs import Job, Progress, guarded

_LEAF = 64


class SkyIndex:
    """A tree of the sources' unit vectors.

    Parameters
    ----------
    ra, dec : (n,) float64 ndarray
        Degrees; sources whose position is not finite are left out.
    """

    def __init__(self, ra: npt.NDArray[Any], dec: npt.NDArray[Any]) -> None:
        from scipy.spatial import cKDTree

        self.rows = np.flatnonzero(np.isfinite(ra) & np.isfinite(dec))
        # neither balanced nor compact: made several times faster, and asked for few sources only
        self._tree = cKDTree(
            _unit(ra[self.rows], dec[self.rows]),
            leafsize=_LEAF,
            balanced_tree=False,
            compact_nodes=False,
        )

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
        if not len(self.rows):
            return np.empty(0, dtype=np.int64)
        chord = 2.0 * np.sin(min(np.radians(radius / 3600.0), np.pi) / 2.0)
        count = min(most, len(self.rows))
        place = _unit(np.array([ra]), np.array([dec]))[0]
        _, found = self._tree.query(place, k=np.arange(1, count + 1), distance_upper_bound=chord)
        near: npt.NDArray[np.int64] = self.rows[found[found < len(self.rows)]]
        return near


def sky_index_job(catalogue: Catalogue) -> Job[SkyIndex]:
    """Index a catalogue's positions.

    Raises
    ------
    CatalogueError
        If the catalogue has no columns of positions.
    """

    def job() -> Job[SkyIndex]:
        yield Progress("Indexing positions")
        return SkyIndex(*positions(catalogue))

    return guarded(job(), "index the positions")


def _unit(ra: npt.NDArray[Any], dec: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    a, d = np.radians(ra), np.radians(dec)
    return np.stack([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)], axis=1)
