"""What labels drawn at random would have brought: labels weighted to be like the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
HIGHEST = 90.0
"""Percentile at which weights are cut off: one label would stand for nearly all otherwise."""
STEPS = 8
FEWEST = 4


def likeness(
    labelled: npt.NDArray[np.floating], others: npt.NDArray[np.floating], seed: int
) -> Floats:
    """How much commoner each labelled source is in the catalogue than among the labels.

    The ratio of the two densities, by telling them apart (Bickel, Brückner & Scheffer 2007, ICML):
    a logistic regression on features and their squares.

    Parameters
    ----------
    labelled, others : (l, f), (m, f) float ndarray
    seed : int

    Returns
    -------
    (l,) float64 ndarray
        From 0 to 1, cut off at their 90th percentile.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    both = np.nan_to_num(np.concatenate([labelled, others]).astype(np.float64))
    spread = np.maximum(both.std(axis=0), np.finfo(float).tiny)
    scaled = (both - both.mean(axis=0)) / spread
    is_labelled = np.arange(len(both)) < len(labelled)
    model = make_pipeline(
        StandardScaler(),
        LogisticRegression(class_weight="balanced", max_iter=500, random_state=seed),
    )
    seen = np.hstack([scaled, np.square(scaled)])
    model.fit(seen, is_labelled)
    chance = np.clip(model.predict_proba(seen[is_labelled])[:, 1], 1e-3, 1 - 1e-3)
    ratio = (1 - chance) / chance
    return np.asarray(np.minimum(ratio / np.percentile(ratio, HIGHEST), 1.0), dtype=np.float64)


def as_if_random(weights: Floats, seed: int) -> npt.NDArray[np.int64]:
    """Some labels that are like a random draw: each is kept with its weight as chance.

    Parameters
    ----------
    weights : (l,) float64 ndarray
        Of `likeness`.
    seed : int

    Returns
    -------
    (n,) int64 ndarray
        Places, in a random order.
    """
    rng = np.random.default_rng(seed)
    kept = np.flatnonzero(rng.random(len(weights)) < weights)
    return rng.permutation(kept).astype(np.int64)


def sizes_to_try(labels: Sequence[str]) -> list[int]:
    """Growing numbers of labels, from the first on that has two classes."""
    first = next((n for n in range(2, len(labels) + 1) if len(set(labels[:n])) > 1), None)
    if first is None:
        return []
    spread = np.geomspace(max(first, FEWEST), max(len(labels), FEWEST), STEPS)
    return sorted({int(n) for n in spread.round() if first <= n <= len(labels)})
