from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from napari_astro_al.learning.calibration import calibration_row, exact_interval, reliability

CLASSES = ("STAR", "GALAXY", "QSO")


def said(n: int, k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, k, size=n), rng.dirichlet(np.ones(k), size=n)


class TestReliability:
    def test_bins_are_counted(self):
        probability = np.array([0.05, 0.05, 0.95, 0.95, 1.0])
        bins = reliability(np.array([False, True, True, True, False]), probability)

        assert bins.n.tolist() == [2, 3]
        assert bins.said == pytest.approx([0.05, 2.9 / 3])
        assert bins.found == pytest.approx([0.5, 2 / 3])
        assert bins.error == pytest.approx((2 * 0.45 + 3 * (2.9 - 2) / 3) / 5)

    def test_a_bin_has_its_upper_edge(self):
        assert reliability(np.array([True, True]), np.array([0.1, 0.2])).n.tolist() == [1, 1]
        assert reliability(np.array([True, True]), np.array([0.0, 0.1])).n.tolist() == [2]


class TestRow:
    @given(st.integers(4, 60), st.sampled_from([2, 3]), st.integers(0, 1_000))
    def test_as_scikit_learn(self, n, k, seed):
        true, p = said(n, k, seed)
        row = calibration_row(true, p, CLASSES[:k], seed)
        labels = list(range(k))

        assert row["log_loss"] == pytest.approx(sk.log_loss(true, p, labels=labels))
        brier = np.square(p - np.eye(k)[true]).sum(axis=1).mean()
        assert row["brier"] == pytest.approx(brier / (2 if k == 2 else 1))
        for name in ("log_loss", "brier", "calibration_error"):
            assert row[f"{name}_low"] <= row[f"{name}_high"]

    def test_two_classes_have_the_brier_score_of_one_of_them(self):
        true, p = said(50, 2, 0)

        assert calibration_row(true, p, CLASSES[:2], 0)["brier"] == pytest.approx(
            sk.brier_score_loss(true, p[:, 1])
        )

    def test_right_and_certain_is_perfect(self):
        row = calibration_row(np.array([0, 1]), np.eye(2), CLASSES[:2], 0)

        assert row["log_loss"] == pytest.approx(0, abs=1e-12)
        assert (row["brier"], row["calibration_error"]) == (0, 0)

    def test_sure_and_half_wrong_is_off_by_half(self):
        row = calibration_row(np.array([0, 1] * 50), np.tile([1.0, 0.0], (100, 1)), CLASSES[:2], 0)

        assert row["calibration_error"] == pytest.approx(0.5)
        assert row["calibration_error_low"] == pytest.approx(0.4, abs=0.03)
        assert row["calibration_error_GALAXY"] == pytest.approx(0.5)

    def test_nothing_to_score(self):
        row = calibration_row(np.empty(0, np.int64), np.empty((0, 2)), CLASSES[:2], 0)

        assert len(row) == 11
        assert all(np.isnan(value) for value in row.values())


class TestExactInterval:
    def test_is_the_binomial_one(self):
        # Clopper & Pearson: 8 of 10
        low, high = exact_interval(np.array([8, 0, 10, 0]), np.array([10, 10, 10, 0]))

        assert low[:3] == pytest.approx([0.443905, 0, 0.691503], abs=1e-6)
        assert high[:3] == pytest.approx([0.974789, 0.308497, 1], abs=1e-6)
        assert np.isnan([low[3], high[3]]).all()
