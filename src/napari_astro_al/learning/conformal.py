"""Sets of labels that hold the right one with a chance that is chosen: split conformal prediction.

Vovk, Gammerman & Shafer 2005, Algorithmic Learning in a Random World, chapter 4; the sets with the
fewest labels on average are those of all classes whose probability is above one threshold (Sadinle,
Lei & Wasserman 2019, J. Am. Stat. Assoc. 114, 223). They hold what they promise for any model, as
long as the sources that calibrate them are like those that they are made for.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.probability_sample import Codes, Floats

MOST_CLASSES = 62


def set_threshold(
    true: Codes, probabilities: npt.NDArray[np.floating], error: float, *, by_class: bool = False
) -> Floats:
    """The probability that a class must have to be in the set, by class.

    Parameters
    ----------
    true : (n,) int64 ndarray
        Classes of sources that the model did not learn from.
    probabilities : (n, k) float ndarray
        What it says of them.
    error : float
        The part of sets, above 0 and below 1, that may miss the right label.
    by_class : bool
        Whether that holds for the sources of each class, and not only over all.

    Returns
    -------
    (k,) float64 ndarray
        0, so that the class is in every set, where there are too few sources to say more.
    """
    own = probabilities[np.arange(len(true)), true].astype(np.float64)
    k = probabilities.shape[1]
    if not by_class:
        return np.full(k, _lower_quantile(own, error))
    return np.array([_lower_quantile(own[true == place], error) for place in range(k)])


def _lower_quantile(own: Floats, error: float) -> float:
    """What all but a part of ``error`` reach, with the correction for one source more."""
    n = len(own)
    place = math.floor((n + 1) * error + 1e-9)  # how many may lie below, the new one counted
    return float(np.partition(own, place - 1)[place - 1]) if place >= 1 else 0.0


def label_sets(
    probabilities: npt.NDArray[np.floating], thresholds: Floats
) -> npt.NDArray[np.int64]:
    """The set of each source, as the sum of 2^place of the classes in it.

    Parameters
    ----------
    probabilities : (n, k) float ndarray
        NaN rows have the set -1: nothing is known.
    thresholds : (k,) float64 ndarray
    """
    codes = np.zeros(len(probabilities), dtype=np.int64)
    for place, threshold in enumerate(thresholds.tolist()):
        codes += (probabilities[:, place] >= threshold).astype(np.int64) << place
    codes[~np.isfinite(probabilities).all(axis=1)] = -1
    return codes
