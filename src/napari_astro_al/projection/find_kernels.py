"""Kernels that find sources among sorted ones. Imported where they are used: see `compiled`.

They go through runs of cells, from `firsts` up to `afters`; the sources of cell c stand from
``offsets[c]`` up to ``offsets[c + 1]``. Where `whole` is false, each source must be tested.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from napari_astro_al.compiled import POINTS, kernel, mixed, read, written

_I64, _U64, _F64 = types.int64, types.uint64, types.float64
_CELLS = (read(_I64), read(_I64), read(_I64), read(types.boolean))
_RECT = (_F64, _F64, _F64, _F64)


@kernel(_I64(*_CELLS, POINTS, *_RECT))
def count_within(
    offsets: Any,
    firsts: Any,
    afters: Any,
    whole: Any,
    points: Any,
    x0: Any,
    y0: Any,
    x1: Any,
    y1: Any,
) -> Any:
    """How many sources are in a rectangle, its sides included."""
    found = 0
    for run in range(firsts.size):
        start, stop = offsets[firsts[run]], offsets[afters[run]]
        if whole[run]:
            found += stop - start
            continue
        for place in range(start, stop):
            # in float64: a bound rounded to float32 could move past a point
            x, y = np.float64(points[place, 0]), np.float64(points[place, 1])
            found += x >= x0 and x <= x1 and y >= y0 and y <= y1
    return found


@kernel(_I64(*_CELLS, POINTS, *_RECT, read(types.int32), written(_I64)))
def rows_within(
    offsets: Any,
    firsts: Any,
    afters: Any,
    whole: Any,
    points: Any,
    x0: Any,
    y0: Any,
    x1: Any,
    y1: Any,
    rows: Any,
    out: Any,
) -> Any:
    """Write the rows of the sources in a rectangle; how many."""
    found = 0
    for run in range(firsts.size):
        for place in range(offsets[firsts[run]], offsets[afters[run]]):
            x, y = np.float64(points[place, 0]), np.float64(points[place, 1])
            if whole[run] or (x >= x0 and x <= x1 and y >= y0 and y <= y1):
                out[found] = rows[place]
                found += 1
    return found


@kernel(_I64(*_CELLS, POINTS, read(types.uint16), _F64, _F64, _F64, _F64, _F64))
def nearest_place(
    offsets: Any,
    firsts: Any,
    afters: Any,
    whole: Any,
    points: Any,
    ranks: Any,
    x: Any,
    y: Any,
    x_unit: Any,
    y_unit: Any,
    limit: Any,
) -> Any:
    """The place of the source nearest to (x, y), of lowest rank among equals; -1 where none is.

    Distances are in units of their own along x and y; those whose square is above `limit` are
    too far.
    """
    best: Any = -1
    least = limit
    for run in range(firsts.size):
        for place in range(offsets[firsts[run]], offsets[afters[run]]):
            right, up = np.float64(points[place, 0]) - x, np.float64(points[place, 1]) - y
            square = (right / x_unit) ** 2 + (up / y_unit) ** 2
            nearer = square < least
            if nearer or (square == least and (best < 0 or ranks[place] < ranks[best])):
                best, least = place, square
    return best


@kernel(_I64(*_CELLS, POINTS, read(_U64), read(types.uint16), *_RECT, _I64, written(_U64)))
def lowest_keys(
    offsets: Any,
    firsts: Any,
    afters: Any,
    whole: Any,
    points: Any,
    bits: Any,
    ranks: Any,
    x0: Any,
    y0: Any,
    x1: Any,
    y1: Any,
    highest: Any,
    keys: Any,
) -> Any:
    """Write a key for each source in a rectangle up to a rank, while there is room; how many.

    A key has the rank in its upper 16 bits, 16 bits of a hash of the coordinates below, and the
    place in its lower 32: keys in order are sources in order. `bits` are those of `points`.
    """
    found = 0
    for run in range(firsts.size):
        for cell in range(firsts[run], afters[run]):
            for place in range(offsets[cell], offsets[cell + 1]):
                if ranks[place] > highest:
                    break
                x, y = np.float64(points[place, 0]), np.float64(points[place, 1])
                if whole[run] or (x >= x0 and x <= x1 and y >= y0 and y <= y1):
                    if found < keys.size:
                        keys[found] = (
                            (np.uint64(ranks[place]) << np.uint64(48))
                            | (mixed(bits[place]) << np.uint64(32))
                            | np.uint64(place)
                        )
                    found += 1
    return found


@kernel(_I64(POINTS, *_RECT, written(_I64)))
def first_within(points: Any, x0: Any, y0: Any, x1: Any, y1: Any, out: Any) -> Any:
    """Write the places of the first points in a rectangle, while there is room; how many."""
    found = 0
    for place in range(points.shape[0]):
        if found == out.size:
            break
        x, y = np.float64(points[place, 0]), np.float64(points[place, 1])
        if x >= x0 and x <= x1 and y >= y0 and y <= y1:
            out[found] = place
            found += 1
    return found


@kernel(
    _I64(
        read(_I64), read(_I64), read(types.boolean), read(_I64), read(_I64),
        read(_F64), read(_F64), read(_F64), read(_F64),
        POINTS, read(types.int32), written(_I64),
    )
)  # fmt: skip
def rows_in_polygon(
    offsets: Any,
    cells: Any,
    whole: Any,
    edge_firsts: Any,
    edge_afters: Any,
    x0: Any,
    y0: Any,
    y1: Any,
    slope: Any,
    points: Any,
    rows: Any,
    out: Any,
) -> Any:
    """Write the rows of the sources in a polygon; how many.

    `cells` are single cells, each with its run of edges, which start at (x0, y0) and end at the
    height y1: those that matter for it. The rule is that of `polygon.points_inside`.
    """
    found = 0
    for run in range(cells.size):
        first, after = edge_firsts[run], edge_afters[run]
        for place in range(offsets[cells[run]], offsets[cells[run] + 1]):
            inside = whole[run]
            if not inside:
                x, y = np.float64(points[place, 0]), np.float64(points[place, 1])
                for edge in range(first, after):
                    spans = (y0[edge] <= y) != (y1[edge] <= y)
                    if spans and x < x0[edge] + (y - y0[edge]) * slope[edge]:
                        inside = not inside
            if inside:
                out[found] = rows[place]
                found += 1
    return found
