from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError, NotEnoughLabels


@pytest.fixture(scope="module")
def sky():
    """Three hundred stars and galaxies in two clouds, and thirty of something else far away."""
    rng = np.random.default_rng(2)
    kind = np.repeat(["STAR", "GALAXY", "ODD"], [150, 150, 30])
    centre = {"STAR": (0, 0), "GALAXY": (6, 0), "ODD": (3, 12)}
    values = np.array([centre[one] for one in kind]) + rng.normal(size=(330, 2)) * 0.7
    table = pd.DataFrame(values, columns=["u", "g"])
    table.insert(0, "source", np.arange(1, 331))
    table["class"] = kind
    return aal.Catalogue.from_table(table, id="source", label="class")


@pytest.fixture
def session(sky):
    recipe, task = aal.FeatureRecipe(columns=["u", "g"]), aal.Task(["STAR", "GALAXY"])
    with aal.Session(sky, recipe, task, split=aal.Split(0.1, 0.1)) as one:
        yield one


def label(session, n):
    pool = session.partition.part == 0
    kinds = session.catalogue.table["class"].to_numpy()
    for name in ("STAR", "GALAXY"):
        rows = np.flatnonzero(pool & (kinds == name))[: n // 2]
        session.annotate(session.catalogue.ids_at(rows), name)


def test_finds_the_class_that_nobody_has_named(session):
    label(session, 60)
    found = session.strangers(20)
    assert len(found) == 20
    assert (found.index >= 301).all()
    assert (found["chance"] <= 0.05).all()
    assert (np.diff(found["group"]) <= 0).all()
    part = session.partition.part
    assert found.attrs["looked_at"] == (part == 0).sum() - 60


def test_held_out_answered_and_excluded_sources_are_not_found(session):
    label(session, 60)
    first, second, *_ = session.strangers().index
    session.unsure(first)
    session.exclude([second])
    found = session.strangers()
    assert first not in found.index
    assert second not in found.index
    rows = session.catalogue.rows_of(found.index)
    assert (session.partition.part[rows] == 0).all()


def test_tells_of_one_source_what_it_tells_of_all(session):
    label(session, 60)
    table = session.strangers()
    source = int(table.index[0])
    told = session.strangeness(source)
    assert told.strange
    assert told.chance == table["chance"].iloc[0]
    assert told.distance == pytest.approx(table["distance"].iloc[0])
    assert told.nearest == table["nearest"].iloc[0]
    assert told.words == "Unlike any class: at most 1.6 in 100 lie so far from their own"  # 1 / 61
    assert "by the 60 labelled ones" in told.particulars
    ordinary = next(one for one in session.catalogue.ids_at(range(150)) if one not in table.index)
    assert session.strangeness(ordinary).words == ""


def test_a_class_of_its_own_ends_the_alarm(session):
    label(session, 60)
    odd = session.strangers(12).index
    session.add_class("ODD")
    session.annotate(odd, "ODD")
    assert not session.strangeness(int(odd[0])).strange  # it is labelled
    left = session.strangers().index
    assert (left >= 301).mean() < 0.4  # what is left is chance, of any class


def test_nothing_is_called_strange_before_nineteen_labels(session):
    label(session, 18)
    assert not session.strangeness(310).strange
    with pytest.raises(NotEnoughLabels, match="from 19 labelled sources with features on; there"):
        session.strangers()
    label(session, 20)
    assert session.strangeness(310).strange


def test_within_some_alone(session):
    label(session, 60)
    pool = [one for one in session.strangers().index if one % 2]
    assert sorted(session.strangers(within=pool).index) == sorted(pool)
    with pytest.raises(CatalogueError, match="no source '999'"):
        session.strangeness(999)


def test_quasars_are_found_among_stars_and_galaxies_of_sdss(shared_data):
    path = shared_data / "sdss_dr14" / "sdss_dr14.csv"
    with pytest.warns(aal.errors.AstroALWarning, match="digits"):
        catalogue = aal.Catalogue.read(path, id="specobjid", label="class")
    kinds = catalogue.table["class"].to_numpy()
    with aal.Session(catalogue, task=aal.Task(["STAR", "GALAXY"])) as session:
        known = np.flatnonzero((kinds != "QSO") & (session.partition.part == 0))
        for row in np.random.default_rng(0).choice(known, 100, replace=False):
            session.annotate(session.catalogue.ids_at([row])[0], kinds[row])
        found = session.strangers()
    quasars = kinds[catalogue.rows_of(found.index)] == "QSO"
    assert quasars[:50].mean() >= 0.9
    assert quasars.mean() > 5 * (kinds == "QSO").mean()
