import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from astropy import units
from astropy.coordinates import SkyCoord
from astropy.table import MaskedColumn, QTable, Table
from astropy.time import Time

from napari_astro_al import AstroALWarning
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.catalogue.tables import take_table
from napari_astro_al.errors import CatalogueError


def cells(series):
    """Values with None for missing ones."""
    return [None if pd.isna(one) else one for one in series]


class TestDataFrames:
    def test_a_named_index_is_a_column(self):
        raw = take_table(pd.DataFrame({"u": [1.0]}, index=pd.Index([7], name="source_id")))
        assert list(raw.frame) == ["source_id", "u"]
        assert isinstance(raw.frame.index, pd.RangeIndex)

    def test_rows_chosen_from_a_larger_frame_keep_their_order(self):
        table = pd.DataFrame({"x": [0, 1, 2, 3]}).iloc[[3, 1]]
        assert take_table(table).frame["x"].tolist() == [3, 1]

    @pytest.mark.parametrize(
        ("column", "dtype", "expected"),
        [
            (pd.array([1, None, 3], dtype="Int32"), "float64", [1.0, None, 3.0]),
            (pd.array([2**60 + 1, None], dtype="Int64"), "Int64", [2**60 + 1, None]),
            (pd.array([2**60 + 1, 2], dtype="Int64"), "int64", [2**60 + 1, 2]),
            (pd.array([2**63, None], dtype="UInt64"), "UInt64", [2**63, None]),
            (pd.array([2**63, 1], dtype="UInt64"), "uint64", [2**63, 1]),
            (pd.array([True, None], dtype="boolean"), "boolean", [True, None]),
            (pd.array([True, False], dtype="boolean"), "bool", [True, False]),
            (pd.array([0.5, None], dtype="Float32"), "float32", [0.5, None]),
            (pd.Categorical(["a", None, "b"]), str(pd.Series(["a"]).dtype), ["a", None, "b"]),
            (pd.Categorical([1, None, 2]), "float64", [1.0, None, 2.0]),
            (pd.Series([b"a", b"\xe9"]), str(pd.Series(["a"]).dtype), ["a", "é"]),
            (pd.Series(["a", "  ", None]), str(pd.Series(["a"]).dtype), ["a", None, None]),
            (pd.Series([1, 2**63], dtype=object), "uint64", [1, 2**63]),
            (pd.Series([True, None], dtype=object), "boolean", [True, None]),
            (pd.Series([None, None], dtype=object), "float64", [None, None]),
            (
                pd.Series([1, "a", None], dtype=object),
                str(pd.Series(["a"]).dtype),
                ["1", "a", None],
            ),
            (pd.Series([1, None], dtype=pd.ArrowDtype(pa.int8())), "float64", [1.0, None]),
            (pd.Series(["a", None], dtype=pd.ArrowDtype(pa.string())), "str", ["a", None]),
            (np.array([1.5, 2.5], dtype=">f4"), "float32", [1.5, 2.5]),
            (np.array([1, 2], dtype=">i8"), "int64", [1, 2]),
            (np.array([0.5], dtype=np.float16), "float32", [0.5]),
        ],
    )
    def test_every_kind_of_column_comes_in_one_form(self, column, dtype, expected):
        series = take_table(pd.DataFrame({"x": column})).frame["x"]
        if dtype == "str":
            dtype = str(pd.Series(["a"]).dtype)
        assert str(series.dtype) == dtype
        assert cells(series) == expected

    def test_times_with_a_zone_become_utc(self):
        column = pd.Series(pd.to_datetime(["2020-01-01T02:00+02:00"]))
        assert take_table(pd.DataFrame({"t": column})).frame["t"][0] == pd.Timestamp("2020-01-01")

    def test_names_that_stand_twice_are_told_apart_with_a_warning(self):
        table = pd.DataFrame([[1, 2]], columns=["u", "u"])
        with pytest.warns(AstroALWarning, match=r"'u' as 'u\.1'"):
            raw = take_table(table)
        assert raw.frame.loc[0].to_dict() == {"u": 1, "u.1": 2}

    def test_names_become_text(self):
        raw = take_table(pd.DataFrame({3: [1], ("a", "b"): [2]}))
        assert list(raw.frame) == ["3", "a b"]

    def test_cells_of_equal_arrays_become_an_array_column(self):
        pictures = [np.zeros((4, 5)), np.ones((4, 5))]
        raw = take_table(pd.DataFrame({"id": [1, 2], "cutout": pd.Series(pictures)}))
        assert list(raw.frame) == ["id"]
        assert raw.arrays["cutout"].shape == (2, 4, 5)

    def test_cells_of_unequal_arrays_are_left_out_with_a_warning(self):
        lists = pd.Series([[1], [1, 2]])
        with pytest.warns(AstroALWarning, match="left out: 'x' .arrays of different shapes"):
            raw = take_table(pd.DataFrame({"id": [1, 2], "x": lists}))
        assert raw.names == ["id"]


