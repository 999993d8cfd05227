from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from napari_astro_al.errors import RegistrationError
from napari_astro_al.features.generators import GENERATORS

I = np.arange(100, dtype=np.float32)  # noqa: E741
COLUMNS_OF_I = [("C", I), ("D", I), ("E", I)]


class TestKnownValues:
    """Every column is i in row i."""

    @pytest.mark.parametrize(
        ("generator", "name", "expected"),
        [("subtract", "C-D", 0 * I), ("add", "C+D", 2 * I), ("multiply", "C*D", I**2)],
    )
    def test_of_two(self, generator, name, expected):
        made, values = GENERATORS[generator](COLUMNS_OF_I[:2])
        assert made == name
        assert_array_equal(values, expected)

    def test_division_is_missing_at_zero_and_one_after(self):
        name, values = GENERATORS["divide"](COLUMNS_OF_I[:2])
        assert name == "C/D"
        assert np.isnan(values[0])
        assert_array_equal(values[1:], 1)

    @pytest.mark.parametrize(
        ("generator", "name", "expected"),
        [
            ("subtract", "a-b-c", 24 - 4 - 3),
            ("add", "a+b+c", 24 + 4 + 3),
            ("multiply", "a*b*c", 24 * 4 * 3),
            ("divide", "a/b/c", 24 / 4 / 3),
        ],
    )
    def test_of_three_goes_from_left_to_right(self, generator, name, expected):
        columns = [(n, np.float32([v])) for n, v in (("a", 24), ("b", 4), ("c", 3))]
        made, values = GENERATORS[generator](columns)
        assert (made, values.dtype) == (name, np.float32)
        assert_array_equal(values, [expected])


class TestMissing:
    @pytest.mark.parametrize("generator", ["subtract", "add", "multiply", "divide"])
    def test_a_missing_part_makes_the_feature_missing(self, generator):
        columns = [("a", np.float32([1, np.nan])), ("b", np.float32([np.nan, 1]))]
        assert np.isnan(GENERATORS[generator](columns)[1]).all()

    def test_dividing_by_zero_is_missing_whatever_is_divided(self):
        columns = [("a", np.float32([1, 0, -1])), ("b", np.float32([0, 0, 0]))]
        assert np.isnan(GENERATORS["divide"](columns)[1]).all()


class TestRegistry:
    def test_built_in_names_cannot_be_taken(self):
        with pytest.raises(RegistrationError, match=r"'subtract'.*belongs to a built-in"):
            GENERATORS("subtract")
