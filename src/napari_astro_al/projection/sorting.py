"""Sources into cells, by a counting sort in chunks, and by rank within each cell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import ProjectionError
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.projection.frame import SIDE, Frame, Rect
from napari_astro_al.projection.grid import Grid
from napari_astro_al.projection.ranks import Hashes, between, ranks_of
from napari_astro_al.projection.sorted_sources import SortedSources

_CHUNK = 65_536
_SLICE = 16
_CELLS_OF = 1_048_576
_TOUCHED = 4_194_304
_TWINS, _TWINS_SHARE = 1_048_576, 32
_TELLING = 100_000
_MOST = 2**31 - 1


def sorted_job(
    points: npt.NDArray[np.float32], frame: Frame | None, hashes: Hashes
) -> Job[SortedSources]:
    """Place sources in the world and sort them into cells.

    Parameters
    ----------
    points : (n, 2) float32 ndarray
        (x, y) in data values or, where there is no frame, in world coordinates. What is not finite
        is left out.
    frame : Frame or None
        From data values to world coordinates.
    hashes : (n,) uint64 ndarray, or callable
        Seeded hashes of the ids, or what gives those of the rows from one number up to another.

    Raises
    ------
    ProjectionError
        If there is not one hash for each point.
    """
    n = len(points) if callable(hashes) else len(hashes)
    if points.shape != (n, 2):
        raise ProjectionError(
            f"A tile index needs points of shape (n, 2) and n hashes; these are {points.shape} "
            f"and {n}."
        )
    if n > _MOST:
        raise ProjectionError(f"A tile index holds at most {_MOST:,} sources; these are {n:,}.")
    return guarded(_Sorting(points, frame, hashes).job(), "sort sources into tiles")


class _Sorting:
    def __init__(
        self, points: npt.NDArray[np.float32], frame: Frame | None, hashes: Hashes
    ) -> None:
        self._points, self._frame, self._hashes = points, frame, hashes
        self._n = len(points)

    def job(self) -> Job[SortedSources]:
        # compiled here, the first time ever, and not where a call must not wait
        preparing = Progress("Preparing to sort sources", 0, 4 * self._n)
        yield preparing
        from napari_astro_al.projection.sort_kernels import count_cells, scatter

        yield preparing
        from napari_astro_al.projection import find_kernels  # noqa: F401

        yield preparing
        from napari_astro_al.projection import raster_kernels  # noqa: F401

        grid = yield from self._grid()
        shape = (grid.x0, grid.y0, *grid.cell_size, grid.side)
        offsets = np.zeros(grid.n_cells + 1, dtype=np.int64)
        for start, stop in self._chunks():
            count_cells(self._world(start, stop), *shape, offsets[1:])
            yield from self._progress("Counting sources in tiles", 1, stop)
        np.cumsum(offsets, out=offsets)

        placed = int(offsets[-1])
        rows, ranks = np.empty(placed, dtype=np.int32), np.empty(placed, dtype=np.uint16)
        points = np.empty((placed, 2), dtype=np.float32)
        bits = points.view(np.uint64).reshape(-1)
        for memory in (rows, ranks, bits):
            for start in range(0, placed, _TOUCHED):
                # the system hands memory out when it is first written to, which takes a while
                memory[start : start + _TOUCHED] = 0
                yield Progress("Sorting sources into tiles", 2 * self._n, 4 * self._n)
        free = offsets[:-1].copy()
        for start, stop in self._chunks():
            world = self._world(start, stop)
            some = ranks_of(between(self._hashes, start, stop))
            world_bits = world.view(np.uint64).reshape(-1)
            scatter(world, world_bits, some, start, *shape, free, bits, rows, ranks)
            yield from self._progress("Sorting sources into tiles", 2, stop)
        del free

        twins = yield from self._by_rank(offsets, bits, rows, ranks)
        if twins:
            yield from self._settle_twins(bits, rows, ranks)
        for array in (offsets, rows, points, ranks):
            array.flags.writeable = False
        return SortedSources(grid, self._n, offsets, rows, points, ranks)

    def _chunks(self) -> Iterator[tuple[int, int]]:
        for start in range(0, self._n, _CHUNK):
            yield start, min(start + _CHUNK, self._n)

    def _progress(self, message: str, step: int, stop: int) -> Iterator[Progress]:
        """Now and then: a chunk is too short a time to speak of."""
        if stop == self._n or stop // _CHUNK % _SLICE == 0:
            yield Progress(message, step * self._n + stop, 4 * self._n)

    def _world(self, start: int, stop: int) -> npt.NDArray[np.float32]:
        from napari_astro_al.projection.sort_kernels import place

        chunk, frame = self._points[start:stop], self._frame
        if frame is not None and any(axis.scale != "linear" for axis in frame.axes):
            return frame.to_world(chunk)
        chunk = np.ascontiguousarray(chunk, dtype=np.float32)
        if frame is None:
            return chunk
        # the same numbers as from `to_world`, four times as fast
        low, high = np.array(frame.low), np.array(frame.high)
        world = np.empty_like(chunk)
        reverse = np.array([axis.reversed for axis in frame.axes])
        place(chunk, low, SIDE / (high - low), reverse, SIDE, world)
        return world

    def _grid(self) -> Job[Grid]:
        low, high = np.full(2, np.inf), np.full(2, -np.inf)
        limit = np.uint64(min(2**64 * _TELLING // max(self._n, 1), 2**64 - 1))
        telling, n = [np.empty((0, 2), dtype=np.float32)], 0
        for start, stop in self._chunks():
            world = self._world(start, stop)
            finite = np.isfinite(world[:, 0]) & np.isfinite(world[:, 1])
            lowest = finite & (between(self._hashes, start, stop) <= limit)
            telling.append(world[lowest])
            if not finite.all():
                world = world[finite]
            n += len(world)
            np.minimum(low, world.min(axis=0, initial=np.inf), out=low)
            np.maximum(high, world.max(axis=0, initial=-np.inf), out=high)
            yield from self._progress("Placing sources", 0, stop)
        bounds: Rect = (*low.tolist(), *high.tolist())
        return Grid.over(n, bounds, np.concatenate(telling))

    def _by_rank(
        self,
        offsets: npt.NDArray[np.int64],
        bits: npt.NDArray[np.uint64],
        rows: npt.NDArray[np.int32],
        ranks: npt.NDArray[np.uint16],
    ) -> Job[int]:
        """Order the sources of each cell; how many are alike in rank and place."""
        from napari_astro_al.projection.sort_kernels import sort_cells

        fullest = int(np.diff(offsets).max(initial=0))
        keys, spare = (np.empty(fullest, dtype=np.uint64) for _ in range(2))
        steps = np.arange(0, len(rows) + _CELLS_OF, _CELLS_OF)
        edges = np.unique(
            np.searchsorted(offsets, steps[1:], side="left").clip(max=len(offsets) - 1)
        )
        twins, first = 0, 0
        for after in edges.tolist():
            twins += sort_cells(offsets, first, after, bits, rows, ranks, keys, spare)
            first = after
            done = int(offsets[after])
            yield Progress("Ordering sources in tiles", 3 * self._n + done, 4 * self._n)
        return twins

    def _settle_twins(
        self,
        bits: npt.NDArray[np.uint64],
        rows: npt.NDArray[np.int32],
        ranks: npt.NDArray[np.uint16],
    ) -> Job[None]:
        """Order those that are alike in rank and place by their hashes."""
        first, batch = 0, max(_TWINS, len(rows) // _TWINS_SHARE)
        while first < len(rows):
            places: list[npt.NDArray[np.int64]] = []
            found = 0
            while first < len(rows) and found < batch:
                stop = min(first + _CELLS_OF, len(rows))
                # up to the end of a group
                while stop < len(rows) and (bits[stop], ranks[stop]) == (
                    bits[stop - 1],
                    ranks[stop - 1],
                ):
                    stop += 1
                same = (bits[first + 1 : stop] == bits[first : stop - 1]) & (
                    ranks[first + 1 : stop] == ranks[first : stop - 1]
                )
                member = np.zeros(stop - first, dtype=bool)
                member[1:] = same
                member[:-1] |= same
                places.append(first + np.flatnonzero(member))
                found += places[-1].size
                first = stop
                yield Progress("Ordering sources of one place")
            yield from self._order_by_hash(np.concatenate(places), bits, rows, ranks)

    def _order_by_hash(
        self,
        places: npt.NDArray[np.int64],
        bits: npt.NDArray[np.uint64],
        rows: npt.NDArray[np.int32],
        ranks: npt.NDArray[np.uint16],
    ) -> Job[None]:
        begins = np.ones(places.size, dtype=bool)
        begins[1:] = (bits[places[1:]] != bits[places[:-1]]) | (
            ranks[places[1:]] != ranks[places[:-1]]
        )
        twins = rows[places]
        by_row = np.argsort(twins)
        in_order = twins[by_row]
        hashes = np.empty(places.size, dtype=np.uint64)
        for start, stop in self._chunks():
            first, after = np.searchsorted(in_order, (start, stop)).tolist()
            if first < after:
                chunk = between(self._hashes, start, stop)
                hashes[by_row[first:after]] = chunk[in_order[first:after] - start]
            if stop // _CHUNK % _SLICE == 0:
                yield Progress("Ordering sources of one place")
        rows[places] = twins[np.lexsort((hashes, np.cumsum(begins)))]
