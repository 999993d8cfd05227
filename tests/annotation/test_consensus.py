"""Consensus against the paper's data, other programs, and what must hold for any answers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from napari_astro_al.annotation.consensus import dawid_skene, majority

ANAESTHETISTS = """
111.1.1.1.1 333.4.3.3.4 112.2.1.2.2 222.3.1.2.1 222.3.2.2.2 222.3.3.2.2 122.2.1.1.1 333.3.4.3.3
222.2.2.2.3 232.2.2.2.3 444.4.4.4.4 222.3.3.4.3 111.1.1.1.1 222.3.2.1.2 121.1.1.1.1 111.2.1.1.1
111.1.1.1.1 111.1.1.1.1 222.2.2.2.1 222.1.3.2.2 222.2.2.2.2 222.2.2.2.1 222.3.2.2.2 221.2.2.2.2
111.1.1.1.1 111.1.1.1.1 232.2.2.2.2 111.1.1.1.1 111.1.1.1.1 112.1.1.2.1 111.1.1.1.1 333.3.2.3.3
111.1.1.1.1 222.2.2.2.2 222.3.2.3.2 433.4.3.4.3 221.2.2.3.2 232.3.2.3.3 333.3.4.3.2 111.1.1.1.1
111.1.1.1.1 121.2.1.1.1 232.2.2.2.2 121.1.1.1.1 222.2.2.2.2
"""
"""Dawid and Skene (1979), table 1: 45 patients, the first of five observers asked three times."""


# Four annotators of 60 sources of three classes, a quarter of the answers missing; "." is missing.
MADE_UP = [
    "202. .120 0020 102. .000 22.. 2202 11.1 .... 0000 ...0 1111 1111 1100 0.1.",
    "0001 .202 2..2 ..00 0.01 1..1 1.01 222. 1110 1212 11.. 1.2. 1100 0000 .2..",
    "221. 2122 22.2 ..20 00.0 1.1. .1.1 ..12 222. 0..2 2220 2020 0000 2.22 2..2",
    "0000 .002 .0.2 000. 2.22 .1.. 1110 ..00 1111 002. 2.2. 1..1 00.2 0.02 222.",
]


def codes_of(text: str) -> np.ndarray:
    return np.array([["012345".find(one) for one in word] for word in text.split()])


def table(text: str) -> np.ndarray:
    patients = text.split()
    answers = np.zeros((len(patients), 5, 4), dtype=int)
    for patient, said in enumerate(patients):
        for observer, words in enumerate(said.split(".")):
            for one in words:
                answers[patient, observer, int(one) - 1] += 1
    return answers


def as_counts(rows: list[list[int]], n_classes: int) -> np.ndarray:
    codes = np.array(rows)
    return (codes[:, :, None] == np.arange(n_classes)).astype(int)


class TestMajority:
    def test_more_than_anything_else_and_a_tie_is_nothing(self) -> None:
        counts = np.array([[2, 1, 0], [1, 1, 0], [0, 0, 0], [0, 0, 1], [2, 2, 1]])
        assert majority(counts).tolist() == [0, -1, -1, 2, -1]

    def test_of_nothing(self) -> None:
        assert majority(np.empty((0, 0), dtype=int)).tolist() == []


class TestDawidSkene:
    def test_the_anaesthetists(self) -> None:
        """The estimates of tables 2 and 3 of the paper."""
        found = dawid_skene(table(ANAESTHETISTS))
        assert found.converged
        assert found.prevalence == pytest.approx([0.40, 0.42, 0.11, 0.07], abs=0.005)
        first = [[0.89, 0.11, 0, 0], [0.07, 0.88, 0.05, 0], [0, 0.34, 0.66, 0], [0, 0, 0.56, 0.44]]
        assert found.errors[0] == pytest.approx(np.array(first), abs=0.005)
        assert found.probabilities.sum(axis=1) == pytest.approx(1)
        # patient 3: three of seven answers are 1, and yet it is 2
        assert found.probabilities[2, 1] > 0.99

    def test_another_program(self) -> None:
        """crowd-kit 1.4: classes of 0.6957 and 0.3043 for a source that says 1, 2 and 0."""
        codes = codes_of(" ".join(MADE_UP))
        found = dawid_skene((codes[:, :, None] == np.arange(3)).astype(int))
        assert found.prevalence == pytest.approx([0.318513, 0.284135, 0.397352], abs=1e-5)
        assert found.probabilities[1] == pytest.approx([0, 0.69565, 0.30435], abs=2e-5)
        assert found.probabilities[4] == pytest.approx([0.98123, 0, 0.01877], abs=2e-5)

    def test_the_likelihood_never_falls(self) -> None:
        answers = table(ANAESTHETISTS)
        steps = [dawid_skene(answers, most).log_likelihood for most in range(1, 12)]
        assert all(one <= two + 1e-9 for one, two in pairwise(steps))
        assert not dawid_skene(answers, 1).converged

    def test_one_annotator_is_believed(self) -> None:
        found = dawid_skene(as_counts([[0], [1], [1]], 2))
        assert found.converged
        assert found.probabilities.argmax(axis=1).tolist() == [0, 1, 1]
        assert found.probabilities.max(axis=1) == pytest.approx(1)

    def test_a_tie_goes_to_who_is_usually_right(self) -> None:
        """Ada and Cy always agree, Bo is often alone; then Ada and Bo contradict each other."""
        rows = [[0, 0, 0], [1, 1, 1], [0, 1, 0], [1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0]]
        found = dawid_skene(as_counts([*rows, [1, 0, -1]], 2))
        assert found.probabilities[-1, 1] > 0.9

    def test_a_tie_that_nothing_decides_stays_one(self) -> None:
        found = dawid_skene(as_counts([[0, 1], [1, 0]], 2))
        assert found.probabilities == pytest.approx(0.5)

    def test_it_finds_the_error_rates_that_answers_were_made_with(self) -> None:
        rng = np.random.default_rng(0)
        truth = rng.random(4000) < 0.3
        right = [0.95, 0.8, 0.7]
        codes = np.stack([np.where(rng.random(4000) < one, truth, ~truth) for one in right], 1)
        found = dawid_skene(as_counts(codes.astype(int).tolist(), 2))
        for who, share in enumerate(right):
            assert found.errors[who].diagonal() == pytest.approx(share, abs=0.05)
        assert found.prevalence[1] == pytest.approx(0.3, abs=0.03)
