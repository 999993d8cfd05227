"""Agreement against published examples, and against values of other programs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_astro_al.annotation.agreement import cohen, confusion, fleiss, krippendorff, overlaps
from napari_astro_al.annotation.answers import Answers

# Four annotators of 60 sources of three classes, a quarter of the answers missing; "." is missing.
MADE_UP = [
    "202. .120 0020 102. .000 22.. 2202 11.1 .... 0000 ...0 1111 1111 1100 0.1.",
    "0001 .202 2..2 ..00 0.01 1..1 1.01 222. 1110 1212 11.. 1.2. 1100 0000 .2..",
    "221. 2122 22.2 ..20 00.0 1.1. .1.1 ..12 222. 0..2 2220 2020 0000 2.22 2..2",
    "0000 .002 .0.2 000. 2.22 .1.. 1110 ..00 1111 002. 2.2. 1..1 00.2 0.02 222.",
]


def codes_of(text: str) -> np.ndarray:
    return np.array([["012345".find(one) for one in word] for word in text.split()])


def counts_of(codes: np.ndarray, n_classes: int) -> np.ndarray:
    return np.stack([(codes == one).sum(axis=1) for one in range(n_classes)], axis=1)


def annotators(table: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """The answers of two annotators, given how often each pair of answers came."""
    pairs = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    first, second = np.array(pairs).T
    return first, second


class TestCohen:
    @pytest.mark.parametrize(
        ("table", "kappa"),
        [
            ([[20, 5], [10, 15]], 0.4),
            ([[45, 15], [25, 15]], 0.1304),
            ([[25, 35], [5, 35]], 0.2593),
        ],
    )
    def test_well_known_examples(self, table, kappa) -> None:
        found = cohen(*annotators(table), 2)
        assert found.value == pytest.approx(kappa, abs=5e-5)
        assert found.n_sources == np.sum(table)
        assert found.low < found.value < found.high

    def test_its_interval_is_that_of_the_large_sample_formula(self) -> None:
        """Fleiss, Cohen and Everitt (1969): a standard error of 0.0284, says statsmodels."""
        found = cohen(*annotators([[400, 100], [200, 300]]), 2)
        assert found.value == pytest.approx(0.4)
        assert (found.high - found.low) / (2 * 1.96) == pytest.approx(0.0284, rel=0.06)

    def test_another_program(self) -> None:
        """scikit-learn 1.8: 0.7664233576642336."""
        codes = codes_of(" ".join(MADE_UP))
        found = cohen(codes[:, 0], codes[:, 1], 3)
        assert found.value == pytest.approx(0.7664233576642336, abs=1e-12)
        assert found.n_sources == 32

    def test_where_it_is_not_defined(self) -> None:
        none = np.array([-1, -1])
        assert np.isnan(cohen(none, none, 2).value)
        assert cohen(none, none, 2).n_sources == 0
        same = cohen(np.zeros(5, int), np.zeros(5, int), 2)
        assert np.isnan(same.value)
        assert same.n_sources == 5


class TestFleiss:
    def test_a_well_known_example(self) -> None:
        """Ten subjects, fourteen raters, five categories: kappa 0.210."""
        counts = np.array(
            [
                [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0],
                [2, 2, 8, 1, 1], [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2],
                [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
            ]
        )  # fmt: skip
        found = fleiss(counts)
        assert found.value == pytest.approx(0.210, abs=5e-4)
        assert found.n_sources == 10
        assert 0 < found.low < 0.210 < found.high < 0.5

    def test_another_program(self) -> None:
        """statsmodels 0.15, on the sources that all four have answered: 0.4598540145985401."""
        found = fleiss(counts_of(codes_of(" ".join(MADE_UP)), 3))
        assert found.value == pytest.approx(0.4598540145985401, abs=1e-12)
        assert found.n_sources == 18

    def test_one_annotator_agrees_with_nobody(self) -> None:
        assert np.isnan(fleiss(np.eye(3, dtype=int)).value)
        assert np.isnan(fleiss(np.empty((0, 0), dtype=int)).value)


class TestKrippendorff:
    def test_the_published_example(self) -> None:
        """Krippendorff (2011), section C: 4 observers, 12 units, missing answers; 0.743."""
        observers = [
            "123321412...",
            "1233224125.3",
            ".3332342251.",
            "12332441251.",
        ]
        codes = np.array([["12345".find(one) for one in word] for word in observers]).T
        found = krippendorff(counts_of(codes, 5))
        assert found.value == pytest.approx(0.743, abs=5e-4)
        assert found.n_sources == 11
        assert found.low < 0.743 < found.high

    def test_another_program(self) -> None:
        """The package krippendorff 0.9: 0.46108291032148896."""
        found = krippendorff(counts_of(codes_of(" ".join(MADE_UP)), 3))
        assert found.value == pytest.approx(0.46108291032148896, abs=1e-12)

    def test_sources_with_one_answer_say_nothing(self) -> None:
        counts = np.array([[2, 0], [0, 2], [1, 1]])
        more = np.concatenate([counts, [[1, 0]] * 5])
        assert krippendorff(more) == krippendorff(counts)
        assert np.isnan(krippendorff(np.eye(2, dtype=int)).value)


SEVERAL = arrays(
    np.int64, st.tuples(st.integers(2, 12), st.integers(2, 4)), elements=st.integers(-1, 2)
)


class TestAnyAnswers:
    @given(codes=SEVERAL, order=st.permutations(range(3)))
    def test_names_of_classes_and_the_order_of_annotators_do_not_matter(self, codes, order) -> None:
        other = np.where(codes < 0, -1, np.array(order)[codes])[:, ::-1]
        for of in (fleiss, krippendorff):
            mine, theirs = of(counts_of(codes, 3)), of(counts_of(other, 3))
            assert mine.value == pytest.approx(theirs.value, nan_ok=True)
        mine, theirs = cohen(*codes.T[:2], 3), cohen(*other.T[::-1][:2][::-1], 3)
        assert mine.value == pytest.approx(theirs.value, nan_ok=True)

    @given(codes=SEVERAL)
    def test_none_is_above_one_and_intervals_hold_perfect_agreement(self, codes) -> None:
        same = np.repeat(codes[:, :1], 3, axis=1)
        for of in (fleiss, krippendorff):
            assert not of(counts_of(codes, 3)).value > 1
            perfect = of(counts_of(same, 3))
            assert np.isnan(perfect.value) or (perfect.value, perfect.high) == (1, 1)


def test_overlaps_and_confusion() -> None:
    codes = np.array([[0, 0, -1], [1, 0, 1], [-1, 2, 2], [2, 2, -1]])
    assert overlaps(codes).tolist() == [[3, 3, 1], [3, 4, 2], [1, 2, 2]]
    assert confusion(codes[:, 1], codes[:, 0], 3).tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 1]]


def test_answers_leave_out_unsure_and_sources_without_any() -> None:
    said = Answers.of(
        {"1": {"bo": "QSO", "ada": "STAR"}, "2": {"ada": None}, "3": {"ada": None, "cy": "~QSO"}}
    )
    assert said.sources == ("1", "3")
    assert said.annotators == ("ada", "bo", "cy")
    assert said.classes == ("QSO", "STAR", "~QSO")
    assert said.codes.tolist() == [[1, 0, -1], [-1, -1, 2]]
    assert said.counts().tolist() == [[1, 1, 0], [0, 0, 1]]
    assert len(Answers.of({})) == 0
    assert Answers.of({}).counts().shape == (0, 0)
