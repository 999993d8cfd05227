from __future__ import annotations

import numpy as np
import pytest

from napari_astro_al.learning.random_baseline import as_if_random, likeness, sizes_to_try


def test_labels_of_a_rare_corner_weigh_less():
    rng = np.random.default_rng(0)
    others = rng.normal(size=(4_000, 2))
    corner = rng.normal(loc=(2.0, 0.0), scale=0.3, size=(60, 2))
    usual = rng.normal(size=(60, 2))
    weights = likeness(np.concatenate([corner, usual]), others, seed=0)

    assert weights.max() == 1
    assert weights[:60].mean() < weights[60:].mean() / 3


def test_what_is_kept_is_like_the_catalogue():
    rng = np.random.default_rng(1)
    others = rng.normal(size=(4_000, 1))
    labelled = rng.normal(loc=1.0, size=(3_000, 1))
    kept = as_if_random(likeness(labelled, others, seed=0), seed=0)

    assert labelled.mean() == pytest.approx(1.0, abs=0.1)
    assert labelled[kept].mean() == pytest.approx(0.0, abs=0.4)
    assert len(set(kept.tolist())) == len(kept)


def test_sizes_begin_with_two_classes_and_end_with_all():
    labels = ["a"] * 5 + ["b"] + ["a"] * 94

    sizes = sizes_to_try(labels)
    assert sizes[0] == 6
    assert sizes[-1] == 100
    assert sizes == sorted(set(sizes))
    assert sizes_to_try(["a"] * 10) == []
    assert sizes_to_try(["a", "b"]) == []
