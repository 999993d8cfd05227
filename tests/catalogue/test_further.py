"""A catalogue with further columns is the same sources."""

import numpy as np
import pandas as pd
import pytest

from napari_astro_al import Catalogue
from napari_astro_al.catalogue import Column
from napari_astro_al.catalogue.further import without_columns
from napari_astro_al.errors import CatalogueError


@pytest.fixture
def three():
    table = pd.DataFrame({"id": [10, 20, 30], "r": [1.0, 2.0, 3.0], "class": ["A", "B", "A"]})
    return Catalogue.from_table(table, id="id", label="class")


def test_values_go_by_id_and_others_are_missing(three):
    size = pd.DataFrame({"size": np.array([5, 7], "f4"), "kind": ["x", None]}, index=[30, 10])
    more = three.with_columns(size, {"size": Column("arcsec", "how large")})
    np.testing.assert_array_equal(more.column("size"), np.array([7, np.nan, 5], "f4"))
    assert more.column("size").dtype == "f4"
    assert more.column("kind").isna().tolist() == [True, True, False]
    assert more.column("kind")[2] == "x"
    assert more.unit("size") == "arcsec"
    assert "size" not in three.table


def test_whole_numbers_stay_whole_where_none_is_missing(three):
    index = [10, 20, 30]
    more = three.with_columns(pd.DataFrame({"n": [1, 2, 3], "m": [4, 5, 6]}, index=index))
    assert more.column("n").dtype == np.int64
    some = three.with_columns(pd.DataFrame({"n": [1, 2]}, index=[30, 20]))
    np.testing.assert_array_equal(some.column("n"), [np.nan, 2.0, 1.0])


def test_the_sources_are_the_same(three):
    three.rows_of([20])
    digest, labels = three.id_digest, three.column_labels
    more = three.with_columns(pd.DataFrame({"n": [1.0]}, index=[10]))
    assert more.ids is three.ids
    assert more.id_digest == digest
    assert more.column_labels is labels
    assert more.roles == three.roles
    assert more.row_of(30) == 2


def test_columns_can_be_taken_away_again(three):
    more = three.with_columns(pd.DataFrame({"n": [1.0]}, index=[10]), {"n": Column("mag")})
    back = without_columns(more, ["n", "never there"])
    assert list(back.table) == ["id", "r", "class"]
    assert back.unit("n") == ""


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (pd.DataFrame({"r": [1.0]}, index=[10]), "has columns called 'r' already"),
        (pd.DataFrame({"n": [1.0]}, index=[11]), "has no source '11'"),
        (pd.DataFrame({"n": [1.0, 2.0]}, index=[10, 10]), "more than one row for '10'"),
        (pd.DataFrame({"n": [[1.0]]}, index=[10]), "'n' holds neither numbers nor text"),
        (pd.DataFrame(index=[10]), "no new column"),
        (pd.DataFrame([[1.0, 2.0]], columns=["n", "n"], index=[10]), "'n' more than once"),
    ],
)
def test_what_cannot_be_columns_is_refused(three, table, why):
    with pytest.raises(CatalogueError, match=why):
        three.with_columns(table)
