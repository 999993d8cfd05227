"""How high a probability must be, for a sample of a class that is pure or complete enough."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.catalogue_estimates import share_of
from napari_astro_al.learning.probability_sample import Floats, ProbabilitySample

FEWEST = 5
"""Sources above a threshold, at least: of fewer no purity can be told."""


@dataclass(frozen=True)
class Cut:
    """A threshold and what a sample above it would be like.

    Attributes
    ----------
    threshold : float
        The least probability; NaN where none does what was wanted.
    purity, completeness : tuple of float
        Value, and low and high of the 95 % interval.
    n : int
        Sources with known classes above it.
    """

    threshold: float
    purity: tuple[float, float, float]
    completeness: tuple[float, float, float]
    n: int

    @property
    def found(self) -> bool:
        """Whether there is such a threshold."""
        return bool(np.isfinite(self.threshold))


def cut_for(
    sample: ProbabilitySample,
    is_one: npt.NDArray[np.bool_],
    probability: npt.NDArray[np.floating],
    *,
    purity: float | None = None,
    completeness: float | None = None,
) -> Cut:
    """The threshold that keeps most sources of a class at a purity, or fewest at a completeness.

    Parameters
    ----------
    sample : ProbabilitySample
        What the sources with known classes stand for.
    is_one : (n,) bool ndarray
        Which of them are of the class.
    probability : (n,) float ndarray
        Of the class, by a model that did not learn from them.
    purity, completeness : float, optional
        One of the two, from 0 to 1.

    Returns
    -------
    Cut
        Of the purest or most complete sample, without a threshold, where none will do.
    """
    weights, p = sample.weights, probability.astype(np.float64)
    order = np.argsort(-p, kind="stable")
    falls = p[order]
    last = np.append(np.flatnonzero(falls[1:] != falls[:-1]), len(falls) - 1)
    hits = (weights * is_one)[order].cumsum()[last]
    pure = hits / weights[order].cumsum()[last]
    complete = hits / max(float(hits[-1]), np.finfo(float).tiny)
    enough = last + 1 >= min(FEWEST, len(p))
    if purity is not None:
        good = np.flatnonzero((pure >= purity) & enough)
        place = int(good[-1]) if len(good) else int(np.where(enough, pure, -1.0).argmax())
    else:
        good = np.flatnonzero((complete >= completeness) & enough)
        place = int(good[0]) if len(good) else len(last) - 1
    above = p >= falls[last[place]]
    return Cut(
        threshold=float(falls[last[place]]) if len(good) else float("nan"),
        purity=_told(sample, is_one & above, above),
        completeness=_told(sample, is_one & above, is_one),
        n=int(above.sum()),
    )


def _told(
    sample: ProbabilitySample, over: npt.NDArray[np.bool_], under: npt.NDArray[np.bool_]
) -> tuple[float, float, float]:
    top: Floats = over.astype(np.float64)
    return share_of(sample, top, under.astype(np.float64))[:3]
