"""Kernels that ask trees. Imported where they are used: see `napari_astro_al.compiled`.

Each leaf of a tree is a bit, from left to right, and a source begins with all bits set. A test that
a source fails clears the bits of the leaves to its left; when all tests are done, the lowest bit
that is left is the leaf that the source falls into (Lucchese et al. 2015, "QuickScorer: a fast
algorithm to rank documents with additive ensembles of regression trees", SIGIR). Nothing branches,
so that the processor tests many sources at once. The bits of a tree are bytes of eight
leaves, not one word of sixty-four: a test then touches those bytes only that its leaves lie in, a
vector holds four or eight times as many sources, and no tree is too large.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import boolean, float32, float64, int32, int64, njit, types, uint8, void

from napari_astro_al.compiled import kernel, read, written

ROWS = 512
"""Sources at a time: their features and bits stay in the processor's caches."""

_FEATURES = types.Array(float32, 2, "C", readonly=True)
"""(f, n): a feature of all sources lies in one piece."""
_CODES = types.Array(uint8, 2, "C", readonly=True)
_SHARES = types.Array(float64, 2, "C", readonly=True)
_SUMS = types.Array(float64, 2, "C")


def _tests(kind: types.Type) -> tuple[types.Type, ...]:
    """Of missing, first_test, feature, threshold, left_if_missing, byte and kept."""
    threshold = (read(kind), read(boolean), read(int32), read(uint8))
    return (kind, read(int64), read(int32), *threshold)


@njit(nogil=True)
def _clear(X, start, n, tests, missing, feature, threshold, left_if_missing, byte, kept, bits):  # type: ignore[no-untyped-def]
    """Leave the bits of the leaves that no failed test lies to the right of."""
    full = np.uint8(255)
    for test in range(tests[0], tests[1]):
        values = X[feature[test], start : start + n]
        limit, mask, of = threshold[test], np.uint8(kept[test]), bits[byte[test]]
        if left_if_missing[test]:
            for i in range(n):
                fails = (values[i] > limit) & (values[i] != missing)
                of[i] = of[i] & (mask if fails else full)
        else:
            for i in range(n):
                of[i] = of[i] & (full if values[i] <= limit else mask)


@kernel(
    void(_FEATURES, int64, int64, *_tests(float32), read(int64), _CODES, float64, _SUMS),
    void(_CODES, int64, int64, *_tests(uint8), read(int64), _CODES, float64, _SUMS),
)
def count_leaves(
    X: npt.NDArray[np.float32] | npt.NDArray[np.uint8],
    start: int,
    stop: int,
    missing: float,
    first_test: npt.NDArray[np.int64],
    feature: npt.NDArray[np.int32],
    threshold: npt.NDArray[np.float32] | npt.NDArray[np.uint8],
    left_if_missing: npt.NDArray[np.bool_],
    byte: npt.NDArray[np.int32],
    kept: npt.NDArray[np.uint8],
    first_byte: npt.NDArray[np.int64],
    hits: npt.NDArray[np.uint8],
    scale: float,
    out: npt.NDArray[np.float64],
) -> None:
    """Add `scale` for every tree in whose leaf a source is of a class, (stop - start, k).

    For trees whose leaves are of one class each (see `TreeTable`).
    """
    n_trees, n_classes = len(first_test) - 1, hits.shape[1]
    full, none, one = np.uint8(255), np.uint8(0), np.uint8(1)
    most = 0
    for tree in range(n_trees):
        most = max(most, first_byte[tree + 1] - first_byte[tree])
    bits = np.empty((most, ROWS), dtype=np.uint8)
    sought, lowest = np.empty(ROWS, dtype=np.uint8), np.empty(ROWS, dtype=np.uint8)
    few = np.zeros((n_classes, ROWS), dtype=np.uint8)
    counts = np.empty((n_classes, ROWS), dtype=np.int64)
    for begin in range(start, stop, ROWS):
        n = min(ROWS, stop - begin)
        counts[:] = 0
        waiting = 0
        for tree in range(n_trees):
            first, beyond = first_byte[tree], first_byte[tree + 1]
            bits[: beyond - first] = full
            tests = (first_test[tree], first_test[tree + 1])
            _clear(
                X, begin, n, tests, missing, feature, threshold, left_if_missing, byte, kept, bits
            )
            sought[:] = full
            for place in range(first, beyond):
                left = bits[place - first]
                for i in range(n):
                    lowest[i] = left[i] & np.uint8(none - left[i]) & sought[i]
                    sought[i] = sought[i] & (none if left[i] != none else full)
                for k in range(n_classes - 1):
                    hit, counted = np.uint8(hits[place, k]), few[k]
                    for i in range(n):
                        counted[i] = counted[i] + (one if lowest[i] & hit != none else none)
            waiting += 1
            if waiting == 255 or tree == n_trees - 1:
                for k in range(n_classes - 1):
                    for i in range(n):
                        counts[k, i] += few[k, i]
                few[:] = none
                waiting = 0
        for i in range(n):
            rest = n_trees
            for k in range(n_classes - 1):
                rest -= counts[k, i]
                out[begin - start + i, k] += scale * counts[k, i]
            out[begin - start + i, n_classes - 1] += scale * rest


