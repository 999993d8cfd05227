"""Asking many trees about many sources; compiled when this module is imported the first time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.compiled import kernel

ROWS = 256
"""Sources at a time: their features stay in the processor's cache while every tree is asked."""


@kernel(
    "void(float32[:,::1], int32[::1], int32[::1], int32[::1], float64[::1], int32[:,::1],"
    " float64[:,::1], float64[:,::1])"
)
def ask(
    X: npt.NDArray[np.float32],
    roots: npt.NDArray[np.int32],
    depths: npt.NDArray[np.int32],
    feature: npt.NDArray[np.int32],
    threshold: npt.NDArray[np.float64],
    children: npt.NDArray[np.int32],
    shares: npt.NDArray[np.float64],
    sums: npt.NDArray[Any],
) -> None:
    """Add the class shares of each tree's leaf, tree by tree, to `sums` (n, k).

    All sources of a block go down a tree level by level, so that none waits for another; those
    that have reached their leaf stay there (see `forest.flattened`).
    """
    n_classes = shares.shape[1]
    nodes = np.empty(ROWS, dtype=np.int32)
    for start in range(0, X.shape[0], ROWS):
        n = min(ROWS, X.shape[0] - start)
        block = X[start : start + n]
        for tree in range(len(roots)):
            nodes[:n] = roots[tree]
            for _ in range(depths[tree]):
                for row in range(n):
                    node = nodes[row]
                    nodes[row] = children[node, int(block[row, feature[node]] > threshold[node])]
            for row in range(n):
                for k in range(n_classes):
                    sums[start + row, k] += shares[nodes[row], k]
