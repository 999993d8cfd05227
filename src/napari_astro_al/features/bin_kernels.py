"""The kernel that finds bins. Imported where it is used: see `napari_astro_al.compiled`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import float32, int64, types, uint8, void

from napari_astro_al.compiled import kernel

_FEATURES = types.Array(float32, 2, "C", readonly=True)
"""(f, n): a feature of all sources lies in one piece."""
_BLOCK = 512


@kernel(void(_FEATURES, int64, int64, _FEATURES, types.Array(uint8, 2, "C")))
def encode(
    X: npt.NDArray[np.float32],
    start: int,
    stop: int,
    edges: npt.NDArray[np.float32],
    codes: npt.NDArray[np.uint8],
) -> None:
    """Write the codes of some sources to `codes`, (f, n): 1 and how many edges a value exceeds,
    255 for NaN.

    Eight halvings of 256 places find the bin. Each is done for many sources before the next, so
    that none waits for another.
    """
    width, n_edges = edges.shape
    limits = np.full(256, np.float32(np.inf), dtype=np.float32)
    place = np.empty(_BLOCK, dtype=np.int64)
    for feature in range(width):
        limits[:n_edges] = edges[feature]
        for begin in range(start, stop, _BLOCK):
            n = min(_BLOCK, stop - begin)
            values = X[feature, begin : begin + n]
            place[:] = 0
            step = 128
            while step > 0:
                for i in range(n):
                    beyond = values[i] > limits[place[i] + step - 1]
                    place[i] += step if beyond else 0
                step //= 2
            for i in range(n):
                codes[feature, begin + i] = 255 if np.isnan(values[i]) else place[i] + 1
