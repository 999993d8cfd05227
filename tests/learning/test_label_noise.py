from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_array_equal

from napari_astro_al.learning.label_noise import NONE, confident_classes, outvoted


class TestConfidentLearning:
    def test_a_label_is_doubted_where_another_class_is_as_sure_as_usual(self):
        said = np.array([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8], [0.4, 0.6], [0.15, 0.85]])
        labels = np.array([0, 0, 1, 1, 0])
        # thresholds: (0.9 + 0.7 + 0.15) / 3 = 0.583 for the first class, 0.7 for the second
        assert_array_equal(confident_classes(said, labels), [0, 0, 1, NONE, 1])

    def test_of_several_confident_classes_the_likeliest_counts(self):
        said = np.array([[0.4, 0.6], [0.3, 0.7], [0.4, 0.6], [0.6, 0.4]])
        # thresholds 0.35 and 0.5
        assert confident_classes(said, np.array([0, 0, 1, 1]))[0] == 1

    def test_a_class_without_labels_is_never_suggested(self):
        said = np.array([[0.1, 0.0, 0.9], [0.2, 0.8, 0.0]])
        assert_array_equal(confident_classes(said, np.array([0, 1])), [0, 1])

    def test_flipped_labels_of_well_separated_classes_are_found(self):
        rng = np.random.default_rng(0)
        truth = np.arange(200) % 3
        said = np.full((200, 3), 0.05) + rng.uniform(0, 0.02, size=(200, 3))
        said[np.arange(200), truth] += 0.85
        said /= said.sum(axis=1, keepdims=True)
        labels = truth.copy()
        flipped = rng.choice(200, size=15, replace=False)
        labels[flipped] = (labels[flipped] + 1) % 3
        found = confident_classes(said, labels)
        doubted = np.flatnonzero((found != NONE) & (found != labels))
        assert_array_equal(doubted, np.sort(flipped))
        assert_array_equal(found[flipped], truth[flipped])

    @settings(max_examples=40, deadline=None)
    @for_all(arrays(np.float64, (12, 3), elements=st.floats(0.01, 1)), st.data())
    def test_what_is_suggested_reaches_the_mean_of_its_own_class(self, said, data):
        labels = np.array(data.draw(st.lists(st.integers(0, 2), min_size=12, max_size=12)))
        found = confident_classes(said, labels)
        for row, place in enumerate(found):
            if place != NONE:
                assert said[row, place] >= said[labels == place, place].mean() - 1e-12


class TestNeighbours:
    def test_a_star_among_galaxies_is_outvoted(self):
        features = np.array([[0.0], [0.1], [0.2], [0.3], [0.4], [0.5], [9.0], [9.1]])
        labels = np.array([1, 1, 0, 1, 1, 1, 0, 0])
        suggested, votes = outvoted(features, labels)
        assert suggested[2] == 1
        assert votes[2] == 5
        # the two far away have each other, so that four of five are the others'
        assert_array_equal(suggested[[0, 1, 3, 4, 5]], NONE)

    def test_so_few_labels_have_no_neighbours(self):
        suggested, _ = outvoted(np.zeros((5, 2)), np.array([0, 1, 1, 1, 1]))
        assert (suggested == NONE).all()

    @pytest.mark.parametrize("least", [3, 5])
    def test_the_majority_that_it_takes_can_be_chosen(self, least):
        features = np.arange(6.0)[:, None]
        labels = np.array([0, 1, 1, 1, 1, 0])
        suggested, _ = outvoted(features, labels, least=least)
        assert suggested[0] == (1 if least == 3 else NONE)
