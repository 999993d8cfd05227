from __future__ import annotations

from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning.parameters import (
    Parameter,
    described,
    differing,
    of_estimator,
    of_function,
    parted,
    written,
)


def brightest(
    candidates: object,
    *,
    n: int,
    share: Annotated[float, {"min": 0, "max": 1}] = 0.5,
    order: Literal["up", "down"] = "up",
    tries: int = 3,
    keep=False,
) -> None:
    """Made up.

    Parameters
    ----------
    share : float
        How many count.
    order, tries
        Two in one.
    """


def test_a_functions_signature_says_kinds_ranges_choices_and_defaults():
    assert of_function(brightest) == [
        Parameter("share", 0.5, "number", 0, 1, tip="How many count."),
        Parameter("order", "up", "choice", choices=("up", "down"), tip="Two in one."),
        Parameter("tries", 3, "whole", tip="Two in one."),
        Parameter("keep", False, "flag"),
    ]


def test_an_estimator_has_its_own_values_as_defaults_and_the_ranges_that_it_checks():
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.neural_network import MLPClassifier

    found = {one.name: one for one in of_estimator(MLPClassifier(alpha=0.5), ["random_state"])}
    assert "random_state" not in found
    assert list(found)[:2] == ["hidden_layer_sizes", "activation"]  # as the signature has them
    assert (found["alpha"].kind, found["alpha"].default, found["alpha"].low) == ("number", 0.5, 0)
    assert found["activation"].choices == ("identity", "logistic", "relu", "tanh")
    assert found["hidden_layer_sizes"].kind == "value"
    assert found["early_stopping"].kind == "flag"
    assert found["alpha"].tip.startswith("Strength of the L2 regularization term.")
    leaf = {one.name: one for one in of_estimator(KNeighborsClassifier())}["leaf_size"]
    assert (leaf.kind, leaf.low) == ("whole", 1)


@pytest.mark.parametrize(
    ("parameter", "value", "words"),
    [
        (Parameter("a", 0.5, "number", 0, 1), 2, "a=2 is not a number from 0 to 1"),
        (Parameter("a", 5, "whole", 1), 1.5, "a=1.5 is not a whole number from 1"),
        (Parameter("a", 5, "whole"), True, "a=True is not a whole number"),
        (Parameter("a", True, "flag"), 1, "a=1 is not True or False"),
        (Parameter("a", "x", "choice", choices=("x", "y")), "z", "a='z' is not one of 'x', 'y'"),
    ],
)
def test_what_is_not_allowed_is_named(parameter, value, words):
    with pytest.raises(LearnerError, match=words):
        parameter.checked(value)


def test_only_what_differs_is_kept():
    parameters = of_function(brightest)
    assert differing(parameters, {"tries": 3.0, "share": 1, "keep": False}) == {"share": 1.0}
    with pytest.raises(LearnerError, match=r"no parameter 'shape'\. The parameters are 'share'"):
        differing(parameters, {"shape": 1})


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,5}_", fullmatch=True),
        st.one_of(st.booleans(), st.integers(), st.text(), st.none(), st.floats(allow_nan=False)),
    )
)
def test_what_is_written_is_read_again(values):
    finite = {k: v for k, v in values.items() if v not in (float("inf"), float("-inf"))}
    assert parted(f"name({written(finite)})") == ("name", finite)


@pytest.mark.parametrize("text", ["a(b)", "a(b=c)", "a(**{})", "a(b=1)(c=2)", "a(b=open('x'))"])
def test_what_is_no_value_is_refused(text):
    with pytest.raises(LearnerError, match="is not a name with parameters"):
        parted(text)


def test_a_docstring_without_parameters_tells_nothing():
    assert described("Just words.\n\nReturns\n-------\nint\n    A number.") == {}
