"""What a model says, before anything is made of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

TOLERANCE = 0.01
"""By how much the probabilities of a source may miss 1."""


def checked_probabilities(said: Any, n: int, n_classes: int) -> npt.NDArray[Any]:
    """Probabilities as a model gave them.

    Parameters
    ----------
    said : array_like
    n, n_classes : int
        Sources that it was asked about, and classes that it knows.

    Raises
    ------
    ValueError
        If they have another shape, are not numbers, or do not sum to one.
    """
    given = np.asarray(said)
    if given.shape != (n, n_classes):
        raise ValueError(f"predict_proba gave shape {given.shape}; {(n, n_classes)} was expected.")
    sums = given.sum(axis=1)
    if not np.isfinite(sums).all():
        raise ValueError(
            f"predict_proba gave numbers that are not finite for {int((~np.isfinite(sums)).sum())} "
            f"of {n} sources."
        )
    if n and (np.abs(sums - 1).max() > TOLERANCE or given.min() < 0):
        raise ValueError("Its probabilities do not sum to one, or are negative.")
    return given
