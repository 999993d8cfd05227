"""scikit-learn's forests, bit for bit, grown in a fraction of the time.

On some hundred labels a forest spends most of its time on copying estimators and checking
parameters, once a tree. Here scikit-learn fits a forest of one tree, with all its checks, and its
own compiled builder grows the others from the random numbers that they would have had. Whether that
comes to the same is tried once a process; if it does not, scikit-learn's own `fit` is used.

This module imports scikit-learn: import it inside functions.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

Floats = npt.NDArray[np.floating[Any]]

_FREE = frozenset({"n_estimators", "max_features", "random_state", "n_jobs"})
"""Parameters of a forest that may differ from scikit-learn's defaults."""
_SPLITTERS = {RandomForestClassifier: "best", ExtraTreesClassifier: "random"}
_LARGEST = np.iinfo(np.int32).max


def fitted(
    estimator: Any, X: Floats, y: npt.NDArray[Any], sample_weight: Floats | None = None
) -> Any:
    """What ``estimator.fit(X, y, sample_weight)`` gives, sooner where it is a forest.

    Parameters
    ----------
    estimator : scikit-learn classifier
        Is fitted and returned. Random forests and extra trees with an integer for random state and
        one thread are grown quickly; others by their own `fit`.
    X : (n, f) float ndarray
    y : (n,) ndarray
    sample_weight : (n,) float ndarray, optional
        Only for an estimator whose `fit` takes it.
    """
    weighted = sample_weight is not None
    if _is_plain(estimator, X, y, weighted) and grows_equally():
        return _grown(estimator, X, y, sample_weight)
    return _by_itself(estimator, X, y, sample_weight)


def _by_itself(estimator: Any, X: Floats, y: npt.NDArray[Any], sample_weight: Floats | None) -> Any:
    weights = {} if sample_weight is None else {"sample_weight": sample_weight}
    return estimator.fit(X, y, **weights)


def _is_plain(forest: Any, X: Floats, y: npt.NDArray[Any], weighted: bool) -> bool:
    kind: Any = type(forest)
    if kind not in _SPLITTERS or (weighted and kind is RandomForestClassifier):
        return False
    if not (type(X) is type(y) is np.ndarray and X.ndim == 2 and y.ndim == 1):
        return False
    return (
        forest.n_jobs in (None, 1)
        and isinstance(forest.n_estimators, int)
        and forest.n_estimators > 1
        and isinstance(forest.random_state, int)
        and all(getattr(forest, name) == value for name, value in _defaults(kind).items())
    )


@cache
def _defaults(kind: Callable[[], Any]) -> dict[str, Any]:
    return {name: value for name, value in kind().get_params().items() if name not in _FREE}


def _grown(forest: Any, X: Floats, y: npt.NDArray[Any], sample_weight: Floats | None) -> Any:
    n_trees = forest.n_estimators
    forest.n_estimators = 1
    try:
        _by_itself(forest, X, y, sample_weight)
    finally:
        forest.n_estimators = n_trees
    (first,) = forest.estimators_
    X = np.asarray(X, dtype=np.float32)
    random = np.random.RandomState(forest.random_state)
    seeds = [random.randint(_LARGEST) for _ in range(n_trees)]
    missing = first._compute_missing_values_in_feature_mask(X)
    weights = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    codes = np.searchsorted(forest.classes_, y).astype(np.float64)[:, None]
    grown = _trees(
        seeds[1:],
        X,
        codes,
        weights,
        missing,
        splitter=_SPLITTERS[type(forest)],
        bootstrap=forest.bootstrap,
        most_features=first.max_features_,
    )
    for seed, tree in zip(seeds[1:], grown, strict=True):
        one = object.__new__(type(first))
        vars(one).update(vars(first), random_state=seed, tree_=tree)
        forest.estimators_.append(one)
    return forest


def probabilities(estimator: Any, X: Floats) -> npt.NDArray[np.float64]:
    """What ``estimator.predict_proba(X)`` gives, sooner where it is a forest of one thread.

    A few rows are dealt out to the trees of a forest in far more time than these take.
    """
    if type(estimator) not in _SPLITTERS or estimator.n_jobs not in (None, 1):
        told: npt.NDArray[np.float64] = estimator.predict_proba(X)
        return told
    rows = estimator._validate_X_predict(X)
    total = np.zeros((len(rows), len(estimator.classes_)))
    for one in estimator.estimators_:
        total += one.tree_.predict(rows)
    return total / len(estimator.estimators_)


