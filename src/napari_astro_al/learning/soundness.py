"""Whether the tables inside a model that was read from a file point where they may.

Compiled code follows the indices in trees without looking: a file that was changed could make it
read memory that is not the model's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import LearnerError

_MOST_OBJECTS = 10_000_000


def check_sound(estimators: Any, n_features: int | None = None) -> None:
    """Refuse estimators with trees that lead out of themselves.

    Parameters
    ----------
    estimators : object
        Estimators, and whatever they hold.
    n_features : int, optional
        How many features they will be asked about.

    Raises
    ------
    LearnerError
        Naming the kind of table that is damaged.
    """
    for one in _inside(estimators):
        kind = type(one).__name__
        if kind == "Tree" and hasattr(one, "children_left"):
            width = int(one.n_features)
            _check_tree(kind, one.children_left, one.children_right, one.feature, width)
            _check_width(kind, one.children_left < 0, one.feature, n_features)
        elif kind == "TreePredictor":
            nodes = one.nodes
            leaf = nodes["is_leaf"] != 0
            left = np.where(leaf, -1, nodes["left"].astype(np.int64))
            right = np.where(leaf, -1, nodes["right"].astype(np.int64))
            _check_tree(kind, left, right, nodes["feature_idx"].astype(np.int64), None)
            _check_width(kind, leaf, nodes["feature_idx"], n_features)
            if nodes["is_categorical"].any():
                raise _damaged(kind)
        elif kind in ("KDTree", "BallTree"):
            _check_neighbours(kind, one)


def _inside(thing: Any) -> Iterator[Any]:
    """Every object that a model holds, itself among them."""
    seen: set[int] = set()
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, (str, bytes, int, float, bool, type(None))):
            continue
        seen.add(id(one))
        if len(seen) > _MOST_OBJECTS:
            raise LearnerError("The model holds too many parts to be checked.")
        yield one
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, (list, tuple, set, frozenset)):
            waiting += list(one)
        elif isinstance(one, np.ndarray):
            if one.dtype.kind == "O":
                waiting += one.ravel().tolist()
        elif hasattr(one, "__dict__"):
            waiting += list(vars(one).values())


def _check_tree(
    kind: str,
    left: npt.NDArray[Any],
    right: npt.NDArray[Any],
    feature: npt.NDArray[Any],
    width: int | None,
) -> None:
    """Children come after their parent, and within the table: so it ends at leaves."""
    n = len(left)
    if n == 0:
        raise _damaged(kind)
    place = np.arange(n)
    leaf = left < 0
    ahead = (left > place) & (right > place) & (left < n) & (right < n)
    known = feature >= 0 if width is None else (feature >= 0) & (feature < width)
    if not (leaf | (ahead & known)).all() or (leaf != (right < 0)).any():
        raise _damaged(kind)


def _check_width(
    kind: str, leaf: npt.NDArray[Any], feature: npt.NDArray[Any], n_features: int | None
) -> None:
    if n_features is not None and (feature[~leaf] >= n_features).any():
        raise _damaged(kind)


def _check_neighbours(kind: str, tree: Any) -> None:
    data, order, nodes, _ = (np.asarray(one) for one in tree.get_arrays())
    n = len(data)
    inside = (order >= 0) & (order < n)
    starts, ends = nodes["idx_start"], nodes["idx_end"]
    within = (starts >= 0) & (ends >= starts) & (ends <= n)
    if len(order) != n or not inside.all() or not within.all():
        raise _damaged(kind)


def _damaged(kind: str) -> LearnerError:
    return LearnerError(
        f"The model is not used: its table of kind {kind} is damaged and leads out of itself. Ask "
        "where the file comes from."
    )
