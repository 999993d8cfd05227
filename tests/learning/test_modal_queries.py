from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from modAL.batch import uncertainty_batch_sampling
from modAL.density import information_density
from modAL.disagreement import max_disagreement_sampling, vote_entropy_sampling
from modAL.uncertainty import (
    classifier_uncertainty,
    entropy_sampling,
    margin_sampling,
    uncertainty_sampling,
)

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning import STRATEGIES, Candidates, LearnerRecipe, build_learner, rank
from napari_astro_al.learning.learners import class_probabilities
from napari_astro_al.learning.strategies import is_modal, top

CLASSES = ("STAR", "GALAXY", "QSO")


def asked(sky: Any, models: list[str] | None = None, seed: int = 0) -> Candidates:
    """The sources of a sky as candidates, after training on the first twenty."""
    X = sky.features().values
    recipe = LearnerRecipe(models=models or ["logistic_regression"])
    learner = build_learner(recipe, X[:20], sky.truth[:20], seed=0)
    votes = class_probabilities(learner, X[20:], CLASSES)
    return Candidates(
        votes.mean(axis=0),
        X[20:],
        votes=votes if models else None,
        classes=CLASSES,
        labelled_features=X[:20],
        labels=sky.truth[:20],
        rng=np.random.default_rng(seed),
        learner=learner,
    )


class TestModalFunctions:
    @pytest.mark.parametrize(
        ("theirs", "ours"),
        [
            (uncertainty_sampling, "uncertainty"),
            (margin_sampling, "margin"),
            (entropy_sampling, "entropy"),
        ],
    )
    def test_ask_as_our_own_do(self, sky, theirs: Any, ours: str) -> None:
        candidates, hashes = asked(sky), sky.hashes[20:]

        order, _ = rank(theirs, candidates, hashes, 5)

        assert set(order) == set(top(STRATEGIES[ours](candidates), hashes, 5))

    @pytest.mark.parametrize(
        ("theirs", "ours"),
        [
            (vote_entropy_sampling, "vote_entropy"),
            (max_disagreement_sampling, "max_disagreement"),
        ],
    )
    def test_see_the_committee(self, sky, theirs: Any, ours: str) -> None:
        candidates, hashes = asked(sky, ["knn", "tree", "logistic regression"]), sky.hashes[20:]

        _, scores = rank(theirs, candidates, hashes, 5)

        best = np.sort(STRATEGIES[ours](candidates))[-5:]
        np.testing.assert_allclose(sorted(scores), best, atol=1e-6)

    def test_ranked_batches_spread(self, sky) -> None:
        order, _ = rank(uncertainty_batch_sampling, asked(sky), sky.hashes[20:], 6)

        assert len(set(order.tolist())) == 6

    def test_density_weighted(self, sky) -> None:
        def typical(classifier: Any, X: np.ndarray, n_instances: int = 1) -> tuple:
            worth = classifier_uncertainty(classifier, X) * information_density(X)
            best = np.argsort(-worth)[:n_instances]
            return best, worth[best]

        order, scores = rank(typical, asked(sky), sky.hashes[20:], 4)

        assert len(order) == 4
        assert (np.diff(scores) <= 0).all()

    def test_parameters_bound_beforehand(self, sky) -> None:
        strategy = partial(uncertainty_batch_sampling, metric="cityblock")

        assert len(rank(strategy, asked(sky), sky.hashes[20:], 2)[0]) == 2

    def test_random_ties_repeat_and_leave_numpy_alone(self, sky) -> None:
        strategy = partial(uncertainty_sampling, random_tie_break=True)
        before = np.random.get_state()[1].copy()  # noqa: NPY002

        first, second = (rank(strategy, asked(sky), sky.hashes[20:], 3)[0] for _ in range(2))

        assert first.tolist() == second.tolist()
        np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002

    def test_any_order_of_rows(self, sky) -> None:
        candidates, hashes = asked(sky), sky.hashes[20:]
        shuffled = np.random.default_rng(3).permutation(len(hashes))

        order, _ = rank(uncertainty_batch_sampling, candidates, hashes, 4)
        again, _ = rank(uncertainty_batch_sampling, candidates.take(shuffled), hashes[shuffled], 4)

        assert shuffled[again].tolist() == order.tolist()


