"""scikit-learn's random forest, bit for bit, in a fraction of the time.

A forest of a thousand trees on a hundred labels spends most of its time on copying estimators and
checking parameters, once a tree. Here the trees are grown without (see `learning.growing`), and the
kernels that score the pool ask all of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.predicting.trees import Nodes, TreeTable

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
        self._table = TreeTable.of(Nodes.of_trees(grown_trees(X, codes, self.n_trees, self.seed)))
        return self

    def predict_proba(self, X: Floats) -> npt.NDArray[np.float64]:
        """Mean over the trees of the class shares in the leaf, ``(n, k)``."""
        sums = np.zeros((len(X), len(self.classes_)))
        self._table.add(np.asfortranarray(X, dtype=np.float32), 0, len(X), 1.0, sums)
        return sums / self.n_trees
