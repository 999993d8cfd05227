from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from napari_astro_al.jobs import Progress, drain
from napari_astro_al.learning import LearnerRecipe, auto_model, train_job
from napari_astro_al.learning.auto_model import (
    NEGLIGIBLE,
    AutoChoice,
    Member,
    Voters,
    choose_job,
    weighed_at,
)
from napari_astro_al.learning.known_pool import pool_of
from napari_astro_al.learning.stacking import mean_log_loss


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auto_model, "_CHOICES", type(auto_model._CHOICES)())


def voters_of(sky, n_labels: int, **changes: object) -> Voters:
    X = sky.features().values.astype(float)
    pool = pool_of(X, np.ones(len(X), dtype=bool), sky.hashes)
    voters = Voters(X[:n_labels], sky.truth[:n_labels], sky.hashes[:n_labels], 5, pool)
    return replace(voters, **changes)


def chosen(voters: Voters) -> AutoChoice:
    return drain(choose_job(voters))


class TestWhenModelsAreWeighed:
    def test_first_at_six_then_at_half_as_many_more_each_time(self) -> None:
        times = sorted({weighed_at(n) for n in range(60)})
        assert times == [0, 6, 9, 14, 21, 32, 48]

    def test_never_with_labels_to_come(self) -> None:
        assert all(weighed_at(n) <= n for n in range(500))

    def test_between_two_times_further_labels_change_nothing(self, sky) -> None:
        assert chosen(voters_of(sky, 48)) == chosen(voters_of(sky, 71))
        assert chosen(voters_of(sky, 48)) != chosen(voters_of(sky, 72))

    def test_before_the_first_time_the_prior_decides(self, sky) -> None:
        choice = chosen(voters_of(sky, 5))
        assert choice.n_labels == 0
        assert not choice.calibrated
        weights = {one.name: one.weight for one in choice.members}
        assert weights["logistic_regression"] == pytest.approx(4 * weights["naive_bayes"])
        assert all(one.log_loss is None for one in choice.members)

    def test_one_class_among_the_first_labels_weighs_nothing(self, sky) -> None:
        voters = voters_of(sky, 8, y=np.array(["STAR"] * 7 + ["QSO"]))
        assert chosen(voters).n_labels == 0

    def test_what_was_weighed_is_remembered(self, sky, monkeypatch) -> None:
        first = chosen(voters_of(sky, 21))

        def never(*args: object) -> None:
            raise AssertionError("weighed twice")

        monkeypatch.setattr(auto_model, "_weigh", never)
        assert chosen(voters_of(sky, 30)) is first


