from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.session.curves import (
    Confusion,
    Curve,
    class_curves,
    newest_confusion,
    score_limits,
    split_curves,
)


def row(n_labels, f1=0.5, *, split="validation", task="classes", model="knn", **more):
    """A row as the history keeps it, of the classes STAR and QSO."""
    return {
        "task": task,
        "model": model,
        "n_labels": n_labels,
        "split": split,
        "f1": f1,
        "f1_low": f1 - 0.1,
        "f1_high": f1 + 0.1,
        "f1_STAR": f1 + 0.05,
        "f1_QSO": f1 - 0.05,
        "confusion": [[3, 1], [0, 4]],
        **more,
    }


def curve(values, low=None):
    n = len(values)
    lows = np.full(n, np.nan) if low is None else np.array(low)
    return Curve("f1", np.arange(n), np.array(values), lows, np.full(n, np.nan), ("knn",) * n)


class TestSplitCurves:
    def test_a_value_with_its_interval_for_each_number_of_labels(self):
        (shown,) = split_curves([row(4, 0.5), row(5, 0.7)], "classes", "f1")

        assert shown.name == "validation"
        assert shown.n_labels.tolist() == [4, 5]
        assert shown.value.tolist() == [0.5, 0.7]
        assert shown.low.tolist() == pytest.approx([0.4, 0.6])
        assert shown.high.tolist() == pytest.approx([0.6, 0.8])

    def test_only_of_the_task(self):
        rows = [row(4, 0.5), row(9, 0.9, task="quasars")]

        assert split_curves(rows, "classes", "f1")[0].n_labels.tolist() == [4]
        assert split_curves(rows, "galaxies", "f1") == []

    def test_a_label_taken_back_takes_its_model_off_the_curve(self):
        rows = [row(4, 0.5), row(5, 0.7), row(6, 0.8), row(5, 0.6)]

        (shown,) = split_curves(rows, "classes", "f1")

        assert shown.n_labels.tolist() == [4, 5]
        assert shown.value.tolist() == [0.5, 0.6]

    def test_another_model_of_as_many_labels_takes_the_place_of_the_first(self):
        rows = [row(4, 0.5), row(5, 0.6), row(5, 0.9, model="svm")]

        (shown,) = split_curves(rows, "classes", "f1")

        assert shown.value.tolist() == [0.5, 0.9]
        assert shown.models == ("knn", "svm")

    def test_the_split_of_the_newest_model_comes_last(self):
        rows = [row(4), row(5, split="cross-validation"), row(6)]

        shown = split_curves(rows, "classes", "f1")

        assert [one.name for one in shown] == ["cross-validation", "validation"]
        assert shown[-1].n_labels.tolist() == [4, 6]

    def test_a_value_that_the_ledger_kept_as_null_is_not_a_number(self):
        (shown,) = split_curves([row(4) | {"f1": None, "f1_low": None}], "classes", "f1")

        assert np.isnan([shown.value[0], shown.low[0]]).all()

    @given(st.lists(st.integers(2, 30), min_size=1))
    def test_labels_ascend_and_end_at_the_newest_model(self, numbers):
        (shown,) = split_curves([row(n) for n in numbers], "classes", "f1")

        assert (np.diff(shown.n_labels) > 0).all()
        assert shown.n_labels[-1] == numbers[-1]


class TestClassCurves:
    def test_one_a_class_without_intervals(self):
        shown = class_curves([row(4, 0.5), row(5, 0.7)], "classes", "f1", ("STAR", "QSO"))

        assert [one.name for one in shown] == ["STAR", "QSO"]
        assert shown[1].value.tolist() == pytest.approx([0.45, 0.65])
        assert np.isnan(shown[1].low).all()

    def test_f1_with_the_exact_interval_of_its_class(self):
        newest = row(5, classes=["STAR", "QSO"], confusion=[[8, 2], [0, 0]])
        shown = class_curves([row(4), newest], "classes", "f1", ("STAR", "QSO"))

        # 8 hits among the 10 that are stars or are taken for stars: F* is 0.4439 to 0.9748
        assert shown[0].low[1] == pytest.approx(2 * 0.443905 / 1.443905, abs=1e-6)
        assert shown[0].high[1] == pytest.approx(2 * 0.974789 / 1.974789, abs=1e-6)
        assert np.isnan([shown[0].low[0], shown[0].high[0]]).all()

    def test_a_class_added_later_has_no_value_before(self):
        classes = ("STAR", "QSO", "GALAXY")
        later = row(5, f1_GALAXY=0.3, confusion=np.eye(3, dtype=int).tolist())

        *_, added = class_curves([row(4), later], "classes", "f1", classes)

        assert np.isnan(added.value[0])
        assert added.value[1] == 0.3

    def test_none_without_a_model(self):
        assert class_curves([], "classes", "f1", ("STAR", "QSO")) == []


class TestNewestConfusion:
    def test_is_that_of_the_last_row_of_the_task(self):
        rows = [row(4, confusion=[[1, 0], [0, 1]]), row(5), row(9, task="quasars")]

        shown = newest_confusion(rows, "classes", ("STAR", "QSO"))

        assert shown is not None
        assert shown.counts.tolist() == [[3, 1], [0, 4]]
        assert (shown.classes, shown.n_labels, shown.split) == (("STAR", "QSO"), 5, "validation")

    def test_the_row_knows_its_classes_best(self):
        shown = newest_confusion([row(4, classes=["QSO", "STAR"])], "classes", ("STAR", "QSO"))

        assert shown is not None
        assert shown.classes == ("QSO", "STAR")

    def test_a_class_added_after_training_is_not_in_it(self):
        shown = newest_confusion([row(4)], "classes", ("STAR", "QSO", "GALAXY"))

        assert shown is not None
        assert shown.classes == ("STAR", "QSO")

    def test_none_where_there_is_no_model_or_it_was_of_other_classes(self):
        assert newest_confusion([], "classes", ("STAR", "QSO")) is None
        assert newest_confusion([row(4)], "classes", ("smooth", "disc")) is None

    def test_shares_are_of_the_true_class(self):
        counts = np.array([[3, 1, 0], [0, 0, 0], [1, 1, 2]])

        shares = Confusion(counts, ("a", "b", "c"), "validation", 4, "knn").shares

        assert shares[0].tolist() == [0.75, 0.25, 0.0]
        assert np.isnan(shares[1]).all()
        assert shares[2].tolist() == [0.25, 0.25, 0.5]


class TestScoreLimits:
    @pytest.mark.parametrize(
        ("values", "low", "limits"),
        [
            ([0.55, 0.9], None, (0.5, 1.0)),
            ([0.97, 0.99], None, (0.8, 1.0)),
            ([0.9, 0.9], [0.2, 0.65], (0.6, 1.0)),
            ([0.0, 0.4], None, (0.0, 1.0)),
            ([np.nan, 0.6], None, (0.5, 1.0)),
            ([], None, (0.0, 1.0)),
        ],
        ids=["below the lowest", "no closer", "last interval", "zero", "nan", "nothing"],
    )
    def test_shows_every_value_and_the_last_interval(self, values, low, limits):
        assert score_limits([curve(values, low)]) == pytest.approx(limits)
