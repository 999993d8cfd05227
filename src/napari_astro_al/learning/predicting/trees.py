"""Trees as tables that the kernels go through, and what such trees say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.features.bins import MISSING, N_BINS, Bins, Codes

Floats = npt.NDArray[np.floating[Any]]
_ALL = 255


@dataclass(frozen=True, eq=False)
class Nodes:
    """The nodes of several trees, one tree after the other.

    Attributes
    ----------
    roots : (t,) int64 ndarray
        The place of each tree's root among the nodes.
    left, right : (n,) int64 ndarray
        Places of the children, -1 at a leaf. A value at most the threshold goes left.
    feature : (n,) int32 ndarray
    threshold : (n,) float64 ndarray
    left_if_missing : (n,) bool ndarray
        Whether NaN goes left.
    values : (n, k) float64 ndarray
        Of the leaves.
    """

    roots: npt.NDArray[np.int64]
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int32]
    threshold: npt.NDArray[np.float64]
    left_if_missing: npt.NDArray[np.bool_]
    values: npt.NDArray[np.float64]

    @classmethod
    def of_trees(cls, trees: Sequence[Any]) -> Nodes:
        """Of scikit-learn's ``Tree`` objects, with the class shares of each leaf."""
        sizes = np.array([tree.node_count for tree in trees])
        roots = np.cumsum(sizes) - sizes
        shift = np.repeat(roots, sizes)
        left, right = (
            np.concatenate([getattr(tree, name) for tree in trees])
            for name in ("children_left", "children_right")
        )
        leaf = left < 0
        return cls(
            roots=roots.astype(np.int64),
            left=np.where(leaf, -1, left + shift),
            right=np.where(leaf, -1, right + shift),
            feature=np.concatenate([tree.feature for tree in trees]).astype(np.int32),
            threshold=np.concatenate([tree.threshold for tree in trees]),
            left_if_missing=np.concatenate([tree.missing_go_to_left for tree in trees]) != 0,
            values=np.concatenate([tree.value[:, 0, :] for tree in trees]),
        )

    @classmethod
    def of_predictors(cls, predictors: Sequence[Any]) -> Nodes:
        """Of the trees of scikit-learn's histogram gradient boosting, with what each leaf adds."""
        sizes = np.array([len(one.nodes) for one in predictors])
        roots = np.cumsum(sizes) - sizes
        nodes = np.concatenate([one.nodes for one in predictors])
        shift = np.repeat(roots, sizes)
        leaf = nodes["is_leaf"] != 0
        return cls(
            roots=roots.astype(np.int64),
            left=np.where(leaf, -1, nodes["left"].astype(np.int64) + shift),
            right=np.where(leaf, -1, nodes["right"].astype(np.int64) + shift),
            feature=nodes["feature_idx"].astype(np.int32),
            threshold=nodes["num_threshold"].astype(np.float64),
            left_if_missing=nodes["missing_go_to_left"] != 0,
            values=nodes["value"].astype(np.float64)[:, None],
        )


