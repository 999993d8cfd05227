"""What every registered query strategy must do; a new one is tested here by being registered."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from napari_astro_al.learning import STRATEGIES, Candidates, LearnerRecipe, build_learner, rank
from napari_astro_al.learning.learners import class_probabilities
from napari_astro_al.learning.strategies import (
    Group,
    about,
    disagreement,
    foresight,
    grouped,
    noise,
    summary,
)
from napari_astro_al.learning.strategies.naming import chooses_batches

N, LABELLED = 50, 16
CLASSES = tuple("abcd")
HASHES = np.random.default_rng(6).permutation(N).astype(np.uint64)
EVERY = sorted(STRATEGIES)
SCORING = [name for name in EVERY if not chooses_batches(STRATEGIES[name])]


@dataclass(frozen=True)
class Jitter:
    """Measurements with the same error everywhere."""

    features: np.ndarray

    def take(self, places: np.ndarray) -> Jitter:
        return Jitter(self.features[places])

    def draw(self, n: int, rng: np.random.Generator) -> np.ndarray:
        return self.features + rng.normal(scale=0.1, size=(n, *self.features.shape))


def survey(classes: tuple[str, ...] = CLASSES, n: int = N, seed: int = 5) -> Candidates:
    """Candidates of a committee that was trained on others of the same clouds; all read-only."""
    rng = np.random.default_rng(seed)
    truth = np.resize(classes, LABELLED + n)
    centres = rng.normal(scale=2, size=(len(classes), 3))
    features = centres[np.arange(LABELLED + n) % len(classes)] + rng.normal(size=(len(truth), 3))
    labels, pool = truth[:LABELLED], features[LABELLED:].copy()
    recipe = LearnerRecipe(models=["logistic regression", ("knn", {"n_neighbors": 3}), "tree"])
    learner = build_learner(recipe, features[:LABELLED], labels, seed=1)
    votes = class_probabilities(learner, pool, classes)
    marked = features[:4]
    for array in (votes, pool, features, labels):
        array.setflags(write=False)
    return Candidates(
        votes.mean(axis=0),
        pool,
        votes=votes,
        classes=classes,
        labelled_features=features[:LABELLED],
        labels=labels,
        rng=np.random.default_rng(0),
        learner=learner,
        like=marked[:2],
        unlike=marked[2:],
        noise=Jitter(pool),
    )


@pytest.fixture(scope="module")
def candidates() -> Candidates:
    return survey()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few models trained anew."""
    monkeypatch.setattr(foresight, "TRIED", 3)
    monkeypatch.setattr(disagreement, "BAGS", 3)
    monkeypatch.setattr(noise, "LEARNERS", 3)


def unknown(candidates: Candidates, row: int) -> Candidates:
    """The same candidates, of one of which the model says nothing."""
    votes = candidates.votes.copy()
    votes[:, row] = np.nan
    return replace(candidates, votes=votes, probabilities=votes.mean(axis=0))


