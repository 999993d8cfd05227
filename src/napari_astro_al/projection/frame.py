"""From data values to the world square, and the marks along its sides.

The world is a square of 1000 by 1000 in (x, y), y upward. How a canvas turns it is not decided
here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.projection.ticks import (
    Tick,
    linear_values,
    log_values,
    write_linear,
    write_log,
)
from napari_astro_al.projection.types import Axis, Projection

SIDE = 1000.0
"""Length of the world square's sides."""

_CHUNK = 1_048_576

_BEYOND = 500.0
"""No value farther from the median than this many times the central range sets the extent."""

Rect = tuple[float, float, float, float]
"""(x0, y0, x1, y1), corners included."""


@dataclass(frozen=True)
class Frame:
    """How the data values of a projection map to the world square.

    Attributes
    ----------
    axes : tuple of Axis
        (x, y).
    low, high : tuple of float
        What maps to 0 and to 1000, or the other way round on a reversed axis: data values, their
        decimal logarithms on a logarithmic axis.
    home : tuple of float
        (x0, y0, x1, y1) in world coordinates: where all but the outermost percent of sources are,
        with a margin. The place to look at first.
    """

    axes: tuple[Axis, Axis]
    low: tuple[float, float]
    high: tuple[float, float]
    home: Rect

    @classmethod
    def of(
        cls, projection: Projection, telling: npt.NDArray[np.integer[Any]] | None = None
    ) -> Frame:
        """The frame that holds every source of a projection that has a place.

        The extent is that of the data. Only where a value is absurdly far out (500 times the range
        of the central 98 %: a forgotten sentinel) does the extent end there, and `to_world` puts
        such sources on the border.

        Parameters
        ----------
        projection : Projection
        telling : (k,) integer ndarray, optional
            Rows that tell where most sources are, of a catalogue too large to sort all; the extent
            is that of all the same.
        """
        if projection.extent is not None:
            x0, y0, x1, y1 = projection.extent
            return cls(projection.axes, (x0, y0), (x1, y1), (0.0, 0.0, SIDE, SIDE))
        spans = []
        for place, axis in enumerate(projection.axes):
            known = projection.points if telling is None else projection.points[telling]
            spans.append(_span(_drawable(known, place, axis), _ends(projection, place, axis)))
        (x_full, x_home), (y_full, y_home) = spans
        frame = cls(
            axes=projection.axes,
            low=(x_full[0], y_full[0]),
            high=(x_full[1], y_full[1]),
            home=(0.0, 0.0, SIDE, SIDE),
        )
        sides = [
            sorted(float(frame._place(axis, np.array(end))) for end in home)
            for axis, home in ((0, x_home), (1, y_home))
        ]
        return cls(
            axes=frame.axes,
            low=frame.low,
            high=frame.high,
            home=(sides[0][0], sides[1][0], sides[0][1], sides[1][1]),
        )

    def to_world(self, points: npt.ArrayLike, *, beyond: bool = False) -> npt.NDArray[np.float32]:
        """World coordinates of data values.

        Parameters
        ----------
        points : (n, 2) array-like
            (x, y) in data values.
        beyond : bool
            Whether what lies outside the square is put where it is, as lines need it, and not on
            the border.

        Returns
        -------
        (n, 2) float32 ndarray
            (x, y) within 0 to 1000, or beyond it; NaN where a value is missing, or not positive
            on a logarithmic axis.
        """
        data = np.asarray(points)
        world = np.empty(data.shape, dtype=np.float32)
        for axis in (0, 1):
            drawn = _drawn(data[:, axis].astype(np.float64), self.axes[axis])
            place = self._place(axis, drawn)
            world[:, axis] = place if beyond else np.clip(place, 0.0, SIDE)
        return world

    def to_data(self, points: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Data values at world coordinates: the inverse of `to_world`.

        Parameters
        ----------
        points : (n, 2) array-like
            (x, y) in world coordinates.

        Returns
        -------
        (n, 2) float64 ndarray
        """
        world = np.asarray(points, dtype=np.float64)
        data = np.empty(world.shape)
        for axis in (0, 1):
            data[:, axis] = self._value(axis, world[:, axis])
        return data

    def ticks(self, axis: int, low: float, high: float, n: int = 7) -> list[Tick]:
        """Marks at round numbers along one side of a view.

        Parameters
        ----------
        axis : int
            0 for x, 1 for y.
        low, high : float
            The view's extent along this axis, in world coordinates.
        n : int
            The largest number of marks.

        Returns
        -------
        list of Tick
            In the order of ascending data values, all within the view.
        """
        first, last = sorted(self._value(axis, np.array([low, high])).tolist())
        logarithmic = self.axes[axis].scale == "log"
        values = (log_values if logarithmic else linear_values)(first, last, n)
        drawn = _drawn(np.array(values, dtype=np.float64), self.axes[axis])
        positions = self._place(axis, drawn).tolist()
        labels = write_log(values) if logarithmic else write_linear(values)
        return [Tick(*one) for one in zip(values, positions, labels, strict=True)]

    def _place(self, axis: int, drawn: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        low, high = self.low[axis], self.high[axis]
        place: npt.NDArray[np.float64] = (drawn - low) * (SIDE / (high - low))
        return SIDE - place if self.axes[axis].reversed else place

    def _value(self, axis: int, place: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        low, high = self.low[axis], self.high[axis]
        if self.axes[axis].reversed:
            place = SIDE - place
        drawn: npt.NDArray[np.float64] = low + place * ((high - low) / SIDE)
        if self.axes[axis].scale == "log":
            with np.errstate(over="ignore"):
                drawn = 10.0**drawn
        return drawn


def _drawn(values: npt.NDArray[Any], axis: Axis) -> npt.NDArray[np.float64]:
    if axis.scale == "linear":
        return np.asarray(values, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithms: npt.NDArray[np.float64] = np.log10(values)
    logarithms[~np.isfinite(logarithms)] = np.nan
    return logarithms


def _drawable(points: npt.NDArray[np.float32], place: int, axis: Axis) -> npt.NDArray[np.float64]:
    """One coordinate of the points that have both, as drawn."""
    placed = np.isfinite(points).all(axis=1)
    drawn = _drawn(points[placed, place].astype(np.float64), axis)
    return drawn[np.isfinite(drawn)]


def _ends(projection: Projection, place: int, axis: Axis) -> tuple[float, float] | None:
    """The smallest and the largest value as drawn; None where there is none."""
    low, high = np.inf, -np.inf
    for start in range(0, len(projection), _CHUNK):
        values = _drawable(projection.points[start : start + _CHUNK], place, axis)
        if values.size:
            low, high = min(low, float(values.min())), max(high, float(values.max()))
    return None if low > high else (low, high)


def _span(
    values: npt.NDArray[np.float64], ends: tuple[float, float] | None
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The full extent of values, and the part to look at first.

    Parameters
    ----------
    values : (k,) float64 ndarray
        Some of them, which tell where most are.
    ends : tuple of float or None
        The smallest and the largest of all.
    """
    if ends is None:
        return (0.0, 1.0), (0.0, 1.0)
    low, high = ends
    if values.size == 0:
        values = np.array(ends)
    inner_low, start, middle, end, inner_high = _percentiles(values, (0.5, 1, 50, 99, 99.5))
    if end > start:
        low = max(low, middle - _BEYOND * (end - start))
        high = min(high, middle + _BEYOND * (end - start))
    if low == high:
        half = abs(low) * 0.5 or 0.5
        return (low - half, high + half), (low - half, high + half)
    margin = 0.1 * (inner_high - inner_low)
    home = (max(low, inner_low - margin), min(high, inner_high + margin))
    if inner_low == inner_high:
        home = (low, high)
    return (low, high), home


def _percentiles(values: npt.NDArray[np.float64], at: tuple[float, ...]) -> list[float]:
    found: list[float] = np.percentile(values, at).tolist()
    return found