class TestAstropy:
    def test_masked_cells_are_missing(self):
        table = Table(
            {
                "n": MaskedColumn([2**60 + 1, 5], mask=[False, True]),
                "x": MaskedColumn([1.5, 2.5], mask=[True, False]),
                "s": MaskedColumn(["a", "b"], mask=[True, False]),
                "b": MaskedColumn([True, True], mask=[True, False]),
            }
        )
        raw = take_table(table)
        assert {name: cells(raw.frame[name]) for name in raw.frame} == {
            "n": [2**60 + 1, None],
            "x": [None, 2.5],
            "s": [None, "b"],
            "b": [None, True],
        }

    def test_units_descriptions_and_ucds_are_kept(self):
        table = Table({"ra": [1.0]})
        table["ra"].unit = "deg"
        table["ra"].description = "Right\n ascension"
        table["ra"].meta["ucd"] = "pos.eq.ra;meta.main"
        about = take_table(table).columns["ra"]
        assert about == Column("deg", "Right ascension", "pos.eq.ra;meta.main")

    def test_quantities_times_and_sky_coordinates_become_plain_columns(self):
        table = QTable(
            {
                "flux": [1.0, 2.0] * units.Jy,
                "when": Time(["2020-01-01", "2021-01-01"]),
                "where": SkyCoord([10.0, 20.0], [-5.0, 5.0], unit="deg"),
            }
        )
        raw = take_table(table)
        assert raw.columns["flux"].unit == "Jy"
        assert raw.frame["when"].tolist() == ["2020-01-01T00:00:00.000", "2021-01-01T00:00:00.000"]
        assert raw.frame["where.ra"].tolist() == [10.0, 20.0]
        assert raw.columns["where.dec"].unit == "deg"
        assert table.colnames == ["flux", "when", "where"]

    def test_masked_elements_of_vectors_are_missing(self):
        vectors = MaskedColumn([[1, 2], [3, 4]], mask=[[False, True], [False, False]])
        values = take_table(Table({"v": vectors})).arrays["v"]
        np.testing.assert_array_equal(values, [[1, np.nan], [3, 4]])

    def test_vectors_of_one_element_are_scalars(self):
        raw = take_table(Table({"m": np.array([[1.5], [2.5]])}))
        assert raw.frame["m"].tolist() == [1.5, 2.5]


class TestArrow:
    def test_cells_keep_their_digits_and_gaps(self):
        raw = take_table(
            pa.table(
                {
                    "id": pa.array([2**60 + 1, None]),
                    "u": pa.array([1.5, None], pa.float32()),
                    "s": pa.array(["a", None]).dictionary_encode(),
                    "b": pa.array([b"x", None]),
                    "d": pa.array([1, None], pa.date32()),
                }
            )
        )
        assert {name: cells(raw.frame[name]) for name in raw.frame} == {
            "id": [2**60 + 1, None],
            "u": [1.5, None],
            "s": ["a", None],
            "b": ["x", None],
            "d": ["1970-01-02", None],
        }
        assert raw.frame["u"].dtype == np.float32

    def test_structs_become_columns_and_lists_arrays(self):
        raw = take_table(
            pa.table(
                {
                    "p": pa.array([{"x": 1, "q": {"y": 2}}]),
                    "v": pa.array([[1.0, 2.0]], pa.list_(pa.float64(), 2)),
                    "w": pa.array([[[1, 2], [3, 4]]]),
                }
            )
        )
        assert raw.frame.loc[0].to_dict() == {"p.x": 1, "p.q.y": 2}
        np.testing.assert_array_equal(raw.arrays["v"], [[1, 2]])
        np.testing.assert_array_equal(raw.arrays["w"], [[[1, 2], [3, 4]]])

    def test_lists_of_many_lengths_are_left_out(self):
        with pytest.warns(AstroALWarning, match="'v' .arrays of different shapes"):
            take_table(pa.table({"id": [1, 2], "v": pa.array([[1], [1, 2]])}))

    def test_metadata_of_fields_is_kept(self):
        field = pa.field("ra", pa.float64(), metadata={"unit": "deg", "ucd": "pos.eq.ra"})
        raw = take_table(pa.table([pa.array([1.0])], schema=pa.schema([field])))
        assert raw.columns["ra"] == Column("deg", None, "pos.eq.ra")


class TestStructuredArrays:
    def test_fields_are_columns(self):
        array = np.array([(1, b"a", [1, 2])], dtype=[("id", ">i8"), ("s", "S3"), ("v", ">f4", 2)])
        raw = take_table(array)
        assert raw.frame.loc[0].to_dict() == {"id": 1, "s": "a"}
        assert raw.arrays["v"].dtype.isnative

    def test_nested_fields_are_named_by_both(self):
        array = np.array([((1, 2),)], dtype=[("p", [("x", int), ("y", int)])])
        assert take_table(array).frame.loc[0].to_dict() == {"p.x": 1, "p.y": 2}

    def test_masked_ones_have_missing_cells(self):
        array = np.ma.array([(1, 2.0)], mask=[(True, False)], dtype=[("a", int), ("b", float)])
        assert cells(take_table(array).frame["a"]) == [None]

    def test_plain_arrays_are_refused(self):
        with pytest.raises(CatalogueError, match="without named columns"):
            take_table(np.zeros((3, 4)))


class TestMappings:
    def test_lengths_must_agree(self):
        with pytest.raises(CatalogueError, match=r"different lengths .'a': 1, 'b': 2"):
            take_table({"a": [1], "b": [1, 2]})


class TestExtras:
    def test_array_columns_must_have_a_row_each(self):
        with pytest.raises(CatalogueError, match=r"'v' has the shape \(3, 2\); .* has 2 rows"):
            take_table({"id": [1, 2]}, arrays={"v": np.zeros((3, 2))})

    def test_units_beside_the_table_win(self):
        raw = take_table({"ra": [1.0]}, columns={"ra": Column("deg")})
        assert raw.columns["ra"].unit == "deg"

    def test_units_for_columns_that_are_not_there_are_refused(self):
        with pytest.raises(CatalogueError, match="'Ra'"):
            take_table({"ra": [1.0]}, columns={"Ra": Column("deg")})
