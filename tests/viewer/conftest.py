"""Small sessions and viewers without a window."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from napari.components import ViewerModel

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.jobs import drain
from napari_astro_al.learning import Task
from napari_astro_al.projection import Axis, Projection
from napari_astro_al.session import Session
from napari_astro_al.viewer.layers import LayerStack
from napari_astro_al.viewer.palette import Inks
from napari_astro_al.viewer.scene import BUDGET, Scene, scene_job
from napari_astro_al.viewer.stage import Jobs, Stage, run_now


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


PLAIN = Axis("x"), Axis("y")


def small_scene(points, x: Axis = PLAIN[0], y: Axis = PLAIN[1], **more) -> Scene:
    """Places in data values, ready to be looked at; `more` is of `Projection`."""
    projection = Projection(np.asarray(points, dtype=np.float32), (x, y), "columns", **more)
    hashes = np.random.default_rng(1).integers(0, 2**64, len(projection), dtype=np.uint64)
    return drain(scene_job(projection, hashes))


@pytest.fixture(scope="session")
def make_scene():
    return small_scene


@pytest.fixture
def make_stage(viewer):
    """What the parts of feature space share, without its layers."""

    def make(session: Session, scene: Scene | None = None, *, budget: int = BUDGET) -> Stage:
        inks = Inks.on(viewer.canvas.background_color)
        layers = LayerStack(viewer, session)
        return Stage(viewer, session, layers, Jobs(run_now), inks, budget, scene)

    return make
