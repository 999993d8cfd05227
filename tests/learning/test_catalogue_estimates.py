from __future__ import annotations

import math

import numpy as np
import pytest

from napari_astro_al.learning.catalogue_estimates import (
    Estimate,
    Said,
    difference_estimates,
    interval,
    naive_estimates,
    weighted_estimates,
)
from napari_astro_al.learning.probability_sample import ProbabilitySample

CLASSES = ("STAR", "QSO")


def by_name(estimates: list[Estimate]) -> dict[tuple[str, str], Estimate]:
    return {(one.quantity, one.name): one for one in estimates}


class TestWeighted:
    def test_of_a_simple_sample_are_its_shares(self):
        sample = ProbabilitySample.simple(5, 1_000)
        true, predicted = np.array([0, 0, 1, 1, 0]), np.array([0, 0, 1, 0, 0])
        told = by_name(weighted_estimates(sample, true, predicted, CLASSES))

        assert told["accuracy", ""].value == pytest.approx(0.8)
        assert told["purity", "STAR"].value == pytest.approx(0.75)
        assert told["completeness", "STAR"].value == 1
        assert told["completeness", "QSO"].value == pytest.approx(0.5)
        assert told["fraction", "QSO"].value == pytest.approx(0.4)
        assert told["purity", "STAR"].n == 4

    def test_strata_count_by_their_size(self):
        sample = ProbabilitySample.stratified(np.array([0, 0, 1, 1]), np.array([10, 90]))
        told = by_name(weighted_estimates(sample, np.array([1, 1, 0, 1]), None, CLASSES))

        # all 10 of the first, and half of the 90
        assert told["fraction", "QSO"].value == pytest.approx(0.55)
        assert set(told) == {("fraction", "STAR"), ("fraction", "QSO")}

    def test_a_source_of_no_class_makes_impure(self):
        sample = ProbabilitySample.simple(2, 100)
        told = by_name(weighted_estimates(sample, np.array([0, -1]), np.array([0, 0]), CLASSES))

        assert told["purity", "STAR"].value == 0.5

    def test_a_class_that_nothing_is_predicted_for_has_no_purity(self):
        sample = ProbabilitySample.simple(2, 100)
        told = by_name(weighted_estimates(sample, np.array([0, 1]), np.array([0, 0]), CLASSES))

        assert math.isnan(told["purity", "QSO"].value)
        assert told["completeness", "QSO"].value == 0


class TestDifference:
    # ten sources: eight taken for stars with 0.75, two for quasars with 0.5
    SAID = Said(np.array([8.0, 2.0]), np.array([[6.0, 2.0], [1.0, 1.0]]))

    def test_the_model_is_corrected_by_where_it_errs(self):
        sample = ProbabilitySample.simple(3, 10)
        probabilities = np.array([[0.75, 0.25], [0.75, 0.25], [0.4, 0.6]])
        told = by_name(
            difference_estimates(sample, np.array([0, 1, 1]), probabilities, self.SAID, CLASSES)
        )

        # stars among those taken for stars: 6, and 8 times the mean of 0.25 and -0.75
        assert told["purity", "STAR"].value == pytest.approx((6 - 2) / 8)
        # quasars: 2 + 8 * 0.25 among the former, 1 + 2 * 0.4 among the latter
        assert told["fraction", "QSO"].value == pytest.approx((2 + 2 + 1 + 0.8) / 10)
        assert told["completeness", "QSO"].value == pytest.approx(1.8 / 5.8)
        assert told["accuracy", ""].value == pytest.approx((4 + 1.8) / 10)

    def test_a_census_is_the_truth(self):
        probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]])
        true = np.array([0, 1, 1])
        told = by_name(
            difference_estimates(
                ProbabilitySample.simple(3, 3), true, probabilities, Said.of(probabilities), CLASSES
            )
        )

        assert told["purity", "STAR"][3:6] == pytest.approx((0.5, 0.5, 0.5))
        assert told["completeness", "QSO"][3:6] == pytest.approx((0.5, 0.5, 0.5))

    def test_a_model_that_is_sure_and_right_still_may_err(self):
        n, big = 50, 100_000
        probabilities = np.tile([1.0, 0.0], (n, 1))
        said = Said(np.array([big, 0.0]), np.array([[big, 0.0], [0.0, 0.0]]))
        sample = ProbabilitySample.simple(n, big)
        told = by_name(
            difference_estimates(sample, np.zeros(n, np.int64), probabilities, said, CLASSES)
        )

        value, low, high = told["purity", "STAR"][3:6]
        assert (value, high) == (1, 1)
        assert low == pytest.approx(1 - 4.04 / (n + 4.04), abs=1e-3)

    def test_sums_add_up(self):
        probabilities = np.random.default_rng(0).dirichlet([1, 1], size=20).astype(np.float32)
        whole, parts = Said.of(probabilities), Said.of(probabilities[:7])
        parts += Said.of(probabilities[7:])

        assert parts.counts.tolist() == whole.counts.tolist()
        assert parts.sums == pytest.approx(whole.sums)


class TestInterval:
    def test_is_wilsons_for_the_variance_of_a_simple_sample(self):
        # n = 10,000, so that t is z: (p + z2/2n ± z sqrt(p q / n + z2/4n2)) / (1 + z2/n)
        assert interval(0.9, 0.09 / 10_000, 10_000) == pytest.approx(
            (0.9, 0.893969, 0.905726), abs=2e-5
        )

    def test_stays_within_bounds(self):
        assert interval(1.2, 0.01, 30)[0] == 1
        value, low, high = interval(0.0, 0.0, 30)
        assert value == low == 0
        assert 0 < high < 0.2

    def test_one_answer_says_nothing(self):
        assert interval(1.0, math.nan, 1) == (1, 0, 1)


def test_naive_is_what_the_counts_say():
    told = by_name(naive_estimates(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]), CLASSES))

    assert told["fraction", "QSO"].value == 0.5
    assert told["purity", "QSO"].value == pytest.approx(2 / 3)
    assert {one.estimator for one in told.values()} == {"naive"}
