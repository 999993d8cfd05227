"""Each strategy on candidates that are few enough to see what it must ask for."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest
from modAL.density import information_density as modal_density

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning import STRATEGIES, Candidates, LearnerRecipe, build_learner, rank
from napari_astro_al.learning.learners import class_probabilities
from napari_astro_al.learning.strategies import (
    Whitening,
    foresight,
    noise,
    oddity,
)

NO_MODEL = (300, 0)


def of(probabilities: object, features: object = None, **known: object) -> Candidates:
    shares = np.asarray(probabilities, dtype=float)
    places = np.zeros((len(shares), 1)) if features is None else np.asarray(features, dtype=float)
    return Candidates(shares, places, **known)


def hashes_of(candidates: Candidates) -> np.ndarray:
    return np.arange(len(candidates), dtype=np.uint64)


def best_of(name: str, candidates: Candidates, n: int = 1) -> list[int]:
    return rank(name, candidates, hashes_of(candidates), n)[0].tolist()


def trained(features: np.ndarray, labels: np.ndarray, pool: np.ndarray, **known) -> Candidates:
    """The pool as candidates of a logistic regression."""
    learner = build_learner(LearnerRecipe("logistic_regression"), features, labels, seed=0)
    classes = tuple(np.unique(labels))
    probabilities = class_probabilities(learner, pool, classes)[0]
    return Candidates(
        probabilities,
        pool,
        classes=classes,
        labelled_features=features,
        labels=labels,
        rng=np.random.default_rng(0),
        learner=learner,
        **known,
    )


class TestClassBalanced:
    def test_weighs_doubt_by_how_few_labels_a_class_has(self) -> None:
        """Three labels of a, one of b: weights 1/4, 1/2 and 1 for c."""
        candidates = of(
            [[0.5, 0.5, 0.0], [0.0, 0.5, 0.5], [0.8, 0.2, 0.0]],
            classes=("a", "b", "c"),
            labels=np.array(list("aaab")),
        )

        scores = STRATEGIES["class_balanced"](candidates)

        np.testing.assert_allclose(scores, [0.375, 0.75, 0.4 * (0.8 / 4 + 0.2 / 2)])


class TestRarest:
    def test_is_the_probability_of_the_class_with_the_fewest_labels(self) -> None:
        candidates = of(
            [[0.5, 0.2, 0.3], [0.1, 0.9, 0.0], [0.3, 0.1, 0.6]],
            classes=("noise", "pulsar", "unseen"),
            labels=np.array(["noise", "noise", "pulsar"]),
        )

        assert STRATEGIES["rarest"](candidates).tolist() == [0.2, 0.9, 0.1]
        assert best_of("rarest", candidates) == [1]


class TestEpsilonGreedy:
    def test_one_in_ten_is_drawn_at_random(self) -> None:
        probabilities = np.column_stack([np.linspace(0.5, 1, 400), np.linspace(0.5, 0, 400)])
        candidates = of(probabilities)
        first = [
            best_of("epsilon_greedy", replace(candidates, rng=np.random.default_rng(seed)))[0]
            for seed in range(200)
        ]

        assert 5 <= np.count_nonzero(first) <= 40
        assert first.count(0) == 200 - np.count_nonzero(first)

    def test_random_ones_have_no_score(self) -> None:
        candidates = of([[0.5, 0.5]] * 20)

        order, scores = rank("epsilon_greedy(epsilon=1.0)", candidates, hashes_of(candidates), 5)

        assert len(set(order.tolist())) == 5
        assert np.isnan(scores).all()


def skilled(skill: float) -> SimpleNamespace:
    return SimpleNamespace(estimator=SimpleNamespace(skill=skill))


class TestSampledDoubt:
    """Four hundred candidates in the order of their hashes, each more doubtful than the last."""

    probabilities = np.column_stack([np.linspace(1, 0.9, 400), np.linspace(0, 0.1, 400)])

    @pytest.mark.parametrize(("skill", "drawn"), [(0, 1), (0.25, 20), (0.5625, 90), (1, 400)])
    def test_draws_the_more_the_more_the_model_knows(self, skill: float, drawn: int) -> None:
        """400 to the power of the square root of the skill: 0, 1/2, 3/4, 1."""
        candidates = of(self.probabilities, classes=("a", "b"), learner=skilled(skill))
        order, _ = STRATEGIES["sampled_doubt"](candidates, n=1)
        assert order.tolist() == [drawn - 1]

    def test_a_model_of_unknown_skill_knows_half(self) -> None:
        order, _ = STRATEGIES["sampled_doubt"](of(self.probabilities, classes=("a", "b")), n=1)
        assert order.tolist() == [math.ceil(400 ** math.sqrt(0.5)) - 1]

    def test_weighs_doubt_by_the_fourth_root_of_rarity(self) -> None:
        """One label of b for three of a: weights 1/4 and 1/2."""
        candidates = of(
            [[0.6, 0.4], [0.4, 0.6]], classes=("a", "b"), labels=np.array(["a", "a", "a", "b"])
        )
        order, scores = STRATEGIES["sampled_doubt"](candidates, n=2)
        assert order.tolist() == [1, 0]
        means = np.array([0.4 / 4 + 0.6 / 2, 0.6 / 4 + 0.4 / 2])
        np.testing.assert_allclose(scores, 0.8 * means**0.25)

    def test_other_labels_see_another_part(self) -> None:
        """The session keys hashes by the number of labels; the part is the first of them."""
        candidates = of(self.probabilities, classes=("a", "b"), learner=skilled(0.25))
        hashes = np.arange(400, dtype=np.uint64)
        first, _ = rank("sampled_doubt", candidates, hashes, 1)
        other, _ = rank("sampled_doubt", candidates, hashes[::-1], 1)
        assert first.tolist() == [19]
        assert other.tolist() == [399]


class TestSampledOddity:
    """A cloud on a plane, the first of it far out on one side, the second on the other."""

    places = np.random.default_rng(1).normal(size=(300, 2))
    places[0], places[1] = (30.0, 0.0), (-30.0, 0.0)

    def candidates(self, labels: list[str], uniform: float, **known: object) -> Candidates:
        """Drawn in the order that they are in, as many as this uniform number says."""
        rng = SimpleNamespace(
            random=lambda: uniform, permutation=lambda rows: rows, integers=lambda most: 3
        )
        return of(
            np.empty((300, 0)), self.places, labels=np.array(labels, dtype=str), rng=rng, **known
        )

    def test_the_oddest_and_farthest_of_all(self) -> None:
        given = np.array([[30.0, 0.0]])
        candidates = self.candidates(["a"], 1.0, labelled_features=given)
        order, _ = STRATEGIES["sampled_oddity"](candidates, n=1)
        assert order.tolist() == [1]

    def test_one_that_is_chosen_counts_as_labelled(self) -> None:
        order, _ = STRATEGIES["sampled_oddity"](self.candidates([], 1.0), n=2)
        assert set(order.tolist()) == {0, 1}

    @pytest.mark.parametrize(("uniform", "drawn"), [(0.0, {0}), (0.5, {0, 1, 2, 3})])
    def test_of_some_drawn_at_random(self, uniform: float, drawn: set[int]) -> None:
        """Four labels of two classes: 16 at most, 16 to the power of 1/2 is 4."""
        given = np.array([[30.0, 0.0], [-30.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
        candidates = self.candidates(list("abab"), uniform, labelled_features=given)
        order, _ = STRATEGIES["sampled_oddity"](candidates, n=1)
        assert set(order.tolist()) <= drawn

    def test_without_labels_or_values(self) -> None:
        places = self.places.copy()
        places[5] = np.nan
        order, scores = STRATEGIES["sampled_oddity"](of(np.empty((300, 0)), places), n=3)
        assert len(set(order.tolist())) == 3
        assert np.isnan(scores).all()

    def test_draws_up_to_the_square_of_the_labels(self) -> None:
        assert oddity.largest_draw(300, None) == 300
        assert oddity.largest_draw(300, np.array(["a"] * 4)) == 300
        assert oddity.largest_draw(300, np.array(["a", "a", "b", "a"])) == 16
        assert oddity.largest_draw(300, np.array(["a", "b"] * 10)) == 300

    def test_oddity_is_one_half_for_whom_nothing_sets_apart(self) -> None:
        """Two alike take one cut, as many as the mean of two does: 2 to the power of -1."""
        pair = np.zeros((2, 1))
        np.testing.assert_allclose(oddity.oddities(pair, pair, np.zeros(1), 0), 0.5)

    def test_the_far_are_the_oddest(self) -> None:
        odd = oddity.oddities(self.places, self.places, np.zeros(2), 0)
        assert set(np.argsort(-odd)[:2].tolist()) == {0, 1}


class TestBagging:
    def test_asks_where_labels_are_missing_and_not_where_classes_overlap(self) -> None:
        """Classes overlap at x = 0, with many labels; nobody knows of the place y = 6."""
        rng = np.random.default_rng(0)
        labels = np.repeat(["a", "b"], 60)
        features = np.column_stack([rng.normal(size=120), np.zeros(120)])
        features[:60, 0] -= 0.3
        features[60:, 0] += 0.3
        features[:, 1] = rng.normal(scale=0.3, size=120)
        pool = np.array([[0.0, 0.0], [0.1, 6.0], [4.0, 0.0]])
        candidates = trained(features, labels, pool)

        assert best_of("margin", candidates) != best_of("bagging", candidates) == [1]

    def test_takes_labels_and_a_model(self) -> None:
        with pytest.raises(LearnerError, match=r"no labels\. Give the candidates"):
            rank("bagging", of([[0.5, 0.5]]), np.zeros(1, np.uint64), 1)
        known = {"labelled_features": np.zeros((2, 1)), "labels": np.array(["a", "b"])}
        with pytest.raises(LearnerError, match="there is no trained model to begin with"):
            rank("bagging", of([[0.5, 0.5]], **known), np.zeros(1, np.uint64), 1)


class TestKCentre:
    def test_asks_for_the_farthest_from_what_is_labelled(self) -> None:
        features = np.linspace(-1, 1, 201)[:, None]
        known = {"labelled_features": np.array([[-1.0]]), "labels": np.array(["a"])}

        order, gap = rank("k_centre", of(np.empty((201, 0)), features, **known), np.arange(201), 3)

        assert order[0] == 200
        assert abs(order[1] - 100) < 5, "half-way, by the arcsinh of features"
        assert gap[0] > gap[1] > gap[2]

    def test_begins_where_sources_are_typical(self) -> None:
        features = np.random.default_rng(0).normal(size=(300, 2))

        (first,) = best_of("k_centre", of(np.empty(NO_MODEL), features))

        assert np.linalg.norm(features[first]) < 1.0


class TestTypicality:
    @pytest.fixture
    def clouds(self) -> np.ndarray:
        rng = np.random.default_rng(1)
        return np.repeat([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]], 100, axis=0) + rng.normal(
            scale=0.5, size=(300, 2)
        )

    def test_without_labels_each_cloud_gets_one(self, clouds: np.ndarray) -> None:
        chosen = best_of("typicality", of(np.empty(NO_MODEL), clouds), 3)

        assert sorted(one // 100 for one in chosen) == [0, 1, 2]
        centre = clouds.reshape(3, 100, 2).mean(axis=1)[np.array(chosen) // 100]
        assert np.linalg.norm(clouds[chosen] - centre, axis=1).max() < 0.6

    def test_a_cloud_with_labels_waits(self, clouds: np.ndarray) -> None:
        known = {"labelled_features": clouds[[5, 150]], "labels": np.array(["a", "b"])}

        (chosen,) = best_of("typicality", of(np.empty(NO_MODEL), clouds, **known))

        assert chosen // 100 == 2


class TestInformationDensity:
    def test_is_entropy_times_the_density_of_modal(self) -> None:
        rng = np.random.default_rng(2)
        features, shares = rng.normal(size=(60, 3)), rng.dirichlet(np.ones(3), size=60)

        scores = STRATEGIES["information_density"](of(shares, features))

        places = Whitening.of(features).place(features)
        entropy = -(shares * np.log(shares)).sum(axis=1)
        expected = entropy * modal_density(places, metric="euclidean")
        np.testing.assert_allclose(scores, expected, rtol=1e-6)

    def test_the_pool_counts_and_not_the_candidates_alone(self) -> None:
        features = np.array([[0.0], [3.0]])
        crowd = np.random.default_rng(3).normal(3.0, 0.5, size=(100, 1))
        candidates = of([[0.5, 0.5], [0.5, 0.5]], features).with_sketch(lambda: crowd)

        scores = STRATEGIES["information_density"](candidates)

        assert scores[1] > scores[0]


class TestRankedBatch:
    def test_the_second_is_unlike_the_first(self) -> None:
        """Twins of the most uncertain at 0, a little less uncertain ones at 2."""
        features = np.repeat([0.0, 2.0, -2.0], 10)[:, None]
        shares = np.repeat([[0.5, 0.5], [0.55, 0.45], [0.95, 0.05]], 10, axis=0)
        known = {"labelled_features": np.array([[-2.0]] * 60), "labels": np.array(["a"] * 60)}

        first, second, _ = best_of("ranked_batch", of(shares, features, **known), 3)

        assert {first // 10, second // 10} == {0, 1}


class TestBadge:
    def test_first_the_longest_gradient(self) -> None:
        """Lengths are |p - y| |(x, 1)| with whitened x."""
        shares = np.array([[0.5, 0.5], [0.9, 0.1], [0.5, 0.5]])
        features = np.array([[0.0], [3.0], [-3.0]])

        order, scores = rank("badge", of(shares, features), np.arange(3), 1)

        place = Whitening.of(features).place(features)[2, 0]
        assert order.tolist() == [2]
        np.testing.assert_allclose(scores, [np.sqrt(0.5) * np.hypot(place, 1)])

    def test_then_other_gradients(self) -> None:
        rng = np.random.default_rng(4)
        features = np.repeat([[0.0], [5.0]], 50, axis=0) + rng.normal(scale=0.01, size=(100, 1))
        shares = np.tile([[0.5, 0.5]], (100, 1))

        chosen = best_of("badge", of(shares, features, rng=np.random.default_rng(0)), 2)

        assert sorted(one // 50 for one in chosen) == [0, 1]


class TestExpectedErrorReduction:
    def test_equals_trying_every_label(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Against a plain loop over candidates and classes with scikit-learn alone."""
        monkeypatch.setattr(foresight, "UNLIKELY", 0.0)
        rng = np.random.default_rng(5)
        features = rng.normal(size=(30, 2))
        labels = np.where(features[:, 0] > 0, "a", "b")
        candidates = trained(features[:8], labels[:8], features[8:])

        order, scores = rank("expected_error_reduction", candidates, hashes_of(candidates), 3)

        model = candidates.learner.estimator
        losses = {}
        for place, source in enumerate(features[8:]):
            losses[place] = 0.0
            for name, share in zip("ab", candidates.probabilities[place], strict=True):
                X, y = np.vstack([features[:8], source]), np.append(labels[:8], name)
                after = model.__class__(**model.get_params(deep=False)).fit(X, y)
                loss = 1 - after.predict_proba(features[8:]).max(axis=1)
                losses[place] += share * loss.mean()
        tried = sorted(losses, key=losses.__getitem__)
        assert losses[order[0]] == pytest.approx(-scores[0], abs=1e-4)
        assert order[0] in tried[:3], "two of the candidates are not tried"


