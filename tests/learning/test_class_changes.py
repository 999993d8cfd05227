from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_astro_al.errors import LabelError
from napari_astro_al.learning import Task
from napari_astro_al.learning.class_changes import (
    grouped,
    merged,
    renamed,
    shared_renames,
    taken_apart,
    without,
)

TASK = Task(
    ["spiral", "elliptical", "star"],
    colours={"spiral": "blue"},
    groups={"galaxy": ["spiral", "elliptical"]},
)


class TestRenamed:
    def test_place_colour_groups_and_labels_follow(self) -> None:
        task = renamed(TASK, "spiral", "disc")

        assert task.classes == ("disc", "elliptical", "star")
        assert task.colours == {"disc": "blue"}
        assert task.groups == {"galaxy": ("disc", "elliptical")}
        assert task.target("spiral") == task.target("disc") == "disc"
        assert task.allowed("~spiral") == {"elliptical", "star"}

    def test_raw_values_follow(self) -> None:
        task = renamed(Task({0: "spiral", 1: "star"}), "spiral", "disc")

        assert task.target(0) == "disc"
        assert renamed(task, "disc", "0").target(0) == "0"

    @settings(deadline=None, max_examples=40)
    @given(st.lists(st.sampled_from(["a", "b", "c", "spiral"]), max_size=6))
    def test_labels_given_under_any_name_follow_and_come_back(self, names: list[str]) -> None:
        task, now, used = TASK, "spiral", {"spiral"}
        for name in names:
            task, now = renamed(task, now, name), name
            used.add(name)
            assert {task.target(one) for one in used} == {now}
            assert Task.from_json(json.loads(json.dumps(task.to_json()))) == task

        back = renamed(task, now, "spiral")

        assert back.classes == TASK.classes
        assert {back.target(one) for one in used} == {"spiral"}

    def test_the_class_that_is_sought(self) -> None:
        task = renamed(Task.one_vs_rest("QSO"), "QSO", "quasar")

        assert task.names == ("quasar", "~quasar")
        assert (task.target("QSO"), task.target("~QSO")) == ("quasar", "~quasar")

    def test_a_group(self) -> None:
        task = renamed(TASK, "galaxy", "extended")

        assert task.allowed("galaxy") == task.allowed("extended") == {"spiral", "elliptical"}

    def test_a_taken_name_is_refused(self) -> None:
        with pytest.raises(LabelError, match=r"has 'star' already.*merge them"):
            renamed(TASK, "spiral", "star")

    def test_a_name_with_another_meaning_is_refused(self) -> None:
        task = merged(TASK, ["spiral", "elliptical"], "galaxy")

        with pytest.raises(LabelError, match=r"given as 'spiral' mean 'galaxy'.*split_class"):
            renamed(task, "star", "spiral")


class TestMerged:
    def test_into_a_new_name(self) -> None:
        task = merged(TASK, ["spiral", "star"], "other")

        assert task.classes == ("other", "elliptical")
        assert [task.target(one) for one in ("spiral", "star", "other")] == ["other"] * 3
        assert task.groups == {"galaxy": ("other", "elliptical")}

    def test_into_one_of_them(self) -> None:
        assert merged(TASK, ["elliptical"], "spiral").classes == ("spiral", "star")

    def test_a_group_becomes_a_class(self) -> None:
        task = merged(TASK, ["spiral", "elliptical"], "galaxy")

        assert task.classes == ("galaxy", "star")
        assert not task.groups
        assert task.target("galaxy") == "galaxy"

    def test_part_of_a_group_cannot_take_its_name(self) -> None:
        with pytest.raises(LabelError, match="'galaxy' is the group of 'spiral', 'elliptical'"):
            merged(TASK, ["spiral", "star"], "galaxy")

    def test_is_taken_apart_again(self) -> None:
        raw = Task({3: "spiral", 4: "elliptical"})

        task = taken_apart(merged(raw, ["spiral", "elliptical"], "galaxy"), "spiral")

        assert task.classes == ("galaxy", "spiral")
        assert (task.target(3), task.target(4)) == ("spiral", "galaxy")


