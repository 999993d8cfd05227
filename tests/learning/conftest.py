from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.features import FeatureMatrix, FeatureRecipe, build_features
from napari_astro_al.learning import LearnerRecipe, Task, TrainRequest

CLASSES = ("STAR", "GALAXY", "QSO")
CENTRES = {"STAR": (0.0, 0.0), "GALAXY": (4.0, 0.0), "QSO": (2.0, 4.0)}


class Sky:
    """Three well separated clouds of sources in two colours, with ids and true classes."""

    def __init__(self, n: int, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.truth = np.array(CLASSES)[np.arange(n) % 3]
        centres = np.array([CENTRES[name] for name in self.truth])
        self.colours = centres + rng.normal(scale=0.7, size=(n, 2))
        self.ids = np.arange(n) * 7 + 1001
        self.hashes = id_hashes(self.ids, 0)

    def features(
        self, missing: str = "indicator", holes: npt.NDArray | None = None
    ) -> FeatureMatrix:
        colours = self.colours.copy()
        if holes is not None:
            colours[holes] = np.nan
        table = pd.DataFrame({"name": self.ids, "g-r": colours[:, 0], "u-g": colours[:, 1]})
        recipe = FeatureRecipe(columns=["g-r", "u-g"], missing=missing)
        return build_features(recipe, Catalogue.from_table(table, id="name"), np.arange(len(table)))

    def request(self, n_labels: int = 12, **changes: object) -> TrainRequest:
        rows = np.arange(n_labels)
        filled = {
            "task_name": "class",
            "task": Task(CLASSES),
            "recipe": LearnerRecipe(),
            "features": self.features(),
            "labelled_rows": rows,
            "labels": tuple(self.truth[rows]),
            "id_hashes": self.hashes,
        }
        return TrainRequest(**{**filled, **changes})


@pytest.fixture
def sky() -> Sky:
    return Sky(300)


@pytest.fixture
def make_sky() -> Callable[..., Sky]:
    return Sky
