"""How far a model's predictions for the pool have settled: what stopping criteria look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

STOP_SET = 5_000
"""Sources that are looked at: agreement among these is known to a fraction of a per cent."""
APART, SHARE_APART = 10, 0.2
"""Models are compared that are this many labels apart, or this share of all labels if more."""


@dataclass(frozen=True)
class Settling:
    """What a model says of the stop set, beside what an earlier one said.

    Attributes
    ----------
    uncertainty : float
        Mean entropy of the class probabilities, from 0 to 1 (even).
    since : int or None
        Labels that the earlier model learnt from; None without one.
    kappa : float or None
        Cohen's kappa between the two, the mean over classes of each against the rest.
    changed : float or None
        Share of sources whose predicted class is another.
    """

    uncertainty: float
    since: int | None = None
    kappa: float | None = None
    changed: float | None = None


class StopSet:
    """Remembers what the latest models predicted for the stop set, to compare the next with.

    Models trained one label apart always agree; those compared here are `APART` labels apart, or
    `SHARE_APART` of all labels.
    """

    def __init__(self) -> None:
        self._classes: tuple[str, ...] = ()
        self._earlier: list[tuple[int, npt.NDArray[np.int16]]] = []

    def note(
        self, n_labels: int, probabilities: npt.NDArray[np.floating], classes: Sequence[str]
    ) -> Settling | None:
        """Compare a new model with an earlier one, and remember it.

        Parameters
        ----------
        n_labels : int
            That it learnt from. Models of as many or more are forgotten: the way back was taken.
        probabilities : (m, k) float ndarray
            Of the same sources every time, NaN rows where there are none.
        classes : sequence of str
            Others than before: all models are forgotten.

        Returns
        -------
        Settling or None
            None without any predictions.
        """
        if tuple(classes) != self._classes or self._sources_differ(probabilities):
            self._classes, self._earlier = tuple(classes), []
        known = np.isfinite(probabilities).all(axis=1)
        if not known.any():
            return None
        picked = np.where(known, np.nan_to_num(probabilities).argmax(axis=1), -1).astype(np.int16)
        self._earlier = [one for one in self._earlier if one[0] < n_labels]
        reference = n_labels - max(APART, SHARE_APART * n_labels)
        fit = [place for place, one in enumerate(self._earlier) if one[0] <= reference]
        uncertainty = mean_entropy(probabilities[known])
        settling = Settling(uncertainty)
        if fit:
            since, before = self._earlier[fit[-1]]
            both = known & (before >= 0)
            settling = Settling(
                uncertainty=uncertainty,
                since=since,
                kappa=mean_kappa(before[both], picked[both]),
                changed=float(np.mean(before[both] != picked[both])),
            )
            self._earlier = self._earlier[fit[-1] :]
        self._earlier.append((n_labels, picked))
        return settling

    def _sources_differ(self, probabilities: npt.NDArray[np.floating]) -> bool:
        return bool(self._earlier) and len(self._earlier[-1][1]) != len(probabilities)


def mean_entropy(probabilities: npt.NDArray[np.floating]) -> float:
    """Mean entropy of (n, k) class probabilities, in units of that of an even distribution."""
    shares = np.asarray(probabilities, dtype=np.float64)
    terms = shares * np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return float(-terms.sum(axis=1).mean() / np.log(max(shares.shape[1], 2)))


def mean_kappa(one: npt.NDArray[np.integer], other: npt.NDArray[np.integer]) -> float:
    """Cohen's kappa (1960) of two sets of predictions, the mean over classes.

    Each class that either predicts is set against the rest, so that rare classes weigh as much as
    the others.

    Parameters
    ----------
    one, other : (n,) int ndarray
        Class numbers.

    Returns
    -------
    float
        1 where they agree everywhere, about 0 where they agree as often as by chance.
    """
    kappas = []
    for name in np.union1d(one, other):
        mine, theirs = one == name, other == name
        agreed, p, q = np.mean(mine == theirs), mine.mean(), theirs.mean()
        chance = p * q + (1 - p) * (1 - q)
        kappas.append(1.0 if chance == 1 else (agreed - chance) / (1 - chance))
    return float(np.mean(kappas))
