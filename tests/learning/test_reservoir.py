from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.learning import reservoir
from napari_astro_al.learning.reservoir import most_doubtful

HASHES = np.arange(100, dtype=np.uint64)


def test_are_those_with_the_smallest_gap():
    said = np.array([[0.9, 0.1, 0.0], [0.4, 0.3, 0.3], [0.5, 0.0, 0.5], [0.2, 0.7, 0.1]])

    assert most_doubtful(said.astype(np.float32), HASHES[:4], 2).tolist() == [1, 2]


def test_sources_without_predictions_are_left_out():
    said = np.array([[np.nan, np.nan], [0.9, 0.1], [0.2, 0.8]], dtype=np.float32)

    assert most_doubtful(said, HASHES[:3], 3).tolist() == [1, 2]


def test_ties_fall_by_hash():
    said = np.full((4, 2), 0.5, dtype=np.float32)

    assert most_doubtful(said, np.array([7, 1, 9, 3], dtype=np.uint64), 2).tolist() == [1, 3]


@given(st.integers(0, 99), st.integers(1, 40), st.integers(1, 30))
def test_chunks_change_nothing(seed, chunk, n):
    rng = np.random.default_rng(seed)
    said = rng.integers(0, 6, (97, 3)).astype(np.float32) / 5
    whole = most_doubtful(said, HASHES[:97], n)
    before = reservoir._CHUNK
    reservoir._CHUNK = chunk
    try:
        assert np.array_equal(most_doubtful(said, HASHES[:97], n), whole)
    finally:
        reservoir._CHUNK = before
