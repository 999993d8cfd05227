"""Asking for what is worth its cost: the gain of a label per what it takes to get it."""

from __future__ import annotations

import numpy as np

from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.diversity import MOST_DIVERSE, SHORTLIST, diversify
from napari_astro_al.learning.strategies.naming import (
    Strategy,
    about,
    chooses_batches,
    function_of,
    is_modal,
)
from napari_astro_al.learning.strategies.places import Whitening
from napari_astro_al.learning.strategies.ranking import Hashes, Places, rank

LEAST_ASKED = 100
"""Candidates that a strategy which chooses batches is asked for, at least."""


def rank_by_cost(
    strategy: str | Strategy,
    candidates: Candidates,
    hashes: Hashes,
    n: int,
    costs: Floats,
    budget: float | None = None,
) -> tuple[Places, Floats]:
    """The candidates to ask for, where labels have costs.

    Parameters
    ----------
    strategy, candidates, hashes
        As of `rank`.
    n : int
        How many at most.
    costs : (n_candidates,) float ndarray
        Of each label, in any unit, greater than 0; a candidate of NaN is never asked for.
    budget : float, optional
        What the labels may cost together, in the same unit; None for no limit.

    Returns
    -------
    order : (m,) intp ndarray
        Places among the candidates, the most gain per cost first; m <= n.
    scores : (m,) float ndarray
        Gains per cost.

    Notes
    -----
    A strategy's score becomes a gain from 0, of the candidate that it ranks last, to 1 (`gains`).
    Without a budget these are the best by gain per cost, made diverse as batches are; with one,
    see `knapsack`, whose order is made diverse in the same way.
    """
    limit = np.inf if budget is None else budget
    possible = np.flatnonzero(np.isfinite(costs) & (costs <= limit))
    if n <= 0 or not len(possible):
        return np.empty(0, dtype=np.intp), np.empty(0)
    some = candidates.take(possible)
    by_place = _orders_alone(strategy)
    wanted = min(len(some), max(SHORTLIST * n, LEAST_ASKED)) if by_place else len(some)
    order, scores = rank(strategy, some, hashes[possible], wanted)
    order, worth = gains(order, scores, by_place=by_place)
    each = costs[possible[order]]
    per_cost = worth / each
    by_ratio = np.lexsort((hashes[possible[order]], -per_cost))
    if n > 1 and about(strategy).diverse and not by_place:
        by_ratio = _thinned(by_ratio, per_cost, some, order, n)
    chosen = by_ratio[:n] if budget is None else knapsack(by_ratio, worth, each, n, budget)
    return possible[order[chosen]], per_cost[chosen]


def _orders_alone(strategy: str | Strategy) -> bool:
    """Whether a strategy chooses a batch by itself, so that its order is all there is."""
    function = function_of(strategy)
    return is_modal(function) or chooses_batches(function)


def gains(order: Places, scores: Floats, *, by_place: bool) -> tuple[Places, Floats]:
    """What each label is worth, from 0 to 1.

    Parameters
    ----------
    order, scores : (m,) ndarray
        As `rank` gives them for all candidates.
    by_place : bool
        Whether the order is all there is: gains then fall evenly from 1.

    Returns
    -------
    order : (k,) intp ndarray
        Without candidates that the strategy did not look at.
    gains : (k,) float64 ndarray
        Scores, scaled linearly so that the lowest is 0 and the highest 1; all 1 where they are
        alike.
    """
    if by_place:
        return order, 1.0 - np.arange(len(order)) / max(len(order), 1)
    looked_at = np.isfinite(scores)
    order, scores = order[looked_at], scores[looked_at]
    if not len(scores):
        return order, scores
    spread = float(scores.max() - scores.min())
    return order, (scores - scores.min()) / spread if spread > 0 else np.ones(len(scores))


def _thinned(by_ratio: Places, per_cost: Floats, some: Candidates, order: Places, n: int) -> Places:
    """The order by gain per cost, with those put back that lie near better ones."""
    short, rest = np.split(by_ratio, [SHORTLIST * min(n, MOST_DIVERSE)])
    features = some.features_at(order[short])
    places = Whitening.of(features).place(features)
    return np.concatenate([diversify(short, per_cost[short], places, len(short)), rest])


def knapsack(order: Places, worth: Floats, costs: Floats, n: int, budget: float) -> Places:
    """At most n items within a budget: greedily by gain per cost, or the best one alone.

    Items are taken in the given order as long as they fit; one that does not is passed over. The
    single item with the largest gain takes their place if it is worth more than all of them.

    Parameters
    ----------
    order : (m,) intp ndarray
        Items, the largest gain per cost first.
    worth, costs : (m,) float ndarray
        Gains, 0 and more, and costs, above 0 and at most the budget, by item.
    n : int
        How many items at most.
    budget : float

    Returns
    -------
    (k,) intp ndarray
        Items from `order`, in its order; their costs add up to the budget at most.

    Notes
    -----
    In the order of gain per cost, and where n does not bind, they are worth at least half of the
    best choice that there is. Let the items be numbered in that order, and k be the first that
    does not fit after all before it. Filling the budget with 1, ..., k - 1 and a part of k is
    the best that can be done if items may be cut (Dantzig 1957, "Discrete-variable extremum
    problems", Operations Research 5, 266): exchanging any amount of budget for another item's
    would lower the gain per cost. So no whole items are worth more than g_1 + ... + g_k. Either
    the first k - 1, which are all taken, or item k alone, than which the best single item is not
    worth less, has half of that. What is taken after k only adds. The bound is Kellerer, Pferschy
    & Pisinger 2004, "Knapsack problems", section 2.5. For orders that were made diverse, or where
    n binds, nothing is proven.
    """
    chosen: list[int] = []
    left = budget
    for item in order:
        if len(chosen) == n:
            break
        if costs[item] <= left:
            chosen.append(int(item))
            left -= float(costs[item])
    alone = order[worth[order].argmax()]
    if worth[chosen].sum() < worth[alone]:
        chosen = [int(alone)]
    return np.array(chosen, dtype=np.intp)
