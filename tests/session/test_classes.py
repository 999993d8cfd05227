"""Classes change in the middle of a session, and no label is lost."""

from __future__ import annotations

import json

import pytest

import napari_astro_al as aal
from napari_astro_al.errors import LabelError


@pytest.fixture
def labelled(session, pool):
    """Four labels, a trained model, and its score row."""
    session.annotate(pool["STAR"][:3], "STAR")
    session.annotate(pool["GALAXY"][:3], "GALAXY")
    session.train()
    return session


def heard_of(session):
    heard = []
    session.classes_changed.connect(lambda: heard.append("classes"))
    session.labels_changed.connect(lambda ids: heard.append(set(ids)))
    return heard


class TestRename:
    def test_labels_scores_and_models_follow(self, labelled, pool):
        heard = heard_of(labelled)
        f1 = labelled.scores["f1_STAR"].iloc[-1]

        labelled.rename_class("STAR", "star")

        assert labelled.classes == ("GALAXY", "star")
        assert heard == ["classes", set(pool["STAR"][:3])]
        assert labelled.labels[pool["STAR"][0]] == "star"
        assert labelled.scores["f1_star"].iloc[-1] == f1
        assert "f1_STAR" not in labelled.scores
        assert labelled.history.latest("classes")["classes"] == ["GALAXY", "star"]
        assert labelled.is_stale()
        predictions = labelled.predictions()
        assert set(predictions["predicted"].dropna()) == {"star", "GALAXY"}

    def test_the_ledger_keeps_what_was_given(self, labelled, pool):
        labelled.rename_class("STAR", "star")

        event = labelled.book.history_of(pool["STAR"][0])[-1]

        assert event.payload["label"] == "STAR"
        assert labelled.ledger.verify() is None

    def test_held_out_sources_are_scored_under_the_new_name(self, labelled):
        n_before = labelled.history.latest("classes")["n"]
        labelled.rename_class("STAR", "star")
        labelled.train()

        assert labelled.history.latest("classes")["n"] == n_before

    def test_back_again(self, labelled, pool):
        before = labelled.labels.to_dict()
        labelled.rename_class("STAR", "star")
        labelled.annotate(pool["STAR"][5], "star")
        labelled.rename_class("star", "STAR")

        assert labelled.classes == ("GALAXY", "STAR")
        assert labelled.labels.to_dict() == {**before, pool["STAR"][5]: "STAR"}

    def test_both_names_may_be_given(self, labelled, pool):
        labelled.rename_class("STAR", "star")
        labelled.annotate(pool["STAR"][6], "STAR")

        assert labelled.labels[pool["STAR"][6]] == "star"

    def test_goes_through_all_tasks(self, catalogue):
        session = aal.Session(
            catalogue,
            task={"stars": aal.Task.one_vs_rest("STAR"), "all": aal.Task(["STAR", "GALAXY"])},
        )
        session.rename_class("STAR", "star")

        assert session.tasks["stars"].names == ("star", "~star")
        assert session.tasks["all"].classes == ("star", "GALAXY")

    def test_is_found_again(self, catalogue, pool, tmp_path):
        with aal.Session(catalogue, path=tmp_path / "a.astroal") as session:
            session.annotate(pool["STAR"][:3], "STAR")
            session.annotate(pool["GALAXY"][:3], "GALAXY")
            session.train()
            session.rename_class("STAR", "star")
            session.add_group("any", ["star", "GALAXY"])
            labels, scores = session.labels.to_dict(), session.scores
        stored = json.loads((tmp_path / "a.astroal" / "session.json").read_text())
        assert stored["tasks"]["classes"]["renames"] == {"STAR": "star"}
        with aal.Session.open(tmp_path / "a.astroal", catalogue) as again:
            assert again.labels.to_dict() == labels
            assert again.groups == {"any": ("star", "GALAXY")}
            assert again.scores.columns.tolist() == scores.columns.tolist()

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ("COMET", "x", "There is no class 'COMET'"),
            ("STAR", "GALAXY", r"merge_classes\(\['STAR'\], into='GALAXY'\)"),
            ("STAR", "~x", "cannot start with '~'"),
            ("STAR", " ", "empty"),
        ],
    )
    def test_what_cannot_be_changes_nothing(self, session, old, new, words):
        heard = heard_of(session)
        with pytest.raises(LabelError, match=words):
            session.rename_class(old, new)
        assert session.classes == ("GALAXY", "STAR")
        assert heard == []


