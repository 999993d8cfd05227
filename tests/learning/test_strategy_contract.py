"""What every registered query strategy must do; a new one is tested here by being registered."""

from __future__ import annotations

import numpy as np
import pytest

from napari_astro_al.learning import STRATEGIES, Candidates, rank

NEED_NO_MODEL = {"random"}
N, MODELS, CLASSES = 50, 3, 4

rng = np.random.default_rng(5)
VOTES = rng.dirichlet(np.ones(CLASSES), size=(MODELS, N))
FEATURES = rng.normal(size=(N, 6))
HASHES = rng.permutation(N).astype(np.uint64)


def candidates(votes: np.ndarray = VOTES, features: np.ndarray = FEATURES) -> Candidates:
    probabilities = votes.mean(axis=0)
    for array in (votes, probabilities, features):
        array.setflags(write=False)
    return Candidates(
        probabilities,
        features,
        votes=votes,
        classes=tuple("abcd"),
        labelled_features=features[:5],
        labels=np.array(list("abcda")),
        rng=np.random.default_rng(0),
    )


@pytest.mark.parametrize("name", sorted(STRATEGIES))
class TestEveryStrategy:
    def test_gives_one_finite_number_a_candidate(self, name: str) -> None:
        scores = STRATEGIES[name](candidates())

        assert scores.shape == (N,)
        assert scores.dtype.kind == "f"
        assert np.isfinite(scores).all()

    def test_is_pure(self, name: str) -> None:
        given = candidates()

        np.testing.assert_array_equal(STRATEGIES[name](given), STRATEGIES[name](given))

    def test_follows_the_candidates(self, name: str) -> None:
        shuffled = np.random.default_rng(1).permutation(N)

        scores = STRATEGIES[name](candidates())
        again = STRATEGIES[name](candidates(VOTES[:, shuffled], FEATURES[shuffled]))

        np.testing.assert_allclose(again, scores[shuffled], rtol=1e-12, atol=1e-15)

    def test_asks_for_the_same_sources_in_any_order_of_rows(self, name: str) -> None:
        shuffled = np.random.default_rng(2).permutation(N)

        order, _ = rank(name, candidates(), HASHES, 10)
        again, _ = rank(
            name, candidates(VOTES[:, shuffled], FEATURES[shuffled]), HASHES[shuffled], 10
        )

        assert shuffled[again].tolist() == order.tolist()

    def test_never_asks_where_the_model_says_nothing(self, name: str) -> None:
        if name in NEED_NO_MODEL:
            pytest.skip(f"{name} asks without a model")
        votes = VOTES.copy()
        votes[:, 7] = np.nan

        order, _ = rank(name, candidates(votes), HASHES, N)

        assert sorted(order) == [row for row in range(N) if row != 7]

    def test_prefers_doubt_to_certainty(self, name: str) -> None:
        if name in NEED_NO_MODEL:
            pytest.skip(f"{name} asks without a model")
        votes = np.zeros((MODELS, 2, CLASSES))
        votes[:, 0, 0] = 1
        votes[[0, 1, 2], 1, [0, 1, 2]] = 1

        order, _ = rank(name, candidates(votes, FEATURES[:2]), HASHES[:2], 2)

        assert order.tolist() == [1, 0]

    @pytest.mark.parametrize("n", [0, 1, N, N + 5])
    def test_gives_as_many_as_there_are(self, name: str, n: int) -> None:
        order, scores = rank(name, candidates(), HASHES, n)

        assert len(set(order.tolist())) == len(order) == min(n, N)
        assert n == 0 or scores[0] == scores.max()

    def test_has_nothing_to_ask_of_nobody(self, name: str) -> None:
        order, _ = rank(name, candidates(VOTES[:, :0], FEATURES[:0]), HASHES[:0], 3)

        assert len(order) == 0

    def test_reads_single_precision(self, name: str) -> None:
        order, _ = rank(name, candidates(VOTES.astype(np.float32)), HASHES, 10)
        exact, _ = rank(name, candidates(), HASHES, 10)

        assert set(order) == set(exact)
