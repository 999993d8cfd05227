from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_astro_al.learning.familiar import LEVEL, Familiar, by_group


def line(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)[:, None]


def test_own_distances_are_to_the_nearest_of_the_same_class():
    # whitened by (-1, 1): medians are 0, and arcsinh(1) becomes one standard deviation
    known = Familiar.of(line(-1, 1), line(-1, 0, 1, 1), np.array(["a", "a", "b", "c"]))
    unit = 1.0
    assert known.own == pytest.approx([unit, unit, np.inf, np.inf], abs=1e-6)


def test_the_chance_counts_those_that_are_as_far_from_their_own():
    labels = np.array(["a", "a", "b"])
    known = Familiar.of(line(-1, 1), line(-1, 0, 1), labels)
    # distances 0.5 and 2 in standard deviations; own distances are 1, 1 and infinite
    far = known.farness(line(np.sinh(-0.5 * np.arcsinh(1.0)), np.sinh(-3 * np.arcsinh(1.0))))
    assert far.distances == pytest.approx([0.5, 2.0], abs=1e-5)
    assert far.nearest[1] == 0
    assert far.chances.tolist() == [1.0, 0.5]  # (3 + 1) / (3 + 1), (1 + 1) / (3 + 1)
    assert not far.strange.any()


def test_nineteen_labels_are_enough_to_tell():
    places = np.linspace(-1, 1, 19, dtype=np.float32)[:, None]
    known = Familiar.of(places, places, np.array(["a"] * 19))
    assert known.tells
    assert known.farness(line(50.0)).chances[0] == pytest.approx(0.05)
    assert known.farness(line(50.0)).strange[0]
    assert not Familiar.of(places, places[:18], np.array(["a"] * 18)).tells


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_of_sources_like_the_labelled_ones_at_most_one_in_twenty_is_strange(seed):
    rng = np.random.default_rng(seed)
    n_classes = int(rng.integers(1, 4))
    centres = rng.normal(scale=4, size=(n_classes, 2))

    def draw(n: int) -> tuple[np.ndarray, np.ndarray]:
        kind = rng.integers(n_classes, size=n)
        return (centres[kind] + rng.standard_t(3, size=(n, 2))).astype(np.float32), kind

    shares = []
    for _ in range(20):
        features, kind = draw(60)
        known = Familiar.of(draw(300)[0], features, np.char.mod("%d", kind))
        shares.append(known.farness(draw(200)[0]).strange.mean())
    # the mean of 20 draws of labels; one draw's share has a standard deviation of about 0.03
    assert np.mean(shares) <= LEVEL + 4 * 0.03 / 20**0.5


def test_another_class_is_strange_and_comes_before_single_artefacts():
    rng = np.random.default_rng(1)
    stars = rng.normal(size=(100, 2)).astype(np.float32)
    unknown = rng.normal([9, 9], 0.3, size=(40, 2)).astype(np.float32)
    artefacts = np.array([[-30, 2], [4, -40], [-25, -60]], dtype=np.float32)
    others = np.concatenate([artefacts, unknown])
    known = Familiar.of(np.concatenate([stars, others]), stars, np.array(["STAR"] * 100))
    far = known.farness(others)
    assert far.strange.all()
    hashes = rng.permutation(len(others)).astype(np.uint64)
    order = np.argsort(-by_group(known.whitening.place(others), far.distances, hashes))
    assert set(order[:40]) == set(range(3, 43))