_LEAVES = (read(int64), read(int64), _SHARES, float64, _SUMS)


@kernel(
    void(_FEATURES, int64, int64, *_tests(float32), *_LEAVES),
    void(_CODES, int64, int64, *_tests(uint8), *_LEAVES),
)
def add_leaves(
    X: npt.NDArray[np.float32] | npt.NDArray[np.uint8],
    start: int,
    stop: int,
    missing: float,
    first_test: npt.NDArray[np.int64],
    feature: npt.NDArray[np.int32],
    threshold: npt.NDArray[np.float32] | npt.NDArray[np.uint8],
    left_if_missing: npt.NDArray[np.bool_],
    byte: npt.NDArray[np.int32],
    kept: npt.NDArray[np.uint8],
    first_byte: npt.NDArray[np.int64],
    first_leaf: npt.NDArray[np.int64],
    values: npt.NDArray[np.float64],
    scale: float,
    out: npt.NDArray[np.float64],
) -> None:
    """Add `scale` times the values of each tree's leaf, (stop - start, k)."""
    n_trees, n_columns = len(first_test) - 1, values.shape[1]
    most = 0
    for tree in range(n_trees):
        most = max(most, first_byte[tree + 1] - first_byte[tree])
    bits = np.empty((most, ROWS), dtype=np.uint8)
    lowest = np.zeros(256, dtype=np.int64)
    for byte_value in range(1, 256):
        while not (byte_value >> lowest[byte_value]) & 1:
            lowest[byte_value] += 1
    for begin in range(start, stop, ROWS):
        n = min(ROWS, stop - begin)
        for tree in range(n_trees):
            n_bytes = first_byte[tree + 1] - first_byte[tree]
            bits[:n_bytes] = np.uint8(255)
            tests = (first_test[tree], first_test[tree + 1])
            _clear(
                X, begin, n, tests, missing, feature, threshold, left_if_missing, byte, kept, bits
            )
            for i in range(n):
                place = 0
                while bits[place, i] == 0:
                    place += 1
                leaf = first_leaf[tree] + 8 * place + lowest[bits[place, i]]
                for k in range(n_columns):
                    out[begin - start + i, k] += scale * values[leaf, k]


@kernel(
    types.int64(
        *(read(int64), read(int64), read(int64), written(int64), written(int64), written(int64))
    )
)
def number_leaves(
    roots: npt.NDArray[np.int64],
    left: npt.NDArray[np.int64],
    right: npt.NDArray[np.int64],
    begin: npt.NDArray[np.int64],
    middle: npt.NDArray[np.int64],
    order: npt.NDArray[np.int64],
) -> int:
    """Number the leaves of each tree from left to right.

    Children are places among all nodes, -1 at a leaf. Of each test, `begin` and `middle` become
    the numbers of the first leaf to its left and to its right; of each leaf, `begin` its number.
    `order` becomes the leaves' nodes, tree by tree, and their total is returned.
    """
    waiting = np.empty(len(left), dtype=np.int64)
    n_leaves = 0
    for root in roots:
        own, top = 0, 1
        waiting[0] = root
        while top > 0:
            top -= 1
            node = waiting[top]
            if node < 0:  # all to the left of this test is done
                middle[-node - 1] = own
                continue
            begin[node] = own
            if left[node] < 0:
                order[n_leaves] = node
                n_leaves += 1
                own += 1
                continue
            waiting[top], waiting[top + 1], waiting[top + 2] = right[node], -node - 1, left[node]
            top += 3
    return n_leaves
