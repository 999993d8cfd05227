"""How many sources of a catalogue on disk lie where: counted once, then looked up.

A pass counts the sources of each partition in the cells of a grid and notes which parts of the
plane it has any in; counts of partitions add up in any order. A closer look than the cells allow
reads the partitions that have sources in view, and no others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.projection import SIDE, Frame, Rect, density
from napari_astro_al.projection.healpix import n_pixels, order_of_area, pixel_area, pixels_of
from napari_astro_al.scale.parts import Part, Source
from napari_astro_al.scale.placing import OnSky, Placing

LEVEL = 10
"""The square of a frame is counted in 2^10 by 2^10 cells."""
ORDER = 8
"""The sky is counted in HEALPix pixels of this order, 0.23 degrees wide."""
FEWEST = 4
"""Sources in a HEALPix pixel of a picture, in the mean of where there are any: fewer are noise."""
COARSE = 3
"""Where there are any is looked up at this order."""
FOOTPRINT = 6
"""Where a partition has sources is known in 2^6 by 2^6 squares of a frame."""

Codes = npt.NDArray[np.int64]
Totals = npt.NDArray[np.uint32]
Image = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Picture:
    """Counts in a rectangle.

    Attributes
    ----------
    counts : (ny, nx) float32 ndarray
        Row 0 at the lower edge.
    rect : (x0, y0, x1, y1)
        In the frame's coordinates.
    title : str
        What a pixel counts.
    """

    counts: Image
    rect: Rect
    title: str = "sources a pixel"


@dataclass(frozen=True, eq=False)
class Grid:
    """The cells that a pass counts in: of the frame's square, or pixels of the sky.

    Attributes
    ----------
    placing : Placing
    frame : Frame
    """

    placing: Placing
    frame: Frame

    @property
    def n_cells(self) -> int:
        """How many there are."""
        return n_pixels(ORDER) if isinstance(self.placing, OnSky) else 4**LEVEL

    def world(self, chunk: Catalogue) -> npt.NDArray[np.float32]:
        """Where sources are in the frame's square, or beyond it."""
        return self.frame.to_world(self.placing(chunk), beyond=True)

    def cells(self, chunk: Catalogue, world: npt.NDArray[np.float32]) -> Codes:
        """The cell of each source; -1 for none."""
        if isinstance(self.placing, OnSky):
            return pixels_of(*self.placing.positions(chunk), ORDER)
        return _squares(world, LEVEL)

    def picture(self, totals: Totals, rect: Rect, shape: tuple[int, int]) -> Picture:
        """Counts in a rectangle of the frame, in cells no smaller than the pixels of a shape."""
        x0, y0, x1, y1 = rect
        pixel = max((x1 - x0) / shape[1], (y1 - y0) / shape[0])
        if isinstance(self.placing, OnSky):
            return self._sky(self.placing, totals, rect, shape)
        level = int(np.clip(np.floor(np.log2(SIDE / max(pixel, 1e-9))), 0, LEVEL))
        size, step = 2**level, SIDE / 2**level
        counts = totals.reshape(2**LEVEL, 2**LEVEL)
        if level < LEVEL:
            many = 2 ** (LEVEL - level)
            counts = counts.reshape(size, many, size, many).sum(axis=(1, 3))
        low = [int(np.clip(np.floor(one / step), 0, size - 1)) for one in (x0, y0)]
        high = [int(np.clip(np.ceil(one / step), 1, size)) for one in (x1, y1)]
        part = counts[low[1] : high[1], low[0] : high[0]]
        edges = (low[0] * step, low[1] * step, high[0] * step, high[1] * step)
        return Picture(part.astype(np.float32), edges)

    def _sky(self, placing: OnSky, totals: Totals, rect: Rect, shape: tuple[int, int]) -> Picture:
        """What HEALPix pixel is at the middle of each pixel of the picture."""
        x0, y0, x1, y1 = rect
        ny, nx = shape
        x = x0 + (np.arange(nx) + 0.5) * (x1 - x0) / nx
        y = y0 + (np.arange(ny) + 0.5) * (y1 - y0) / ny
        grid = np.column_stack([one.ravel() for one in np.meshgrid(x, y)])
        data = self.frame.to_data(grid)
        ra, dec = placing.plane.position(data[:, 0], data[:, 1])
        (left, low), (right, high) = self.frame.low, self.frame.high
        across, up = abs(right - left), abs(high - low)
        area = across * up * (x1 - x0) * (y1 - y0) / SIDE**2 / (nx * ny)
        coarse = totals.reshape(n_pixels(COARSE), -1).sum(axis=1, dtype=np.int64)
        filled = float(coarse.sum() / max(np.count_nonzero(coarse), 1)) / FEWEST
        full = COARSE + int(np.log2(max(filled, 1.0)) / 2)
        order = min(order_of_area(area), full, ORDER)
        whole = totals.reshape(n_pixels(order), -1).sum(axis=1)
        pixels = pixels_of(ra, dec, order)
        counts = np.where(pixels >= 0, whole[pixels], 0) / pixel_area(order)
        return Picture(counts.reshape(shape).astype(np.float32), rect, "sources a square degree")


