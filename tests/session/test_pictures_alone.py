"""A catalogue of pictures and nothing else: labelled at random, until the pictures are measured."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import FeatureError, ProjectionError
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.jobs import drain
from napari_astro_al.learning import Task
from napari_astro_al.session import Session
from napari_astro_al.session.headline import headline_of
from napari_astro_al.session.overview import overview_of

N = 24


@pytest.fixture(scope="module")
def galaxies(tmp_path_factory):
    """Every second galaxy is four times as long as it is wide."""
    folder = tmp_path_factory.mktemp("galaxies")
    y, x = np.mgrid[-20:21, -20:21]
    for row in range(N):
        width = 6.0 + 0.1 * row
        height = width / 4 if row % 2 else width
        light = 250 * np.exp(-np.hypot(x / width, y / height))
        Image.fromarray(light.astype(np.uint8)).save(folder / f"{row:02}.png")
    names = [f"{row:02}.png" for row in range(N)]
    table = pd.DataFrame({"name": [f"g{row:02}" for row in range(N)], "picture": names})
    table.to_csv(folder / "galaxies.csv", index=False)
    return Catalogue.read(folder / "galaxies.csv", id="name").with_roles(images=("picture",))


def kind(source):
    return "long" if int(source[1:]) % 2 else "round"


@pytest.fixture
def session(galaxies):
    return Session(galaxies, task=Task(["long", "round"]))


def test_sources_come_at_random_until_there_are_features(session):
    assert session.features.is_empty
    first = session.query(N)
    assert sorted(first) == sorted(session.catalogue.ids.tolist())
    assert first != session.catalogue.ids.tolist()
    assert session.asked(first[0])["strategy"] == "random"
    assert "no features to choose by yet" in session.asked(first[0])["why"]
    session.annotate(first[0], kind(first[0]))
    assert first[0] not in session.query(N)
    assert headline_of(session).headline == "No features yet"
    assert "No features yet: measure the pictures to get some" in overview_of(session)


def test_nothing_is_trained_or_laid_out_without_features(session):
    for source in ("g00", "g01"):
        session.annotate(source, kind(source))
    assert not session.can_train()
    with pytest.raises(FeatureError, match=r"Measure the pictures: session\.measure_images"):
        session.train()
    with pytest.raises(ProjectionError, match=r"Principal components needs features"):
        session.project()
    assert session.first_projection is None


def test_what_is_measured_becomes_the_features(galaxies, tmp_path):
    path = tmp_path / "galaxies.astroal"
    with Session(galaxies, task=Task(["long", "round"]), path=path) as session:
        for source in session.query(8):
            session.annotate(source, kind(source))
    with Session.open(path) as session:
        assert session.features.is_empty
        names = session.measure_images("morphology")
        used = session.features.recipe.columns
        assert "morphology_ellipticity" in used
        assert set(names) - set(used) >= {"morphology_flag"}
        session.project()
        session.train()
        predicted = session.predictions()["predicted"]
        assert [predicted[one] for one in galaxies.ids.tolist()] == [
            kind(one) for one in galaxies.ids.tolist()
        ]
    with Session.open(path) as session:
        assert session.features.recipe.columns == used


def test_an_embedding_is_laid_out_by_its_first_components(session):
    rng = np.random.default_rng(0)
    values = pd.DataFrame(rng.normal(size=(N, 8)), index=session.catalogue.ids)
    values.columns = [f"embedding_{place}" for place in range(1, 9)]
    job = session.add_columns_job(values, "embedding", made={"what": "embedding 1"})
    session.accept_columns(drain(job))
    first = session.first_projection
    assert (first.kind, first.x, first.y) == ("columns", "embedding_1", "embedding_2")
    more = pd.DataFrame({"flux": np.arange(N) / 7.0}, index=session.catalogue.ids)
    session.add_columns(more, "photometry")
    session.set_features(FeatureRecipe(columns=["embedding_1", "embedding_2", "flux"]))
    assert session.first_projection.kind == "pca"


def test_columns_of_words_make_no_features(session):
    words = pd.DataFrame({"note": ["faint"] * N}, index=session.catalogue.ids)
    session.add_columns(words, "notes")
    assert session.features.is_empty
    numbers = pd.DataFrame({"flux": np.arange(N) / 7.0}, index=session.catalogue.ids)
    session.add_columns(numbers, "photometry")
    assert session.features.recipe.columns == ("flux",)


def test_without_pictures_or_positions_a_session_cannot_begin(galaxies):
    alone = galaxies.with_roles(images=())
    with pytest.raises(FeatureError, match=r"with_roles\(images=\[\.\.\.\]\)"):
        Session(alone, task=Task(["long", "round"]))
    with pytest.raises(FeatureError, match="columns is empty"):
        FeatureRecipe(columns=[])
