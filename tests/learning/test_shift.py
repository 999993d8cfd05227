from __future__ import annotations

import numpy as np
import pytest

from napari_astro_al.learning.shift import shift_of


def test_a_difference_is_told_in_words():
    others = np.arange(101.0)
    found = shift_of("r", others[60:], others)

    # quartiles 25, 50, 75; the others' share below 60 is 60 of 101
    assert found.by == pytest.approx((80 - 50) / 50)
    assert found.distance == pytest.approx(60 / 101)
    assert found.matters(5)
    assert found.words == "r: higher by 0.6 interquartile ranges (distance 0.59)"


def test_a_wider_spread_is_one_too():
    others = np.random.default_rng(0).normal(size=2_000)
    found = shift_of("u-g", 4 * others[:500], others)

    assert found.matters(1)
    assert found.words.startswith("u-g: spread otherwise")


def test_the_same_is_no_shift():
    values = np.random.default_rng(0).normal(size=2_000)

    assert not shift_of("r", values[:100], values[100:]).matters(1)


def test_many_columns_differ_by_accident():
    values = np.random.default_rng(1).normal(size=(40, 400))
    found = [shift_of(str(k), one[:50], one[50:]) for k, one in enumerate(values)]

    assert not any(one.matters(len(found)) for one in found)


def test_missing_values_are_left_out_and_few_are_not_compared():
    others = np.arange(50.0)

    assert shift_of("r", np.array([1.0, np.nan] * 6), others) is None
    assert shift_of("r", np.array([1.0, np.nan] * 8), others).n == 8
    assert shift_of("r", np.arange(20.0), np.full(50, 3.0)) is None
