from __future__ import annotations

import numpy as np
import pytest

from napari_astro_al.learning.diagrams import (
    MOST_POINTS,
    N_HISTOGRAM,
    importance_chart,
    precision_recall_chart,
    probability_chart,
    reliability_chart,
)

CLASSES = ("STAR", "QSO")
TRUE = np.array([0, 0, 0, 1, 1])
STARS = np.array([0.95, 0.92, 0.35, 0.91, 0.05])
SAID = np.stack([STARS, 1 - STARS], axis=1)


class TestReliability:
    def test_points_are_counted_by_hand(self):
        chart = reliability_chart(TRUE, SAID, CLASSES, "five sources")
        stars = chart.series[0]

        assert stars.x == pytest.approx([0.05, 0.35, (0.95 + 0.92 + 0.91) / 3])
        assert stars.y == pytest.approx([0, 1, 2 / 3])
        assert stars.notes == ("0 of 1 sources", "1 of 1 sources", "2 of 3 sources")
        assert stars.low[2] == pytest.approx(0.094299, abs=1e-6)  # Clopper & Pearson, 2 of 3
        assert chart.diagonal


class TestPrecisionRecall:
    def test_points_are_counted_by_hand(self):
        chart = precision_recall_chart(TRUE, SAID, CLASSES, "five sources")
        stars = chart.series[0]

        assert stars.x == pytest.approx([1 / 3, 2 / 3, 2 / 3, 1, 1])
        assert stars.y == pytest.approx([1, 1, 2 / 3, 3 / 4, 3 / 5])
        assert stars.notes[2] == "threshold 0.910"

    def test_classes_that_do_not_occur_are_left_out(self):
        chart = precision_recall_chart(np.zeros(5, np.int64), SAID, CLASSES, "")

        assert [one.name for one in chart.series] == ["STAR"]

    def test_ends_stay_where_points_are_thinned(self):
        rng = np.random.default_rng(0)
        p = rng.random(20_000)
        true = (rng.random(20_000) < p).astype(np.int64)
        one = precision_recall_chart(true, np.stack([1 - p, p], 1), CLASSES, "").series[1]

        assert len(one.x) <= MOST_POINTS
        assert one.x[-1] == 1
        assert one.y[-1] == pytest.approx(true.mean())


class TestProbabilities:
    def test_shares_of_a_class_add_up_to_one(self):
        chart = probability_chart(TRUE, SAID, CLASSES, "")
        stars = chart.series[0]

        assert len(stars.x) == N_HISTOGRAM + 1
        assert stars.y.sum() == pytest.approx(1)
        assert stars.y[-2] == pytest.approx(2 / 3)  # 0.92 to 0.96
        assert chart.y_limits == (0, 0.7)


class TestImportance:
    def test_the_most_important_comes_first(self):
        falls = np.array([[0.1, 0.1], [0.3, 0.5], [0.0, 0.0]])
        bars = importance_chart(("u", "g", "r"), falls, "", most=2).series[0]

        assert bars.labels == ("g", "u")
        assert bars.y == pytest.approx([0.4, 0.1])
        assert bars.high[0] - bars.y[0] == pytest.approx(1.959964 * np.sqrt(0.02) / np.sqrt(2))


def test_a_table_has_a_row_a_point():
    chart = reliability_chart(TRUE, SAID, CLASSES, "")
    table = chart.table()

    assert table.columns.tolist() == ["series", "label", "x", "y", "low", "high"]
    assert table["series"].tolist() == ["STAR"] * 3 + ["QSO"] * 3
    assert probability_chart(TRUE, SAID, CLASSES, "").table()["low"].isna().all()
