"""Learning from labels that leave several classes open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]

ROUNDS = 3
"""How often coarse labels are shared out anew."""
SETTLED = 0.01
"""Shares that change by less are not learnt from again."""
SURE = 0.9
"""A model without weights learns a coarse label as a class only if it gives it more than this."""
_NEGLIGIBLE = 1e-3


@dataclass(frozen=True, eq=False)
class CoarseLabels:
    """Sources of which it is known that they are of one of some classes.

    Attributes
    ----------
    X : (c, f) float ndarray
        Features.
    classes : tuple of str
        All classes.
    left : (c, k) bool ndarray
        Which of them each source's label leaves open: two or more.
    """

    X: Floats
    classes: tuple[str, ...]
    left: npt.NDArray[np.bool_]

    @classmethod
    def of(
        cls, X: Floats, left: Sequence[Collection[str]], classes: Sequence[str]
    ) -> CoarseLabels | None:
        """Coarse labels from the names that they leave open; None where there is no label."""
        if len(left) == 0:
            return None
        among = np.array([[name in names for name in classes] for names in left], dtype=bool)
        return cls(np.asarray(X, dtype=np.float64), tuple(classes), among)


def shares_of(probabilities: Floats, left: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Each source's probabilities within the classes that its label leaves open.

    Parameters
    ----------
    probabilities : (c, k) float ndarray
    left : (c, k) bool ndarray

    Returns
    -------
    (c, k) float64 ndarray
        Rows sum to 1; even where the model gives nothing to what is left open.
    """
    within = np.where(left, probabilities.astype(np.float64), 0.0)
    total = within.sum(axis=1, keepdims=True)
    even = left / left.sum(axis=1, keepdims=True)
    shares: npt.NDArray[np.float64] = np.divide(within, total, out=even, where=total > 0)
    return shares


def learn_coarse(member: Any, X: Floats, y: npt.NDArray[np.str_], coarse: CoarseLabels) -> None:
    """Let a learner that knows the definite labels learn from the coarse ones too.

    Expectation maximisation (Dempster, Laird & Rubin 1977) of the likelihood of what is known,
    as for partial labels (Jin & Ghahramani 2002): each coarse label is shared among the classes
    that it leaves open by the model's own probabilities, and the model learns anew with these as
    weights. Together they weigh no more than the definite labels, so that guesses never drown
    what is known. A model that takes no weights learns the surest guesses of each class, at most
    as many as it has definite labels.

    Parameters
    ----------
    member : Learner
        Trained on `X` and `y`; trained anew here.
    X : (l, f) float ndarray
    y : (l,) str ndarray
    coarse : CoarseLabels
    """
    from napari_astro_al.learning.learners import class_probabilities

    before = None
    weighted = weight_parameter(member.estimator)
    for _ in range(ROUNDS):
        shares = shares_of(class_probabilities(member, coarse.X, coarse.classes)[0], coarse.left)
        if before is not None and np.abs(shares - before).max() < SETTLED:
            return
        before = shares
        if weighted is not None and _learn_shares(member, X, y, coarse, shares, weighted):
            continue
        weighted = None
        _learn_sure(member, X, y, coarse, shares)


def weight_parameter(estimator: Any) -> str | None:
    """The parameter of `fit` that takes a weight a source; None where there is none."""
    from sklearn.pipeline import Pipeline
    from sklearn.utils.validation import has_fit_parameter

    if isinstance(estimator, Pipeline):
        name, last = estimator.steps[-1]
        return f"{name}__sample_weight" if has_fit_parameter(last, "sample_weight") else None
    return "sample_weight" if has_fit_parameter(estimator, "sample_weight") else None


def _learn_shares(
    member: Any,
    X: Floats,
    y: npt.NDArray[np.str_],
    coarse: CoarseLabels,
    shares: npt.NDArray[np.float64],
    parameter: str,
) -> bool:
    """Whether the model took the weights."""
    rows, places = np.nonzero(shares > _NEGLIGIBLE)
    weigh = min(1.0, len(y) / len(shares))
    weights = np.concatenate([np.ones(len(y)), weigh * shares[rows, places]])
    every_X = np.concatenate([X, coarse.X[rows]])
    every_y = np.concatenate([y, np.array(coarse.classes)[places]])
    try:
        member.fit(every_X, every_y, **{parameter: weights})
    except (TypeError, ValueError):  # a part of an ensemble may refuse what the whole accepts
        return False
    return True


def _learn_sure(
    member: Any,
    X: Floats,
    y: npt.NDArray[np.str_],
    coarse: CoarseLabels,
    shares: npt.NDArray[np.float64],
) -> None:
    likeliest, surety = shares.argmax(axis=1), shares.max(axis=1)
    chosen: list[int] = []
    for place, name in enumerate(coarse.classes):
        sure = np.flatnonzero((likeliest == place) & (surety > SURE))
        surest = sure[np.argsort(-surety[sure], kind="stable")]
        chosen += surest[: np.count_nonzero(y == name)].tolist()
    guessed = np.array(coarse.classes)[likeliest[chosen]]
    member.fit(np.concatenate([X, coarse.X[chosen]]), np.concatenate([y, guessed]))