def _squares(world: npt.NDArray[np.float32], level: int) -> Codes:
    """Which of 2^level by 2^level squares of the frame each place is in; -1 outside."""
    size = 2**level
    with np.errstate(invalid="ignore"):
        x_in, y_in = ((world >= 0) & (world <= SIDE)).T
        inside: npt.NDArray[np.bool_] = x_in & y_in
        places = np.where(inside[:, None], world, 0.0).astype(np.float64) * (size / SIDE)
    x, y = np.minimum(places.astype(np.int64), size - 1).T
    return np.where(inside, y * size + x, -1)


@dataclass(frozen=True, eq=False)
class Counted:
    """What a pass has counted, of one partition or of several.

    Attributes
    ----------
    totals : (n_cells,) uint32 ndarray
    footprints : mapping of int to bytes
        By partition, a bit for each square of the frame that it has sources in.
    n_outside : int
        Sources without a place, or beyond the frame.
    """

    totals: Totals
    footprints: Mapping[int, bytes]
    n_outside: int

    def merged(self, other: Counted) -> Counted:
        """Of the partitions of both."""
        footprints = {**self.footprints, **other.footprints}
        return Counted(self.totals + other.totals, footprints, self.n_outside + other.n_outside)

    def in_view(self, rect: Rect) -> list[int]:
        """Numbers of the partitions that may have sources in a rectangle of the frame."""
        size = 2**FOOTPRINT
        step = SIDE / size
        wanted = np.zeros((size, size), dtype=bool)
        x0, y0 = (max(int(one // step), 0) for one in rect[:2])
        x1, y1 = (max(int(one // step) + 1, 0) for one in rect[2:])
        wanted[y0:y1, x0:x1] = True
        mask = np.packbits(wanted.ravel())
        return [
            number
            for number, bits in sorted(self.footprints.items())
            if (np.frombuffer(bits, dtype=np.uint8) & mask).any()
        ]


@dataclass(frozen=True, eq=False)
class Counting:
    """Counts the sources of a partition in the cells of a grid."""

    source: Source
    grid: Grid

    def __call__(self, part: Part) -> Counted:
        """Count a partition."""
        size = 4**FOOTPRINT
        totals = np.zeros(self.grid.n_cells, dtype=np.uint32)
        there, n_outside = np.zeros(size, dtype=bool), 0
        for _, chunk in self.source.chunks(part, self.grid.placing.needs, with_ids=False):
            world = self.grid.world(chunk)
            cells, squares = self.grid.cells(chunk, world), _squares(world, FOOTPRINT)
            found = np.bincount(cells[cells >= 0], minlength=self.grid.n_cells)
            totals += found.astype(np.uint32)
            there[squares[squares >= 0]] = True
            n_outside += int(np.count_nonzero(cells < 0))
        return Counted(totals, {part.number: np.packbits(there).tobytes()}, n_outside)


@dataclass(frozen=True, eq=False)
class CountingInView:
    """Counts the sources of a partition on the pixels of a rectangle."""

    source: Source
    grid: Grid
    rect: Rect
    shape: tuple[int, int]

    def __call__(self, part: Part) -> Image:
        """Count a partition, (ny, nx)."""
        chunks = self.source.chunks(part, self.grid.placing.needs, with_ids=False)
        nothing = np.zeros(self.shape, dtype=np.float32)
        seen = (density(self.grid.world(chunk), self.rect, self.shape) for _, chunk in chunks)
        return reduce(np.add, seen, nothing)
