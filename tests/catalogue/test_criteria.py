from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import napari_astro_al as aal
from napari_astro_al.catalogue import matching
from napari_astro_al.catalogue.criteria import as_condition, condition_from_json
from napari_astro_al.catalogue.matching import matching_job
from napari_astro_al.catalogue.typed_criteria import criterion_from_text
from napari_astro_al.errors import CatalogueError
from napari_astro_al.jobs import drain

BIG = 2**62 + 1
"""A whole number that float64 cannot hold."""


@pytest.fixture(scope="module")
def catalogue():
    table = pd.DataFrame(
        {
            "id": np.arange(6),
            "z": np.array([1, 2, np.nan, 0.1, 5, 6], dtype=np.float32),
            "objid": pd.array([1, None, BIG, BIG + 1, 5, 6], dtype="Int64"),
            "clean": pd.array([True, None, False, True, False, True], dtype="boolean"),
            "kind": ["QSO", None, "QSO_BAL", "STAR", "", "gal"],
            "seen": pd.to_datetime(["2020-01-01", None, "2021-01-01"] * 2),
            "wave": np.ones(6, dtype=np.complex128),
        }
    )
    return aal.Catalogue.from_table(table, id="id", name="six")


def found(catalogue, given):
    return drain(matching_job(catalogue, as_condition(given))).tolist()


class TestOneCriterion:
    @pytest.mark.parametrize(
        ("given", "rows"),
        [
            (("z", ">", 2), [4, 5]),
            (("z", ">=", 2), [1, 4, 5]),
            (("z", "==", 0.1), [3]),
            (("z", "<", 1e300), [0, 1, 3, 4, 5]),
            (("z", "in", [1, 6, 7]), [0, 5]),
            (("objid", "==", BIG), [2]),
            (("objid", ">", BIG), [3]),
            (("objid", ">", 4.5), [2, 3, 4, 5]),
            (("objid", "<=", 5.5), [0, 4]),
            (("objid", "==", 5.5), []),
            (("objid", "==", 5.0), [4]),
            (("objid", "<", -(2**80)), []),
            (("clean", "==", True), [0, 3, 5]),
            (("kind", "==", "QSO"), [0]),
            (("kind", "contains", "QSO"), [0, 2]),
            (("kind", "contains", "Q.O"), []),
            (("kind", "in", ["gal", "STAR"]), [3, 5]),
            (("seen", ">", "2020-06-01"), [2, 5]),
            (("seen", "==", "2020-01-01"), [0, 3]),
        ],
    )
    def test_finds(self, catalogue, given, rows):
        assert found(catalogue, given) == rows

    @pytest.mark.parametrize(
        ("given", "rows"),
        [
            (("z", "!=", 2), [0, 3, 4, 5]),
            (("objid", "!=", 5), [0, 2, 3, 5]),
            (("objid", "!=", 5.5), [0, 2, 3, 4, 5]),
            (("clean", "!=", True), [2, 4]),
            (("kind", "!=", "QSO"), [2, 3, 5]),
            (("seen", "!=", "2020-01-01"), [2, 5]),
        ],
    )
    def test_a_missing_value_is_not_even_different(self, catalogue, given, rows):
        assert found(catalogue, given) == rows

    @pytest.mark.parametrize(
        ("column", "rows"),
        [("z", [2]), ("objid", [1]), ("clean", [1]), ("kind", [1, 4]), ("wave", [])],
    )
    def test_missing_values_are_found_by_name(self, catalogue, column, rows):
        assert found(catalogue, (column, "is missing")) == rows


class TestSeveral:
    def test_by_and_by_or_and_within_each_other(self, catalogue):
        large = aal.Criterion("z", ">", 1.5)
        clean = aal.Criterion("clean", "==", True)
        assert found(catalogue, [large, clean]) == [5]
        assert found(catalogue, aal.AnyOf(large, clean)) == [0, 1, 3, 4, 5]
        either = aal.AnyOf(aal.AllOf(large, clean), ("kind", "contains", "BAL"))
        assert found(catalogue, either) == [2, 5]

    def test_nothing_asked_for_is_every_source(self, catalogue):
        assert found(catalogue, None) == [0, 1, 2, 3, 4, 5]
        assert found(catalogue, aal.AnyOf()) == []

    def test_words(self):
        both = aal.AnyOf(aal.AllOf(("z", ">", 2), ("kind", "in", ["A", "B"])), ("z", "is missing"))
        assert both.words == "(z > 2 and kind in A, B) or z is missing"

    @settings(max_examples=60)
    @given(
        numbers=st.lists(st.sampled_from([np.nan, -1.0, 0.0, 0.5, 2.0]), min_size=1, max_size=12),
        tree=st.recursive(
            st.tuples(
                st.just("z"),
                st.sampled_from([">", ">=", "==", "!=", "<=", "<"]),
                st.sampled_from([-1, 0.0, 0.5, 2]),
            ),
            lambda inner: st.tuples(
                st.sampled_from([aal.AllOf, aal.AnyOf]), st.lists(inner, max_size=3)
            ),
            max_leaves=6,
        ),
    )
    def test_row_by_row_it_means_the_same_whatever_the_chunks(self, numbers, tree):
        """Python's own comparisons, which NaN never fulfils but by !=, are the model."""

        def condition(node):
            if len(node) == 3:
                return aal.Criterion(*node)
            return node[0](*map(condition, node[1]))

        def holds(node, number):
            if len(node) == 3:
                compared = matching._COMPARE[node[1]](number, node[2])
                return compared and number == number
            return (all if node[0] is aal.AllOf else any)(holds(one, number) for one in node[1])

        table = pd.DataFrame({"id": np.arange(len(numbers)), "z": numbers})
        survey = aal.Catalogue.from_table(table, id="id")
        expected = [row for row, number in enumerate(numbers) if holds(tree, number)]
        whole = matching.CHUNK
        try:
            for matching.CHUNK in (5, whole):
                assert found(survey, condition(tree)) == expected
        finally:
            matching.CHUNK = whole
        assert condition_from_json(json.loads(json.dumps(condition(tree).to_json()))) == condition(
            tree
        )