@pytest.mark.parametrize("name", EVERY)
class TestEveryStrategy:
    @pytest.mark.parametrize("n", [0, 1, 7, N, N + 5])
    def test_gives_as_many_as_there_are(self, name: str, n: int, candidates: Candidates) -> None:
        order, scores = rank(name, candidates, HASHES, n)

        assert len(set(order.tolist())) == len(order) == len(scores) == min(n, N)
        assert set(order.tolist()) <= set(range(N))

    def test_the_best_is_first(self, name: str, candidates: Candidates) -> None:
        _, scores = rank(name, candidates, HASHES, 7)

        assert np.isnan(scores[0]) or scores[0] == np.nanmax(scores)

    def test_the_same_again(self, name: str, candidates: Candidates) -> None:
        first, second = (rank(name, candidates, HASHES, 10)[0].tolist() for _ in range(2))

        assert first == second

    @pytest.mark.parametrize("n", [1, 10])
    def test_the_same_in_any_order_of_rows(self, name: str, n: int, candidates: Candidates) -> None:
        shuffled = np.random.default_rng(2).permutation(N)

        order, _ = rank(name, candidates, HASHES, n)
        again, _ = rank(name, candidates.take(shuffled), HASHES[shuffled], n)

        assert shuffled[again].tolist() == order.tolist()

    def test_leaves_chance_as_it_was(self, name: str, candidates: Candidates) -> None:
        before = candidates.rng.bit_generator.state
        rank(name, candidates, HASHES, 3)

        assert candidates.rng.bit_generator.state == before

    def test_never_asks_where_the_model_says_nothing(
        self, name: str, candidates: Candidates
    ) -> None:
        if not about(name).needs_model:
            pytest.skip(f"{name} asks without a model")

        order, _ = rank(name, unknown(candidates, 7), HASHES, N)

        assert sorted(order) == [row for row in range(N) if row != 7]

    def test_asks_although_all_are_alike(self, name: str, candidates: Candidates) -> None:
        twins = candidates.take(np.zeros(N, dtype=int))

        order, _ = rank(name, twins, HASHES, 5)

        assert len(set(order.tolist())) == 5

    def test_has_nothing_to_ask_of_nobody(self, name: str, candidates: Candidates) -> None:
        order, scores = rank(name, candidates.take(np.arange(0)), HASHES[:0], 3)

        assert len(order) == len(scores) == 0

    @pytest.mark.parametrize("n_classes", [2, 9])
    def test_any_number_of_classes(self, name: str, n_classes: int) -> None:
        order, _ = rank(name, survey(tuple("abcdefghi"[:n_classes])), HASHES, 4)

        assert len(set(order.tolist())) == 4

    def test_double_precision(self, name: str, candidates: Candidates) -> None:
        votes = candidates.votes.astype(np.float64)
        exact = replace(candidates, votes=votes, probabilities=votes.mean(axis=0))

        assert len(set(rank(name, exact, HASHES, 4)[0].tolist())) == 4

    @pytest.mark.parametrize("shown", ["any", "doubtful", "mixed"])
    def test_asks_on_where_it_is_shown_a_part(
        self, name: str, shown: str, candidates: Candidates, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        short = replace(about(name), limit=6, shown=shown)
        monkeypatch.setattr(STRATEGIES, "_about", {**STRATEGIES._about, name: short})

        order, _ = rank(name, candidates, HASHES, 20)

        assert len(set(order.tolist())) == 20

    def test_says_what_it_does(self, name: str) -> None:
        assert len(summary(name)) > 20
        assert about(name).reason
        assert not about(name).reason.endswith(".")
        assert about(name).group is not Group.REGISTERED
        assert name in grouped()[about(name).group]


@pytest.mark.parametrize("name", SCORING)
class TestEveryScore:
    def test_is_one_finite_number_a_candidate(self, name: str, candidates: Candidates) -> None:
        scores = STRATEGIES[name](candidates)

        assert scores.shape == (N,)
        assert scores.dtype.kind == "f"
        assert np.isfinite(scores).all()

    def test_is_pure(self, name: str, candidates: Candidates) -> None:
        first, second = STRATEGIES[name](candidates), STRATEGIES[name](candidates)

        np.testing.assert_array_equal(first, second)

    def test_of_one_is_the_best(self, name: str, candidates: Candidates) -> None:
        (best,), _ = rank(name, candidates, HASHES, 1)
        shown = np.argsort(HASHES)

        scores = STRATEGIES[name](candidates.take(shown))

        assert scores[shown.tolist().index(best)] == scores.max()


@pytest.mark.parametrize("name", grouped()[Group.DOUBT] + grouped()[Group.COMMITTEE])
class TestEveryDoubt:
    def test_is_preferred_to_certainty(self, name: str, candidates: Candidates) -> None:
        if name == "bagging":
            pytest.skip("asks models of its own")
        votes = np.zeros((3, 2, 4))
        votes[:, 0, 0] = 1
        votes[[0, 1, 2], 1, [0, 1, 2]] = 1
        two = replace(candidates.take(np.arange(2)), votes=votes, probabilities=votes.mean(axis=0))

        order, _ = rank(name, two, HASHES[:2], 2)

        assert order.tolist() == [1, 0]
