from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.learning import Candidates
from napari_astro_al.learning.strategies import knapsack, rank_by_cost
from napari_astro_al.learning.strategies.costs import gains

HASHES = np.arange(5, dtype=np.uint64)
DOUBT = [0.5, 0.9, 0.6, 0.7, 0.99]
"""Probabilities of the likelier class: margins fall in the order 0, 2, 3, 1, 4."""


def five(places=None):
    shares = np.array([[one, 1 - one] for one in DOUBT])
    return Candidates(shares, np.arange(5.0)[:, None] if places is None else places)


class TestGains:
    def test_the_worst_is_worth_nothing_and_the_best_one(self):
        order, worth = gains(np.array([2, 0, 1]), np.array([3.0, 2.0, -1.0]), by_place=False)
        assert order.tolist() == [2, 0, 1]
        assert worth.tolist() == [1.0, 0.75, 0.0]

    def test_what_was_not_looked_at_is_left_out(self):
        order, worth = gains(np.array([2, 0, 1]), np.array([3.0, 2.0, np.nan]), by_place=False)
        assert order.tolist() == [2, 0]
        assert worth.tolist() == [1.0, 0.0]

    def test_where_order_is_all_there_is_they_fall_evenly(self):
        _, worth = gains(np.arange(4), np.full(4, np.nan), by_place=True)
        assert worth.tolist() == [1.0, 0.75, 0.5, 0.25]


class TestKnapsack:
    def test_takes_what_fits_and_passes_over_what_does_not(self):
        worth, costs = np.array([6.0, 5.0, 2.0]), np.array([2.0, 4.0, 2.0])
        assert knapsack(np.array([0, 1, 2]), worth, costs, 9, 5.0).tolist() == [0, 2]
        assert knapsack(np.array([0, 1, 2]), worth, costs, 1, 5.0).tolist() == [0]

    def test_one_that_is_worth_more_than_all_the_small_ones(self):
        worth, costs = np.array([2.0, 10.0]), np.array([1.0, 10.0])
        assert knapsack(np.array([0, 1]), worth, costs, 9, 10.0).tolist() == [1]

    @given(
        st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), min_size=1, max_size=8),
        st.integers(20, 60),
    )
    def test_is_worth_at_least_half_of_the_best_choice(self, items, budget):
        worth, costs = np.array(items, dtype=float).T
        order = np.lexsort((np.arange(len(items)), -worth / costs))
        chosen = knapsack(order, worth, costs, len(items), float(budget))
        assert costs[chosen].sum() <= budget
        sets = (
            list(some) for k in range(len(items) + 1) for some in combinations(range(len(items)), k)
        )
        best = max(worth[some].sum() for some in sets if costs[some].sum() <= budget)
        assert 2 * worth[chosen].sum() >= best


class TestRank:
    def test_equal_costs_change_nothing(self):
        order, _ = rank_by_cost("margin", five(), HASHES, 1, np.full(5, 7.0))
        assert order.tolist() == [0]

    def test_what_is_cheap_comes_before_what_is_doubtful(self):
        order, scores = rank_by_cost("margin", five(), HASHES, 1, np.array([4.0, 1, 1, 1, 1]))
        assert order.tolist() == [2]
        # margins 0.2 of 0 ... 0.98: worth 1 - 0.2 / 0.98
        assert scores == pytest.approx([1 - 0.2 / 0.98])

    def test_one_without_a_cost_is_never_asked_for(self):
        costs = np.array([np.nan, 1, 1, np.nan, 1])
        order, _ = rank_by_cost("margin", five(), HASHES, 5, costs)
        assert sorted(order.tolist()) == [1, 2, 4]

    def test_one_beyond_the_budget_alone_is_not_either(self):
        costs = np.array([9.0, 1, 1, 1, 1])
        order, _ = rank_by_cost("margin", five(), HASHES, 5, costs, budget=3.0)
        assert 0 not in order
        assert len(order) == 3

    @pytest.mark.parametrize("name", ["k_centre", "badge", "random"])
    def test_strategies_that_choose_batches(self, name):
        order, _ = rank_by_cost(name, five(), HASHES, 4, np.arange(1.0, 6.0), budget=6.0)
        assert 0 < len(order) <= 4
        assert np.arange(1.0, 6.0)[order].sum() <= 6.0

    def test_the_order_of_rows_changes_nothing(self):
        shuffled, costs = np.array([3, 0, 4, 2, 1]), np.array([2.0, 1, 3, 1, 2])
        order, _ = rank_by_cost("margin", five(), HASHES, 3, costs, budget=5.0)
        again, _ = rank_by_cost(
            "margin", five().take(shuffled), HASHES[shuffled], 3, costs[shuffled], budget=5.0
        )
        assert shuffled[again].tolist() == order.tolist()
