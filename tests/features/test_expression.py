from __future__ import annotations

import operator
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from napari_astro_al.errors import FeatureError
from napari_astro_al.features.expression import (
    DEEPEST,
    FUNCTIONS,
    Expression,
    parse_expression,
)

COLUMNS = {
    "u": np.array([1.0, -2.5, 0.0, np.nan]),
    "g": np.array([3.0, 4.0, 0.0, 1.0]),
    "[OIII] 5007": np.array([0.5, 8.0, -1.0, 2.0]),
}
SIGNS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": np.divide,
    "**": np.power,
}
NUMPY = {name: getattr(np, name) for name in FUNCTIONS if hasattr(np, name) and name != "abs"}
NUMPY |= {"abs": np.absolute, "ln": np.log, "min": np.minimum, "max": np.maximum}


def value_of(text):
    return parse_expression(text).evaluate(COLUMNS)


def combined(parts):
    """An expression as text, and what NumPy makes of it."""
    two = st.tuples(st.sampled_from(sorted(SIGNS)), parts, parts).map(
        lambda one: (f"({one[1][0]} {one[0]} {one[2][0]})", SIGNS[one[0]](one[1][1], one[2][1]))
    )
    functions = [name for name in FUNCTIONS if name not in ("min", "max", "hypot", "arctan2")]
    call = st.tuples(st.sampled_from(functions), parts).map(
        lambda one: (f"{one[0]}({one[1][0]})", NUMPY[one[0]](one[1][1]))
    )
    minus = parts.map(lambda one: (f"(-{one[0]})", -one[1]))
    return two | call | minus


leaves = st.sampled_from(
    [("u", COLUMNS["u"]), ("g", COLUMNS["g"]), ("`[OIII] 5007`", COLUMNS["[OIII] 5007"])]
) | st.floats(0, 1e6).map(lambda number: (f"{number!r}", np.asarray(number)))


class TestValues:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("u - g", [-2, -6.5, 0, np.nan]),
            ("u-g*2", [-5, -10.5, 0, np.nan]),
            ("-g**2", [-9, -16, -0.0, -1]),
            ("2**3**2 + 0*g", [512, 512, 512, 512]),
            ("log10(`[OIII] 5007` / 5e-2)", [1, np.log10(160), np.nan, np.log10(40)]),
            ("max(u, g)", [3, 4, 0, np.nan]),
            ("g / g", [1, 1, np.nan, 1]),
            ("  .5*( g )", [1.5, 2, 0, 0.5]),
        ],
    )
    def test_are_those_of_arithmetic(self, text, expected):
        assert_allclose(value_of(text), expected, rtol=1e-15)

    def test_of_numbers_alone_are_a_number(self):
        assert value_of("10 / 4").shape == ()

    @given(st.recursive(leaves, combined, max_leaves=12))
    def test_equal_numpy_s(self, expression):
        text, expected = expression
        with np.errstate(all="ignore"):
            assert_array_equal(value_of(text), expected)

    def test_are_float64_whatever_the_columns_are(self):
        expression = parse_expression("a + b")
        values = expression.evaluate({"a": np.array([200], np.uint8), "b": np.array([100], "u1")})
        assert values.tolist() == [300.0]


pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


class TestNames:
    def test_are_in_order_of_appearance(self):
        assert parse_expression("g - `u` + g / log10(z)").names == ("g", "u", "z")

    @pytest.mark.parametrize("word", ["class", "lambda", "None", "__import__", "µ_x", "log10"])
    def test_may_be_any_word(self, word):
        assert parse_expression(f"{word} + 1").names == (word,)


class TestUnits:
    @pytest.mark.parametrize(
        ("text", "unit"),
        [
            ("u - g", "mag"),
            ("abs(u - g) + max(u, g)", "mag"),
            ("u - w", ""),
            ("u / g", ""),
            ("u - 1", ""),
            ("-u", "mag"),
        ],
    )
    def test_stay_where_they_are_the_same(self, text, unit):
        units = {"u": "mag", "g": "mag", "w": "Jy"}
        assert parse_expression(text).unit(units.__getitem__) == unit


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "is empty"),
            ("u +", "was not understood: a sign, a bracket or a name is missing"),
            ("u g", "was not understood: a sign"),
            ("2mass_j - 1", "at '2mass_j - 1': names with signs, spaces or a digit first"),
            ("u ^ 2", r"at '\^ 2': powers are written"),
            ("`u - g", "at '`u - g': a backquote is not closed"),
            ("flux[0] / 2", r"at '\[0\] / 2': names with brackets"),
            ("u.real", r"at '.real': names"),
            ("'a' * 9", "was not understood at \"'a' \\* 9\""),
            ("u; g", "at '; g'"),
            ("eval(u)", "no function 'eval' in expressions. Known: 'log10'"),
            ("log10(u, g)", "log10 takes 1 value and was given 2"),
            ("max(u)", "max takes 2 values and was given 1"),
            ("max(*u)", "max takes 2 values and was given 1"),
            ("exp(*u)", "something that is no arithmetic"),
            ("max(**u)", "max takes 2 values"),
            ("(u, g)", "something that is no arithmetic"),
            ("u(g)", "no function 'u'"),
            ("(u)(g)", "max|takes|no arithmetic|was not understood"),
            ("u // g", "was not understood"),
            ("u" * 1001, "at most 1000 characters, this one 1,001"),
            ("+".join(["u"] * 200), "has 399 parts, and 250 are allowed"),
            ("-" * (DEEPEST + 1) + "u", f"nested deeper than {DEEPEST}"),
        ],
    )
    def test_say_what_was_wrong(self, text, words):
        with pytest.raises(FeatureError, match=words):
            parse_expression(text)

    @pytest.mark.filterwarnings("error")
    @given(st.text(max_size=60) | st.text("uv()*+-/,.`_19e[]:=lambdxif \n'\"\\", max_size=40))
    def test_anything_is_an_expression_or_refused(self, text):
        try:
            expression = parse_expression(text)
        except FeatureError:
            return
        assert isinstance(expression, Expression)
        columns = dict.fromkeys(expression.names, np.ones(2))
        assert expression.evaluate(columns).dtype == np.float64

    @pytest.mark.parametrize(
        "attack",
        [
            "__import__('os').system('touch hacked')",
            "(lambda: open('hacked', 'w'))()",
            "[].__class__.__base__.__subclasses__()",
            "exec(`open('hacked', 'w')`)",
            "9**9**9**9**9",
            "(" * 120 + "u" + ")" * 120,
        ],
    )
    def test_nothing_is_ever_run(self, attack, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        with suppress(FeatureError):
            assert np.isinf(parse_expression(attack).evaluate({"u": np.inf}))
        assert list(tmp_path.iterdir()) == []
