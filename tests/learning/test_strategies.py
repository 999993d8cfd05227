from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from modAL import disagreement, uncertainty

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning import STRATEGIES, Candidates, LearnerRecipe, build_learner
from napari_astro_al.learning.learners import class_probabilities
from napari_astro_al.learning.strategies import about, checked_strategy, rank, strategy_to_json

COMMITTEE = LearnerRecipe(models=["logistic regression", ("knn", {"n_neighbors": 3}), "tree"])


def of(*rows: list[float]) -> Candidates:
    """Candidates of a single model with these probabilities."""
    shares = np.array(rows)
    return Candidates(shares, features=np.zeros((len(shares), 2)))


class TestByHand:
    likely, torn, three_way = [0.9, 0.1, 0.0], [0.5, 0.5, 0.0], [1 / 3, 1 / 3, 1 / 3]

    @pytest.mark.parametrize(
        ("name", "scores"),
        [
            ("uncertainty", [0.1, 0.5, 2 / 3]),
            ("margin", [-0.8, 0.0, 0.0]),
            ("entropy", [0.325083, np.log(2), np.log(3)]),
            ("random", [0.0, 0.0, 0.0]),
        ],
    )
    def test_scores(self, name: str, scores: list[float]) -> None:
        candidates = of(self.likely, self.torn, self.three_way)

        np.testing.assert_allclose(STRATEGIES[name](candidates), scores, atol=1e-6)

    def test_committee(self) -> None:
        agreed, split = [[0.9, 0.1], [0.8, 0.2]], [[0.9, 0.1], [0.1, 0.9]]
        votes = np.moveaxis(np.array([agreed, split]), 1, 0)
        candidates = Candidates(votes.mean(axis=0), np.zeros((2, 1)), votes=votes)

        divergence = 0.9 * np.log(0.9 / 0.5) + 0.1 * np.log(0.1 / 0.5)
        np.testing.assert_allclose(STRATEGIES["vote_entropy"](candidates), [0, np.log(2)])
        assert STRATEGIES["consensus_entropy"](candidates)[1] == pytest.approx(np.log(2))
        assert STRATEGIES["max_disagreement"](candidates)[1] == pytest.approx(divergence)


class TestEqualToModal:
    """The same numbers as modAL's functions on the same trained learners."""

    @pytest.mark.parametrize(
        ("name", "theirs", "sign"),
        [
            ("uncertainty", uncertainty.classifier_uncertainty, 1),
            ("margin", uncertainty.classifier_margin, -1),
            ("entropy", uncertainty.classifier_entropy, 1),
        ],
    )
    def test_single_model(self, sky, name: str, theirs: Callable, sign: int) -> None:
        X = sky.features().values.astype(float)
        learner = build_learner(LearnerRecipe("random forest"), X[:20], sky.truth[:20], seed=1)
        candidates = Candidates(learner.predict_proba(X), X)

        np.testing.assert_allclose(STRATEGIES[name](candidates), sign * theirs(learner, X))

    @pytest.mark.parametrize(
        ("name", "theirs"),
        [
            ("vote_entropy", disagreement.vote_entropy),
            ("consensus_entropy", disagreement.consensus_entropy),
            ("max_disagreement", disagreement.KL_max_disagreement),
        ],
    )
    def test_committee(self, sky, name: str, theirs: Callable) -> None:
        X = sky.features().values.astype(float)
        committee = build_learner(COMMITTEE, X[:20], sky.truth[:20], seed=1)
        votes = np.moveaxis(committee.vote_proba(X), 1, 0)
        candidates = Candidates(votes.mean(axis=0), X, votes=votes)

        scores = STRATEGIES[name](candidates)
        np.testing.assert_allclose(scores, theirs(committee, X), atol=1e-12)
        assert scores.max() > 0

    def test_stored_probabilities_are_the_learners(self, sky) -> None:
        X = sky.features().values.astype(float)
        committee = build_learner(COMMITTEE, X[:20], sky.truth[:20], seed=1)

        stored = class_probabilities(committee, X, ("STAR", "GALAXY", "QSO"))

        theirs = np.moveaxis(committee.vote_proba(X), 1, 0)[:, :, [2, 0, 1]]
        np.testing.assert_allclose(stored, theirs, atol=1e-7)


class TestNames:
    @pytest.mark.parametrize("spelling", ["vote entropy", "Vote-Entropy", "vote_entropy"])
    def test_spellings(self, spelling: str) -> None:
        assert checked_strategy(spelling) == "vote_entropy"

    def test_unknown(self) -> None:
        with pytest.raises(LearnerError, match=r"strategy called 'clever'. Known: .*'badge'"):
            checked_strategy("clever")

    def test_modal_functions_have_a_path(self) -> None:
        path = strategy_to_json(uncertainty.margin_sampling)

        assert path == "modAL.uncertainty.margin_sampling"
        assert checked_strategy(path) == path

    @pytest.mark.parametrize("path", ["modAL.uncertainty.np", "modAL.nothing.there"])
    def test_other_paths_are_refused(self, path: str) -> None:
        with pytest.raises(LearnerError, match=f"modAL has no .*{path}"):
            checked_strategy(path)

    def test_a_function_needs_a_name_to_be_written(self) -> None:
        with pytest.raises(LearnerError, match="'<lambda>' cannot be written to a file"):
            strategy_to_json(lambda candidates: candidates.features[:, 0])


class TestParameters:
    def test_are_part_of_the_name_in_one_spelling(self):
        assert checked_strategy("Epsilon greedy( epsilon = 0.20 )") == "epsilon_greedy(epsilon=0.2)"
        assert checked_strategy(("epsilon_greedy", {"epsilon": 0.1})) == "epsilon_greedy"
        recipe = LearnerRecipe(strategy="epsilon_greedy(epsilon=0.2)")
        assert LearnerRecipe.from_json(recipe.to_json()) == recipe
        assert about(recipe.strategy) == about("epsilon_greedy")

    def test_that_are_not_allowed_are_named(self):
        with pytest.raises(LearnerError, match="'epsilon_greedy': epsilon=2 is not a number from"):
            LearnerRecipe(strategy="epsilon_greedy(epsilon=2)")
        with pytest.raises(
            LearnerError, match=r"'margin': There is no parameter 'a'\. It has none"
        ):
            LearnerRecipe(strategy="margin(a=1)")

    def test_reach_the_strategy(self):
        rng = np.random.default_rng(0)
        candidates = Candidates(
            rng.dirichlet(np.ones(3), 40),
            rng.normal(size=(40, 2)),
            rng=np.random.default_rng(3),
        )
        hashes = np.arange(40, dtype=np.uint64)
        _, scores = rank("epsilon_greedy(epsilon=1.0)", candidates, hashes, 10)
        assert np.isnan(scores).all()  # every one by chance
        _, scores = rank("epsilon_greedy(epsilon=0.0)", candidates, hashes, 10)
        assert np.isfinite(scores).all()

    def test_of_ones_own_strategy_are_read_from_its_signature(self):
        def mine(candidates, *, power: int = 1):
            return candidates.probabilities.max(axis=1) ** power

        with STRATEGIES.lent("powerful", mine):
            assert [one.name for one in STRATEGIES.parameters("powerful")] == ["power"]
            assert checked_strategy("powerful(power=3)") == "powerful(power=3)"