class TestRefused:
    @pytest.mark.parametrize(
        ("given", "words"),
        [
            (("z", "contains", "x"), "'z' holds numbers, and cannot be compared by 'contains'"),
            (("kind", ">", 3), "'kind' holds texts, and cannot be compared by '>'. Choose '=='"),
            (("kind", "==", 3), "'kind' '==' 3: the column holds texts, so that a text is"),
            (("z", "==", "x"), "'z' '==' 'x': the column holds numbers, so that a finite number"),
            (("z", "in", [1, True]), "'z' 'in' True: the column holds numbers"),
            (("clean", "==", 1), "'clean' '==' 1: the column holds flags, so that true or false"),
            (("seen", ">", "now"), "'seen' '>' 'now': the column holds dates, so that a date such"),
            (("wave", "==", 1), "'wave' holds values that have no order"),
            (("redshfit", ">", 1), "no column 'redshfit'"),
            (("z", "~", 1), "'z' cannot be compared by '~'"),
            (("z", ">", np.nan), "compared with nan: give a finite number"),
            (("z", ">", 10**400), "give a finite number"),
            (("z", ">"), "'z' '>' cannot be compared with None"),
            (("z", "is missing", 3), "'is missing' takes no value"),
            (("kind", "in", "QSO"), "'in' takes a list"),
            (("kind", "in", []), "this one is empty"),
            ("z > 2", "is no condition"),
            ((3, ">", 2), "is no condition"),
        ],
    )
    def test_naming_column_operator_and_what_is_expected(self, catalogue, given, words):
        with pytest.raises(CatalogueError, match=words.replace("(", r"\(")):
            found(catalogue, given)

    def test_before_anything_is_read(self, catalogue):
        with pytest.raises(CatalogueError, match="'kind' holds texts"):
            matching_job(catalogue, aal.AllOf(("z", ">", 1), ("kind", "<", "A")))


class TestFiles:
    @pytest.mark.parametrize(
        "content",
        [
            None,
            [],
            {"all": "z"},
            {"any": [], "all": []},
            {"column": 3, "operator": ">"},
            {"column": "z", "operator": ">", "value": 1, "more": 2},
        ],
    )
    def test_what_is_no_condition_is_refused(self, content):
        with pytest.raises(CatalogueError, match="is no condition"):
            condition_from_json(content)

    def test_nor_is_one_without_end(self):
        content: dict[str, list[object]] = {"all": []}
        for _ in range(100):
            content = {"all": [content]}
        with pytest.raises(CatalogueError, match="is no condition"):
            condition_from_json(content)

    def test_numbers_of_numpy_become_plain(self):
        told = aal.Criterion("z", "in", np.array([1.5, 2.5], dtype=np.float32)).to_json()
        assert json.dumps(told) == '{"column": "z", "operator": "in", "value": [1.5, 2.5]}'


class TestTyped:
    @pytest.mark.parametrize(
        ("column", "operator", "text", "value"),
        [
            ("z", ">", " 2 ", 2),
            ("z", "<=", "1e-3", 0.001),
            ("objid", "==", str(BIG), BIG),
            ("clean", "==", "yes", True),
            ("kind", "in", "QSO, STAR", ("QSO", "STAR")),
            ("kind", "is missing", "whatever", None),
            ("seen", "<", "2021", "2021"),
        ],
    )
    def test_a_text_becomes_what_the_column_holds(self, catalogue, column, operator, text, value):
        assert criterion_from_text(catalogue, column, operator, text).value == value

    @pytest.mark.parametrize("text", ["two", "nan", "", "1e999"])
    def test_or_is_refused(self, catalogue, text):
        with pytest.raises(CatalogueError, match="a finite number is expected"):
            criterion_from_text(catalogue, "z", ">", text)
