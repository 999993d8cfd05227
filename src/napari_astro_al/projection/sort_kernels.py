"""Kernels that sort sources into cells. Imported where they are used: see `compiled`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from napari_astro_al.compiled import POINTS, kernel, mixed, read, written

_I64, _U64, _F64 = types.int64, types.uint64, types.float64
_WORLD = types.Array(types.float32, 2, "C")
_GRID = (_F64, _F64, _F64, _F64, _I64)


@kernel(_I64(_F64, _F64, _F64, _F64, _F64, _F64, _I64))
def cell_of(x: Any, y: Any, x0: Any, y0: Any, width: Any, height: Any, side: Any) -> Any:
    """The cell of a place, by the arithmetic of `grid.Grid`."""
    column = np.int64(min(max((x - x0) / width, 0.0), side - 1.0))
    line = np.int64(min(max((y - y0) / height, 0.0), side - 1.0))
    return line * side + column


@kernel(types.void(POINTS, read(_F64), read(_F64), read(types.boolean), _F64, _WORLD))
def place(points: Any, low: Any, factor: Any, reverse: Any, side: Any, world: Any) -> None:
    """World coordinates, by the arithmetic of `frame.Frame.to_world` on linear axes."""
    for row in range(points.shape[0]):
        for axis in range(2):
            at = (np.float64(points[row, axis]) - low[axis]) * factor[axis]
            if reverse[axis]:
                at = side - at
            if at < 0.0:
                at = 0.0
            elif at > side:
                at = side
            world[row, axis] = at


@kernel(types.void(POINTS, *_GRID, written(_I64)))
def count_cells(
    points: Any, x0: Any, y0: Any, width: Any, height: Any, side: Any, counts: Any
) -> None:
    """Add one to the cell of each point that is finite."""
    for place in range(points.shape[0]):
        x, y = np.float64(points[place, 0]), np.float64(points[place, 1])
        if np.isfinite(x) and np.isfinite(y):
            counts[cell_of(x, y, x0, y0, width, height, side)] += 1


@kernel(
    types.void(
        POINTS, read(_U64), read(types.uint16), _I64, *_GRID,
        written(_I64), written(_U64), written(types.int32), written(types.uint16),
    )
)  # fmt: skip
def scatter(
    points: Any,
    bits: Any,
    ranks: Any,
    first_row: Any,
    x0: Any,
    y0: Any,
    width: Any,
    height: Any,
    side: Any,
    free: Any,
    placed_bits: Any,
    placed_rows: Any,
    placed_ranks: Any,
) -> None:
    """Put each point that is finite at the next free place of its cell.

    `bits` are those of `points`, whose rows are counted from `first_row`.
    """
    for place in range(points.shape[0]):
        x, y = np.float64(points[place, 0]), np.float64(points[place, 1])
        if np.isfinite(x) and np.isfinite(y):
            cell = cell_of(x, y, x0, y0, width, height, side)
            to = free[cell]
            free[cell] = to + 1
            placed_bits[to] = bits[place]
            placed_rows[to] = first_row + place
            placed_ranks[to] = ranks[place]


@kernel(
    _I64(
        read(_I64), _I64, _I64,
        written(_U64), written(types.int32), written(types.uint16), written(_U64), written(_U64),
    )
)  # fmt: skip
def sort_cells(
    offsets: Any,
    first: Any,
    after: Any,
    bits: Any,
    rows: Any,
    ranks: Any,
    keys: Any,
    spare: Any,
) -> Any:
    """Order the sources of some cells by rank, then by a hash of their place, then by place.

    Parameters
    ----------
    offsets, first, after
        The cells.
    bits, rows, ranks
        The sources, ordered where they are.
    keys, spare
        Room for the fullest of the cells.

    Returns
    -------
    int
        How many have the rank and the place of the one before.
    """
    twins = 0
    for cell in range(first, after):
        start = offsets[cell]
        n = offsets[cell + 1] - start
        if n < 2:
            continue
        for i in range(n):
            rank = np.uint64(ranks[start + i]) << np.uint64(48)
            keys[i] = rank | (mixed(bits[start + i]) << np.uint64(32)) | np.uint64(i)
        keys[:n].sort()
        for i in range(n):
            spare[i] = bits[start + np.int64(keys[i] & np.uint64(0xFFFFFFFF))]
        for i in range(n):
            bits[start + i] = spare[i]
        for i in range(n):
            spare[i] = np.uint64(rows[start + np.int64(keys[i] & np.uint64(0xFFFFFFFF))])
        for i in range(n):
            rows[start + i] = np.int32(spare[i])
            ranks[start + i] = np.uint16(keys[i] >> np.uint64(48))
        for i in range(1, n):
            if keys[i] >> np.uint64(32) != keys[i - 1] >> np.uint64(32):
                continue
            # two places of one hash, or one place
            row, place, j = rows[start + i], bits[start + i], i
            alike = True
            while alike and bits[start + j - 1] > place:
                rows[start + j], bits[start + j] = rows[start + j - 1], bits[start + j - 1]
                j -= 1
                alike = j > 0 and keys[j - 1] >> np.uint64(32) == keys[i] >> np.uint64(32)
            rows[start + j], bits[start + j] = row, place
            twins += alike and bits[start + j - 1] == place
    return twins
