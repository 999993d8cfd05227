"""scikit-learn's random forest, bit for bit, in a fraction of the time.

A forest of a thousand trees on a hundred labels spends most of its time on checking parameters and
copying estimators, once a tree. Here scikit-learn's own compiled builder grows each tree from the
same random numbers, and one compiled loop asks all of them. Whether that gives scikit-learn's own
forest is tried once a process; if it does not, scikit-learn's forest itself is used.
"""

from __future__ import annotations

from functools import cache
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
        self.classes_, codes = np.unique(y, return_inverse=True)
        grow = _grown_quickly if grows_equally() else _grown_plainly
        trees = grow(np.ascontiguousarray(X, dtype=np.float32), codes, self.n_trees, self.seed)
        self._nodes = flattened(trees)
        return self

    def predict_proba(self, X: Floats) -> npt.NDArray[np.float64]:
        """Mean over the trees of the class shares in the leaf, ``(n, k)``."""
        from napari_astro_al.simulation.forest_kernels import ask

        sums = np.zeros((len(X), len(self.classes_)))
        ask(np.ascontiguousarray(X, dtype=np.float32), *self._nodes, sums)
        return sums / self.n_trees


def _grown_plainly(
    X: npt.NDArray[np.float32], codes: npt.NDArray[np.intp], n_trees: int, seed: int
) -> list[Any]:
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(n_trees, random_state=seed).fit(X, codes)
    return [tree.tree_ for tree in forest.estimators_]


def _grown_quickly(
    X: npt.NDArray[np.float32], codes: npt.NDArray[np.intp], n_trees: int, seed: int
) -> list[Any]:
    """What `RandomForestClassifier.fit` comes to with default parameters."""
    from sklearn.tree._classes import CRITERIA_CLF, DENSE_SPLITTERS, DepthFirstTreeBuilder, Tree

    n, width = X.shape
    n_classes = np.array([codes.max() + 1], dtype=np.intp)
    y = codes.astype(np.float64)[:, None]
    most_features = max(1, int(np.sqrt(width)))
    seeds = np.random.RandomState(seed)
    random = np.random.RandomState(0)
    deepest = np.iinfo(np.int32).max
    trees = []
    for own in (seeds.randint(np.iinfo(np.int32).max) for _ in range(n_trees)):
        random.seed(own)
        weights = np.bincount(random.randint(0, n, n), minlength=n).astype(np.float64)
        random.seed(own)
        criterion = CRITERIA_CLF["gini"](1, n_classes)
        splitter = DENSE_SPLITTERS["best"](criterion, most_features, 1, 0.0, random, None)
        tree = Tree(width, n_classes, 1)
        DepthFirstTreeBuilder(splitter, 2, 1, 0.0, deepest, 0.0).build(tree, X, y, weights, None)
        trees.append(tree)
    return trees


@cache
def grows_equally() -> bool:
    """Whether the builder gives the installed scikit-learn's own trees."""
    random = np.random.default_rng(0)
    X = random.normal(size=(40, 5)).astype(np.float32)
    codes = (X[:, 0] + random.normal(size=40) > 0).astype(np.intp) + (X[:, 1] > 1)
    try:
        ours = flattened(_grown_quickly(X, codes, 8, 3))
    except (ImportError, TypeError, ValueError, KeyError, AttributeError):
        return False
    plain = flattened(_grown_plainly(X, codes, 8, 3))
    return all(np.array_equal(one, other) for one, other in zip(ours, plain, strict=True))


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
