from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

from napari_astro_al.jobs import drain
from napari_astro_al.learning import Task, score_row, train_job
from napari_astro_al.learning.ranking import ranked, ranking_row

SOURCES = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.7, 1.0])),
    min_size=1,
    max_size=40,
)


def columns(pairs: list[tuple[bool, float]]) -> tuple[np.ndarray, np.ndarray]:
    hits, scores = zip(*pairs, strict=True)
    return np.array(hits), np.array(scores)


class TestRanked:
    def test_by_hand(self) -> None:
        hits = np.array([True, False, True, False, True])
        scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5])

        one = ranked(hits, scores, purity=0.6)

        assert one.average_precision == pytest.approx((1 + 2 / 3 + 3 / 5) / 3)
        assert one.recall_at_purity == 1
        assert ranked(hits, scores, purity=0.65).recall_at_purity == pytest.approx(2 / 3)
        assert ranked(hits, scores, purity=0.9).recall_at_purity == pytest.approx(1 / 3)

    def test_no_threshold_is_pure_enough(self) -> None:
        assert ranked(np.array([False, True]), np.array([0.9, 0.1])).recall_at_purity == 0

    def test_sources_of_equal_score_come_together(self) -> None:
        one = ranked(np.array([True, False]), np.array([0.5, 0.5]))

        assert one.average_precision == 0.5
        assert one.recall_at_purity == 0

    @settings(deadline=None)
    @given(SOURCES, st.sampled_from([0.3, 0.5, 0.9]))
    def test_equal_to_scikit_learn(self, pairs: list[tuple[bool, float]], purity: float) -> None:
        hits, scores = columns(pairs)
        assume(hits.any())

        one = ranked(hits, scores, purity)

        assert one.average_precision == pytest.approx(average_precision_score(hits, scores))
        precision, recall, _ = precision_recall_curve(hits, scores)
        pure = precision[:-1] >= purity
        assert one.recall_at_purity == pytest.approx(recall[:-1][pure].max(initial=0))

    @settings(deadline=None)
    @given(SOURCES)
    def test_the_area_is_that_of_scikit_learn(self, pairs: list[tuple[bool, float]]) -> None:
        hits, scores = columns(pairs)
        assume(hits.any())
        one = ranked(hits, scores)

        if hits.all():
            assert np.isnan(one.roc_auc)
        else:
            assert one.roc_auc == pytest.approx(roc_auc_score(hits, scores))
            assert one.auc_influence.sum() == pytest.approx(0)

    def test_the_area_has_the_variance_of_delong(self) -> None:
        one = ranked(np.array([True, True, False, False]), np.array([0.9, 0.4, 0.6, 0.1]))

        # of the hits, 2 and 1 of 2 others are beaten; the others are beaten by 1 and 2 of 2 hits
        assert one.roc_auc == 0.75
        assert np.square(one.auc_influence).sum() == pytest.approx(4 * (0.25 / 2) ** 2)

    @settings(deadline=None, max_examples=30)
    @given(SOURCES)
    def test_influence_is_the_derivative_by_weight(self, pairs: list[tuple[bool, float]]) -> None:
        hits, scores = columns(pairs)
        assume(hits.any())
        step = 1e-5

        influence = ranked(hits, scores).influence

        for source in range(len(hits)):
            weight = np.ones(len(hits))
            weight[source] += step
            more = average_precision_score(hits, scores, sample_weight=weight)
            weight[source] -= 2 * step
            less = average_precision_score(hits, scores, sample_weight=weight)
            assert influence[source] == pytest.approx((more - less) / (2 * step), abs=1e-4)


