"""Pixels of cutouts as columns, for networks that look at pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, Column
from napari_astro_al.cutouts import Cutout
from napari_astro_al.cutouts.stretch import stretch
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.session.measured import Finished, Measurement, Values
from napari_astro_al.session.measured_parts import Parts
from napari_astro_al.vision import square_pixels

CHANNELS = ("red", "green", "blue")


@dataclass(frozen=True)
class _Pixels:
    side: int
    batch: int = 1

    @property
    def identity(self) -> str:
        return f"pixels 1 {self.side}"

    @property
    def width(self) -> int:
        return 3 * self.side**2

    def read(self, cutout: Cutout) -> npt.NDArray[np.float32]:
        pixels = cutout.upright
        assert pixels is not None
        return square_pixels(stretch(pixels), self.side).ravel()

    def measure(self, read: Sequence[Any]) -> Values:
        return np.stack(read)

    def finish(
        self, kept: Parts, catalogue: Catalogue, sketch: npt.NDArray[np.int64], name: str
    ) -> Job[Finished]:
        n = len(catalogue)
        values = np.empty((n, self.width), dtype=np.float32)
        for rows, raw in kept.each(n):
            yield Progress("Making columns", rows.start, n)
            values[rows] = raw
        digits = len(str(self.width))
        table: dict[str, Values] = {}
        columns: dict[str, Column] = {}
        for place in range(self.width):
            row, rest = divmod(place, 3 * self.side)
            column = f"{name}_{place + 1:0{digits}}"
            table[column] = values[:, place]
            columns[column] = Column(
                None, f"{CHANNELS[rest % 3]} of the pixel in row {row}, column {rest // 3}"
            )
        pictured = int(np.count_nonzero(~np.isnan(values[:, 0])))
        return table, columns, {"what": self.identity, "measured": pictured, "pictures": pictured}


def pixels_measurement(side: int) -> Measurement:
    """The middle square of each picture, `side` pixels a side in three channels.

    Raises
    ------
    ImagingError
        If there cannot be so many.
    """
    square_pixels(np.zeros((side, side), dtype=np.uint8), side)
    return _Pixels(side)
