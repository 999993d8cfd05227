"""Two numbers a source, and what they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import ProjectionError

AxisScale = Literal["linear", "log"]


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
    """

    name: str
    unit: str = ""
    scale: AxisScale = "linear"
    reversed: bool = False

    @property
    def title(self) -> str:
        """Name and unit: ``period [days]``."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True, eq=False)
class Curve:
    """A line drawn over a projection.

    Attributes
    ----------
    name : str
    points : (k, 2) float ndarray
        Its vertices in data values, (x, y).
    """

    name: str
    points: npt.NDArray[np.float64]


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
        What made it: "columns", "pca".
    curves : tuple of Curve
        Lines to draw with it.
    """

    points: npt.NDArray[np.float32]
    axes: tuple[Axis, Axis]
    kind: str
    curves: tuple[Curve, ...] = ()

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
