"""The rules for models."""

from __future__ import annotations

from typing import Any

import numpy as np

from napari_astro_al.errors import AstroALError
from napari_astro_al.testing.contract import (
    CLASSES,
    N_FEATURES,
    NAME,
    ContractBroken,
    check_same,
    check_shape,
)


def check_model(model: Any) -> None:
    """Check a model.

    It learns two and three classes that are called by text, from few labels; gives probabilities
    that sum to one, in the order of its ``classes_`` (one without ``predict_proba`` gives those of
    its decision function or its predictions); is the same for the same seed; and does not change
    what it is shown.

    Parameters
    ----------
    model : callable or scikit-learn classifier
        As for `aal.register.model`.

    Raises
    ------
    ContractBroken
    """
    from napari_astro_al.learning import MODELS
    from napari_astro_al.learning.adapter import Learner
    from napari_astro_al.learning.models import build_estimator

    with MODELS.lent(NAME, model):
        rng = np.random.default_rng(0)
        for n_classes, n_labels in ((2, 4), (3, 30)):
            classes = np.array(CLASSES[:n_classes])
            codes = np.arange(n_labels) % n_classes
            features = rng.normal(size=(n_labels, N_FEATURES)).astype(np.float32)
            features[:, 0] += 4 * codes
            labels, pool = classes[codes], rng.normal(size=(50, N_FEATURES)).astype(np.float32)
            kept, kept_pool = features.copy(), pool.copy()
            said = []
            try:
                for _ in range(2):
                    estimator = build_estimator(NAME, 7, labels.tolist())
                    learner = Learner(estimator, X_training=features, y_training=labels)
                    said.append(np.asarray(learner.predict_proba(pool), dtype=np.float64))
            except AstroALError as error:
                raise ContractBroken(str(error)) from error
            except Exception as error:
                raise ContractBroken(
                    f"With {n_labels} labels of {n_classes} classes it fails: "
                    f"{type(error).__name__}: {error}"
                ) from error
            check_same(features, kept, "It changes the features that it is trained on")
            check_same(pool, kept_pool, "It changes the features that it predicts")
            if list(learner.classes_) != classes.tolist():
                raise ContractBroken(
                    f"Its classes_ are {list(learner.classes_)}; the labels, sorted, are "
                    f"{classes.tolist()}."
                )
            check_shape(said[0], (50, n_classes), "predict_proba")
            if not np.allclose(said[0].sum(axis=1), 1, atol=1e-3) or said[0].min() < 0:
                raise ContractBroken("Its probabilities do not sum to one, or are negative.")
            if not np.allclose(said[0], said[1], atol=1e-6):
                raise ContractBroken(
                    "Trained twice with the same seed, it predicts otherwise. Hand the seed over "
                    "to what draws by chance: random_state=seed."
                )
