"""What a plot of one source shows, as values: nothing here draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

Values = npt.NDArray[np.float64]
Draw = Literal["points", "line", "both"]
Tone = Literal["main", "quiet", "faint"]


@dataclass(frozen=True)
class PlotAxis:
    """One axis of a plot.

    Attributes
    ----------
    name : str
        What it shows: "Wavelength".
    unit : str
        Empty where there is none.
    scale : {"linear", "log"}
        How it is drawn; series always hold the values themselves.
    reversed : bool
        Whether values grow to the left or downward, as magnitudes do.
    """

    name: str
    unit: str = ""
    scale: Literal["linear", "log"] = "linear"
    reversed: bool = False

    @property
    def title(self) -> str:
        """Name and unit: ``Wavelength [µm]``."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True, eq=False)
class Series:
    """Points or a line that belong together.

    Attributes
    ----------
    name : str
        For the legend; empty where it needs none.
    x, y : (n,) float64 ndarray
        In the units of the axes; NaN breaks a line.
    draw : {"points", "line", "both"}
    tone : {"main", "quiet", "faint"}
        How much it stands out: the source itself, what goes with it, what it is compared with.
    label : str
        The class whose colour it has; empty where it has none.
    colour : str
        ``"#rrggbb"`` of its own, such as that of a band; empty for that of `tone` or `label`.
    x_low, x_high, y_low, y_high : (n,) float64 ndarray or None
        Ends of error bars, NaN where there is none.
    limits : (n,) int8 ndarray or None
        -1 where the value is an upper limit as it is drawn: the true one lies below; 1 where it
        lies above.
    words : tuple of str
        What each point is, such as the name of its band; empty where there is nothing to say.
    """

    name: str
    x: Values
    y: Values
    draw: Draw = "points"
    tone: Tone = "main"
    label: str = ""
    colour: str = ""
    x_low: Values | None = None
    x_high: Values | None = None
    y_low: Values | None = None
    y_high: Values | None = None
    limits: npt.NDArray[np.int8] | None = None
    words: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Mark:
    """A line across the plot at one x, with its name: a spectral line, an estimate.

    Attributes
    ----------
    name : str
    x : float
        In the unit of the axis.
    tip : str
        Said at the pointer.
    strong : bool
        Whether it is about the source, and not a line to compare with.
    """

    name: str
    x: float
    tip: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Span:
    """A shaded range of x, such as an interval that holds 68 % of a distribution."""

    name: str
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Figure:
    """What a plot of one source shows.

    Attributes
    ----------
    title : str
    x, y : PlotAxis
    series : tuple of Series
        The last one on top.
    marks : tuple of Mark
    spans : tuple of Span
    notes : tuple of str
        What must be said beside the drawing: bands without a value, a file that says little.
    nothing : str
        Why there is nothing to draw, and what to do about it; empty where there is.
    """

    title: str
    x: PlotAxis
    y: PlotAxis
    series: tuple[Series, ...] = ()
    marks: tuple[Mark, ...] = ()
    spans: tuple[Span, ...] = ()
    notes: tuple[str, ...] = field(default=())
    nothing: str = ""

    @classmethod
    def empty(cls, title: str, why: str) -> Figure:
        """A figure that has nothing to show, and says why."""
        return cls(title, PlotAxis(""), PlotAxis(""), nothing=why)

    def table(self) -> pd.DataFrame:
        """Everything that is drawn as points and lines, one row a point.

        Returns
        -------
        pandas.DataFrame
            Columns ``series``, ``point``, the two axes under their titles with ``low`` and ``high``
            ends of error bars, and ``limit``: "<" for an upper limit as drawn, ">" for a lower one.
        """
        parts = [self._rows(one) for one in self.series if len(one)]
        return pd.concat(parts, ignore_index=True) if parts else self._rows(_NO_POINTS)

    def _rows(self, one: Series) -> pd.DataFrame:
        none = np.full(len(one), np.nan)
        ends = {
            f"{axis.title} {end}": none if values is None else values
            for axis, pair in ((self.x, (one.x_low, one.x_high)), (self.y, (one.y_low, one.y_high)))
            for end, values in zip(("low", "high"), pair, strict=True)
        }
        signs = np.array(["", ">", "<"], dtype=object)
        limits = np.zeros(len(one), dtype=np.int8) if one.limits is None else one.limits
        words = one.words or ("",) * len(one)
        return pd.DataFrame(
            {
                "series": [one.name] * len(one),
                "point": list(words),
                self.x.title: one.x,
                self.y.title: one.y,
                **ends,
                "limit": signs[limits.astype(np.intp)],
            }
        )


_NO_POINTS = Series("", np.empty(0), np.empty(0))
