from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from napari_astro_al.learning import METRICS, confusion_matrix, score_row
from napari_astro_al.learning.metrics import exact_bounds, exact_class_interval, metrics_of

CLASSES = ("STAR", "GALAXY", "QSO", "never seen")
PAIRS = st.lists(st.tuples(*[st.sampled_from(CLASSES[:3])] * 2), min_size=1, max_size=30)


class TestConfusionMatrix:
    def test_rows_are_true_and_columns_predicted(self) -> None:
        counts = confusion_matrix(["a", "a", "b"], ["a", "b", "b"], ["a", "b"])

        assert counts.tolist() == [[1, 1], [0, 1]]


class TestMetrics:
    @settings(max_examples=40, deadline=None)
    @given(PAIRS)
    def test_equal_to_scikit_learn(self, pairs: list[tuple[str, str]]) -> None:
        true, pred = zip(*pairs, strict=True)
        row = score_row(true, pred, CLASSES, seed=0)
        macro = {"average": "macro", "zero_division": 0}
        support = sorted(set(true))

        assert row["accuracy"] == pytest.approx(sk.accuracy_score(true, pred))
        assert row["balanced_accuracy"] == pytest.approx(
            sk.recall_score(true, pred, labels=support, **macro)
        )
        assert row["precision"] == pytest.approx(sk.precision_score(true, pred, **macro))
        assert row["recall"] == pytest.approx(sk.recall_score(true, pred, **macro))
        assert row["f1"] == pytest.approx(sk.f1_score(true, pred, **macro))
        present = sorted({*true, *pred})
        f1 = sk.f1_score(true, pred, labels=present, average=None, zero_division=0)
        assert [row[f"f1_{name}"] for name in present] == pytest.approx(list(f1))

    def test_a_class_that_does_not_occur_has_no_score(self) -> None:
        row = score_row(["STAR", "QSO"], ["STAR", "STAR"], CLASSES, seed=0)

        assert np.isnan(row["recall_never seen"])
        assert row["recall_QSO"] == 0
        assert row["f1"] == pytest.approx((2 / 3 + 0) / 2)

    def test_many_matrices_at_once(self) -> None:
        stack = np.random.default_rng(0).integers(0, 5, size=(20, 3, 3))

        together = metrics_of(stack)

        for name in METRICS:
            alone = [float(metrics_of(one)[name]) for one in stack]
            np.testing.assert_allclose(together[name], alone)

    def test_nothing_to_score(self) -> None:
        row = score_row([], [], CLASSES, seed=0)

        assert row["n"] == 0
        assert all(np.isnan(row[name]) for name in METRICS)


class TestIntervals:
    true = np.array(["a"] * 60 + ["b"] * 40)
    pred = np.array(["a"] * 50 + ["b"] * 10 + ["b"] * 35 + ["a"] * 5)

    def test_hold_the_value_and_nearly_agree_with_the_binomial(self) -> None:
        row = score_row(self.true, self.pred, ("a", "b"), seed=1)

        half = 1.96 * np.sqrt(0.85 * 0.15 / 100)
        assert row["accuracy_low"] == pytest.approx(0.85 - half, abs=0.015)
        assert row["accuracy_high"] == pytest.approx(0.85 + half, abs=0.015)
        for name in METRICS:
            assert row[f"{name}_low"] <= row[name] <= row[f"{name}_high"]

    def test_agree_with_resampling_the_sources(self) -> None:
        row = score_row(self.true, self.pred, ("a", "b"), seed=1)
        rng = np.random.default_rng(2)
        picks = rng.integers(0, 100, size=(2000, 100))
        f1 = [
            metrics_of(confusion_matrix(self.true[p], self.pred[p], ("a", "b")))["f1"]
            for p in picks
        ]

        low, high = np.percentile(f1, [2.5, 97.5])
        assert (row["f1_low"], row["f1_high"]) == pytest.approx((low, high), abs=0.015)

    def test_repeat_with_the_seed(self) -> None:
        first, second = (score_row(self.true, self.pred, ("a", "b"), seed=3) for _ in range(2))

        assert first == second


class TestExactBounds:
    def test_are_of_each_class(self) -> None:
        bounds = exact_bounds({"classes": ["STAR", "QSO"], "confusion": [[8, 2], [0, 0]]})

        # 8 of 10 stars are found; all 8 that were taken for stars are
        assert bounds["recall_STAR_low"] == pytest.approx(0.443905, abs=1e-6)
        assert bounds["precision_STAR_low"] == pytest.approx(0.630583, abs=1e-6)
        assert bounds["precision_STAR_high"] == 1
        assert np.isnan(bounds["recall_QSO_low"])
        # 8 of the 10 that are stars or are taken for stars are both: F* = 0.8, F1 = 8/9
        assert bounds["f1_STAR_low"] == pytest.approx(2 * 0.443905 / 1.443905, abs=1e-6)
        assert bounds["f1_STAR_high"] == pytest.approx(2 * 0.974789 / 1.974789, abs=1e-6)
        assert bounds["f1_QSO_low"] == 0

    def test_cover_the_f1_of_a_class_as_often_as_they_say(self) -> None:
        rng = np.random.default_rng(0)
        chances = np.array([[0.5, 0.08], [0.04, 0.38]])
        truth = metrics_of(chances)["class_f1"]
        drawn = rng.multinomial(60, chances.ravel(), size=4000).reshape(-1, 2, 2)
        low, high = exact_class_interval(drawn, "f1")

        covered = ((low <= truth) & (truth <= high)).mean(axis=0)
        assert (covered >= 0.95).all()
        assert (covered <= 0.985).all()

    def test_a_row_without_classes_has_none(self) -> None:
        assert exact_bounds({"confusion": [[1, 0], [0, 1]]}) == {}
