"""Which features decide what a model says of one source: each is replaced, and the model asked.

The difference that a replacement makes is the prediction difference of Robnik-Šikonja and
Kononenko (2008, IEEE Transactions on Knowledge and Data Engineering 20, 589), with values of other
sources put in place of the feature's own. It needs nothing of the model but its answers, so it is
the same measure for every kind of model.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]

MOST_ASKED = 4_096
"""Made-up sources that the model is asked about at most; some hundredths of a second."""
FEWEST_OTHERS, MOST_OTHERS = 8, 64
"""Other sources whose values take the place of one feature's."""


def n_others(n_features: int) -> int:
    """How many other sources' values to put in place of each of so many features."""
    return min(max(MOST_ASKED // max(n_features, 1), FEWEST_OTHERS), MOST_OTHERS)


def prediction_differences(
    probability: Callable[[Floats], Floats], source: Floats, others: Floats
) -> tuple[float, npt.NDArray[np.float64]]:
    """How much each feature's own value raises a probability, compared with others' values.

    Parameters
    ----------
    probability : callable
        From features (n, f) in Fortran order to what the model gives to one class, (n,).
    source : (f,) float ndarray
    others : (m, f) float ndarray
        Sources whose values are put in place, m >= 1.

    Returns
    -------
    now : float
        The class's probability.
    differences : (f,) float64 ndarray
        `now` less the mean probability with others' values of that feature alone: above 0 where
        the feature speaks for the class. Features that say the same share what they say, so the
        differences do not add up to anything.
    """
    m, f = others.shape
    asked = np.empty((1 + f * m, f), dtype=np.float32, order="F")
    asked[:] = source
    for feature in range(f):
        asked[1 + feature * m : 1 + (feature + 1) * m, feature] = others[:, feature]
    said = np.asarray(probability(asked), dtype=np.float64)
    return float(said[0]), said[0] - said[1:].reshape(f, m).mean(axis=1)
