from __future__ import annotations

import pytest

from napari_astro_al.learning import LearnerRecipe
from napari_astro_al.learning.auto_strategy import next_step

NAMED = ("STAR", "GALAXY", "QSO")


def steps(counts: dict[str, int], n_labels: range, *, explores: bool = True) -> list[str]:
    return [next_step(n, counts, NAMED, explores=explores).strategy for n in n_labels]


class TestStep:
    @pytest.mark.parametrize("counts", [{}, {"STAR": 4}, {"STAR": 4, "QSO": 0}])
    def test_before_two_classes_are_known_chance_is_followed_by_oddity(self, counts) -> None:
        assert steps(counts, range(5)) == ["random", "random", *["sampled_oddity"] * 3]

    def test_while_a_class_is_unknown_one_in_two_looks_for_it(self) -> None:
        found = steps({"STAR": 5, "QSO": 5}, range(10, 16))
        assert found == ["sampled_oddity", "sampled_doubt"] * 3

    def test_a_class_that_few_labels_have_not_had_may_be_common(self) -> None:
        assert set(steps({"STAR": 5, "QSO": 4}, range(9))) == {"sampled_doubt"}

    def test_says_what_it_looks_for(self) -> None:
        why = next_step(10, {"STAR": 9, "QSO": 1}, NAMED, explores=True).why
        assert why == (
            "It is odd, and unlike what is labelled: one query in 2 looks there for 'GALAXY'."
        )

    def test_with_enough_of_all_classes_only_doubt_asks(self) -> None:
        counts = {"STAR": 3, "QSO": 2, "GALAXY": 2}
        assert set(steps(counts, range(7, 60))) == {"sampled_doubt"}

    def test_looking_can_be_ended(self) -> None:
        found = steps({"STAR": 5, "QSO": 5}, range(10, 16), explores=False)
        assert set(found) == {"sampled_doubt"}

    @pytest.mark.parametrize(
        ("n_stars", "n_quasars", "too_few"),
        [(5, 1, True), (3, 1, False), (30, 2, True), (30, 3, False)],
    )
    def test_a_class_with_hardly_any_labels_is_collected(self, n_stars, n_quasars, too_few) -> None:
        """Fewer than three, and than half of an equal share: 1.5, 1, 8 and 8.25 of two."""
        found = steps({"STAR": n_stars, "QSO": n_quasars}, range(33, 36), explores=False)
        assert found == ["rarest" if too_few else "sampled_doubt", *["sampled_doubt"] * 2]


class TestRecipe:
    recipe = LearnerRecipe(start_limit=10)

    def test_looks_for_classes_with_so_many_labels_at_most(self) -> None:
        """Ten labels, one in two: up to the twentieth."""

        def strategy(n_labels: int, **known: bool) -> object:
            counts = {"STAR": n_labels - 5, "QSO": 5}
            return self.recipe.resolve(n_labels, counts, named=NAMED, **known).strategy

        assert strategy(10) == "sampled_oddity"
        assert strategy(18) == "sampled_oddity"
        assert strategy(20) == "sampled_doubt"
        assert strategy(10, go_on=True) == "sampled_doubt"

    def test_is_starting_while_a_class_is_sought(self) -> None:
        def starting(counts: dict[str, int], **known: bool) -> bool:
            return self.recipe.resolve(sum(counts.values()), counts, named=NAMED, **known).starting

        assert starting({})
        assert starting({"STAR": 3, "QSO": 3})
        assert not starting({"STAR": 3, "QSO": 3}, go_on=True)
        assert not starting({"STAR": 2, "QSO": 2, "GALAXY": 1})
        assert not starting({"STAR": 10, "QSO": 10})
        assert starting({"STAR": 20}), "no model can learn one class"

    def test_says_why_the_model_asks(self) -> None:
        why = self.recipe.resolve(12, {"STAR": 4, "QSO": 4, "GALAXY": 4}, named=NAMED).why
        assert why.endswith("(sampled doubt; auto on 12 labels).")
