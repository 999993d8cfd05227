from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError, SessionError


@pytest.fixture(scope="module")
def sky():
    """Two clouds of a hundred sources; those with odd ids are on the right."""
    rng = np.random.default_rng(4)
    ids = np.arange(1, 201)
    table = pd.DataFrame(rng.normal(size=(200, 2)), columns=["u", "g"])
    table["u"] += 8.0 * (ids % 2)
    table.insert(0, "source", ids)
    return aal.Catalogue.from_table(table, id="source")


@pytest.fixture
def session(sky):
    with aal.Session(sky, aal.FeatureRecipe(columns=["u", "g"]), aal.Task(["left"])) as one:
        yield one


def test_finds_what_is_like_an_example_and_not_the_example(session):
    found = session.search(like=1, n=60)
    assert len(found) == 60
    assert 1 not in found.index
    assert (found.index.to_numpy() % 2 == 1).all()
    assert (np.diff(found) <= 0).all()


def test_a_counterexample_turns_away(session):
    found = session.search(unlike=1, n=15)
    assert (found.index.to_numpy() % 2 == 0).all()
    both = session.search(like=1, unlike=3, n=5)
    assert 3 not in both.index
    assert both.index.tolist() != session.search(like=1, n=5).index.tolist()


def test_goes_by_the_marks_and_changes_with_them(session):
    session.mark(1)
    assert (session.search(n=20).index.to_numpy() % 2 == 1).all()
    session.mark(1, like=None)
    session.mark(2)
    assert (session.search(n=20).index.to_numpy() % 2 == 0).all()


def test_labelled_ones_are_found_too_and_a_group_becomes_a_class(session):
    session.annotate(3, "left")
    found = session.search(like=1, n=60)
    assert 3 in found.index
    session.add_class("right")
    session.sets.save("group", found.index)
    session.annotate(found.index, "right")
    assert session.sets["group"].count == 60
    assert set(session.labels) == {"right"}


def test_within_some_alone(session):
    assert sorted(session.search(like=1, within=[2, 4, 5]).index) == [2, 4, 5]


def test_the_order_of_rows_changes_nothing(sky, session):
    table = sky.table.sample(frac=1, random_state=3).reset_index(drop=True)
    again = aal.Catalogue.from_table(table, id="source")
    with aal.Session(again, aal.FeatureRecipe(columns=["u", "g"]), aal.Task(["left"])) as other:
        found, same = session.search(like=[1, 4], n=30), other.search(like=[1, 4], n=30)
    assert found.index.tolist() == same.index.tolist()


def test_says_what_is_missing(session):
    with pytest.raises(SessionError, match="no example with features to search by"):
        session.search()
    with pytest.raises(CatalogueError, match="no source '999'"):
        session.search(like=999)
    with pytest.raises(SessionError, match="one source or more, not 0"):
        session.search(like=1, n=0)
