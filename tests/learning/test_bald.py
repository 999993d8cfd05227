"""What a committee's answers would tell about it, against what every answer in turn comes to."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning.strategies import STRATEGIES, Candidates, bald


def of(votes):
    votes = np.asarray(votes, dtype=float)
    return Candidates(votes.mean(axis=0), np.zeros((votes.shape[1], 1)), votes=votes)


def entropy(p):
    p = p[p > 0]
    return -(p * np.log(p)).sum()


def information(votes, some):
    """Of the answers to some sources and the voter, by every way to answer."""
    ways = product(range(votes.shape[2]), repeat=len(some))
    joint = [np.prod([votes[:, s, k] for s, k in zip(some, w, strict=True)], axis=0) for w in ways]
    left = np.mean([sum(entropy(voter[s]) for s in some) for voter in votes])
    return entropy(np.mean(joint, axis=1)) - left


def test_bald_by_hand():
    agreed, torn, even = [1.0, 0.0], [0.0, 1.0], [0.5, 0.5]
    votes = [[agreed, agreed, even], [agreed, torn, even]]

    assert STRATEGIES["bald"](of(votes)) == pytest.approx([0, np.log(2), 0])


def test_a_batch_does_not_ask_the_same_twice():
    """Two twins would tell which half of the voters is right; the third tells the rest."""
    a, b = [0.99, 0.01], [0.01, 0.99]
    c = [0.9, 0.1], [0.1, 0.9]
    votes = [[a, a, c[0]], [a, a, c[1]], [b, b, c[0]], [b, b, c[1]]]

    order, scores = STRATEGIES["batch_bald"](of(votes), n=2)
    assert order.tolist() == [0, 2]
    assert scores.tolist() == pytest.approx(
        [information(np.array(votes), [0]), information(np.array(votes), [2])]
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_batch_is_the_greedy_one_of_all_answers(seed):
    votes = np.random.default_rng(seed).dirichlet(np.full(3, 0.5), size=(4, 7))
    order, scores = STRATEGIES["batch_bald"](of(votes), n=5)

    chosen: list[int] = []
    for _ in range(5):
        told = {one: information(votes, [*chosen, one]) for one in range(7) if one not in chosen}
        chosen.append(max(told, key=told.get))
    assert order.tolist() == chosen
    assert scores.sum() == pytest.approx(information(votes, chosen))


def test_a_sample_of_answers_comes_close(monkeypatch):
    votes = np.random.default_rng(1).dirichlet(np.full(3, 0.5), size=(6, 8))
    _, exact = STRATEGIES["batch_bald"](of(votes), n=6)
    monkeypatch.setattr(bald, "ANSWERS", 600)  # 729 answers to six
    _, sampled = STRATEGIES["batch_bald"](of(votes), n=7)

    assert sampled[:6] == pytest.approx(exact)
    assert 0 <= sampled[6] + 0.02 <= 0.2


def test_more_than_are_chosen_together_follow():
    votes = np.random.default_rng(2).dirichlet(np.ones(2), size=(3, 30))
    order, scores = STRATEGIES["batch_bald"](of(votes), n=25)

    assert len(set(order.tolist())) == len(scores) == 25
    assert (np.diff(scores[bald.JOINT :]) <= 0).all()


@pytest.mark.parametrize("name", ["bald", "batch_bald"])
def test_one_vote_is_no_committee(name):
    one = Candidates(np.full((3, 2), 0.5), np.zeros((3, 1)))
    with pytest.raises(LearnerError, match="compares votes, and there is one model"):
        STRATEGIES[name](one, **({"n": 1} if name == "batch_bald" else {}))
