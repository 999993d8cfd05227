"""One number a source to colour by."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.table import Table
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import FeatureError
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.jobs import drain
from napari_astro_al.learning import Task
from napari_astro_al.session import Session
from napari_astro_al.viewer.source_values import Predictions, SourceValues, Values, most_probable

N = 500


@pytest.fixture
def session():
    rng = np.random.default_rng(0)
    table = Table({"id": np.arange(N), "g": rng.normal(20, 1, N), "u": rng.normal(21, 1, N)})
    table["g"].unit = table["u"].unit = "mag"
    table["z"] = np.where(np.arange(N) % 5 == 0, np.nan, rng.random(N))
    table["flat"], table["empty"] = 7.0, np.nan
    catalogue = Catalogue.from_table(table, id="id", guess=False)
    session = Session(
        catalogue, features=FeatureRecipe(columns=["g", "u", "z"]), task=Task(["A", "B"])
    )
    yield session
    session.close()


@pytest.fixture
def read(session):
    per_source = SourceValues(session)
    return per_source, lambda name: drain(per_source.column_job(name))


def test_a_column_has_its_values_its_unit_and_ends_that_leave_out_two_percent(read, session):
    values = read[1]("g")
    g = session.catalogue.column("g").to_numpy()
    assert values.values == pytest.approx(g, rel=1e-6)
    assert values.values.dtype == np.float32
    assert (values.name, values.unit, values.title) == ("g", "mag", "g [mag]")
    known = g[session.partition.sketch_rows()]
    assert (values.low, values.high) == pytest.approx(tuple(np.percentile(known, (1, 99))))


def test_an_expression_is_computed(read, session):
    values = read[1]("u - g")
    u, g = (session.catalogue.column(name).to_numpy() for name in ("u", "g"))
    assert values.values == pytest.approx(u - g, abs=1e-5)
    assert values.title == "u - g [mag]"


def test_missing_values_stay_missing_and_do_not_move_the_ends(read):
    values = read[1]("z")
    assert np.isnan(values.values).sum() == N // 5
    assert 0 < values.low < values.high < 1
    assert np.isnan(values.scaled(values.values)).sum() == N // 5


def test_a_column_of_one_value_is_in_the_middle_of_its_bar(read):
    values = read[1]("flat")
    assert (values.low, values.high) == (6.5, 7.5)
    assert values.scaled(values.values).tolist() == [0.5] * N


def test_a_column_without_any_value_has_ends_all_the_same(read):
    values = read[1]("empty")
    assert (values.low, values.high) == (0.0, 1.0)
    assert np.isnan(values.values).all()


def test_what_there_is_not_is_refused(read):
    per_source, of = read
    with pytest.raises(FeatureError, match="velocity"):
        of("velocity")
    assert per_source.known("velocity") is None


def test_what_has_been_read_is_known_until_it_is_forgotten(read):
    per_source, of = read
    assert per_source.known("g") is None
    assert per_source.known(None) is None
    first = of("g")
    assert per_source.known("g") is first
    assert of("g") is first
    per_source.forget()
    assert per_source.known("g") is None
    assert of("g") is not first


def test_only_the_last_ones_are_kept(read):
    per_source, of = read
    names = ["g", "u", "z", "flat", "empty"]
    for name in names:
        of(name)
    assert [name for name in names if per_source.known(name)] == names[1:]


def test_values_are_scaled_between_the_ends_and_cut_beyond():
    values = Values("z", "", np.zeros(1, dtype=np.float32), -1.0, 3.0)
    assert values.title == "z"
    given_ones = np.array([-5, -1, 0, 3, 9, np.nan], dtype=np.float32)
    assert values.scaled(given_ones) == pytest.approx([0, 0, 0.25, 1, 1, np.nan], nan_ok=True)


def test_doubt_is_how_far_the_likeliest_class_is_from_certain():
    codes, doubt = most_probable(
        np.array(
            [[1, 0, 0], [1 / 3, 1 / 3, 1 / 3], [0.1, 0.2, 0.7], [np.nan] * 3], dtype=np.float32
        )
    )
    assert codes.tolist() == [0, 0, 2, -1]
    # of three classes 2/3 is as far as it goes: (1 - 0.7) / (2/3)
    assert doubt == pytest.approx([0, 1, 0.45, np.nan], nan_ok=True)


probabilities = arrays(np.float32, (7, 4), elements=st.floats(2**-10, 1, width=32)).map(
    lambda weights: weights / weights.sum(axis=1, keepdims=True)
)


@given(probabilities)
def test_doubt_goes_from_none_to_all(rows):
    codes, doubt = most_probable(rows)
    assert ((doubt > -1e-6) & (doubt < 1 + 1e-6)).all()
    for row, code in zip(rows, codes, strict=True):
        assert row[code] == row.max()


def test_a_model_is_asked_once(session):
    for number in range(8):
        session.annotate(number, "AB"[number % 2])
    session.train()
    result = session.results["classes"]
    per_source = SourceValues(session)
    said = per_source.predictions(result)
    assert isinstance(said, Predictions)
    assert said.classes == ("A", "B")
    known = np.isfinite(result.probabilities).all(axis=1)
    assert (said.codes[known] == result.probabilities[known].argmax(axis=1)).all()
    assert (said.codes[~known] == -1).all()
    assert np.isnan(said.doubt[~known]).all()
    assert per_source.predictions(result) is said
    session.annotate(9, "A")
    session.train()
    assert per_source.predictions(session.results["classes"]) is not said


def test_what_was_read_before_features_changed_is_not_kept(session):
    per_source = SourceValues(session)
    job = per_source.column_job("g")
    next(job)
    per_source.forget()
    drain(job)
    assert per_source.known("g") is None


def test_the_columns_used_last_are_kept(read):
    per_source, values_of = read
    values_of("g")
    for name in ("u", "z", "u-g"):
        values_of(name)
    per_source.known("g")
    values_of("g+u")
    assert per_source.known("g") is not None
    assert per_source.known("u") is None
