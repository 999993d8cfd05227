"""Places of sources in a space where distances mean something, and distances between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

SKETCH = 3000
"""Candidates that a space is whitened by, where there are many."""
CLIP = 4.0
"""The farthest that a coordinate is from the middle, in its standard deviations."""
_FLAT = 1e-2
_BLOCK = 512

Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Whitening:
    """Uncorrelated coordinates of unit variance, with the tails drawn in.

    Each feature's distance from its median goes through arcsinh; principal components are scaled
    to unit variance and clipped at 4 of it, so that outliers are far and not farther. Components
    that spread less than a hundredth of the widest are left out.

    Attributes
    ----------
    middle : (f,) float ndarray
        Medians, which missing values count as.
    centre : (f,) float ndarray
    axes : (p, f) float ndarray
    scale : (p,) float ndarray
    """

    middle: Floats
    centre: Floats
    axes: Floats
    scale: Floats

    @classmethod
    def of(cls, features: Floats) -> Whitening:
        """Fitted to (n, f) scaled features, of which some may be missing; n of 1 and more."""
        filled = np.asarray(features, dtype=np.float64)
        known = np.isfinite(filled)
        columns = zip(filled.T, known.T, strict=True)
        middle = np.array([_median(column[ok]) for column, ok in columns])
        tame = _drawn_in(filled, middle)
        centre = tame.mean(axis=0)
        _, sizes, axes = np.linalg.svd(tame - centre, full_matrices=False)
        kept = sizes > max(sizes.max(initial=0.0) * _FLAT, 1e-12)
        return cls(middle, centre, axes[kept], sizes[kept] / np.sqrt(len(tame)))

    def place(self, features: Floats) -> Floats:
        """Where sources with these features are, (n, p) float64."""
        tame = self.drawn_in(features)
        return np.clip((tame - self.centre) @ self.axes.T / self.scale, -CLIP, CLIP)

    def drawn_in(self, features: Floats) -> Floats:
        """Features with their tails drawn in, (n, f) float64, and medians for missing ones."""
        return _drawn_in(np.asarray(features, dtype=np.float64), self.middle)


def _drawn_in(values: Floats, middle: Floats) -> Floats:
    near: Floats = np.arcsinh(np.where(np.isfinite(values), values, middle) - middle)
    return near


def _median(values: Floats) -> float:
    return float(np.median(values)) if len(values) else 0.0


def distances_to(places: Floats, place: Floats) -> Floats:
    """Euclidean distances of (n, p) places from one (p,) place."""
    distances: Floats = np.sqrt(((places - place) ** 2).sum(axis=1))
    return distances


def distance_blocks(places: Floats, others: Floats) -> Iterator[tuple[slice, Floats]]:
    """Euclidean distances between (n, p) and (m, p) places, some hundred rows at a time.

    Yields
    ------
    rows : slice
        Of `places`.
    distances : (b, m) float ndarray
        The caller's to change. A place is at 0 from itself, up to rounding.
    """
    norms, other_norms = (places**2).sum(axis=1), (others**2).sum(axis=1)
    for start in range(0, len(places), _BLOCK):
        rows = slice(start, start + _BLOCK)
        squares = norms[rows, None] + other_norms[None] - 2 * places[rows] @ others.T
        yield rows, np.sqrt(np.maximum(squares, 0.0))


def gaps(places: Floats, others: Floats) -> Floats:
    """How far each of (n, p) places is from the nearest of (m, p) others; inf without others."""
    nearest = np.full(len(places), np.inf)
    if len(others):
        for rows, distances in distance_blocks(places, others):
            nearest[rows] = distances.min(axis=1)
    return nearest
