from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import napari_astro_al as aal
from napari_astro_al.catalogue import ROWS
from napari_astro_al.errors import CatalogueError
from napari_astro_al.jobs import drain
from napari_astro_al.session import Selection
from napari_astro_al.session import row_order as module
from napari_astro_al.session.row_order import RowOrder, SortKey, row_order_job

COLUMNS = {
    "number": [3.5, np.nan, -1.0, np.inf, 3.5, 0.0],
    "single": np.array([1, 2, 3, np.nan, -5, 2], dtype=np.float32),
    "whole": [3, 1, 2, 3, 1, 2],
    "big": pd.array([2**60, None, 2**60 + 1, 5, None, 6], dtype="Int64"),
    "text": ["b", None, "a", "ä", "B", "b"],
    "flag": [True, False, True, False, True, False],
    "day": pd.to_datetime(["2020-01-02", None, "2020-01-01", None, "2021-01-01", "2019-01-01"]),
}


@pytest.fixture(scope="module")
def varied() -> aal.Session:
    return aal.Session(aal.Catalogue.from_table(pd.DataFrame(COLUMNS), id=ROWS))


def sorted_by(session, column, *, base=None, own=False, descending=False):
    return drain(row_order_job(session, base, SortKey(column, own, descending)))


class TestSorting:
    @pytest.mark.parametrize("descending", [False, True])
    @pytest.mark.parametrize("chunk", [2, 1000])
    @pytest.mark.parametrize("column", COLUMNS)
    def test_as_pandas_sorts(self, varied, column, descending, chunk, monkeypatch):
        """Of equal ones the first in the catalogue is first; missing ones are last."""
        monkeypatch.setattr(module, "CHUNK", chunk)
        values = pd.Series(COLUMNS[column]).replace(np.inf, np.nan)
        expected = values.sort_values(
            ascending=not descending, kind="stable", na_position="last"
        ).index
        order = sorted_by(varied, column, descending=descending)
        assert order.rows(0, 6).tolist() == expected.tolist()

    def test_of_a_selection(self, varied):
        base = Selection.of_rows(varied.catalogue, np.array([0, 2, 4, 5]))
        order = sorted_by(varied, "number", base=base)
        assert order.rows(0, 9).tolist() == [2, 5, 0, 4]
        assert [order.place_of(row) for row in (2, 4, 1)] == [0, 3, None]

    def test_by_id(self):
        table = pd.DataFrame({"name": ["c", "a", "b"], "x": [1.0, 2.0, 3.5]})
        session = aal.Session(aal.Catalogue.from_table(table, id="name"))
        assert sorted_by(session, "id", own=True).rows(0, 3).tolist() == [1, 2, 0]

    def test_by_label_those_without_last(self, session, pool):
        session.annotate(pool["STAR"][0], "STAR")
        session.annotate(pool["GALAXY"][0], "GALAXY")
        order = sorted_by(session, "label", own=True)
        first = session.catalogue.ids_at(order.rows(0, 3))
        assert first[:2] == [pool["GALAXY"][0], pool["STAR"][0]]
        assert first[2] == next(one for one in range(1000, 1200) if one not in first[:2])

    def test_by_prediction_and_confidence(self, session, pool):
        for name, ids in pool.items():
            session.annotate(ids[:5], name)
        session.train()
        told = session.predictions()
        by_confidence = sorted_by(session, "confidence", own=True, descending=True)
        confidence = told["confidence"].to_numpy()[by_confidence.rows(0, 200)]
        assert (np.diff(confidence) <= 0).all()
        half = Selection.of_rows(session.catalogue, np.arange(100))
        by_class = sorted_by(session, "predicted", own=True, base=half)
        classes = told["predicted"].to_numpy()[by_class.rows(0, 200)]
        assert list(classes) == sorted(classes)
        assert len(classes) == 100

    def test_without_a_model_the_order_stays(self, session):
        assert sorted_by(session, "predicted", own=True).rows(0, 3).tolist() == [0, 1, 2]

    def test_of_nothing(self, varied):
        order = sorted_by(varied, "text", base=Selection.none(varied.catalogue))
        assert (order.n, order.rows(0, 5).tolist(), order.place_of(0)) == (0, [], None)

    def test_a_column_that_is_not_there_is_told(self, varied):
        with pytest.raises(CatalogueError, match="no column 'nubmer'"):
            sorted_by(varied, "nubmer")


class TestRowOrder:
    @given(rows=st.sets(st.integers(0, 5)), start=st.integers(-2, 7), n=st.integers(0, 9))
    def test_rows_and_places_agree(self, varied, rows, start, n):
        base = Selection.of_rows(varied.catalogue, np.array(sorted(rows), dtype=np.int64))
        for order in (
            RowOrder.unsorted(varied.catalogue, base),
            sorted_by(varied, "whole", base=base),
        ):
            whole = order.rows(0, order.n).tolist()
            assert sorted(whole) == sorted(rows)
            assert order.rows(start, start + n).tolist() == whole[max(start, 0) : max(start + n, 0)]
            assert [order.place_of(row) for row in whole] == list(range(order.n))

    def test_the_selected_ones_from_top_to_bottom(self, varied):
        selection = Selection.of_rows(varied.catalogue, np.array([0, 1, 2]))
        assert sorted_by(varied, "whole").sorted_rows(selection).tolist() == [1, 2, 0]
        base = Selection.of_rows(varied.catalogue, np.array([0, 2, 3]))
        assert sorted_by(varied, "whole", base=base).sorted_rows(selection).tolist() == [2, 0]
        plain = RowOrder.unsorted(varied.catalogue, None)
        assert plain.sorted_rows(selection).tolist() == [0, 1, 2]
