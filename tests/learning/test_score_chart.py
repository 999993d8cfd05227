"""A score against a column, as a chart."""

from __future__ import annotations

from typing import Any

import numpy as np

from napari_astro_al.learning.score_chart import BY_COLUMN, MOST_BARS, score_chart

NAN = float("nan")
CLASSES = ("STAR", "QSO")


def row(name: str, median: float, n: int = 10, **scores: Any) -> dict[str, Any]:
    """A bin with four stars and a quasar, unless something else is said."""
    counts = {"confusion": [[3, 1], [0, 1]], "classes": list(CLASSES)}
    return {"bin": name, "n": n, "median": median, **counts, **scores}


BRIGHT = row("14 to 16", 15.2, 30, f1=0.96, f1_low=0.91, f1_high=0.99, f1_STAR=0.9, f1_QSO=0.8)
FAINT = row("16 to 18", 17.1, 5, f1=0.72, f1_low=0.63, f1_high=NAN, f1_STAR=0.7, f1_QSO=0.6)
MISSING = row("missing", NAN, 2, f1=0.5)


class TestOfNumbers:
    def test_a_point_a_bin_at_its_median(self) -> None:
        chart = score_chart([BRIGHT, FAINT, MISSING], "r [mag]", "f1", (), "35 sources")
        (points,) = chart.series

        assert (chart.kind, chart.draw, chart.title) == (BY_COLUMN, "points", "35 sources")
        assert (chart.x_title, chart.y_title) == ("r [mag]", "F1")
        assert points.x.tolist() == [15.2, 17.1]
        assert points.y.tolist() == [0.96, 0.72]
        assert points.low.tolist() == [0.91, 0.63]
        assert points.high.tolist() == [0.99, 0.72]  # no interval is one without a width
        assert points.notes == ("30 sources, 14 to 16", "5 sources, 16 to 18")
        assert chart.x_limits == (15.2, 17.1)
        assert chart.y_limits == (0.6, 1.0)

    def test_a_line_a_class(self) -> None:
        chart = score_chart([BRIGHT, FAINT], "r", "f1", CLASSES, "")

        assert [one.name for one in chart.series] == ["STAR", "QSO"]
        assert chart.series[1].y.tolist() == [0.8, 0.6]

    def test_a_bin_without_a_class_has_no_point_of_it(self) -> None:
        no_quasar = {**FAINT, "confusion": [[3, 1], [0, 0]], "f1_QSO": 0.0}
        chart = score_chart([BRIGHT, no_quasar], "r", "f1", CLASSES, "")

        assert chart.series[1].x.tolist() == [15.2]
        assert chart.series[0].x.tolist() == [15.2, 17.1]

    def test_a_metric_without_classes_is_one_line(self) -> None:
        rows = [{**one, "log_loss": 1.24} for one in (BRIGHT, FAINT)]
        chart = score_chart(rows, "r", "log_loss", CLASSES, "")

        assert [one.name for one in chart.series] == [""]
        assert chart.y_limits == (0.8, 1.3)

    def test_a_single_bin_has_room_around_it(self) -> None:
        assert score_chart([BRIGHT], "r", "f1", (), "").x_limits == (14.7, 15.7)


class TestOfTexts:
    def test_a_bar_a_value(self) -> None:
        fields = [row("north", NAN, 30, f1=0.9), row("south", NAN, 8, f1=0.7)]
        chart = score_chart(fields, "field", "f1", CLASSES, "")
        (bars,) = chart.series

        assert (chart.draw, chart.x_title) == ("bars", "F1 over all classes")
        assert bars.labels == ("north", "south")
        assert bars.y.tolist() == [0.9, 0.7]
        assert chart.x_limits == (0.0, 1.0)

    def test_the_values_that_most_sources_have(self) -> None:
        fields = [row(f"{n:02}", NAN, n, f1=0.9) for n in range(MOST_BARS + 3)]
        chart = score_chart(fields, "field", "f1", (), "")

        assert chart.series[0].labels == tuple(f"{n:02}" for n in range(3, MOST_BARS + 3))
        assert chart.x_title == "F1 over all classes, 12 of 15 values"
        assert np.isfinite(chart.table()["low"]).all()
