"""The sketch of the pool that a vote's trees and distances are made of."""

from __future__ import annotations

import gc
from weakref import ref

import numpy as np

from napari_astro_al.learning.known_pool import pool_of


def test_what_is_known_does_not_depend_on_the_order_of_rows(sky) -> None:
    X = sky.features().values
    usable = np.ones(len(X), dtype=bool)
    order = np.random.default_rng(0).permutation(len(X))
    one = pool_of(X, usable, sky.hashes)
    other = pool_of(X[order], usable, sky.hashes[order])
    np.testing.assert_array_equal(one.places.place(X), other.places.place(X))
    assert one.bins.equals(other.bins)


def test_the_same_arrays_are_looked_through_once(sky) -> None:
    X, usable = sky.features().values, np.ones(300, dtype=bool)
    one = pool_of(X, usable, sky.hashes)
    assert pool_of(X, usable, sky.hashes) is one
    assert pool_of(X.copy(), usable, sky.hashes) is not one

    fewer = usable.copy()
    fewer[:150] = False
    assert not pool_of(X, fewer, sky.hashes).bins.equals(one.bins)
    assert pool_of(X, usable, sky.hashes) is one


def test_arrays_are_not_kept_for_it(sky) -> None:
    X, usable = sky.features().values.copy(), np.ones(300, dtype=bool)
    pool_of(X, usable, sky.hashes)
    there = ref(X)
    del X
    gc.collect()
    assert there() is None
