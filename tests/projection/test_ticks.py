from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_astro_al.projection.ticks import (
    linear_values,
    log_values,
    write,
    write_linear,
    write_log,
)

SETTINGS = settings(deadline=None, max_examples=60)

ends = st.floats(-1e12, 1e12, allow_nan=False, allow_infinity=False)


class TestLinearValues:
    @pytest.mark.parametrize(
        ("low", "high", "n", "expected"),
        [
            (0, 1, 6, [0, 0.2, 0.4, 0.6, 0.8, 1]),
            (0, 1, 11, [i / 10 for i in range(11)]),
            (-0.13, 0.31, 5, [-0.1, 0, 0.1, 0.2, 0.3]),
            (13.2, 24.9, 7, [14, 16, 18, 20, 22, 24]),
            (0, 1.5e6, 4, [0, 5e5, 1e6, 1.5e6]),
            (24.9, 13.2, 3, [15, 20]),
            (3, 3, 5, []),
            (0, float("nan"), 5, []),
            (0, 1, 0, []),
        ],
    )
    def test_worked_by_hand(self, low, high, n, expected):
        assert linear_values(low, high, n) == expected

    @SETTINGS
    @given(ends, ends, st.integers(2, 12))
    def test_are_few_ascending_and_inside(self, low, high, n):
        values = linear_values(low, high, n)
        low, high = sorted((low, high))
        slack = 1e-8 * (high - low)
        assert len(values) <= n
        assert values == sorted(set(values))
        assert all(low - slack <= value <= high + slack for value in values)

    @SETTINGS
    @given(st.floats(-100, 100), st.floats(0.01, 100), st.integers(3, 12))
    def test_are_not_too_few(self, low, width, n):
        # the next finer step is 2.5 times finer at most
        assert len(linear_values(low, low + width, n)) >= (n - 1) / 2.5 - 1


class TestLogValues:
    @pytest.mark.parametrize(
        ("low", "high", "n", "expected"),
        [
            (0.5, 2000, 7, [1, 3, 10, 30, 100, 300, 1000]),
            (0.5, 2000, 6, [1, 10, 100, 1000]),
            (0.9, 110, 7, [1, 2, 5, 10, 20, 50, 100]),
            (1, 1e12, 7, [1, 1e2, 1e4, 1e6, 1e8, 1e10, 1e12]),
            (2.1, 3.3, 7, [2.2, 2.4, 2.6, 2.8, 3.0, 3.2]),
            (0, 10, 7, []),
            (5, 5, 7, []),
        ],
    )
    def test_worked_by_hand(self, low, high, n, expected):
        assert log_values(low, high, n) == expected

    @SETTINGS
    @given(st.floats(-30, 30), st.floats(0.001, 30), st.integers(2, 12))
    def test_are_few_ascending_and_inside(self, exponent, decades, n):
        low, high = 10.0**exponent, 10.0 ** (exponent + decades)
        values = log_values(low, high, n)
        assert len(values) <= n
        assert values == sorted(set(values))
        assert all(low * (1 - 1e-8) <= value <= high * (1 + 1e-8) for value in values)


class TestWrite:
    @pytest.mark.parametrize(
        ("value", "step", "text"),
        [
            (0.30000000000000004, 0.1, "0.3"),
            (-1.5, 0.5, "\N{MINUS SIGN}1.5"),
            (-0.0, 1, "0"),
            (2, 0.5, "2.0"),
            (9500, 500, "9500"),
            (25_000, 5000, "25,000"),
            (2_458_010, 10, "2,458,010"),
            (1e5, 1e5, "10⁵"),
            (-2.5e6, 5e5, "\N{MINUS SIGN}2.5×10⁶"),
            (3e-5, 1e-5, "3×10⁻⁵"),
            (0.0005, 0.0001, "5×10⁻⁴"),
            (0.002, 0.001, "0.002"),
        ],
    )
    def test_as_a_person_would(self, value, step, text):
        assert write(value, step) == text

    def test_a_linear_axis_has_one_precision(self):
        assert write_linear([-0.5, 0, 0.5, 1]) == ["−0.5", "0", "0.5", "1.0"]
        assert write_linear([0, 5e5, 1e6]) == ["0", "5×10⁵", "10⁶"]

    def test_a_logarithmic_axis_has_as_many_digits_as_each_mark_needs(self):
        assert write_log([0.01, 0.1, 1, 10, 1000, 1e5]) == ["0.01", "0.1", "1", "10", "1000", "10⁵"]
        assert write_log([2.8, 3.0, 3.2]) == ["2.8", "3.0", "3.2"]

    def test_a_single_mark(self):
        assert write_linear([0.25]) == ["0.25"]
        assert write_log([50]) == ["50"]
        assert write_linear([]) == write_log([]) == []
