"""What curves come to, worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from napari_astro_al.errors import SessionError
from napari_astro_al.simulation import (
    areas,
    bands,
    holm,
    labels_to,
    labels_until,
    paired,
    saved,
)


def curves(**arms: list[list[float]]) -> pd.DataFrame:
    """An arm's macro-F1 from the first label on, one list a seed."""
    return pd.DataFrame(
        [
            {"arm": arm, "seed": seed, "n_labels": n, "label": "a", "f1": score}
            for arm, seeds in arms.items()
            for seed, scores in enumerate(seeds)
            for n, score in enumerate(scores, start=1)
        ]
    )


class TestAreas:
    def test_are_mean_scores(self) -> None:
        table = areas(curves(ours=[[0.0, 0.5, 1.0], [1.0, 1.0, 1.0]], theirs=[[0.3] * 3] * 2))

        assert table["ours"].tolist() == [0.5, 1.0]
        assert table["theirs"].tolist() == pytest.approx([0.3, 0.3])

    def test_up_to_a_number_of_labels(self) -> None:
        assert areas(curves(ours=[[0.2, 0.4, 0.9]]), n_labels=2)["ours"][0] == pytest.approx(0.3)

    def test_a_pool_that_is_used_up_stays_at_its_last_score(self) -> None:
        table = areas(curves(short=[[0.0, 0.8]], long=[[0.0, 0.0, 0.0, 0.4]]))

        assert table["short"][0] == pytest.approx((0.0 + 0.8 + 0.8 + 0.8) / 4)

    def test_what_is_not_scored_yet_is_nothing(self) -> None:
        late = curves(ours=[[0.5, 0.5, 0.5, 0.5]]).query("n_labels > 2")

        assert areas(late)["ours"][0] == 0.25

    def test_an_unknown_metric_is_named(self) -> None:
        with pytest.raises(SessionError, match=r"have no 'auc'\. They have 'f1'"):
            areas(curves(ours=[[0.5]]), "auc")


class TestBands:
    def test_spread_and_interval_of_the_mean(self) -> None:
        table = bands(curves(ours=[[0.1, 0.2], [0.3, 0.2], [0.8, 0.2]]))

        first, second = table.iloc[0], table.iloc[1]
        assert first["mean"] == pytest.approx(0.4)
        assert (first["low"], first["high"]) == tuple(np.percentile([0.1, 0.3, 0.8], [16, 84]))
        low, high = stats.t.interval(0.95, 2, 0.4, stats.sem([0.1, 0.3, 0.8]))
        assert (first["mean_low"], first["mean_high"]) == pytest.approx((low, high))
        assert (second["mean_low"], second["mean_high"]) == pytest.approx((0.2, 0.2))

    def test_one_seed_has_no_interval(self) -> None:
        table = bands(curves(ours=[[0.1]]))

        assert table["n_seeds"].tolist() == [1]
        assert table[["mean_low", "mean_high"]].isna().all(axis=None)


class TestLabelsTo:
    def test_the_median_of_five_reaches_it(self) -> None:
        """One lucky model at the second label does not count; the third good one of five does."""
        lucky = [0.1, 0.9, 0.1, 0.1, 0.1, 0.9, 0.9, 0.9, 0.9]

        assert labels_to(curves(ours=[lucky]), 0.9)["ours"].tolist() == [8]

    def test_never_reached_is_infinite(self) -> None:
        assert labels_to(curves(ours=[[0.5] * 9]), 0.6)["ours"].tolist() == [np.inf]

    def test_each_seed_may_have_its_own(self) -> None:
        both = curves(ours=[list(np.arange(10) / 10)] * 2)

        assert labels_to(both, {0: 0.3, 1: 0.5})["ours"].tolist() == [6, 8]


class TestLabelsUntil:
    def test_counts_what_was_found(self) -> None:
        table = curves(ours=[[0.0] * 5, [0.0] * 5])
        table["label"] = ["a", "b", "a", "b", "b", "a", "a", "a", "a", "b"]

        assert labels_until(table, "b", 2)["ours"].tolist() == [4, np.inf]

    def test_a_class_that_nobody_found(self) -> None:
        assert labels_until(curves(ours=[[0.0]]), "b", 1)["ours"].tolist() == [np.inf]


class TestSaved:
    def test_half_the_labels(self) -> None:
        slow = list(np.arange(1, 41) / 40)
        fast = list(np.minimum(1.0, np.arange(1, 41) / 20))

        assert saved(curves(ours=[fast], theirs=[slow]), "ours", "theirs", 40) == pytest.approx(
            0.5, abs=0.05
        )

    def test_never_as_good(self) -> None:
        both = curves(ours=[[0.1] * 10], theirs=[[0.2] * 10])

        assert saved(both, "ours", "theirs", 10) == -np.inf


class TestPaired:
    def test_is_the_paired_t_test(self) -> None:
        rng = np.random.default_rng(0)
        ours, theirs = rng.random((2, 8, 20))
        table = paired(
            curves(ours=ours.tolist(), theirs=theirs.tolist()), "ours", "theirs", (10, 20)
        )

        at = ours[:, 9], theirs[:, 9]
        plain = stats.ttest_rel(*at)
        assert table["n_labels"].tolist() == [10, 20]
        assert table["p"][0] == pytest.approx(plain.pvalue)
        interval = plain.confidence_interval(0.95)
        assert (table["low"][0], table["high"][0]) == pytest.approx((interval.low, interval.high))
        assert table["wilcoxon"][0] == pytest.approx(stats.wilcoxon(*at).pvalue)
        assert table["p_holm"].tolist() == pytest.approx(holm(table["p"].to_numpy()))

    def test_equal_arms_do_not_differ(self) -> None:
        same = [[0.2] * 10, [0.4] * 10]
        table = paired(curves(ours=same, theirs=same), "ours", "theirs", (10,))

        assert table[["difference", "p", "wilcoxon", "p_holm"]].iloc[0].tolist() == [0, 1, 1, 1]

    def test_numbers_beyond_the_curves_are_left_out(self) -> None:
        same = curves(ours=[[0.2] * 10], theirs=[[0.2] * 10])

        assert paired(same, "ours", "theirs", (5, 50))["n_labels"].tolist() == [5]

    def test_only_seeds_that_both_have(self) -> None:
        uneven = curves(ours=[[0.5] * 10] * 3, theirs=[[0.4] * 10] * 2)

        assert paired(uneven, "ours", "theirs", (10,))["n_seeds"].tolist() == [2]


class TestHolm:
    def test_of_an_example(self) -> None:
        """0.005 x 4, then 0.01 x 3, then 0.03 x 2; 0.04 x 1 is less, and stays at that."""
        corrected = holm(np.array([0.01, 0.04, 0.03, 0.005]))

        assert corrected.tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])

    def test_no_test_stays_none(self) -> None:
        corrected = holm(np.array([0.01, np.nan]))

        assert corrected[0] == 0.01
        assert np.isnan(corrected[1])

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
    def test_never_below_p_nor_above_bonferroni(self, p: list[float]) -> None:
        raw = np.array(p)
        corrected = holm(raw)

        assert (corrected >= raw).all()
        assert (corrected <= np.minimum(1, raw * len(raw)) + 1e-12).all()
        order = np.argsort(raw, kind="stable")
        assert (np.diff(corrected[order]) >= 0).all()
