"""Formats other than FITS and text, and what holds for all of them."""

import sys
import warnings

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
from astropy.table import MaskedColumn, Table

from napari_astro_al import AstroALWarning, Catalogue
from napari_astro_al.catalogue.reading import read_table
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.errors import CatalogueError


@pytest.fixture
def table():
    table = Table(
        {
            "id": np.array([2**60 + 1, 2**60 + 2, -7]),
            "big": np.array([2**63 + 1, 0, 5], dtype=np.uint64),
            "name": ["é", "b b", "c"],
            "u": MaskedColumn(np.array([1.5, 2.5, 3.5], np.float32), mask=[False, True, False]),
            "n": MaskedColumn([1, 2**60 + 3, 3], mask=[True, False, False]),
            "good": [True, False, True],
            "spectrum": np.arange(6.0).reshape(3, 2),
        }
    )
    table["u"].unit = "mag"
    table["u"].description = "u band"
    table["u"].meta["ucd"] = "phot.mag;em.opt.U"
    return table


ABOUT_U = Column("mag", "u band", "phot.mag;em.opt.U")

WRITERS = {
    "FITS": ("t.fits", "fits", {}),
    "VOTable": ("t.vot", "votable", {}),
    "binary VOTable": ("t.xml", "votable", {"tabledata_format": "binary2"}),
    "ECSV": ("t.ecsv", "ascii.ecsv", {}),
    "HDF5": ("t.h5", "hdf5", {"path": "stars", "serialize_meta": True}),
    "Parquet": ("t.parquet", "parquet", {}),
}
CANNOT_HOLD = {
    "FITS": ["name"],
    "VOTable": ["big"],
    "binary VOTable": ["big"],
    "Parquet": ["spectrum"],
}


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("disguised", [False, True], ids=["own suffix", "wrong suffix"])
def test_a_table_that_astropy_writes_comes_back_whole(tmp_path, table, form, disguised):
    name, writer, how = WRITERS[form]
    path = tmp_path / name
    for column in CANNOT_HOLD.get(form, ()):
        table.remove_column(column)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table.write(path, format=writer, **how)
    if disguised:
        path = path.rename(tmp_path / "t.dat")
    raw = read_table(path)
    frame = raw.frame
    assert frame["id"].tolist() == [2**60 + 1, 2**60 + 2, -7]
    if "big" in table.colnames:
        assert frame["big"].tolist() == [2**63 + 1, 0, 5]
    if "name" in table.colnames:
        assert frame["name"].tolist() == ["é", "b b", "c"]
    assert frame["u"].dtype == np.float32
    np.testing.assert_array_equal(frame["u"], [1.5, np.nan, 3.5])
    assert frame["n"].isna().tolist() == [True, False, False]
    assert frame["n"][1] == 2**60 + 3
    assert frame["good"].tolist() == [True, False, True]
    assert raw.columns["u"] == ABOUT_U
    if "spectrum" in table.colnames:
        np.testing.assert_array_equal(raw.arrays["spectrum"], table["spectrum"])


class TestVOTables:
    def test_columns_are_called_by_name_not_by_id(self, tmp_path):
        path = tmp_path / "t.vot"
        path.write_text(
            '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE>'
            '<TABLE name="psc"><FIELD ID="_3_6_" name="[3.6]" datatype="float" unit="mag"/><DATA>'
            "<TABLEDATA><TR><TD>12.5</TD></TR><TR><TD/></TR></TABLEDATA></DATA></TABLE>"
            "</RESOURCE></VOTABLE>"
        )
        raw = read_table(path)
        np.testing.assert_array_equal(raw.frame["[3.6]"], np.array([12.5, np.nan]))
        assert raw.columns["[3.6]"].unit == "mag"

    def test_an_error_of_the_service_is_passed_on(self, tmp_path):
        path = tmp_path / "t.vot"
        path.write_text(
            '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">'
            '<RESOURCE type="results"><INFO name="QUERY_STATUS" value="ERROR">no such table'
            "</INFO></RESOURCE></VOTABLE>"
        )
        with pytest.raises(CatalogueError, match=r"no table. It holds: an error .*'no such table'"):
            read_table(path)


