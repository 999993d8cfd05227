"""Everything about a projection that is computed once, before it can be shown.

Three planes follow each other. Data values; the *frame*, a square of 1000 by 1000 that holds the
full extent of the data, where the tile index lives; and the *world*, which napari's camera moves
over. Outliers can leave most of the frame empty, and the camera has one zoom for both axes, so the
world is the frame stretched until its home, where all but the outermost percent of sources are,
fills the canvas. A stretch costs nothing: the index stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.projection import SIDE, Frame, Projection, Rect, Tick, TileIndex
from napari_astro_al.projection.tile_store import tile_index_job

BUDGET = 20_000
"""Most sources that are drawn as points; where there are more in view, a sample is drawn over an
image of their density."""

_TELLING = 1_000_000


@dataclass(frozen=True)
class Stretch:
    """From a frame's coordinates to those of the world.

    Attributes
    ----------
    origin : (x, y)
        What becomes (0, 0).
    factors : (x, y)
        How much larger things become.
    """

    origin: tuple[float, float]
    factors: tuple[float, float]

    @classmethod
    def free(cls, frame: Frame, width_to_height: float = 1.0) -> Stretch:
        """The stretch that makes a frame's home a rectangle 1000 high."""
        x0, y0, x1, y1 = frame.home
        wide = SIDE * width_to_height
        return cls((x0, y0), (wide / max(x1 - x0, 1e-6), SIDE / max(y1 - y0, 1e-6)))

    @classmethod
    def equal(cls, frame: Frame) -> Stretch:
        """The stretch that gives a unit the same length on both axes, and the home 1000 at most."""
        x0, y0, x1, y1 = frame.home
        spans = [high - low for low, high in zip(frame.low, frame.high, strict=True)]
        factor = SIDE / max((x1 - x0) * spans[0], (y1 - y0) * spans[1], 1e-12)
        return cls((x0, y0), (factor * spans[0], factor * spans[1]))

    def apply(self, points: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """World coordinates of (n, 2) points in (x, y) of the frame."""
        moved = np.asarray(points, dtype=np.float64) - self.origin
        return np.asarray(moved * self.factors, dtype=np.float32)

    def rect(self, rect: Rect) -> Rect:
        """A rectangle of the frame in world coordinates."""
        (x, y), (fx, fy) = self.origin, self.factors
        return (rect[0] - x) * fx, (rect[1] - y) * fy, (rect[2] - x) * fx, (rect[3] - y) * fy

    def back(self, points: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Frame coordinates of (n, 2) points in (x, y) of the world."""
        return np.asarray(points, dtype=np.float64) / self.factors + self.origin

    def rect_back(self, rect: Rect) -> Rect:
        """A rectangle of the world in frame coordinates."""
        (x, y), (fx, fy) = self.origin, self.factors
        return rect[0] / fx + x, rect[1] / fy + y, rect[2] / fx + x, rect[3] / fy + y


@dataclass(frozen=True, eq=False)
class Scene:
    """A projection, made ready to be looked at.

    Attributes
    ----------
    projection : Projection
    frame : Frame
        Between data values and the frame's square.
    index : TileIndex
        Finds sources by where they are, in frame coordinates.
    stretch : Stretch
        Between the frame and the world.
    """

    projection: Projection
    frame: Frame
    index: TileIndex
    stretch: Stretch

    @property
    def home(self) -> Rect:
        """Where nearly all sources are, in world coordinates."""
        return self.stretch.rect(self.frame.home)

    @property
    def whole(self) -> Rect:
        """World coordinates of everything, and a little beyond, whatever the rounding."""
        return self.stretch.rect((-1.0, -1.0, SIDE + 1.0, SIDE + 1.0))

    @property
    def n_missing(self) -> int:
        """How many sources have no place."""
        return len(self.projection) - len(self.index)

    def stretched(self, *, equal: bool, width_to_height: float) -> Scene:
        """The scene with another aspect.

        Parameters
        ----------
        equal : bool
            Whether a unit is as long on one axis as on the other. Never on logarithmic axes.
        width_to_height : float
            Of the space there is, for the home to fill where the aspect is free.
        """
        linear = all(axis.scale == "linear" for axis in self.frame.axes)
        stretch = (
            Stretch.equal(self.frame)
            if equal and linear
            else Stretch.free(self.frame, width_to_height)
        )
        return self if stretch == self.stretch else replace(self, stretch=stretch)

    def positions(self, rows: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        """World coordinates of sources.

        Parameters
        ----------
        rows : (k,) integer ndarray

        Returns
        -------
        (k, 2) float32 ndarray
            In (x, y); NaN where a source has no place.
        """
        return self.stretch.apply(self.frame.to_world(self.projection.points[rows]))

    def place(self, points: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """World coordinates of data values, (n, 2) in (x, y), wherever they are.

        Sources that lie absurdly far out have `positions` on the frame's border; this does not
        know of the border, for a line that runs beyond it must not bend there.
        """
        return self.stretch.apply(self.frame.to_world(points, beyond=True))

    def line(self, axis: int) -> tuple[float, float]:
        """The world coordinate of 0 on a linear axis, and how far it is from there to 1."""
        low, high = self.frame.low[axis], self.frame.high[axis]
        origin, factor = self.stretch.origin[axis], self.stretch.factors[axis]
        step = SIDE / (high - low)
        if self.frame.axes[axis].reversed:
            return (SIDE + low * step - origin) * factor, -step * factor
        return (-low * step - origin) * factor, step * factor

    def values_at(self, x: float, y: float) -> tuple[float, float]:
        """Data values at a place of the world."""
        found = self.frame.to_data(self.stretch.back([[x, y]]))[0].tolist()
        return found[0], found[1]

    def ticks(self, axis: int, low: float, high: float, n: int) -> list[Tick]:
        """At most `n` marks at round numbers between two world coordinates of an axis."""
        if not self.projection.axes[axis].ticked:
            return []
        origin, factor = self.stretch.origin[axis], self.stretch.factors[axis]
        marks = self.frame.ticks(axis, low / factor + origin, high / factor + origin, n)
        return [replace(mark, position=(mark.position - origin) * factor) for mark in marks]

    def in_place(self, rows: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """Those of the rows that have a place."""
        rows = np.asarray(rows, dtype=np.int64)
        placed: npt.NDArray[np.int64] = rows[np.isfinite(self.positions(rows)).all(axis=1)]
        return placed

    def count(self, rect: Rect) -> int:
        """How many sources are in a rectangle of the world: exact."""
        return self.index.count(self.stretch.rect_back(rect))

    def sample(self, rect: Rect, budget: int) -> npt.NDArray[np.int64]:
        """Rows of a uniform sample of the sources in a rectangle of the world."""
        return self.index.sample(self.stretch.rect_back(rect), budget)

    def nearest(self, x: float, y: float, radius: float) -> int | None:
        """The row of the source nearest to a place of the world, or None."""
        (at,) = self.stretch.back([[x, y]]).tolist()
        radii = (radius / self.stretch.factors[0], radius / self.stretch.factors[1])
        return self.index.nearest(at[0], at[1], radii)

    def inside_rectangle(self, rect: Rect) -> npt.NDArray[np.int64]:
        """Rows of all sources in a rectangle of the world."""
        return self.index.inside_rectangle(self.stretch.rect_back(rect))

    def inside_polygon(self, vertices: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Rows of all sources in a polygon, (k, 2) in (x, y) of the world."""
        return self.index.inside_polygon(self.stretch.back(vertices))


def scene_job(
    projection: Projection, hashes: npt.NDArray[np.uint64], kept: Path | None = None
) -> Job[Scene]:
    """Make a projection ready to be looked at.

    Parameters
    ----------
    projection : Projection
    hashes : (n_sources,) uint64 ndarray
        Seeded hashes of the ids, which choose the sources of a sample.
    kept : Path, optional
        Folder where a large index is kept, to be found again.
    """
    return guarded(_scene_job(projection, hashes, kept), "prepare the plot")


def _scene_job(
    projection: Projection, hashes: npt.NDArray[np.uint64], kept: Path | None
) -> Job[Scene]:
    yield Progress("Placing sources")
    telling = None
    if len(projection) > _TELLING:
        limit = 2**64 * _TELLING // len(projection)
        telling = np.flatnonzero(hashes <= np.uint64(limit))
    frame = Frame.of(projection, telling)
    index = yield from tile_index_job(
        projection.points, frame, hashes, folder=kept, key=projection.key
    )
    return Scene(projection, frame, index, Stretch.free(frame))
