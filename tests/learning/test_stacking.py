from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize

from napari_astro_al.learning.stacking import (
    entropy_of_labels,
    fitted_temperature,
    mean_log_loss,
    stacked_weights,
    tempered,
)

told = arrays(float, st.tuples(st.integers(1, 20), st.just(3)), elements=st.floats(0.01, 1))


class TestWeights:
    def test_without_a_prior_the_model_that_is_always_better_has_all(self) -> None:
        weights = stacked_weights(np.array([[0.9, 0.3]] * 10), (1, 1), strength=0)
        np.testing.assert_allclose(weights, [1, 0], atol=1e-9)

    def test_models_that_say_the_same_keep_their_prior(self) -> None:
        np.testing.assert_allclose(stacked_weights(np.full((40, 2), 0.6), (3, 1)), [0.75, 0.25])

    def test_one_label_by_hand(self) -> None:
        """A prior of half each that counts two labels, and one label told 0.8 and 0.2.

        The answer solves w = (0.8 w / (0.8 w + 0.2 (1 - w)) + 1) / 3.
        """
        w, _ = stacked_weights(np.array([[0.8, 0.2]]), (1, 1), strength=2)
        assert w == pytest.approx((w * 0.8 / (0.8 * w + 0.2 * (1 - w)) + 1) / 3)
        assert 0.5 < w < 2 / 3

    @given(told)
    def test_are_the_maximum_of_the_posterior(self, likelihoods: np.ndarray) -> None:
        prior = np.array([2.0, 1.0, 1.0]) / 4

        def loss(free: np.ndarray) -> float:
            weights = np.exp(free - free.max())
            weights /= weights.sum()
            return float(-np.log(likelihoods @ weights).sum() - 5 * prior @ np.log(weights))

        best = minimize(loss, np.zeros(3), method="Nelder-Mead", options={"fatol": 1e-10}).fun
        found = stacked_weights(likelihoods, (2, 1, 1))
        assert loss(np.log(found)) == pytest.approx(best, abs=1e-4)
        assert found.sum() == pytest.approx(1)

    @given(told, st.permutations(range(3)))
    def test_follow_the_order_of_the_models(self, likelihoods, order) -> None:
        weights = stacked_weights(likelihoods, (1, 1, 1))
        np.testing.assert_allclose(
            stacked_weights(likelihoods[:, order], (1, 1, 1)), weights[order]
        )


class TestTemperature:
    def test_of_an_overconfident_model_is_above_one(self) -> None:
        said = np.tile([0.99, 0.01], (200, 1))
        wrong = np.where(np.arange(200) % 4 == 0, 1, 0)
        assert fitted_temperature(said, wrong) > 1.5

    def test_of_a_timid_model_is_below_one(self) -> None:
        assert fitted_temperature(np.tile([0.6, 0.4], (200, 1)), np.zeros(200, int)) < 0.7

    def test_of_a_model_that_is_right_about_itself_is_one(self) -> None:
        said = np.tile([0.75, 0.25], (400, 1))
        places = np.where(np.arange(400) % 4 == 0, 1, 0)
        assert fitted_temperature(said, places) == pytest.approx(1, abs=0.01)

    def test_few_labels_hardly_move_it(self) -> None:
        assert fitted_temperature(np.tile([0.99, 0.01], (3, 1)), np.zeros(3, int)) > 0.95

    def test_tempering_by_hand(self) -> None:
        np.testing.assert_allclose(tempered(np.array([[0.8, 0.2]]), 2.0), [[2 / 3, 1 / 3]])
        np.testing.assert_allclose(tempered(np.array([[0.8, 0.2]]), 0.5), [[16 / 17, 1 / 17]])

    def test_tempering_keeps_the_order(self) -> None:
        said = np.array([[0.5, 0.3, 0.2, 0.0]])
        assert (np.diff(tempered(said, 1.7)[0]) < 0).all()


def test_log_loss_is_in_nats_and_bounded() -> None:
    assert mean_log_loss(np.array([np.exp(-1), np.exp(-3)])) == pytest.approx(2)
    assert mean_log_loss(np.array([0.0])) == pytest.approx(np.log(1000))


def test_entropy_of_labels_is_the_loss_of_their_frequencies() -> None:
    assert entropy_of_labels(np.array([0, 1, 0, 1])) == pytest.approx(np.log(2))
    shares = np.array([0.75, 0.25])
    assert entropy_of_labels(np.array([0, 0, 0, 2])) == pytest.approx(-shares @ np.log(shares))