class TestHDF5:
    @pytest.fixture
    def path(self, tmp_path):
        return tmp_path / "t.h5"

    def test_a_group_of_equal_datasets_is_a_table(self, path):
        with h5py.File(path, "w") as root:
            group = root.create_group("stars")
            group["id"] = [3, 4]
            group["ra"] = [1.5, 2.5]
            group["ra"].attrs["unit"] = "deg"
            group["name"] = [b"a", b"b"]
            group["flux"] = np.ones((2, 5))
        raw = read_table(path)
        assert list(raw.frame) == ["id", "name", "ra"]
        assert raw.frame["name"].tolist() == ["a", "b"]
        assert raw.columns["ra"].unit == "deg"
        assert raw.arrays["flux"].shape == (2, 5)

    def test_another_table_is_read_by_path_or_number(self, path):
        with h5py.File(path, "w") as root:
            root["a/x"] = [1, 2]
            root["b/x"] = [3, 4]
        with pytest.warns(AstroALWarning, match=r"holds 2 tables.*0 \('a'\), 1 \('b'\)"):
            read_table(path)
        for wanted in ("b", "/b", 1):
            assert read_table(path, wanted).frame["x"].tolist() == [3, 4]

    def test_datasets_of_many_lengths_are_no_table(self, path):
        with h5py.File(path, "w") as root:
            root["x"] = [1, 2]
            root["y"] = [1, 2, 3]
        with pytest.raises(CatalogueError, match=r"no table. It holds: 'x' an array of shape"):
            read_table(path)

    def test_stores_of_pandas_are_named(self, path):
        with h5py.File(path, "w") as root:
            group = root.create_group("frame")
            group.attrs["pandas_type"] = "frame"
            group["axis0"] = [1, 2]
        with pytest.raises(CatalogueError, match=r"written by pandas.to_hdf .*pandas.read_hdf"):
            read_table(path)

    def test_without_h5py_the_way_to_install_it_is_told(self, path, monkeypatch):
        with h5py.File(path, "w") as root:
            root["x"] = [1, 2]
        monkeypatch.setitem(sys.modules, "h5py", None)
        with pytest.raises(CatalogueError, match=r'pip install "napari-astro-al\[hdf5\]"'):
            read_table(path)


class TestArrowFiles:
    @pytest.mark.parametrize("compression", ["uncompressed", "lz4", "zstd"])
    def test_feather(self, tmp_path, compression):
        path = tmp_path / "t.arrow"
        table = pa.table({"id": [2**60 + 1, 2], "s": ["a", None]})
        pyarrow.feather.write_feather(table, str(path), compression=compression)
        raw = read_table(path)
        assert raw.frame["id"].tolist() == [2**60 + 1, 2]
        assert raw.frame["s"].isna().tolist() == [False, True]

    def test_a_named_index_of_pandas_is_a_column_and_an_unnamed_one_is_not(self, tmp_path):
        frame = pd.DataFrame({"u": [1.5, 2.5]}, index=pd.Index([7, 8], name="source_id"))
        frame.to_parquet(tmp_path / "named.parquet")
        assert sorted(read_table(tmp_path / "named.parquet").frame) == ["source_id", "u"]
        frame.rename_axis(None).to_parquet(tmp_path / "unnamed.parquet")
        assert list(read_table(tmp_path / "unnamed.parquet").frame) == ["u"]

    def test_a_voparquet_header_is_read(self, tmp_path):
        header = (
            '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>'
            '<FIELD name="ra" datatype="double" unit="deg" ucd="pos.eq.ra;meta.main">'
            "<DESCRIPTION>Right ascension</DESCRIPTION></FIELD></TABLE></RESOURCE></VOTABLE>"
        )
        schema = pa.schema(
            [("ra", pa.float64())], metadata={"IVOA.VOTable-Parquet.content": header}
        )
        path = tmp_path / "t.parquet"
        pyarrow.parquet.write_table(pa.table([[1.0]], schema=schema), path)
        about = Column("deg", "Right ascension", "pos.eq.ra;meta.main")
        assert read_table(path).columns["ra"] == about


class TestNpy:
    def test_structured_arrays_are_tables(self, tmp_path):
        array = np.array([(1, "x"), (2, "y")], dtype=[("id", "<i8"), ("class", "<U5")])
        np.save(tmp_path / "t.npy", array)
        assert read_table(tmp_path / "t.npy").frame["class"].tolist() == ["x", "y"]

    def test_plain_and_pickled_arrays_are_refused(self, tmp_path):
        np.save(tmp_path / "plain.npy", np.zeros((2, 3)))
        with pytest.raises(CatalogueError, match=r"plain.npy is an array of shape \(2, 3\)"):
            read_table(tmp_path / "plain.npy")
        np.save(tmp_path / "object.npy", np.array([{"a": 1}]), allow_pickle=True)
        with pytest.raises(CatalogueError, match=r"cannot be read.*allow_pickle=False"):
            read_table(tmp_path / "object.npy")


def test_reading_is_the_same_with_warnings_as_errors(tmp_path, table):
    path = tmp_path / "t.fits"
    table.remove_column("name")
    table.write(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        catalogue = Catalogue.read(path)
    assert catalogue.roles.id == "id"
    assert catalogue.path == path
    assert catalogue.name == "t"