class TestChoice:
    def test_weights_sum_to_one_and_none_is_negligible(self, sky) -> None:
        for n_labels in (8, 30, 120):
            weights = [one.weight for one in chosen(voters_of(sky, n_labels)).members]
            assert sum(weights) == pytest.approx(1)
            assert min(weights) > NEGLIGIBLE / 2
            assert weights == sorted(weights, reverse=True)

    def test_a_straight_border_is_left_to_straight_models(self, make_sky) -> None:
        """A class by the sign of a noisy sum of 30 features: no task for trees."""
        rng = np.random.default_rng(0)
        X = rng.normal(size=(120, 30))
        y = np.where(X.sum(axis=1) > 0, "yes", "no")
        choice = chosen(Voters(X, y, np.arange(120, dtype=np.uint64), 0))
        trees = sum(one.weight for one in choice.members if "tree" in one.name)
        assert trees < 0.1

    def test_a_checkerboard_is_left_to_trees(self) -> None:
        rng = np.random.default_rng(0)
        X = rng.uniform(-1, 1, size=(200, 2))
        y = np.where((X > 0).sum(axis=1) == 1, "odd", "even")
        choice = chosen(Voters(X, y, np.arange(200, dtype=np.uint64), 0))
        bent = ("extra_trees", "greedy_trees", "gradient_boosting")
        assert sum(one.weight for one in choice.members if one.name in bent) > 0.8

    def test_losses_are_those_of_sources_unseen(self, sky) -> None:
        """Labels that are pure chance cannot be foretold: no better than their own frequency."""
        y = np.random.default_rng(1).choice(["a", "b"], size=60)
        choice = chosen(voters_of(sky, 60, y=y))
        assert all(one.log_loss > 0.6 for one in choice.members)
        assert choice.skill < 0.1

    def test_skill_is_the_share_of_entropy_that_was_foretold(self, sky) -> None:
        """Three clouds apart are all but foretold; with a label in four wrong, less is."""
        easy = chosen(voters_of(sky, 72))
        y = sky.truth[:72].copy()
        y[::4] = np.roll(y, 1)[::4]
        hard = chosen(voters_of(sky, 72, y=y))
        assert 0.9 < easy.skill <= 1
        assert 0.1 < hard.skill < 0.6
        assert voters_of(sky, 72).estimator(easy).skill == easy.skill

    def test_the_same_for_the_same_labels(self, sky) -> None:
        first = chosen(voters_of(sky, 30))
        auto_model._CHOICES.clear()
        assert chosen(voters_of(sky, 30)) == first

    def test_missing_values_leave_models_that_take_them(self, sky) -> None:
        voters = voters_of(sky, 60, missing=True)
        voters.X[::5, 0] = np.nan
        assert {one.name for one in chosen(voters).members} == {"extra_trees", "greedy_trees"}

    def test_many_labels_are_weighed_by_a_thousand(self, make_sky, monkeypatch) -> None:
        monkeypatch.setattr(auto_model, "MOST_WEIGHED", 50)
        choice = chosen(voters_of(make_sky(300), 200))
        assert choice.n_labels == 50

    def test_in_words(self) -> None:
        members = (Member("extra_trees", 0.624, 0.5), Member("naive_bayes", 0.376, 0.6))
        assert AutoChoice(members, 6, "").words == "extra trees 62 %, naive bayes 38 %"

    def test_as_json_and_back(self, sky) -> None:
        choice = chosen(voters_of(sky, 60))
        content = json.loads(json.dumps(choice.to_json()))
        assert AutoChoice.from_json(content).to_json() == choice.to_json()

    def test_can_be_cancelled_between_folds(self, sky) -> None:
        job = choose_job(voters_of(sky, 60))
        told = [next(job) for _ in range(5)]
        assert told == [Progress("Weighing models", k, 5) for k in range(5)]
        job.close()
        assert not auto_model._CHOICES

    def test_says_why_in_words(self, sky) -> None:
        why = chosen(voters_of(sky, 60)).why
        assert why.startswith("Of 5 models weighed by 48 labels that they had not seen, ")
        assert "Log loss: " in why


class TestTraining:
    def test_a_result_says_what_was_chosen(self, sky) -> None:
        result = drain(train_job(sky.request(30)))
        assert result.model == "auto"
        assert result.choice.n_labels == 21
        assert "auto on 30 labels" in result.why

    def test_a_named_model_leaves_no_choice(self, sky) -> None:
        recipe = LearnerRecipe("logistic_regression")
        assert drain(train_job(sky.request(30, recipe=recipe))).choice is None

    def test_calibrated_probabilities_cost_less_than_forests_own(self, make_sky) -> None:
        """On overlapping classes, by log loss of everything that was not labelled."""
        sky = make_sky(900)
        sky.colours += np.random.default_rng(4).normal(scale=1.2, size=sky.colours.shape)
        losses = {}
        for model in ("auto", "extra_trees", "knn"):
            request = sky.request(90, recipe=LearnerRecipe(model))
            result = drain(train_job(request))
            said = result.probabilities[90:].astype(float)
            places = [result.classes.index(name) for name in sky.truth[90:]]
            losses[model] = mean_log_loss(said[np.arange(810), places])
        assert losses["auto"] < losses["extra_trees"]
        assert losses["auto"] < losses["knn"]
