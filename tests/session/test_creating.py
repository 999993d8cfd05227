"""A session is made, or nothing of it is left."""

from __future__ import annotations

import json

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import (
    AstroALError,
    CatalogueError,
    FeatureError,
    LabelError,
    LearnerError,
    LedgerError,
    SessionError,
)
from napari_astro_al.session import folder


def strange_strategy(candidates):
    return np.zeros(len(candidates.features))


class TestFailure:
    @pytest.mark.parametrize(
        ("wrong", "error", "words"),
        [
            ({"learner": aal.LearnerRecipe(strategy=strange_strategy)}, LearnerError, "strange"),
            ({"task": {}}, LabelError, "needs a task"),
            ({"split": aal.Split(ids={"test": [7]})}, CatalogueError, "'7'"),
            ({"features": aal.FeatureRecipe(columns=["gone"])}, FeatureError, "'gone'"),
            ({"start": 1}, LabelError, "start=1 cannot be"),
            ({"start": -1}, SessionError, "0 or more; not -1"),
            ({"annotator": "a/b"}, LedgerError, "'a/b'"),
            ({"pool": "some"}, SessionError, "not 'some'"),
        ],
    )
    def test_what_was_given_is_checked_before_a_folder_is_made(
        self, catalogue, tmp_path, wrong, error, words
    ):
        with pytest.raises(error, match=words):
            aal.Session(catalogue, path=tmp_path / "new" / "blobs.astroal", **wrong)
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_that_cannot_be_written_to_goes_again(self, catalogue, tmp_path, monkeypatch):
        def full(*_):
            raise SessionError("no room")

        monkeypatch.setattr(folder, "write_document", full)
        with pytest.raises(SessionError, match="no room"):
            aal.Session(catalogue, path=tmp_path / "blobs.astroal")
        assert list(tmp_path.iterdir()) == []
        monkeypatch.undo()
        aal.Session(catalogue, path=tmp_path / "blobs.astroal").close()

    def test_what_was_there_before_stays(self, catalogue, tmp_path):
        (tmp_path / "blobs.astroal").mkdir()
        (tmp_path / "blobs.astroal" / "notes.txt").write_text("mine")
        with pytest.raises(SessionError, match="exists already"):
            aal.Session(catalogue, path=tmp_path / "blobs.astroal")
        assert (tmp_path / "blobs.astroal" / "notes.txt").read_text() == "mine"


class TestNumbers:
    def test_numpy_s_are_as_good_as_python_s(self, catalogue, tmp_path):
        path = tmp_path / "blobs.astroal"
        session = aal.Session(
            catalogue,
            split=aal.Split(validation=np.float32(0.25), seed=np.int64(3)),
            learner=aal.LearnerRecipe(start_limit=np.int64(9), seed=np.uint8(2)),
            seed=np.int64(5),
            start=np.int16(4),
            path=path,
        )
        session.close()
        stored = json.loads((path / "session.json").read_text())
        assert stored["seed"] == 5
        assert stored["split"]["seed"] == 3
        assert stored["learners"]["classes"]["start_limit"] == 9
        assert len(session.labels) == 4

    @pytest.mark.parametrize("name", ["seed", "start"])
    @pytest.mark.parametrize("value", [5.5, "5", None, True])
    def test_others_are_named(self, catalogue, name, value):
        with pytest.raises(SessionError, match=rf"{name} is a whole number, not {value!r}"):
            aal.Session(catalogue, **{name: value})

    @pytest.mark.parametrize(
        "make",
        [
            lambda: aal.Split(seed=0.5),
            lambda: aal.Split(test="x"),
            lambda: aal.Split(validation=None),
            lambda: aal.Split(ids=["a"]),
            lambda: aal.Split(ids={"test": [None]}),
            lambda: aal.LearnerRecipe(seed="x"),
            lambda: aal.LearnerRecipe(start_limit=2.5),
        ],
    )
    def test_recipes_refuse_what_they_cannot_hold(self, make):
        with pytest.raises(AstroALError, match=r"whole number|fraction|dict of ids|neither"):
            make()


class TestColumnLabels:
    def test_start_and_all_of_them_do_not_go_together(self, catalogue):
        with pytest.raises(SessionError, match=r'start=4 .*label_use="train" takes all of them'):
            aal.Session(catalogue.with_roles(label_use="train"), start=4)

    def test_a_class_added_later_takes_its_labels(self, catalogue):
        session = aal.Session(catalogue.with_roles(label_use="train"), task=aal.Task(["STAR"]))
        heard = []
        session.labels_changed.connect(heard.append)
        assert set(session.labels) == {"STAR"}
        session.add_class("GALAXY")
        assert set(session.labels) == {"STAR", "GALAXY"}
        pool = session.partition.part == 0
        assert len(session.labels) == pool.sum()
        assert set(heard[0]) == {one for one, is_ in session.labels.items() if is_ == "GALAXY"}

    def test_an_alias_counts_as_its_class(self, catalogue):
        session = aal.Session(
            catalogue.with_roles(label_use="train"), task=aal.Task({"STAR": "point"})
        )
        session.set_tasks(aal.Task({"STAR": "point", "GALAXY": "blob"}))
        assert set(session.labels) == {"point", "blob"}

    def test_sources_that_return_to_the_pool_train(self, catalogue):
        session = aal.Session(catalogue.with_roles(label_use="train"))
        session.set_split(aal.Split(validation=0, test=0))
        assert len(session.labels) == len(catalogue)
        assert len(session.labelled_for("classes")[0]) == len(catalogue)

    def test_answers_of_people_are_left_alone(self, catalogue):
        session = aal.Session(catalogue.with_roles(label_use="train"))
        held_out = session.catalogue.ids_at(np.flatnonzero(session.partition.part == 1))
        session.annotate(held_out[0], "STAR")
        session.unsure(held_out[1])
        session.set_split(aal.Split(validation=0, test=0))
        assert [len(session.book.history_of(one)) for one in held_out[:3]] == [1, 1, 1]
        assert session.book.state_of(held_out[1]) == "unsure"
