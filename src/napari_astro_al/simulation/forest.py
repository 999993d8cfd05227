"""scikit-learn's random forest, bit for bit, in a fraction of the time.

A forest of a thousand trees on a hundred labels spends most of its time on copying estimators and
checking parameters, once a tree. Here the trees are grown without (see `learning.growing`), and one
compiled loop asks all of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]


class Forest:
    """A ``RandomForestClassifier(n_trees, random_state=seed)`` on one thread.

    Parameters
    ----------
    n_trees : int
    seed : int
        Below 2^32.

    Attributes
    ----------
    classes_ : (k,) ndarray
        Sorted, after `fit`.
    """

    def __init__(self, n_trees: int, seed: int) -> None:
        self.n_trees = n_trees
        self.seed = seed

    def fit(self, X: Floats, y: npt.NDArray[Any]) -> Forest:
        """Learn from rows without missing values.

        Parameters
        ----------
        X : (n, f) float ndarray
        y : (n,) ndarray
            Classes, two or more different ones.
        """
        from napari_astro_al.learning.growing import grown_trees

        self.classes_, codes = np.unique(y, return_inverse=True)
        self._nodes = flattened(grown_trees(X, codes, self.n_trees, self.seed))
        return self

    def predict_proba(self, X: Floats) -> npt.NDArray[np.float64]:
        """Mean over the trees of the class shares in the leaf, ``(n, k)``."""
        from napari_astro_al.simulation.forest_kernels import ask

        sums = np.zeros((len(X), len(self.classes_)))
        ask(np.ascontiguousarray(X, dtype=np.float32), *self._nodes, sums)
        return sums / self.n_trees


def flattened(trees: list[Any]) -> tuple[npt.NDArray[Any], ...]:
    """The nodes of all trees one after the other.

    Returns
    -------
    roots, depths : (n_trees,) int32 ndarray
    feature : (n_nodes,) int32 ndarray
        0 at a leaf.
    threshold : (n_nodes,) float64 ndarray
        Infinite at a leaf.
    children : (n_nodes, 2) int32 ndarray
        Where a value at most the threshold goes, and where others go; of a leaf, itself.
    shares : (n_nodes, k) float64 ndarray
        Of the classes; they add up to 1.
    """
    sizes = np.array([tree.node_count for tree in trees])
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    left = np.concatenate([tree.children_left for tree in trees])
    right = np.concatenate([tree.children_right for tree in trees])
    leaf = left < 0
    children = np.stack([left, right], axis=1) + np.repeat(roots, sizes)[:, None]
    children[leaf] = np.flatnonzero(leaf)[:, None]
    return (
        roots.astype(np.int32),
        np.array([tree.max_depth for tree in trees], dtype=np.int32),
        np.where(leaf, 0, np.concatenate([tree.feature for tree in trees])).astype(np.int32),
        np.where(leaf, np.inf, np.concatenate([tree.threshold for tree in trees])),
        children.astype(np.int32),
        np.concatenate([tree.value[:, 0, :] for tree in trees]),
    )
