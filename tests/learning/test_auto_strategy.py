from __future__ import annotations

import pytest

from napari_astro_al.learning import LearnerRecipe
from napari_astro_al.learning.auto_strategy import next_step

NAMED = ("STAR", "GALAXY", "QSO")


def steps(counts: dict[str, int], n_labels: range, *, explores: bool = True) -> list[str]:
    return [next_step(n, counts, NAMED, explores=explores).strategy for n in n_labels]


class TestStep:
    @pytest.mark.parametrize("counts", [{}, {"STAR": 4}, {"STAR": 4, "QSO": 0}])
    def test_before_two_classes_are_known_two_in_three_are_by_chance(self, counts) -> None:
        assert steps(counts, range(6)) == ["random", "random", "coverage"] * 2

    def test_while_a_class_is_unknown_one_in_three_looks_for_it(self) -> None:
        found = steps({"STAR": 3, "QSO": 3}, range(6, 12))
        assert found == ["sampled_doubt", "sampled_doubt", "coverage"] * 2

    def test_says_what_it_looks_for(self) -> None:
        why = next_step(8, {"STAR": 7, "QSO": 1}, NAMED, explores=True).why
        assert why == (
            "It is typical of a part of feature space without labels: one query in 3 looks there "
            "for 'GALAXY'."
        )

    def test_with_all_classes_known_only_doubt_asks(self) -> None:
        counts = {"STAR": 3, "QSO": 2, "GALAXY": 1}
        assert set(steps(counts, range(6, 60))) == {"sampled_doubt"}

    def test_looking_can_be_ended(self) -> None:
        assert set(steps({"STAR": 3, "QSO": 3}, range(6, 12), explores=False)) == {"sampled_doubt"}


class TestRecipe:
    recipe = LearnerRecipe(start_limit=10)

    def test_looks_for_classes_up_to_the_limit(self) -> None:
        def covers(n_labels: int, **known: bool) -> bool:
            counts = {"STAR": n_labels - 1, "QSO": 1}
            return self.recipe.resolve(n_labels, counts, named=NAMED, **known).covers

        assert covers(8)
        assert not covers(8, go_on=True)
        assert not covers(11)

    def test_is_starting_while_a_class_is_sought(self) -> None:
        def starting(counts: dict[str, int], **known: bool) -> bool:
            return self.recipe.resolve(sum(counts.values()), counts, named=NAMED, **known).starting

        assert starting({})
        assert starting({"STAR": 3, "QSO": 3})
        assert not starting({"STAR": 3, "QSO": 3}, go_on=True)
        assert not starting({"STAR": 2, "QSO": 2, "GALAXY": 1})
        assert not starting({"STAR": 6, "QSO": 6})
        assert starting({"STAR": 20}), "no model can learn one class"

    def test_says_why_the_model_asks(self) -> None:
        why = self.recipe.resolve(12, {"STAR": 4, "QSO": 4, "GALAXY": 4}, named=NAMED).why
        assert why.endswith("(sampled doubt; auto on 12 labels).")
