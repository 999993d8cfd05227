"""Features without missing values, scaled by the pool, for forests outside a session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.features import build_features
from napari_astro_al.learning.split import POOL
from napari_astro_al.simulation.setting import Setting


def scaled_features(setting: Setting) -> npt.NDArray[np.float32]:
    """Raw features with medians for what is missing, scaled by what the pool has.

    Returns
    -------
    (n_sources, n_features) float32 ndarray
        As scikit-learn's ``RobustScaler`` fitted to the pool makes them.
    """
    from sklearn.preprocessing import RobustScaler

    pool = np.flatnonzero(setting.partition.part == POOL)
    recipe = replace(setting.features, missing="median", scale="none")
    raw = build_features(recipe, setting.catalogue, pool).values
    return np.ascontiguousarray(RobustScaler().fit(raw[pool]).transform(raw), dtype=np.float32)


def columns_of(
    model: Any, X: npt.NDArray[np.float32], classes: Sequence[str]
) -> npt.NDArray[np.float64]:
    """Probabilities with one column a class, (n, k); 0 for a class without labels."""
    out = np.zeros((len(X), len(classes)))
    out[:, [classes.index(name) for name in model.classes_]] = model.predict_proba(X)
    return out
