"""The kernel that counts sources on pixels. Imported where it is used: see `compiled`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from napari_astro_al.compiled import POINTS, kernel, read, written

_DOUBT = 1e-6
_SURE = 1 - _DOUBT
_BLOCK = 1024
_EDGES = read(types.float64)
_RUNS = (POINTS, read(types.int64), read(types.int64), _EDGES, _EDGES)
_SUMMED = (read(types.float32), written(types.float64))
_COUNTS = written(types.uint32)


@kernel(types.int64(types.float64, _EDGES, types.int64))
def settle(value: Any, edges: Any, guess: Any) -> Any:
    """The bin that holds a value, from one nearby: the edges decide, where rounding is in doubt."""
    last = edges.size - 2
    found = min(max(guess, 0), last)
    while found > 0 and value < edges[found]:
        found -= 1
    while found < last and value >= edges[found + 1]:
        found += 1
    return found


@kernel(
    types.void(*_RUNS, read(types.int32), read(types.int8), *_SUMMED, _COUNTS),
    types.void(*_RUNS, read(types.int32), read(types.int16), *_SUMMED, _COUNTS),
)
def rasterise(
    points: Any,
    starts: Any,
    stops: Any,
    x_edges: Any,
    y_edges: Any,
    rows: Any,
    codes: Any,
    values: Any,
    sums: Any,
    counts: Any,
) -> None:
    """Count each source of each run, from a start up to its stop, in its pixel.

    A pixel holds its lower and left edge, the last of a row or column its upper edge too, as in
    ``numpy.histogram2d``. Where there are `codes`, a source counts on the image of its code, one
    image after the other; where there are `values`, it counts only if its value is finite, which
    is then added to `sums`. Both are found by `rows`.
    """
    nx, ny = x_edges.size - 1, y_edges.size - 1
    x0, x1, y0, y1 = x_edges[0], x_edges[nx], y_edges[0], y_edges[ny]
    x_scale, y_scale = nx / (x1 - x0), ny / (y1 - y0)
    coded, valued = codes.size > 0, values.size > 0
    some_codes, some_values = np.empty(_BLOCK, codes.dtype), np.empty(_BLOCK, np.float32)
    for run in range(starts.size):
        for start in range(starts[run], stops[run], _BLOCK):
            n = min(_BLOCK, stops[run] - start)
            # by themselves: waiting for far memory is then done for many at once
            if coded:
                for k in range(n):
                    some_codes[k] = codes[rows[start + k]]
            if valued:
                for k in range(n):
                    some_values[k] = values[rows[start + k]]
            for k in range(n):
                x, y = np.float64(points[start + k, 0]), np.float64(points[start + k, 1])
                if not (x >= x0 and x <= x1 and y >= y0 and y <= y1):
                    continue
                across, up = (x - x0) * x_scale, (y - y0) * y_scale
                i, j = np.int64(across), np.int64(up)
                across -= i
                up -= j
                if not (across >= _DOUBT and across <= _SURE and up >= _DOUBT and up <= _SURE):
                    i, j = settle(x, x_edges, i), settle(y, y_edges, j)
                pixel = j * nx + i
                if coded:
                    code = np.int64(some_codes[k])
                    pixel += code * nx * ny
                    if code < 0 or pixel >= counts.size:
                        continue
                if valued:
                    if not np.isfinite(some_values[k]):
                        continue
                    sums[pixel] += some_values[k]
                counts[pixel] += np.uint32(1)