class TestMerge:
    def test_labels_of_all_become_one(self, labelled, pool):
        labelled.add_class("QSO")
        labelled.annotate(pool["STAR"][5], "QSO")

        labelled.merge_classes(["QSO", "STAR"], into="point source")

        assert labelled.classes == ("GALAXY", "point source")
        assert labelled.task_labels("classes").counts == {"point source": 4, "GALAXY": 3}

    def test_old_scores_stay_as_they_were(self, labelled, pool):
        labelled.add_class("QSO")
        labelled.annotate(pool["STAR"][5:7], "QSO")
        labelled.train()
        labelled.merge_classes(["QSO"], into="STAR")
        labelled.train()

        assert {"f1_QSO", "f1_STAR"} <= set(labelled.scores)
        assert labelled.history.rows[-1]["classes"] == ["GALAXY", "STAR"]

    def test_annotators_who_said_either_agree(self, labelled, pool):
        labelled.add_class("QSO")
        source = pool["STAR"][8]
        labelled.annotate(source, "STAR", annotator="ada")
        labelled.annotate(source, "QSO", annotator="bo")
        assert source not in labelled.labels

        labelled.merge_classes(["STAR", "QSO"], into="STAR")
        assert labelled.labels[source] == "STAR"

        labelled.split_class("QSO")
        assert source not in labelled.labels

    def test_is_taken_apart(self, labelled, pool):
        labelled.add_class("QSO")
        labelled.annotate(pool["STAR"][5], "QSO")
        labelled.merge_classes(["QSO"], into="STAR")

        with pytest.raises(LabelError, match=r"given as 'QSO' mean 'STAR'.*split_class\('QSO'\)"):
            labelled.add_class("QSO")
        labelled.split_class("QSO")

        assert labelled.labels[pool["STAR"][5]] == "QSO"
        assert labelled.classes == ("GALAXY", "STAR", "QSO")

    def test_two_tasks_never_look_for_one_class(self, catalogue):
        both = ["STAR", "GALAXY"]
        session = aal.Session(
            catalogue, task={name: aal.Task.one_vs_rest(name, both) for name in both}
        )
        with pytest.raises(LabelError, match="'STAR', 'GALAXY' would both look for 'one'"):
            session.merge_classes(both, into="one")

    def test_nothing_to_take_apart(self, session):
        with pytest.raises(LabelError, match="No class 'STAR' was merged or renamed"):
            session.split_class("STAR")


class TestRemove:
    def test_a_class_without_labels(self, labelled):
        labelled.add_class("QSO")
        labelled.remove_class("QSO")

        assert labelled.classes == ("GALAXY", "STAR")

    def test_a_class_with_labels_stays(self, labelled):
        with pytest.raises(LabelError, match="3 sources are labelled 'STAR'"):
            labelled.remove_class("STAR")


class TestGroups:
    def test_are_labels(self, labelled, pool):
        labelled.add_class("QSO")
        labelled.add_group("point source", ["STAR", "QSO"])
        labelled.annotate(pool["STAR"][7], "point source")

        assert labelled.groups == {"point source": ("STAR", "QSO")}
        assert labelled.labels[pool["STAR"][7]] == "point source"
        assert labelled.task_labels("classes").counts == {"STAR": 3, "GALAXY": 3}

    def test_can_be_renamed_and_removed(self, labelled):
        labelled.add_group("any", ["STAR", "GALAXY"])
        labelled.rename_class("any", "something")
        labelled.remove_class("something")

        assert labelled.groups == {}

    @pytest.mark.parametrize(
        ("name", "classes", "words"),
        [
            ("STAR", ["STAR", "GALAXY"], "has 'STAR' already"),
            ("any", ["STAR"], "two classes or more"),
            ("any", ["STAR", "COMET"], "There is no class 'COMET'"),
        ],
    )
    def test_that_cannot_be(self, session, name, classes, words):
        with pytest.raises(LabelError, match=words):
            session.add_group(name, classes)


class TestCoarseLabels:
    def test_train_and_are_not_counted(self, labelled, pool):
        labelled.add_class("QSO")
        labelled.annotate(pool["STAR"][7:9], "~GALAXY")
        known = labelled.task_labels("classes")

        assert known.coarse == [frozenset({"STAR", "QSO"})] * 2
        assert labelled.catalogue.ids[known.coarse_rows].tolist() == pool["STAR"][7:9]
        labelled.train()
        row = labelled.history.latest("classes")
        assert row["n_labels"] == 6

    def test_a_further_one_is_news(self, labelled, pool):
        labelled.add_class("QSO")
        labelled.train()
        n_rows = len(labelled.scores)
        labelled.annotate(pool["STAR"][7], "~GALAXY")
        labelled.train()

        assert len(labelled.scores) == n_rows + 1

    def test_are_not_asked_for_again(self, labelled, pool):
        labelled.add_class("QSO")
        labelled.annotate(pool["STAR"][7], "~GALAXY")

        assert pool["STAR"][7] not in labelled.query(500)

    def test_of_two_classes_one_is_left(self, labelled, pool):
        labelled.annotate(pool["STAR"][7], "~GALAXY")

        assert labelled.task_labels("classes").counts["STAR"] == 4
