from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_astro_al.errors import LabelError
from napari_astro_al.learning import Task

NAMES = st.lists(st.sampled_from(["STAR", "GALAXY", "QSO", "disc", "0"]), unique=True, max_size=5)


class TestMulticlass:
    task = Task(["STAR", "GALAXY", "QSO"])

    def test_models_its_classes_in_order(self) -> None:
        assert self.task.names == ("STAR", "GALAXY", "QSO")

    @pytest.mark.parametrize(
        ("label", "target"),
        [("QSO", "QSO"), ("BLAZAR", None), ("~QSO", None), ("~BLAZAR", None)],
    )
    def test_target(self, label: str, target: str | None) -> None:
        assert self.task.target(label) == target

    @pytest.mark.parametrize(
        ("label", "accepted"), [("QSO", True), ("~QSO", True), ("qso", False), ("~", False)]
    )
    def test_accepts_its_classes_and_their_negation(self, label: str, accepted: bool) -> None:
        assert self.task.accepts(label) is accepted

    def test_starts_empty_and_grows(self) -> None:
        task = Task().with_class("ring").with_class("lens").with_class("ring")

        assert task.names == ("ring", "lens")
        assert not Task().accepts("ring")

    def test_raw_values_stand_for_names(self) -> None:
        task = Task({0: "STAR", 1: "GALAXY", 2: "GALAXY"})

        assert task.names == ("STAR", "GALAXY")
        assert task.target("2") == task.target(2) == "GALAXY"
        assert task.accepts("0")
        assert task.with_class("QSO").alias("2") == "GALAXY"


class TestOthers:
    task = Task(["QSO"], others="rest")

    def test_rest_takes_every_other_label(self) -> None:
        assert self.task.names == ("QSO", "rest")
        assert self.task.target("STAR") == "rest"

    def test_not_the_only_class_is_the_rest(self) -> None:
        assert self.task.target("~QSO") == "rest"

    @pytest.mark.parametrize(
        ("label", "accepted"),
        [
            ("STAR", True),
            ("QSO", True),
            ("~QSO", True),
            ("~STAR", False),
            ("~", False),
            (" ", False),
        ],
    )
    def test_accepts_what_says_something(self, label: str, accepted: bool) -> None:
        assert self.task.accepts(label) is accepted
        assert (self.task.target(label) is not None) is accepted or not label.strip()

    def test_one_vs_rest_accepts_other_classes_where_they_count(self) -> None:
        assert not Task.one_vs_rest("QSO", ["STAR"]).accepts("GALAXY")
        assert Task.one_vs_rest("QSO", ["STAR"], others="rest").accepts("GALAXY")

    def test_what_it_accepts_need_not_be_its_own(self) -> None:
        assert self.task.knows("QSO")
        assert self.task.knows("rest")
        assert not self.task.knows("STAR")

    def test_not_one_of_several_says_nothing(self) -> None:
        assert Task(["QSO", "STAR"], others="rest").target("~QSO") is None


class TestOneVsRest:
    def test_models_the_class_and_its_negation(self) -> None:
        assert Task.one_vs_rest("QSO").names == ("QSO", "~QSO")

    @pytest.mark.parametrize(
        ("label", "target"),
        [("QSO", "QSO"), ("STAR", "~QSO"), ("~QSO", "~QSO"), ("~STAR", None)],
    )
    def test_target(self, label: str, target: str | None) -> None:
        assert Task.one_vs_rest("QSO").target(label) == target

    def test_classes_left_out_say_nothing_unless_the_rest_counts(self) -> None:
        classes = ["QSO", "STAR"]

        assert Task.one_vs_rest("QSO", classes).target("GALAXY") is None
        assert Task.one_vs_rest("QSO", classes, others="rest").target("GALAXY") == "~QSO"

    def test_the_positive_class_is_one_of_the_classes(self) -> None:
        assert Task.one_vs_rest("QSO", ["STAR"]).classes == ("QSO", "STAR")


class TestRefusals:
    @pytest.mark.parametrize(
        ("classes", "message"),
        [
            ("QSO", "must be a list of names, not the text 'QSO'"),
            (["QSO", "STAR", "QSO"], "names 'QSO' more than once"),
            (["QSO", " "], "A class name is empty"),
            (["~QSO"], "cannot start with '~', which means 'not': '~QSO'"),
        ],
    )
    def test_bad_names(self, classes: object, message: str) -> None:
        with pytest.raises(LabelError, match=message):
            Task(classes)

    def test_more_classes_than_can_be_told_apart(self) -> None:
        with pytest.raises(LabelError, match="names 10,001 classes; at most 10,000"):
            Task([f"C{n}" for n in range(10_001)])

    def test_renames_that_lead_in_a_circle(self) -> None:
        circle = {"A": "B", "B": "C", "C": "B"}
        with pytest.raises(LabelError, match="renames of 'A', 'B', 'C' lead in a circle"):
            Task({"0": "A"}, renames=circle)

    def test_rest_is_reserved_where_it_has_a_meaning(self) -> None:
        with pytest.raises(LabelError, match="'rest' is the name of everything else"):
            Task(["rest"], others="rest")

    def test_colours_of_unknown_classes(self) -> None:
        with pytest.raises(LabelError, match="Colours are given for 'QSOs'"):
            Task(["QSO"], colours={"QSOs": "red"})

    def test_others(self) -> None:
        with pytest.raises(LabelError, match="must be 'drop' or 'rest', not 'keep'"):
            Task(["QSO"], others="keep")


class TestJson:
    @settings(deadline=None)
    @given(NAMES, st.sampled_from(["drop", "rest"]), st.booleans())
    def test_round_trip(self, names: list[str], others: str, one: bool) -> None:
        raw = dict(enumerate(names))
        positive = names[0] if names and one else None
        task = Task(raw, others=others, positive=positive, colours=dict.fromkeys(names, "#fff"))

        assert Task.from_json(json.loads(json.dumps(task.to_json()))) == task