def grown_trees(
    X: npt.NDArray[np.float32], codes: npt.NDArray[np.intp], n_trees: int, seed: int
) -> list[Any]:
    """The trees of a random forest with scikit-learn's default parameters, and nothing else.

    Parameters
    ----------
    X : (n, f) float32 ndarray
        Without missing values.
    codes : (n,) int ndarray
        Classes 0 to k - 1, each there, k at least 2.
    n_trees, seed : int

    Returns
    -------
    list of scikit-learn's Tree
    """
    if not grows_equally():
        forest = RandomForestClassifier(n_trees, random_state=seed).fit(X, codes)
        return [one.tree_ for one in forest.estimators_]
    random = np.random.RandomState(seed)
    return _trees(
        [random.randint(_LARGEST) for _ in range(n_trees)],
        np.ascontiguousarray(X, dtype=np.float32),
        codes.astype(np.float64)[:, None],
        None,
        None,
        splitter="best",
        bootstrap=True,
        most_features=max(1, int(np.sqrt(X.shape[1]))),
    )


def _trees(
    seeds: Sequence[int],
    X: npt.NDArray[np.float32],
    codes: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64] | None,
    missing: npt.NDArray[np.bool_] | None,
    *,
    splitter: str,
    bootstrap: bool,
    most_features: int,
) -> list[Any]:
    """What scikit-learn comes to for trees of unlimited depth, by its own builder."""
    from sklearn.tree._classes import CRITERIA_CLF, DENSE_SPLITTERS, DepthFirstTreeBuilder, Tree

    n, width = X.shape
    n_classes = np.array([codes.max() + 1], dtype=np.intp)
    random = np.random.RandomState(0)
    trees = []
    for seed in seeds:
        random.seed(seed)
        if bootstrap:
            drawn = np.bincount(random.randint(0, n, n), minlength=n)
            weights = drawn.astype(np.float64)
            random.seed(seed)
        criterion = CRITERIA_CLF["gini"](1, n_classes)
        chooser = DENSE_SPLITTERS[splitter](criterion, most_features, 1, 0.0, random, None)
        tree = Tree(width, n_classes, 1)
        builder = DepthFirstTreeBuilder(chooser, 2, 1, 0.0, _LARGEST, 0.0)
        builder.build(tree, X, codes, weights, missing)
        trees.append(tree)
    return trees


@cache
def grows_equally() -> bool:
    """Whether the builder gives the installed scikit-learn's own forests."""
    random = np.random.default_rng(0)
    X = random.normal(size=(40, 5))
    y = (X[:, 0] + random.normal(size=40) > 0).astype(int) + (X[:, 1] > 1)
    weights = random.uniform(0.1, 2.0, 40)
    gaps = np.where(random.uniform(size=X.shape) < 0.1, np.nan, X)
    cases: list[tuple[Any, Floats, Floats | None]] = [
        (RandomForestClassifier(4, random_state=3), X, None),
        (RandomForestClassifier(4, random_state=3), gaps, None),
        (ExtraTreesClassifier(4, random_state=3), X, None),
        (ExtraTreesClassifier(4, random_state=3), X, weights),
        (ExtraTreesClassifier(4, random_state=3, max_features=None), gaps, weights),
    ]
    try:
        return all(_comes_to_the_same(forest, values, y, own) for forest, values, own in cases)
    except (ImportError, TypeError, ValueError, KeyError, AttributeError):
        return False


def _comes_to_the_same(
    forest: Any, X: Floats, y: npt.NDArray[np.intp], sample_weight: Floats | None
) -> bool:
    plain = _by_itself(copy.copy(forest), X, y, sample_weight).estimators_
    ours = _grown(copy.copy(forest), X, y, sample_weight).estimators_
    return len(plain) == len(ours) and all(
        one.random_state == other.random_state and _same_nodes(one.tree_, other.tree_)
        for one, other in zip(plain, ours, strict=True)
    )


def _same_nodes(one: Any, other: Any) -> bool:
    ours, theirs = one.__getstate__(), other.__getstate__()
    return all(np.array_equal(ours[part], theirs[part]) for part in ("nodes", "values"))
