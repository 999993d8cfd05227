"""Pictures of sources cut from one large picture when they are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class PictureStamps:
    """An array column of squares cut from one picture around each source.

    Attributes
    ----------
    picture : (ny, nx, 3) uint8 ndarray
        The whole.
    x, y : (n,) ndarray
        Centres, pixels from the centre of the first pixel.
    widths : (n,) int ndarray
        Sides of the squares, pixels of the picture.
    side : int
        Pixels a side of the result; squares of another width are enlarged or reduced.
    """

    picture: npt.NDArray[np.uint8]
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    widths: npt.NDArray[np.int64]
    side: int

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """``(n_sources, side, side, 3)``."""
        return (len(self.x), self.side, self.side, 3)

    @property
    def dtype(self) -> np.dtype[Any]:
        """uint8."""
        return self.picture.dtype

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, row: int) -> npt.NDArray[np.uint8]:
        """The square of one source, (side, side, 3) uint8; black beyond the picture's edge."""
        from PIL import Image

        width = int(self.widths[row])
        top = round(float(self.y[row]) - (width - 1) / 2)
        left = round(float(self.x[row]) - (width - 1) / 2)
        square = np.zeros((width, width, 3), dtype=np.uint8)
        ny, nx = self.picture.shape[:2]
        y0, y1, x0, x1 = max(top, 0), min(top + width, ny), max(left, 0), min(left + width, nx)
        if y0 < y1 and x0 < x1:
            square[y0 - top : y1 - top, x0 - left : x1 - left] = self.picture[y0:y1, x0:x1]
        if width == self.side:
            return square
        how = Image.Resampling.BICUBIC if width < self.side else Image.Resampling.LANCZOS
        return np.asarray(Image.fromarray(square).resize((self.side, self.side), how))
