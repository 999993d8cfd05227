"""The regions of a plane that sources lie in, and their distances from its edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features import FeatureRecipe, raw_feature
from napari_astro_al.features.generators import GENERATORS, Generator, Named
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.projection.curves import read_curves
from napari_astro_al.projection.planes import NOWHERE, Codes, Plane, Values

_CHUNK = 262_144


@dataclass(frozen=True, eq=False)
class PlaneValues:
    """Where sources lie in a plane.

    Attributes
    ----------
    plane : Plane
    codes : (n_sources,) int8 ndarray
        Places in the plane's regions; -1 where a source has no place.
    distance : (n_sources,) float32 ndarray
        From the plane's edge, positive inside; NaN where a source has no place.
    """

    plane: Plane
    codes: Codes
    distance: npt.NDArray[np.float32]

    def counts(self) -> dict[str, int]:
        """How many sources lie in each region."""
        placed = self.codes[self.codes != NOWHERE]
        numbers = np.bincount(placed, minlength=len(self.plane.regions))
        return dict(zip(self.plane.regions, numbers.tolist(), strict=True))

    def rows(self, region: str) -> npt.NDArray[np.int64]:
        """Row numbers of the sources in a region."""
        return np.flatnonzero(self.codes == self.plane.regions.index(region))


def plane_values_job(
    plane: Plane, catalogue: Catalogue, x: str, y: str, features: FeatureRecipe
) -> Job[PlaneValues]:
    """Find the region and the distance of every source, in chunks.

    Parameters
    ----------
    plane : Plane
    catalogue : Catalogue
    x, y : str
        As `Plane.expressions` gives them.
    features : FeatureRecipe
        Where sentinels come from.
    """
    across = raw_feature(catalogue, x, features)
    yield Progress(plane.title, 1, 3)
    up = raw_feature(catalogue, y, features)
    codes = np.full(len(across), NOWHERE, dtype=np.int8)
    distance = np.full(len(across), np.nan, dtype=np.float32)
    measure = Edge.of(plane)
    for start in range(0, len(across), _CHUNK):
        yield Progress(f"{plane.title}: regions", start, len(across))
        part = slice(start, start + _CHUNK)
        codes[part] = plane.codes(across[part], up[part])
        distance[part] = measure.signed(across[part], up[part], codes[part])
    return PlaneValues(plane, codes, distance)


@dataclass(frozen=True, eq=False)
class Edge:
    """The curves of a plane from which distances count.

    Attributes
    ----------
    plane : Plane
    starts, ends : (k, 2) float64 ndarray
        Of the straight pieces that they are made of.
    """

    plane: Plane
    starts: npt.NDArray[np.float64]
    ends: npt.NDArray[np.float64]

    @classmethod
    def of(cls, plane: Plane) -> Edge:
        """The edge of a plane."""
        curves = read_curves({"curves": [dict(one) for one in plane.curves]})
        starts, ends = [], []
        for curve in curves:
            if curve.name in plane.edge:
                points = curve.points
                if curve.closed:
                    points = np.vstack([points, points[:1]])
                starts.append(points[:-1])
                ends.append(points[1:])
        return cls(plane, np.vstack(starts), np.vstack(ends))

    def signed(self, x: Values, y: Values, codes: Codes) -> npt.NDArray[np.float32]:
        """Distances from the edge, in the units of the axes.

        Parameters
        ----------
        x, y : (n,) ndarray
        codes : (n,) int8 ndarray
            Regions of these places.

        Returns
        -------
        (n,) float32 ndarray
            Positive in the regions that the plane calls inside, else negative; NaN for no place.
        """
        from scipy.spatial import cKDTree

        result = np.full(len(x), np.nan, dtype=np.float32)
        known = np.flatnonzero(codes != NOWHERE)
        if not len(known):
            return result
        places = np.column_stack([x[known], y[known]]).astype(np.float64)
        # pieces are cut short, so that the nearest one has one of the nearest few middles
        starts, ends = self._short
        _, near = cKDTree((starts + ends) / 2).query(places, k=min(4, len(starts)))
        near = near.reshape(len(places), -1)
        best = np.full(len(places), np.inf)
        for one in near.T:
            best = np.minimum(best, _from_pieces(places, starts[one], ends[one]))
        inside = np.isin(codes[known], [self.plane.regions.index(one) for one in self.plane.inside])
        result[known] = np.where(inside, best, -best)
        return result

    @property
    def _short(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """The pieces, cut so that none is longer than the 500th part of all."""
        lengths = np.hypot(*(self.ends - self.starts).T)
        longest = lengths.sum() / 500
        starts, ends = [], []
        for start, end, length in zip(self.starts, self.ends, lengths, strict=True):
            cuts = np.linspace(0, 1, max(2, int(np.ceil(length / longest)) + 1))[:, None]
            points = start + cuts * (end - start)
            starts.append(points[:-1])
            ends.append(points[1:])
        return np.vstack(starts), np.vstack(ends)


def _from_pieces(
    places: npt.NDArray[np.float64],
    starts: npt.NDArray[np.float64],
    ends: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """The distance of each place from its straight piece."""
    along = ends - starts
    length = np.maximum((along**2).sum(axis=1), 1e-300)
    share = np.clip(((places - starts) * along).sum(axis=1) / length, 0.0, 1.0)
    apart: npt.NDArray[np.float64] = np.hypot(*(places - starts - share[:, None] * along).T)
    return apart


def distance_generator(plane: Plane) -> Generator:
    """A feature generator: the signed distance of sources from a plane's edge.

    It takes the plane's columns in their order.
    """

    def generate(columns: Sequence[Named]) -> tuple[str, npt.NDArray[Any]]:
        names = ",".join(name for name, _ in columns)
        if len(columns) != len(plane.columns):
            titles = ", ".join(one.title for one in plane.columns)
            raise ValueError(f"{plane.title} is made of {len(plane.columns)} columns: {titles}")
        from napari_astro_al.features.expression import parse_expression

        named = {one.name: one.name for one in plane.columns}
        values = {
            one.name: np.asarray(column, dtype=np.float64)
            for one, (_, column) in zip(plane.columns, columns, strict=True)
        }
        x, y = (
            parse_expression(text.format(**named)).evaluate(values) for text in (plane.x, plane.y)
        )
        codes = plane.codes(x, y)
        return f"{plane.name}({names})", Edge.of(plane).signed(x, y, codes)

    return generate


def provide_generators(planes: Sequence[Plane]) -> None:
    """Register the distance generator of each plane under its name."""
    for plane in planes:
        GENERATORS.provide(f"{plane.name} distance")(distance_generator(plane))
