"""The numbers along the axes of a chart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg

from napari_astro_al.plots import PlotAxis
from napari_astro_al.projection.ticks import linear_values, log_values, write_linear, write_log


class ChartTicks(pg.AxisItem):
    """Round numbers, as many as there is room for, of a linear or a logarithmic axis.

    Parameters
    ----------
    side : {"bottom", "left"}
    apart : float
        Pixels between two numbers, at least.

    Attributes
    ----------
    axis : PlotAxis
        What it shows.
    """

    def __init__(self, side: str, apart: float) -> None:
        super().__init__(side)
        self._apart = apart
        self.enableAutoSIPrefix(False)
        self.axis = PlotAxis("")
        self.setStyle(tickLength=4, hideOverlappingLabels=False, autoExpandTextSpace=True)

    def tickValues(  # noqa: N802
        self, low: float, high: float, size: float
    ) -> list[tuple[float, list[float]]]:
        """One level of ticks: their distance and where they are."""
        n = max(2, int(size / self._apart))
        if self.axis.scale == "linear":
            values = linear_values(low, high, n)
        else:
            low, high = (min(max(end, -300.0), 300.0) for end in (low, high))
            values = [float(np.log10(one)) for one in log_values(10.0**low, 10.0**high, n)]
        step = values[1] - values[0] if len(values) > 1 else 1.0
        return [(step, values)]

    def tickStrings(  # noqa: N802
        self, values: Sequence[float], scale: float, spacing: float
    ) -> list[str]:
        """The numbers."""
        if self.axis.scale == "linear":
            return write_linear(values)
        # the float nearest to the round number that a logarithm stands for
        return write_log([float(f"{10.0**value:.6g}") for value in values])
