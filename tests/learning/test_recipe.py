from __future__ import annotations

import json

import pytest
from modAL.uncertainty import margin_sampling
from sklearn.naive_bayes import GaussianNB

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning import LearnerRecipe

NAMED = ("STAR", "GALAXY", "QSO")


class TestStart:
    """Of a strategy that is named; that of "auto" is told in test_auto_strategy.py."""

    recipe = LearnerRecipe(strategy="margin", start_limit=10)

    @pytest.mark.parametrize(
        ("counts", "covers"),
        [
            ({}, True),
            ({"STAR": 5}, True),
            ({"STAR": 2, "GALAXY": 2}, True),
            ({"STAR": 2, "GALAXY": 2, "QSO": 1}, True),
            ({"STAR": 2, "GALAXY": 2, "QSO": 2}, False),
            ({"STAR": 8, "GALAXY": 2}, False),
        ],
    )
    def test_lasts_until_every_named_class_has_two_or_the_limit(
        self, counts: dict[str, int], covers: bool
    ) -> None:
        resolved = self.recipe.resolve(sum(counts.values()), counts, named=NAMED)

        assert resolved.covers is covers

    def test_ends_when_the_user_goes_on(self) -> None:
        resolved = self.recipe.resolve(2, {"STAR": 1, "QSO": 1}, named=NAMED, go_on=True)

        assert resolved.strategy == "margin"
        assert resolved.model_name == "auto"

    def test_no_model_can_learn_one_class(self) -> None:
        resolved = self.recipe.resolve(50, {"STAR": 50}, named=NAMED, go_on=True)

        assert resolved.covers
        assert "A model learns from labels of two classes on; so far: 'STAR'" in resolved.why

    def test_without_a_limit_it_goes_on_for_ever(self) -> None:
        recipe = LearnerRecipe(strategy="margin", start_limit=None)

        assert recipe.resolve(500, {"STAR": 400, "QSO": 100}, named=NAMED).covers

    def test_says_what_is_missing(self) -> None:
        resolved = self.recipe.resolve(4, {"STAR": 3, "QSO": 1}, named=NAMED)

        assert resolved.why == (
            "It is typical of a part of feature space without labels, which are covered until "
            "'GALAXY', 'QSO' have two examples or 10 labels are spent."
        )

    def test_says_why_the_model_asks(self) -> None:
        resolved = self.recipe.resolve(12, {"STAR": 4, "QSO": 4, "GALAXY": 4}, named=NAMED)

        assert resolved.why == (
            "The model hesitates most between its two likeliest classes (margin; auto on "
            "12 labels)."
        )

    def test_random_is_random_from_the_first(self) -> None:
        assert LearnerRecipe(strategy="random").resolve(0, {}).strategy == "random"


class TestChoices:
    def test_a_committee_has_no_single_model(self) -> None:
        with pytest.raises(LearnerError, match=r"either model=... or models="):
            LearnerRecipe(model="svm", models=["knn", "svm"])

    def test_a_committee(self) -> None:
        resolved = LearnerRecipe(models=["knn", "tree"], strategy="vote entropy").resolve(
            4, {"a": 2, "b": 2}
        )

        assert resolved.models == ("knn", "decision_tree")
        assert resolved.model_name == "knn + decision_tree"
        assert resolved.strategy == "vote_entropy"

    def test_limit(self) -> None:
        with pytest.raises(LearnerError, match="start_limit must be 0 or more, or None, not -1"):
            LearnerRecipe(start_limit=-1)

    def test_unknown_strategy(self) -> None:
        with pytest.raises(LearnerError, match="no query strategy called 'psychic'"):
            LearnerRecipe(strategy="psychic")


class TestJson:
    @pytest.mark.parametrize(
        "recipe",
        [
            LearnerRecipe(),
            LearnerRecipe("Random Forest", strategy="entropy", start_limit=None, seed=4),
            LearnerRecipe(("knn", {"n_neighbors": 3}), strategy=margin_sampling),
            LearnerRecipe(models=["knn", ("svm", {"C": 2.0})], strategy="max disagreement"),
        ],
    )
    def test_round_trip(self, recipe: LearnerRecipe) -> None:
        content = json.loads(json.dumps(recipe.to_json()))

        again = LearnerRecipe.from_json(content)

        assert again.to_json() == content
        assert again.models == recipe.models
        assert (
            again.resolve(9, {"a": 5, "b": 4}).models == recipe.resolve(9, {"a": 5, "b": 4}).models
        )

    def test_an_estimator(self) -> None:
        again = LearnerRecipe.from_json(LearnerRecipe(GaussianNB(var_smoothing=0.1)).to_json())

        assert repr(again.model) == "GaussianNB(var_smoothing=0.1)"
