"""An axis of a chart: round numbers, as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg

from napari_astro_al.projection.ticks import linear_values, write


class TickAxis(pg.AxisItem):
    """Round numbers, as many as there is room for; on the bottom axis whole ones up to `last`."""

    def __init__(self, side: str, apart: float, *, whole: bool) -> None:
        super().__init__(side)
        self._apart = apart
        self._whole = whole
        self.last = 1
        self.setStyle(tickLength=4 if whole else 0, hideOverlappingLabels=False)
        if not whole:
            self.setGrid(255)

    def tickValues(  # noqa: N802
        self, low: float, high: float, size: float
    ) -> list[tuple[float, list[float]]]:
        """One level of ticks: their distance and where they are."""
        if self._whole:
            high = min(high, self.last)
        values = linear_values(low, high, max(2, int(size / self._apart)))
        if self._whole:
            values = [value for value in values if value == round(value)]
        step = values[1] - values[0] if len(values) > 1 else 1.0
        return [(step, values)]

    def tickStrings(  # noqa: N802
        self, values: Sequence[float], _: float, spacing: float
    ) -> list[str]:
        """The numbers; the last one on the bottom says what they count."""
        words = [write(value, spacing) for value in values]
        if self._whole and words:
            words[-1] += " label" if words[-1] == "1" else " labels"
        return words
