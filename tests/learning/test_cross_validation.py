from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_astro_al.jobs import drain
from napari_astro_al.learning.cross_validation import cross_predict_job, stratified_folds

LABELS = st.lists(st.sampled_from("abc"), min_size=2, max_size=40)


def folds_of(labels: str) -> np.ndarray:
    return stratified_folds(list(labels), np.arange(len(labels), dtype=np.uint64))


class TestFolds:
    @pytest.mark.parametrize(
        ("labels", "k"),
        [("aabb", 2), ("aaabbb", 3), ("a" * 9 + "b" * 7, 5), ("aaaab", 4), ("ab", 2), ("aabc", 2)],
    )
    def test_number(self, labels: str, k: int) -> None:
        assert len(set(folds_of(labels).tolist())) == k

    @settings(deadline=None)
    @given(LABELS)
    def test_each_class_is_dealt_evenly(self, labels: list[str]) -> None:
        folds = folds_of("".join(labels))

        k = folds.max() + 1
        for name, count in Counter(labels).items():
            dealt = np.bincount(folds[np.array(labels) == name], minlength=k)
            assert dealt.max() - dealt.min() <= 1
            assert dealt.sum() == count

    @settings(deadline=None)
    @given(LABELS, st.randoms(use_true_random=False))
    def test_the_order_of_labelling_changes_nothing(self, labels: list[str], random) -> None:
        order = list(range(len(labels)))
        random.shuffle(order)
        hashes = np.arange(len(labels), dtype=np.uint64)[::-1].copy()

        folds = stratified_folds(labels, hashes)
        again = stratified_folds([labels[row] for row in order], hashes[order])

        assert again.tolist() == folds[order].tolist()


class TestCrossPredict:
    classes = ("STAR", "GALAXY", "QSO")

    def predicted(self, model: str, X: np.ndarray, y: np.ndarray, hashes: np.ndarray) -> np.ndarray:
        said = drain(cross_predict_job([model], X, y, hashes, 0, self.classes))
        np.testing.assert_allclose(said.sum(axis=1), 1, atol=1e-6)
        return np.array(self.classes)[said.argmax(axis=1)]

    def test_predicts_by_models_that_did_not_see_the_source(self, sky) -> None:
        X, y = sky.features().values[:30], sky.truth[:30].copy()
        y[0] = "QSO"

        predicted = self.predicted("knn", X, y, sky.hashes[:30])

        assert predicted[0] == "STAR"
        assert np.mean(predicted[1:] == y[1:]) > 0.9

    def test_a_class_with_one_label_is_a_miss(self, sky) -> None:
        rows = [0, 1, 2, 3, 4, 6, 7]
        X, y = sky.features().values[rows], sky.truth[rows]

        predicted = self.predicted("knn", X, y, sky.hashes[rows])

        assert y[2] == "QSO"
        assert predicted[2] != "QSO"

    def test_two_labels(self, sky) -> None:
        X, y = sky.features().values[:2], sky.truth[:2]

        assert self.predicted("svm", X, y, sky.hashes[:2]).tolist() == [y[1], y[0]]