class TestWhatTheySee:
    def test_stored_probabilities_without_a_second_prediction(self, sky) -> None:
        seen = {}

        def look(classifier: Any, X: np.ndarray, n_instances: int = 1) -> Any:
            seen["stored"] = classifier.predict_proba(X)
            seen["fresh"] = classifier.predict_proba(X.copy())
            seen["trained on"] = classifier.X_training.shape
            seen["estimator"] = type(classifier.estimator).__name__
            return [0]

        candidates = asked(sky)
        marked = candidates.probabilities.copy()
        marked[:, 0] += 5
        rank(look, Candidates(**{**vars(candidates), "probabilities": marked}), sky.hashes[20:], 1)

        np.testing.assert_allclose(seen["stored"][:, 0] - 5, seen["fresh"][:, 0], atol=1e-6)
        assert seen["trained on"] == (20, 2)
        assert seen["estimator"] == "LogisticRegression"

    def test_id_hash_order(self, sky) -> None:
        def first(classifier: Any, X: np.ndarray, n_instances: int = 1) -> Any:
            return np.arange(n_instances)

        order, scores = rank(first, asked(sky), sky.hashes[20:], 3)

        assert order.tolist() == np.argsort(sky.hashes[20:])[:3].tolist()
        assert np.isnan(scores).all()

    def test_only_sources_that_the_model_knows(self, sky) -> None:
        candidates = asked(sky)
        unknown = candidates.probabilities.copy()
        unknown[: len(unknown) - 2] = np.nan
        few = Candidates(**{**vars(candidates), "probabilities": unknown})

        order, _ = rank(uncertainty_sampling, few, sky.hashes[20:], 5)

        assert sorted(order) == [len(unknown) - 2, len(unknown) - 1]


class TestAnswers:
    """Old functions return indices alone; whatever makes no sense is refused by name."""

    @pytest.mark.parametrize("answer", [(4, 7), [4, 7], np.array([4, 7]), ([4, 7], [0.1, 0.2])])
    def test_two_indices(self, sky, answer: Any) -> None:
        def old(classifier: Any, X: np.ndarray, n_instances: int = 1) -> Any:
            return answer

        order, _ = rank(old, asked(sky), sky.hashes[20:], 2)

        assert order.tolist() == np.argsort(sky.hashes[20:])[[4, 7]].tolist()

    def test_one_at_a_time(self, sky) -> None:
        def single(classifier: Any, X: np.ndarray) -> int:
            return int(classifier_uncertainty(classifier, X).argmax())

        candidates, hashes = asked(sky), sky.hashes[20:]

        order, _ = rank(single, candidates, hashes, 4)

        assert set(order) == set(top(STRATEGIES["uncertainty"](candidates), hashes, 4))

    @pytest.mark.parametrize(
        ("answer", "message"),
        [
            ([10**6], r"'odd' gave the indices \[1000000\], outside the pool of 280"),
            ([-1], r"'odd' gave the indices \[-1\]"),
            ([3, 3], "'odd' gave an index more than once"),
            ([0.5], "'odd' gave .*; integer indices"),
        ],
    )
    def test_nonsense(self, sky, answer: Any, message: str) -> None:
        def odd(classifier: Any, X: np.ndarray, n_instances: int = 1) -> Any:
            return answer

        with pytest.raises(LearnerError, match=message):
            rank(odd, asked(sky), sky.hashes[20:], 2)

    def test_failure(self, sky) -> None:
        def odd(classifier: Any, X: np.ndarray, n_instances: int = 1) -> Any:
            raise KeyError("redshift")

        with pytest.raises(LearnerError, match="'odd' failed: KeyError: 'redshift'"):
            rank(odd, asked(sky), sky.hashes[20:], 2)


class TestIsModal:
    def test_tells_the_two_kinds_apart(self) -> None:
        assert is_modal(uncertainty_sampling)
        assert is_modal(partial(uncertainty_batch_sampling, metric="cosine"))
        assert not is_modal(lambda candidates: candidates.features[:, 0])
        assert not is_modal(lambda candidates, weight=2.0: candidates.features[:, 0] * weight)
