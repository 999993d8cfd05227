"""Two numbers a source, and what they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import ProjectionError
from napari_astro_al.imaging import SkyImage

Points = npt.NDArray[np.float32]
AxisScale = Literal["linear", "log"]
Aspect = Literal["free", "equal"]


@dataclass(frozen=True)
class Axis:
    """One axis of a projection.

    Attributes
    ----------
    name : str
        What it shows: "u-g", "PC 1 (63 %)".
    unit : str
        Empty where there is none.
    scale : {"linear", "log"}
        How it is drawn. Points always hold the data values themselves.
    reversed : bool
        Whether values grow to the left or downward when drawn, as magnitudes may.
    ticked : bool
        Whether its values are worth numbers along the side; those of the sky are not, which has a
        graticule instead.
    """

    name: str
    unit: str = ""
    scale: AxisScale = "linear"
    reversed: bool = False
    ticked: bool = True

    @property
    def title(self) -> str:
        """Name and unit: ``period [days]``."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True, eq=False)
class Curve:
    """A line or a region drawn over a projection.

    Attributes
    ----------
    name : str
        Parts of one line that a gap separates share it.
    points : (k, 2) float ndarray
        Its vertices in data values, (x, y); all finite.
    closed : bool
        Whether it is a region: the last vertex joins the first.
    """

    name: str
    points: npt.NDArray[np.float64]
    closed: bool = False


@dataclass(frozen=True)
class Note:
    """A short text at a place in a projection, such as "6h" at a line of the graticule.

    Attributes
    ----------
    text : str
    x, y : float
        In data values.
    """

    text: str
    x: float
    y: float


@dataclass(frozen=True, eq=False)
class Projection:
    """A place in the plane for each source.

    Attributes
    ----------
    points : (n_sources, 2) float32 ndarray
        In data values and in (x, y), read-only; NaN where a source has no place.
    axes : tuple of Axis
        (x, y).
    kind : str
        What made it: a name in `PROJECTIONS`, such as "columns".
    curves : tuple of Curve
        Lines and regions that somebody wants to see with it.
    aspect : {"free", "equal"}
        "equal" where a distance along x means the same as one along y.
    key : str
        Hexadecimal digits that differ where places may differ; empty where nobody knows. They stand
        for the rows in their order, so that what goes by row numbers can be kept under it.
    graticule : tuple of Curve
        Lines of coordinates, in place of ticks.
    notes : tuple of Note
        What is written at them.
    reading : callable or None
        ``reading(x, y)`` says in words what a place is, where values along the axes do not.
    image : SkyImage or None
        What the sources lie on: a canvas shows it below them.
    extent : tuple of float or None
        (x0, y0, x1, y1) in data values, what is looked at first and holds every source; None where
        that follows from the sources.
    """

    points: npt.NDArray[np.float32]
    axes: tuple[Axis, Axis]
    kind: str
    curves: tuple[Curve, ...] = ()
    aspect: Aspect = "free"
    key: str = ""
    graticule: tuple[Curve, ...] = ()
    notes: tuple[Note, ...] = ()
    reading: Callable[[float, float], str] | None = field(default=None, repr=False)
    image: SkyImage | None = field(default=None, repr=False)
    extent: tuple[float, float, float, float] | None = None

    def __post_init__(self) -> None:
        if self.points.ndim != 2 or self.points.shape[1] != 2:
            raise ProjectionError(
                f"A projection has points of shape (n, 2), these are {self.points.shape}."
            )
        points = np.asarray(self.points, dtype=np.float32).view()
        points.flags.writeable = False
        object.__setattr__(self, "points", points)

    def __len__(self) -> int:
        return len(self.points)

    def read(self, x: float, y: float) -> str:
        """What a place is, in words: ``"u-g [mag] = 0.41, g-r [mag] = 0.22"``.

        Parameters
        ----------
        x, y : float
            In data values.
        """
        if self.reading is not None:
            return self.reading(x, y)
        values = zip(self.axes, (x, y), strict=True)
        return ", ".join(f"{axis.title} = {value:.4g}" for axis, value in values)

    @cached_property
    def placed(self) -> npt.NDArray[np.bool_]:
        """(n_sources,) bool ndarray: which sources have both numbers. Read-only."""
        placed = np.asarray(np.isfinite(self.points).all(axis=1))
        placed.flags.writeable = False
        return placed

    @property
    def n_missing(self) -> int:
        """How many sources have no place."""
        return len(self.points) - int(np.count_nonzero(self.placed))
