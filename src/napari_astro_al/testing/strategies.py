"""The rules for query strategies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import AstroALError
from napari_astro_al.testing.contract import (
    CLASSES,
    N_FEATURES,
    N_LABELS,
    N_SOURCES,
    ContractBroken,
    check_same,
)


def check_strategy(strategy: Any, *, needs_model: bool = True) -> None:
    """Check a query strategy.

    It asks for sources that there are, each once; the same ones again when it is asked again, and
    in whatever order it is shown them; it does not change what it is shown; it does with one
    candidate, and with as many as are wanted.

    Parameters
    ----------
    strategy : str or callable
        As for `aal.register.strategy`.
    needs_model : bool
        False: it is shown candidates without probabilities as well.

    Raises
    ------
    ContractBroken
    """
    from napari_astro_al.learning.strategies import Candidates, rank

    rng = np.random.default_rng(0)
    features = rng.normal(size=(N_SOURCES, N_FEATURES)).astype(np.float32)
    votes = rng.dirichlet(np.ones(3), size=(2, N_SOURCES)).astype(np.float32)
    hashes = rng.permutation(N_SOURCES).astype(np.uint64)
    labelled = rng.normal(size=(N_LABELS, N_FEATURES)).astype(np.float32)
    labels = np.array([CLASSES[k % 3] for k in range(N_LABELS)])
    learner = _modal_learner(labelled, labels)
    mixed = rng.permutation(N_SOURCES)
    for has_model in (True,) if needs_model else (True, False):
        said = votes if has_model else votes[:, :, :0]
        every = {"features": features, "votes": said, "probabilities": said.mean(axis=0)}

        def shown(
            order: npt.NDArray[np.int64], every: dict[str, Any] = every, has: bool = has_model
        ) -> Candidates:
            return Candidates(
                probabilities=every["probabilities"][order].copy(),
                features=every["features"][order].copy(),
                votes=every["votes"][:, order].copy(),
                classes=CLASSES if has else (),
                labelled_features=labelled.copy(),
                labels=labels.copy(),
                rng=np.random.default_rng(1),
                learner=learner if has else None,
                like=labelled[:2].copy(),
                unlike=labelled[2:3].copy(),
            )

        def asked(
            order: npt.NDArray[np.int64],
            n: int,
            shown: Callable[[npt.NDArray[np.int64]], Candidates] = shown,
        ) -> list[int]:
            candidates, before = shown(order), shown(order)
            try:
                places, _ = rank(strategy, candidates, hashes[order], n)
            except AstroALError as error:
                raise ContractBroken(str(error)) from error
            for name in ("probabilities", "features", "votes", "labelled_features"):
                check_same(
                    getattr(candidates, name), getattr(before, name), f"It changes the {name}"
                )
            return [int(one) for one in order[places]]

        as_they_are = np.arange(N_SOURCES)
        for n in (1, 5, N_SOURCES + 10):
            first = asked(as_they_are, n)
            if len(set(first)) != len(first) or len(first) > min(n, N_SOURCES):
                raise ContractBroken(f"Asked for {n}, it gives {first}: some twice, or too many.")
            if asked(as_they_are, n) != first:
                raise ContractBroken(
                    f"Asked for {n} twice, it gives other sources. Draw by chance with "
                    "candidates.generator(), which is keyed by seed and labels."
                )
            if asked(mixed, n) != first:
                raise ContractBroken(
                    f"Asked for {n} of the same sources in another order, it gives others. What "
                    "it says of a source must not depend on where it stands."
                )
        if not asked(as_they_are[:1], 1):
            raise ContractBroken("Of a single candidate it asks for none.")


def _modal_learner(features: npt.NDArray[Any], labels: npt.NDArray[np.str_]) -> Any:
    from sklearn.linear_model import LogisticRegression

    from napari_astro_al.learning.adapter import Learner

    return Learner(LogisticRegression(), X_training=features, y_training=labels)