class TestWithout:
    def test_leaves_colours_and_groups(self) -> None:
        task = without(TASK, "spiral")

        assert task.classes == ("elliptical", "star")
        assert not task.colours
        assert task.groups == {"galaxy": ("elliptical",)}
        assert task.with_class("spiral").target("spiral") == "spiral"

    def test_a_class_that_was_merged_away_can_be_added_after_the_merged_one_is_gone(self) -> None:
        task = without(merged(TASK, ["spiral", "elliptical"], "galaxy"), "galaxy")

        assert task.with_class("spiral").target("spiral") == "spiral"

    def test_the_class_that_is_sought_stays(self) -> None:
        with pytest.raises(LabelError, match="The task looks for 'QSO'"):
            without(Task.one_vs_rest("QSO"), "QSO")


class TestGrouped:
    def test_takes_the_classes_that_the_task_has(self) -> None:
        task = grouped(Task(["spiral", "star"]), "galaxy", ["spiral", "elliptical"])

        assert task.groups == {"galaxy": ("spiral",)}
        assert task.target("galaxy") == "spiral"


class TestSharedRenames:
    def test_where_tasks_agree(self) -> None:
        one = renamed(renamed(TASK, "spiral", "S"), "S", "disc")

        assert shared_renames([one, Task(["star"])]) == {"spiral": "disc", "S": "disc"}

    def test_not_where_another_task_has_the_class(self) -> None:
        assert shared_renames([renamed(TASK, "spiral", "disc"), TASK]) == {}


class TestAllowed:
    @pytest.mark.parametrize(
        ("label", "left"),
        [
            ("star", {"star"}),
            ("galaxy", {"spiral", "elliptical"}),
            ("~galaxy", {"star"}),
            ("~star", {"spiral", "elliptical"}),
            ("comet", set()),
            ("~comet", {"spiral", "elliptical", "star"}),
        ],
    )
    def test_several_classes(self, label: str, left: set[str]) -> None:
        assert TASK.allowed(label) == left
        assert TASK.target(label) == (next(iter(left)) if len(left) == 1 else None)

    @pytest.mark.parametrize(
        ("label", "left"),
        [
            ("spiral", {"spiral"}),
            ("star", {"~spiral"}),
            ("~spiral", {"~spiral"}),
            ("~galaxy", {"~spiral"}),
            ("galaxy", {"spiral", "~spiral"}),
            ("~star", {"spiral", "~spiral"}),
            ("comet", set()),
        ],
    )
    def test_one_against_the_rest(self, label: str, left: set[str]) -> None:
        task = Task.one_vs_rest("spiral", TASK.classes, groups=TASK.groups)

        assert task.allowed(label) == left

    def test_the_rest_is_a_class(self) -> None:
        task = Task(["QSO", "STAR"], others="rest")

        assert task.allowed("~QSO") == {"STAR", "rest"}
        assert task.allowed("COMET") == {"rest"}

    def test_words(self) -> None:
        assert TASK.words("~QSO") == "not QSO"
        assert TASK.words("QSO") == "QSO"

    @pytest.mark.parametrize(
        ("groups", "message"),
        [
            ({"star": ["spiral"]}, "cannot be called 'star'"),
            ({"~x": ["spiral"]}, "cannot be called '~x'"),
            ({"galaxy": ["spiral", "ring"]}, "The group 'galaxy' has 'ring'"),
            ({"galaxy": []}, "has no classes"),
            ({"galaxy": "spiral"}, "must be a list of names"),
        ],
    )
    def test_bad_groups(self, groups: dict, message: str) -> None:
        with pytest.raises(LabelError, match=message):
            Task(["spiral", "elliptical", "star"], groups=groups)

    def test_renames_in_a_circle(self) -> None:
        with pytest.raises(LabelError, match="'a', 'b' lead in a circle"):
            Task(["c"], renames={"a": "b", "b": "a"})
