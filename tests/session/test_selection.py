from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import napari_astro_al as aal
from napari_astro_al.catalogue import ROWS
from napari_astro_al.errors import CatalogueError, SessionError
from napari_astro_al.session import Selection

N = 400


@pytest.fixture(scope="module")
def many() -> aal.Catalogue:
    """Four hundred sources whose ids are their row numbers."""
    import pandas as pd

    return aal.Catalogue.from_table(pd.DataFrame({"x": np.arange(N) * 1.5}), id=ROWS)


some_rows = st.lists(st.integers(0, N - 1), max_size=60)


class TestAlgebra:
    @given(a=some_rows, b=some_rows)
    def test_is_that_of_sets(self, many, a, b):
        now, more = (Selection.of_rows(many, np.array(rows, dtype=np.int64)) for rows in (a, b))
        expected = {
            "replace": set(b),
            "add": set(a) | set(b),
            "subtract": set(a) - set(b),
            "intersect": set(a) & set(b),
        }
        for how, rows in expected.items():
            assert now.combined(more, how).rows.tolist() == sorted(rows)

    @given(a=some_rows, asked=some_rows)
    def test_contains(self, many, a, asked):
        selection = Selection.of_rows(many, np.array(a, dtype=np.int64))
        inside = selection.contains(np.array(asked, dtype=np.int64))
        assert inside.tolist() == [row in a for row in asked]

    @given(st.lists(st.integers(0, N - 1)))
    def test_rows_are_sorted_and_unique_however_many_they_are(self, many, rows):
        assert Selection.of_rows(many, np.array(rows)).rows.tolist() == sorted(set(rows))

    def test_it_says_how_many_it_is(self, many):
        assert repr(Selection.of_rows(many, [3, 1])) == "<Selection: 2 of 400 sources>"


class TestOfASession:
    def test_added_taken_away_and_narrowed(self, session):
        session.select([1001, 1002, 1003])
        session.select([1003, 1004], how="add")
        assert session.selected == {1001, 1002, 1003, 1004}
        session.select([1001], how="subtract")
        session.select_rows(np.array([3, 4, 5]), how="intersect")
        assert session.selected == {1003, 1004}

    def test_another_way_is_refused_and_the_selection_stays(self, session):
        session.select([1001])
        with pytest.raises(SessionError, match=r"'union'.*'replace', 'add', 'subtract'"):
            session.select([1002], how="union")
        assert session.selected == {1001}

    def test_by_the_name_of_a_set(self, session):
        session.sets.save("pair", [1005, 1001])
        session.select("pair")
        assert session.selected == {1001, 1005}

    def test_an_unknown_name_is_told(self, session):
        with pytest.raises(SessionError, match="no set 'pairs'"):
            session.select("pairs")

    def test_a_selection_of_the_same_sources_in_another_order_goes_by_id(self, session):
        table = session.catalogue.table.iloc[::-1].reset_index(drop=True)
        turned = aal.Catalogue.from_table(table, id="source", label="kind")
        session.select(Selection.of_rows(turned, np.array([0])))
        assert session.selected == {1199}

    def test_where_ids_are_text_a_text_is_a_set_or_else_an_id(self):
        import pandas as pd

        table = pd.DataFrame({"name": ["a", "b", "c"], "x": [1.0, 2.0, 3.5]})
        session = aal.Session(aal.Catalogue.from_table(table, id="name"))
        session.sets.save("a", ["b", "c"])
        session.select("a")
        assert session.selected == {"b", "c"}
        session.select("b")
        assert session.selected == {"b"}
        with pytest.raises(CatalogueError, match="no source 'd'"):
            session.select("d")
