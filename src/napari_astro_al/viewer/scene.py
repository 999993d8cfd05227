"""Everything about a projection that is computed once, before it can be shown.

A `Frame` maps the full extent of the data to a square. Outliers can leave most of that square
empty, and napari's camera has one zoom for both axes; so a scene is stretched until the frame's
home, where all but the outermost percent of sources are, is the square from 0 to 1000.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.projection import SIDE, Frame, Projection, Rect, Tick, TileIndex

BUDGET = 20_000
"""Most sources that are drawn as points; where there are more in view, a sample is drawn over an
image of their density."""

DENSITY_PIXELS = 512
"""Pixels along the longer side of the density image."""


@dataclass(frozen=True, eq=False)
class Raster:
    """Sources counted on pixels.

    Attributes
    ----------
    counts : (ny, nx) float32 ndarray
        ``log10(1 + sources)``; row 0 at the lower edge.
    rect : (x0, y0, x1, y1)
        World coordinates of its edges.
    """

    counts: npt.NDArray[np.float32]
    rect: Rect

    @classmethod
    def of(cls, index: TileIndex, rect: Rect) -> Raster:
        """Count the sources in a rectangle."""
        width, height = rect[2] - rect[0], rect[3] - rect[1]
        pixel = max(width, height) / DENSITY_PIXELS
        shape = (max(1, round(height / pixel)), max(1, round(width / pixel)))
        counts = index.density(rect, shape)
        return cls(np.log10(1.0 + counts, dtype=np.float32), rect)


@dataclass(frozen=True)
class Stretch:
    """From a frame's world coordinates to those of a scene.

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
    def of(cls, frame: Frame) -> Stretch:
        """The stretch that makes a frame's home the square from 0 to 1000."""
        x0, y0, x1, y1 = frame.home
        return cls((x0, y0), (SIDE / max(x1 - x0, 1e-6), SIDE / max(y1 - y0, 1e-6)))

    def apply(self, points: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        """Stretch (n, 2) points in (x, y)."""
        origin, factors = (np.array(one, dtype=np.float32) for one in (self.origin, self.factors))
        return np.asarray((points - origin) * factors, dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Scene:
    """A projection, made ready to be looked at.

    Attributes
    ----------
    projection : Projection
    frame : Frame
        Between data values and a square.
    stretch : Stretch
        Between that square and world coordinates.
    world : (n_sources, 2) float32 ndarray
        (x, y) in world coordinates; NaN where a source has no place.
    index : TileIndex
        Finds sources by where they are.
    density : Raster or None
        None where all sources fit the budget.
    """

    projection: Projection
    frame: Frame
    stretch: Stretch
    world: npt.NDArray[np.float32]
    index: TileIndex
    density: Raster | None

    home: Rect = (0.0, 0.0, SIDE, SIDE)

    @property
    def whole(self) -> Rect:
        """World coordinates of everything."""
        return whole_of(self.stretch)

    def place(self, points: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """World coordinates of data values, (n, 2) in (x, y)."""
        return self.stretch.apply(self.frame.to_world(points))

    def ticks(self, axis: int, low: float, high: float, n: int) -> list[Tick]:
        """At most `n` marks at round numbers between two world coordinates of an axis."""
        origin, factor = self.stretch.origin[axis], self.stretch.factors[axis]
        marks = self.frame.ticks(axis, low / factor + origin, high / factor + origin, n)
        return [replace(mark, position=(mark.position - origin) * factor) for mark in marks]

    def in_place(self, rows: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """Those of the rows that have a place."""
        rows = np.asarray(rows, dtype=np.int64)
        placed: npt.NDArray[np.int64] = rows[np.isfinite(self.world[rows]).all(axis=1)]
        return placed


def whole_of(stretch: Stretch) -> Rect:
    """The frame's square in world coordinates."""
    (x0, y0), (x1, y1) = stretch.apply(np.array([[0.0, 0.0], [SIDE, SIDE]])).tolist()
    return x0, y0, x1, y1


def scene_job(
    projection: Projection, hashes: npt.NDArray[np.uint64], budget: int = BUDGET
) -> Job[Scene]:
    """Make a projection ready to be looked at.

    Parameters
    ----------
    projection : Projection
    hashes : (n_sources,) uint64 ndarray
        Seeded hashes of the ids, which choose the sources of a sample.
    budget : int
        Most sources drawn as points.
    """
    return guarded(_scene_job(projection, hashes, budget), "prepare the plot")


def _scene_job(projection: Projection, hashes: npt.NDArray[np.uint64], budget: int) -> Job[Scene]:
    yield Progress("Placing sources", 0, 3)
    frame = Frame.of(projection)
    stretch = Stretch.of(frame)
    world = stretch.apply(frame.to_world(projection.points))
    yield Progress("Sorting sources into tiles", 1, 3)
    index = TileIndex.build(world, hashes)
    yield Progress("Counting sources", 2, 3)
    raster = Raster.of(index, whole_of(stretch)) if len(index) > budget else None
    return Scene(projection, frame, stretch, world, index, raster)


def raster_job(scene: Scene, rect: Rect) -> Job[Raster]:
    """Count the sources of a part of a scene, for a closer look."""
    yield Progress("Counting sources in view")
    return Raster.of(scene.index, rect)
