from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_astro_al.learning.strategies import diversify, diversity, farthest_first, gaps


def falling(n: int) -> np.ndarray:
    return -np.arange(n, dtype=float)


class TestDiversify:
    def test_twins_of_the_chosen_come_last(self) -> None:
        """Scores 0, -1, ... -5 at three places: the best of each, then the twins by score."""
        places = np.array([0.0, 0.0, 10.0, 10.0, 20.0, 20.0])[:, None]

        order = diversify(np.array([7, 3, 9, 1, 8, 2]), falling(6), places, 3)

        assert order.tolist() == [7, 9, 8]

    def test_places_alike_leave_the_order(self) -> None:
        assert diversify(np.arange(5), falling(5), np.zeros((5, 2)), 4).tolist() == [0, 1, 2, 3]

    def test_a_bad_candidate_is_not_chosen_for_being_far(self) -> None:
        rng = np.random.default_rng(0)
        places = rng.normal(size=(100, 2))
        places[-1] = 1000.0

        assert 99 not in diversify(np.arange(100), falling(100), places, 5)

    def test_only_the_order_of_scores_counts(self) -> None:
        places = np.random.default_rng(1).normal(size=(60, 3))

        plain = diversify(np.arange(60), falling(60), places, 6)

        assert diversify(np.arange(60), -np.exp(-falling(60)), places, 6).tolist() == plain.tolist()

    def test_what_was_asked_is_discounted(self) -> None:
        places = np.array([[0.0], [0.1], [5.0], [5.1]])

        asked = np.array([[0.05]])

        assert diversify(np.arange(4), falling(4), places, 1, asked=asked).tolist() == [2]

    def test_covers_more_than_the_best_do(self) -> None:
        places = np.random.default_rng(2).normal(size=(200, 2))
        scores = np.sort(-np.abs(places[:, 0]))[::-1]
        places = places[np.argsort(np.abs(places[:, 0]))]

        chosen = diversify(np.arange(200), scores, places, 20)

        assert gaps(places, places[chosen]).mean() < 0.8 * gaps(places, places[:20]).mean()

    @settings(max_examples=30, deadline=None)
    @given(st.integers(0, 40), st.integers(0, 45), st.integers(0, 10**6))
    def test_is_a_part_of_the_order_with_the_best_first(self, m: int, n: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        order = rng.permutation(100)[:m]
        scores = -np.sort(rng.integers(0, 5, size=m)).astype(float)

        chosen = diversify(order, scores, rng.normal(size=(m, 2)), n)

        assert len(chosen) == len(set(chosen.tolist())) == min(m, n)
        assert set(chosen.tolist()) <= set(order.tolist())
        assert not (m and n) or chosen[0] == order[0]

    def test_beyond_the_limit_the_order_is_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(diversity, "MOST_DIVERSE", 2)
        places = np.array([0.0, 0.0, 0.0, 9.0, 9.0])[:, None]

        assert diversify(np.arange(5), falling(5), places, 5).tolist() == [0, 3, 1, 2, 4]


class TestFarthestFirst:
    def test_each_is_farthest_from_those_before(self) -> None:
        places = np.array([0.0, 1.0, 4.0, 10.0])[:, None]

        chosen, distance = farthest_first(places, gaps(places, np.array([[0.0]])), 3)

        assert chosen.tolist() == [3, 2, 1]
        assert distance.tolist() == [10.0, 4.0, 1.0]

    def test_ends_with_everyone(self) -> None:
        chosen, _ = farthest_first(np.zeros((3, 1)), np.full(3, np.inf), 9)

        assert sorted(chosen) == [0, 1, 2]
