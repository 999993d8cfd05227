from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.learning.coverage import coverage_order

NOBODY = np.empty(0, dtype=np.int64)


def clouds(sizes: list[int], seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Round clouds at the corners of a square, robust-scaled, and each source's cloud."""
    rng = np.random.default_rng(seed)
    number = np.repeat(np.arange(len(sizes)), sizes)
    places = 10.0 * np.array([[0, 0], [1, 0], [1, 1], [0, 1]])[number]
    features = places + rng.normal(size=places.shape)
    low, middle, high = np.percentile(features, [25, 50, 75], axis=0)
    return (features - middle) / (high - low), number


def order_of(features: np.ndarray, n: int, *, asked: np.ndarray = NOBODY, seed: int = 0) -> list:
    hashes = id_hashes(np.arange(len(features)), seed)
    free = np.setdiff1d(np.arange(len(features)), asked)
    return coverage_order(features, free, asked, hashes, n).tolist()


class TestSpread:
    def test_every_cloud_is_visited_first(self) -> None:
        features, number = clouds([400, 40, 400, 60])

        assert sorted(number[order_of(features, 4)]) == [0, 1, 2, 3]

    def test_starts_in_the_thick_of_it(self) -> None:
        features = np.random.default_rng(0).normal(size=(500, 3))

        first = features[order_of(features, 1)[0]]

        assert np.linalg.norm(first) < 1.0

    def test_keeps_away_from_what_was_asked(self) -> None:
        features, number = clouds([200, 200, 200])
        asked = np.flatnonzero(number != 1)[:300:10]

        assert number[order_of(features, 1, asked=asked)[0]] == 1

    @pytest.mark.parametrize("seed", range(3))
    def test_outliers_are_not_asked_first(self, seed: int) -> None:
        features, _ = clouds([300, 300], seed)
        rng = np.random.default_rng(seed + 100)
        outliers = rng.choice(600, 12, replace=False)
        features[outliers] = rng.normal(scale=30, size=(12, 2))

        assert not set(order_of(features, 20, seed=seed)) & set(outliers.tolist())

    def test_a_feature_of_wild_tails_does_not_rule(self) -> None:
        features, number = clouds([300, 30, 300])
        wild = np.random.default_rng(1).standard_cauchy(len(number))
        features = np.column_stack([features, wild])

        assert set(number[order_of(features, 12)]) == {0, 1, 2}


class TestOrder:
    @settings(max_examples=15, deadline=None)
    @given(st.integers(1, 60), st.integers(0, 10**6))
    def test_any_order_of_rows(self, n_sources: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        features, hashes = rng.normal(size=(n_sources, 3)), id_hashes(np.arange(n_sources), 1)
        everyone, shuffled = np.arange(n_sources), rng.permutation(n_sources)

        straight = coverage_order(features, everyone, NOBODY, hashes, 8)
        again = coverage_order(features[shuffled], everyone, NOBODY, hashes[shuffled], 8)

        assert shuffled[again].tolist() == straight.tolist()

    def test_one_by_one_is_all_at_once(self) -> None:
        features, _ = clouds([500, 100, 300])

        one_by_one: list[int] = []
        for _ in range(10):
            one_by_one += order_of(features, 1, asked=np.array(one_by_one, dtype=np.int64))

        assert one_by_one == order_of(features, 10)

    def test_asks_for_everyone_in_the_end(self) -> None:
        features, _ = clouds([5, 4])

        assert sorted(order_of(features, 20)) == list(range(9))

    def test_beyond_the_sketch_in_order_of_hashes(self, monkeypatch) -> None:
        monkeypatch.setattr("napari_astro_al.learning.coverage.SKETCH", 50)
        features, _ = clouds([200])

        order = order_of(features, 60)

        by_hash = np.argsort(id_hashes(np.arange(200), 0))
        assert sorted(order[:50]) == sorted(by_hash[:50])
        assert order[50:] == by_hash[50:60].tolist()

    def test_never_a_source_that_may_not_be_asked(self) -> None:
        features, _ = clouds([50, 50])
        asked = np.arange(0, 100, 2)

        assert not set(order_of(features, 100, asked=asked)) & set(asked.tolist())


class TestOddFeatures:
    @pytest.mark.parametrize(
        "features",
        [np.zeros((30, 2)), np.full((30, 2), np.nan), np.zeros((30, 0)), np.zeros((1, 3))],
        ids=["constant", "missing", "none", "a single source"],
    )
    def test_still_ask(self, features: np.ndarray) -> None:
        n = min(5, len(features))

        assert len(set(order_of(features, 5))) == n

    def test_missing_values_count_as_the_median(self) -> None:
        features, number = clouds([200, 200])
        features[::7, 1] = np.nan

        assert set(number[order_of(features, 4)]) == {0, 1}

    @pytest.mark.parametrize("n", [0, -1])
    def test_nothing_asked(self, n: int) -> None:
        assert order_of(np.zeros((3, 1)), n) == []