@dataclass(frozen=True, eq=False)
class TreeTable:
    """Trees as the tests and leaves that the kernels go through.

    A tree's leaves are bits of its bytes, from left to right. A test that clears bits of several
    bytes is there once a byte.

    Attributes
    ----------
    first_test, first_byte, first_leaf : (t + 1,) int64 ndarray
        Where each tree begins, and where the last one ends.
    feature : (n,) int32 ndarray
    threshold : (n,) float32 or uint8 ndarray
        The largest float32 value that still goes left: a float32 feature is at most this exactly
        if it is at most scikit-learn's float64 threshold. Of trees that look at codes, the largest
        code.
    left_if_missing : (n,) bool ndarray
    byte : (n,) int32 ndarray
        Which of its tree's bytes a test touches.
    kept : (n,) uint8 ndarray
        The bits that stay where the test is failed.
    values : (m, k) float64 ndarray
        Of each leaf.
    hits : (b, k) uint8 ndarray or None
        Which leaves of each byte are of each class, where every leaf is of one class only.
    """

    first_test: npt.NDArray[np.int64]
    first_byte: npt.NDArray[np.int64]
    first_leaf: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int32]
    threshold: npt.NDArray[np.float32] | Codes
    left_if_missing: npt.NDArray[np.bool_]
    byte: npt.NDArray[np.int32]
    kept: npt.NDArray[np.uint8]
    values: npt.NDArray[np.float64]
    hits: npt.NDArray[np.uint8] | None

    @classmethod
    def of(cls, nodes: Nodes, bins: Bins | None = None) -> TreeTable:
        """Lay trees out: to look at features, or at the codes of these bins."""
        from napari_astro_al.learning.predicting.tree_kernels import number_leaves

        n = len(nodes.left)
        begin, middle, order = (np.zeros(n, dtype=np.int64) for _ in range(3))
        n_leaves = number_leaves(nodes.roots, nodes.left, nodes.right, begin, middle, order)
        order = order[:n_leaves]
        tree_of_node = np.repeat(np.arange(len(nodes.roots)), np.diff(nodes.roots, append=n))
        leaves = np.bincount(tree_of_node[order], minlength=len(nodes.roots))
        n_bytes = -(-leaves // 8)

        tests = np.flatnonzero(nodes.left >= 0)
        low, high = begin[tests] // 8, (middle[tests] - 1) // 8
        often = high - low + 1
        node = np.repeat(tests, often)
        byte = np.arange(len(node)) - np.repeat(np.cumsum(often) - often, often)
        byte += np.repeat(low, often)
        from_bit = np.clip(begin[node] - 8 * byte, 0, 8)
        to_bit = np.clip(middle[node] - 8 * byte, 0, 8)
        cleared = (1 << to_bit) - (1 << from_bit)
        values = np.ascontiguousarray(nodes.values[order])
        first_leaf, first_byte = _starts(leaves), _starts(n_bytes)
        place = first_byte[tree_of_node[order]] + begin[order] // 8
        return cls(
            first_test=_starts(np.bincount(tree_of_node[node], minlength=len(nodes.roots))),
            first_byte=first_byte,
            first_leaf=first_leaf,
            feature=nodes.feature[node],
            threshold=(
                _rounded_down(nodes.threshold[node])
                if bins is None
                else _highest_codes(bins, nodes.feature[node], nodes.threshold[node])
            ),
            left_if_missing=nodes.left_if_missing[node],
            byte=byte.astype(np.int32),
            kept=(_ALL - cleared).astype(np.uint8),
            values=values,
            hits=_hits(values, place, begin[order] % 8, int(first_byte[-1])),
        )

    @property
    def n_trees(self) -> int:
        """How many trees."""
        return len(self.first_test) - 1

    def add(self, X: Floats | Codes, start: int, stop: int, scale: float, out: Floats) -> None:
        """Add `scale` times the sum of the leaves' values of sources, (stop - start, k).

        Parameters
        ----------
        X : (n_sources, f) float32 or uint8 ndarray
            Features, NaN where missing, or their codes. In Fortran order.
        start, stop : int
            Rows.
        scale : float
        out : (stop - start, k) float64 ndarray
            Added to.
        """
        from napari_astro_al.learning.predicting.tree_kernels import add_leaves, count_leaves

        missing = np.float32(np.nan) if X.dtype == np.float32 else np.uint8(MISSING)
        tests = (missing, self.first_test, self.feature, self.threshold, self.left_if_missing)
        bits = (self.byte, self.kept, self.first_byte)
        if self.hits is None:
            leaves = (self.first_leaf, self.values)
            add_leaves(X.T, start, stop, *tests, *bits, *leaves, scale, out)
        else:
            count_leaves(X.T, start, stop, *tests, *bits, self.hits, scale, out)


def _starts(sizes: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _rounded_down(thresholds: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    rounded = thresholds.astype(np.float32)
    above = rounded > thresholds
    rounded[above] = np.nextafter(rounded[above], np.float32(-np.inf))
    return rounded


def _highest_codes(
    bins: Bins, feature: npt.NDArray[np.int32], threshold: npt.NDArray[np.float64]
) -> Codes:
    """The highest code whose value is at most each threshold; 0 where none is."""
    highest = np.zeros(len(feature), dtype=np.uint8)
    for one in np.unique(feature[feature >= 0]):
        own = feature == one
        values = bins.values[one, 1 : N_BINS + 1].astype(np.float64)
        highest[own] = np.searchsorted(values, threshold[own], side="right")
    return highest


def _hits(
    values: npt.NDArray[np.float64],
    place: npt.NDArray[np.int64],
    bit: npt.NDArray[np.int64],
    n_bytes: int,
) -> npt.NDArray[np.uint8] | None:
    """Which leaves are of each class; None where a leaf is of several."""
    if values.shape[1] < 2 or not np.array_equal(values, values == 1.0):
        return None
    hits = np.zeros((n_bytes, values.shape[1]), dtype=np.uint8)
    column = values.argmax(axis=1)
    np.bitwise_or.at(hits, (place, column), (1 << bit).astype(np.uint8))
    return hits