@dataclass(frozen=True)
class Errors:
    """One error a candidate, for all its features."""

    features: np.ndarray
    sizes: np.ndarray

    def take(self, places: np.ndarray) -> Errors:
        return Errors(self.features[places], self.sizes[places])

    def draw(self, n: int, rng: np.random.Generator) -> np.ndarray:
        return self.features + self.sizes[:, None] * rng.normal(size=(n, *self.features.shape))


class TestErrorAware:
    def test_passes_over_coin_flips(self) -> None:
        """Two sources at a boundary that six labels leave open; one is badly measured."""
        rng = np.random.default_rng(6)
        features = rng.normal(scale=0.4, size=(6, 2)) + np.repeat([[-2.0, 0.0], [2.0, 0.0]], 3, 0)
        labels = np.repeat(["a", "b"], 3)
        pool = np.array([[0.0, 2.0], [0.0, 2.0], [3.0, 0.0], [-3.0, 0.0]])
        errors = Errors(pool, np.array([8.0, 0.05, 0.05, 0.05]))
        candidates = trained(features, labels, pool, noise=errors)

        scores = STRATEGIES["error_aware"](candidates)

        assert STRATEGIES["margin"](candidates)[0] == STRATEGIES["margin"](candidates)[1]
        assert scores.argmax() == 1
        assert scores[0] < 0.5 * scores[1]

    def test_without_errors_is_bagging(self) -> None:
        rng = np.random.default_rng(7)
        features = rng.normal(size=(40, 2))
        labels = np.where(features[:, 0] > 0, "a", "b")
        candidates = trained(features[:10], labels[:10], features[10:])

        np.testing.assert_allclose(
            STRATEGIES["error_aware"](candidates),
            STRATEGIES["bagging"](candidates, bags=noise.LEARNERS),
            atol=1e-12,
        )


class TestExamples:
    line = np.linspace(-2, 2, 41)[:, None]

    def test_the_nearest_to_an_example(self) -> None:
        candidates = of(np.empty((41, 0)), self.line, like=np.array([[1.02]]))

        assert best_of("examples", candidates) == [30]

    def test_away_from_a_counterexample(self) -> None:
        """Between two marks it is on the far side of the example that is better."""
        marks = {"like": np.array([[1.0]]), "unlike": np.array([[0.8]])}
        candidates = of(np.empty((41, 0)), self.line, **marks)

        (best,) = best_of("examples", candidates)

        assert self.line[best, 0] > 1.0

    def test_needs_a_mark(self) -> None:
        with pytest.raises(LearnerError, match=r"none is. Mark some: session.mark\(ids\)"):
            best_of("examples", of(np.empty((41, 0)), self.line))