def survey(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    true = rng.choice(3, size=n, p=[0.6, 0.3, 0.1])
    weights = rng.random((n, 3)) ** 2
    weights[np.arange(n), true] += 0.5
    return true, weights / weights.sum(axis=1, keepdims=True)


class TestRow:
    classes = ("STAR", "GALAXY", "QSO")

    def test_is_the_mean_over_classes(self) -> None:
        true, said = survey(0)

        row = ranking_row(true, said, self.classes)

        each = [average_precision_score(true == k, said[:, k]) for k in range(3)]
        assert [row[f"average_precision_{name}"] for name in self.classes] == pytest.approx(each)
        assert row["average_precision"] == pytest.approx(np.mean(each))
        recalls = [row[f"recall_at_purity_{name}"] for name in self.classes]
        assert row["recall_at_purity"] == pytest.approx(np.mean(recalls))

    def test_is_that_of_the_class_that_is_sought(self) -> None:
        true, said = survey(0)

        row = ranking_row(true, said, self.classes, positive="QSO")

        assert row["average_precision"] == row["average_precision_QSO"]
        assert row["recall_at_purity"] == row["recall_at_purity_QSO"]

    def test_classes_that_do_not_occur_do_not_count(self) -> None:
        true, said = survey(0)
        kept = true < 2

        row = ranking_row(true[kept], said[kept], self.classes)

        assert np.isnan(row["average_precision_QSO"])
        assert row["average_precision"] == pytest.approx(
            (row["average_precision_STAR"] + row["average_precision_GALAXY"]) / 2
        )
        sought = ranking_row(true[kept], said[kept], self.classes, positive="QSO")
        assert np.isnan(sought["average_precision"])
        assert np.isnan(sought["average_precision_low"])

    @pytest.mark.parametrize("positive", [None, "QSO"])
    def test_interval_agrees_with_resampling_the_sources(self, positive: str | None) -> None:
        true, said = survey(1)
        rng = np.random.default_rng(2)
        picks = rng.integers(0, len(true), size=(500, len(true)))

        row = ranking_row(true, said, self.classes, positive=positive)

        values = [
            ranking_row(true[p], said[p], self.classes, positive=positive)["average_precision"]
            for p in picks
        ]
        low, high = np.percentile(values, [2.5, 97.5])
        width = row["average_precision_high"] - row["average_precision_low"]
        assert width == pytest.approx(high - low, rel=0.15)
        assert row["average_precision_low"] < row["average_precision"]
        assert row["average_precision"] < row["average_precision_high"] < 1

    def test_interval_holds_the_truth_about_as_often_as_it_says(self) -> None:
        n_many, said_many = survey(99, 40_000)
        truth = ranking_row(n_many, said_many, self.classes, positive="QSO")["average_precision"]

        rows = [ranking_row(*survey(seed), self.classes, positive="QSO") for seed in range(200)]

        inside = [
            row["average_precision_low"] <= truth <= row["average_precision_high"] for row in rows
        ]
        assert 0.9 <= np.mean(inside) <= 0.99

    def test_perfect_ranks(self) -> None:
        row = ranking_row(np.array([0, 1, 1]), np.eye(2)[[0, 1, 1]], ("a", "b"))

        assert row["average_precision"] == row["average_precision_low"] == 1
        assert row["recall_at_purity"] == 1

    def test_nothing_to_rank(self) -> None:
        row = ranking_row(np.empty(0, int), np.empty((0, 3)), self.classes)

        assert np.isnan(row["average_precision"])
        assert np.isnan(row["recall_at_purity"])

    def test_joins_the_other_scores(self) -> None:
        true, said = survey(0)
        names = np.array(self.classes)

        row = score_row(names[true], names[true], self.classes, 0, probabilities=said, purity=0.5)

        assert row["f1"] == 1
        assert row["average_precision"] < 1
        assert row["recall_at_purity"] >= ranking_row(true, said, self.classes)["recall_at_purity"]


class TestTraining:
    def test_scores_of_held_out_sources_are_of_their_probabilities(self, sky) -> None:
        rows = np.arange(100, 200)
        held = {"validation": (rows, tuple(sky.truth[rows]))}

        result = drain(train_job(sky.request(30, heldout=held)))

        expected = average_precision_score(sky.truth[rows] == "QSO", result.probabilities[rows, 2])
        assert result.scores[0]["average_precision_QSO"] == pytest.approx(expected)

    def test_one_vs_rest_is_about_its_class(self, sky) -> None:
        task = Task.one_vs_rest("QSO")
        labels = [str(task.target(one)) for one in sky.truth[:30]]

        (row,) = drain(train_job(sky.request(30, task=task, labels=labels))).scores

        assert row["split"] == "cross-validation"
        assert row["average_precision"] == row["average_precision_QSO"] > 0.9
