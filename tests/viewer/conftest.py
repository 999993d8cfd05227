"""Small sessions and viewers without a window."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from napari.components import ViewerModel

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.learning import Task
from napari_astro_al.session import Session


def small_catalogue(n: int = 400, *, pictures: bool = True) -> Catalogue:
    """Two clouds, of stars and of galaxies, with a 16 x 16 picture a source."""
    rng = np.random.default_rng(0)
    galaxy = np.arange(n) % 2 == 1
    x = rng.normal(np.where(galaxy, 2.0, 0.0), 0.3)
    y = rng.normal(np.where(galaxy, 1.0, 0.0), 0.3)
    table = pd.DataFrame(
        {
            "name": [f"s{number:05d}" for number in range(n)],
            "x": x,
            "y": y,
            "kind": np.where(galaxy, "GALAXY", "STAR"),
        }
    )
    arrays = {"picture": rng.integers(0, 255, (n, 16, 16, 3), dtype=np.uint8)} if pictures else {}
    return Catalogue.from_table(
        table,
        id="name",
        label="kind",
        images=["picture"] if pictures else [],
        arrays=arrays,
        guess=False,
    )


@pytest.fixture
def make_session():
    """Sessions over the clouds; they are closed at the end of the test."""
    made = []

    def make(n: int = 400, *, pictures: bool = True) -> Session:
        session = Session(
            small_catalogue(n, pictures=pictures),
            features=FeatureRecipe(columns=["x", "y"]),
            task=Task(classes=["STAR", "GALAXY"]),
            annotator="tester",
        )
        session.project(x="x", y="y")
        made.append(session)
        return session

    yield make
    for session in made:
        session.ledger.close()


@pytest.fixture
def session(make_session):
    return make_session()


@pytest.fixture
def viewer():
    viewer = ViewerModel()
    viewer.canvas.size = (800, 1000)
    return viewer
