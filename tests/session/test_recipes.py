"""Recipes change as a whole or not at all, and listeners see the session as it then is."""

from __future__ import annotations

import json

import pytest

import napari_astro_al as aal
from napari_astro_al.errors import AstroALWarning, CatalogueError, LabelError, SessionError
from napari_astro_al.session import folder

CHANGES = {
    "add_class": lambda s: s.add_class("QSO"),
    "set_learner": lambda s: s.set_learner(aal.LearnerRecipe(model="random forest")),
    "set_tasks": lambda s: s.set_tasks({"stars": aal.Task.one_vs_rest("STAR")}),
    "set_split": lambda s: s.set_split(aal.Split(seed=9)),
    "go_on_without": lambda s: s.go_on_without(),
    "set_features": lambda s: s.set_features(aal.FeatureRecipe(columns=["u"])),
}


def told(session):
    """What a session says of its recipes."""
    return json.dumps(folder.recipes_of(session, {})), session.book.training_revision


class TestNothingHalfDone:
    @pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
    def test_a_folder_that_cannot_be_written_to(self, catalogue, tmp_path, monkeypatch, change):
        def full(*_):
            raise SessionError("no room")

        heard = []
        with aal.Session(catalogue, path=tmp_path / "a.astroal") as session:
            for signal in (session.classes_changed, session.recipes_changed):
                signal.connect(lambda: heard.append(1))
            before, partition = told(session), session.partition
            monkeypatch.setattr(folder, "write_document", full)
            with pytest.raises(SessionError, match="no room"):
                change(session)
            assert told(session) == before
            assert session.partition is partition
            assert heard == []
            monkeypatch.undo()
            change(session)
            assert told(session) != before
        assert folder.read(session.path).model_dump()["tasks"] == {
            name: task.to_json() for name, task in session.tasks.items()
        }

    def test_a_split_of_strangers(self, session):
        before, partition = told(session), session.partition
        with pytest.raises(CatalogueError, match=r"does not have: '7'"):
            session.set_split(aal.Split(ids={"test": [7]}))
        assert told(session) == before
        assert session.partition is partition

    def test_a_task_that_leaves_is_forgotten(self, catalogue, tmp_path):
        with aal.Session(
            catalogue,
            task={"a": aal.Task(["STAR", "GALAXY"]), "A": aal.Task(["STAR", "GALAXY"])},
            path=tmp_path / "a.astroal",
        ) as session:
            for one, name in zip((1000, 1004, 1001, 1002), "GGSS", strict=True):
                session.annotate(one, {"G": "GALAXY", "S": "STAR"}[name])
            session.set_split(aal.Split(test=0, validation=0))
            session.train()
            session.save()
            models = session.path / "models"
            assert {one.name for one in models.iterdir()} == {"a.skops", "A-2.skops"}
            session.set_tasks({"b": aal.Task(["STAR", "GALAXY"])})
            session.save()
            assert list(models.iterdir()) == []


class TestSignals:
    def test_who_hears_of_other_tasks_finds_the_models_stale(self, session):
        session.annotate([1000, 1004], "GALAXY")
        session.annotate([1001, 1002], "STAR")
        session.train()
        heard = []
        session.classes_changed.connect(lambda: heard.append(session.is_stale()))
        session.set_tasks(aal.Task(["STAR", "GALAXY", "QSO"]))
        assert heard == [True]

    @pytest.mark.parametrize(
        "answer",
        [
            lambda s: s.annotate(1001, "STAR"),
            lambda s: s.unsure(1001),
            lambda s: s.skip(1001),
            lambda s: s.add_class("QSO"),
        ],
    )
    def test_a_listener_that_fails_is_told_of_in_a_warning(self, session, answer):
        def broken(*_):
            raise ZeroDivisionError("over nothing")

        session.labels_changed.connect(broken, check_nargs=False)
        session.classes_changed.connect(broken)
        with pytest.warns(
            AstroALWarning, match=r"follows \w+_changed failed.*ZeroDivisionError: over nothing"
        ):
            answer(session)
        assert session.book.state_of(1001) is not None or "QSO" in session.classes


class TestAddClass:
    @pytest.mark.parametrize("name", ["STAR", " STAR ", "~STAR", "1"])
    def test_a_name_that_is_taken_is_refused(self, catalogue, name):
        session = aal.Session(catalogue, task=aal.Task({"STAR": "STAR", 1: "GALAXY"}))
        with pytest.raises(LabelError, match=r"has '.*' already: its classes are 'STAR', 'GALAXY'"):
            session.add_class(name)
        assert session.classes == ("STAR", "GALAXY")

    @pytest.mark.parametrize(("name", "words"), [("", "empty"), ("  ", "empty"), ("~x", "'~'")])
    def test_a_name_that_is_none_is_refused(self, session, name, words):
        with pytest.raises(LabelError, match=words):
            session.add_class(name)
