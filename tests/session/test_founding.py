from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import LabelError


@pytest.fixture
def sky():
    rng = np.random.default_rng(5)
    table = pd.DataFrame(rng.normal(size=(60, 2)), columns=["u", "g"])
    table.insert(0, "source", np.arange(1, 61))
    table["class"] = np.where(np.arange(60) % 2, "STAR", "GALAXY")
    return aal.Catalogue.from_table(table, id="source", label="class")


@pytest.fixture
def session(sky):
    split = aal.Split(0, 0, ids={"test": [10, 20, 30]})
    with aal.Session(sky, task=aal.Task(["STAR", "GALAXY"]), split=split) as one:
        yield one


def test_a_class_is_made_of_the_selected_sources_that_are_free(session):
    session.annotate(1, "STAR")
    session.exclude([2])
    session.select(range(1, 11), found_by={"by": "search", "like": ["1"]})
    assert session.group().n_answered == 1
    assert session.group().n_apart == 2  # 2 is excluded, 10 held out
    made = session.found_class("blend")
    assert sorted(made.ids) == [3, 4, 5, 6, 7, 8, 9]
    assert session.classes == ("STAR", "GALAXY", "blend")
    assert session.labels.to_dict() == {1: "STAR", **dict.fromkeys(range(3, 10), "blend")}


def test_the_ledger_tells_how_the_group_was_found(session):
    session.select([3, 4], found_by={"by": "search", "like": ["1"]})
    session.found_class("blend")
    classes, first, second = list(session.ledger.events())[-3:]
    assert classes.payload["group"] == {"by": "search", "like": ["1"], "n": 2}
    assert first.payload["founded"] == second.payload["founded"] == "blend"
    assert first.payload["step"] == second.payload["step"]


def test_undo_takes_back_labels_and_class_and_redo_brings_back_both(session):
    session.found_class("blend", [3, 4])
    assert set(session.undo()) == {3, 4}
    assert session.classes == ("STAR", "GALAXY")
    assert session.labels.empty
    assert set(session.redo()) == {3, 4}
    assert session.classes == ("STAR", "GALAXY", "blend")
    assert session.labels.to_dict() == {3: "blend", 4: "blend"}


def test_undo_leaves_a_class_that_another_person_has_used(session):
    session.found_class("blend", [3])
    session.annotate(5, "blend", annotator="Maria")
    session.undo()
    assert session.classes == ("STAR", "GALAXY", "blend")
    assert session.labels.to_dict() == {5: "blend"}


def test_it_is_there_when_the_session_is_opened_again_and_replayed(sky, tmp_path):
    task, path = aal.Task(["STAR", "GALAXY"]), tmp_path / "a.astroal"
    with aal.Session(sky, task=task, path=path) as session:
        session.annotate(session.query(), "STAR")
        session.found_class("blend", [int(one) for one in session.catalogue.ids[20:30]])
        session.undo()
        session.redo()
        labels = session.labels.to_dict()
        session.export_config(tmp_path / "share.json")
    with aal.Session.open(path, sky) as again:
        assert again.classes == ("STAR", "GALAXY", "blend")
        assert again.labels.to_dict() == labels
        again.undo()
        assert again.classes == ("STAR", "GALAXY")
    replayed = aal.replay(tmp_path / "share.json", sky)
    assert replayed.classes == ("STAR", "GALAXY", "blend")
    assert replayed.labels.to_dict() == labels
    assert replayed.differences == ()


def test_another_selection_by_hand_forgets_how_the_one_before_was_found(session):
    session.select([3], found_by={"by": "search"})
    session.select([4], "add")
    session.found_class("blend")
    assert list(session.ledger.events(kind="classes"))[-1].payload["group"] == {"n": 2}


def test_nothing_changes_where_it_cannot_be(session):
    session.annotate(1, "STAR")
    with pytest.raises(LabelError, match="No source is left to make 'blend' of: 1 have an answer"):
        session.found_class("blend", [1, 10])
    with pytest.raises(LabelError, match="has 'STAR' already"):
        session.found_class("STAR", [3])
    assert session.classes == ("STAR", "GALAXY")
    assert session.labels.to_dict() == {1: "STAR"}
