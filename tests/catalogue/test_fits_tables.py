import numpy as np
import pytest
from astropy.io import fits
from astropy.table import MaskedColumn, Table

from napari_astro_al import AstroALWarning
from napari_astro_al.catalogue.reading import read_table
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.errors import CatalogueError


def missing(series):
    return series.isna().tolist()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "table.fits"


def write(path, *columns, ascii_table=False):
    kind = fits.TableHDU if ascii_table else fits.BinTableHDU
    hdu = kind.from_columns(columns)
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path)
    return hdu


class TestBinaryTables:
    def test_numbers_come_in_native_byte_order(self, path):
        write(
            path,
            fits.Column("id", "K", array=np.array([2**60 + 1, 5])),
            fits.Column("x", "E", array=np.array([1.5, np.nan])),
            fits.Column("b", "B", array=np.array([1, 255])),
        )
        frame = read_table(path).frame
        assert frame["id"].tolist() == [2**60 + 1, 5]
        assert [str(one) for one in frame.dtypes] == ["int64", "float32", "uint8"]
        assert all(frame[name].to_numpy().dtype.isnative for name in frame)

    def test_unsigned_numbers_are_exact(self, path):
        values = np.array([2**63 + 1, 0], dtype=np.uint64)
        write(path, fits.Column("id", "K", bzero=2**63, array=values))
        frame = read_table(path).frame
        assert frame["id"].dtype == np.uint64
        assert frame["id"].tolist() == values.tolist()

    def test_tnull_means_missing_and_the_other_digits_stay(self, path):
        write(path, fits.Column("n", "K", null=-1, array=np.array([2**60 + 1, -1])))
        frame = read_table(path).frame
        assert missing(frame["n"]) == [False, True]
        assert frame["n"][0] == 2**60 + 1

    def test_scaled_numbers_are_scaled(self, path):
        write(path, fits.Column("x", "I", array=np.array([1, 4], dtype=np.int16)))
        with fits.open(path) as hdus:
            stored = fits.BinTableHDU(np.array(hdus[1].data), hdus[1].header)
        stored.header["TSCAL1"], stored.header["TZERO1"] = 0.5, 10.0
        content = bytes(fits.PrimaryHDU().header.tostring().encode())
        data = np.array([1, 4], dtype=">i2").tobytes().ljust(2880, b"\0")
        path.write_bytes(content + stored.header.tostring().encode() + data)
        assert read_table(path).frame["x"].tolist() == [10.5, 12.0]

    def test_logicals_that_are_neither_are_missing(self, path):
        write(path, fits.Column("flag", "L", array=np.array([True, False, True])))
        content = path.read_bytes()
        start = content.index(b"TFT")
        path.write_bytes(content[:start] + b"T\0F" + content[start + 3 :])
        flags = read_table(path).frame["flag"]
        assert missing(flags) == [False, True, False]
        assert [bool(flags[0]), bool(flags[2])] == [True, False]

    def test_text_loses_its_padding_and_blank_cells_are_missing(self, path):
        write(path, fits.Column("s", "8A", array=np.array(["a b  ", "", "c"])))
        texts = read_table(path).frame["s"]
        assert missing(texts) == [False, True, False]
        assert texts[0] == "a b"

    def test_vectors_become_arrays_with_their_shape(self, path):
        values = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
        write(path, fits.Column("v", "6E", dim="(3,2)", array=values))
        np.testing.assert_array_equal(read_table(path).arrays["v"], values)

    def test_variable_arrays_of_one_length_are_arrays_and_others_are_left_out(self, path):
        equal = np.array([np.array([1, 2]), np.array([3, 4])], dtype=object)
        other = np.array([np.array([1]), np.array([3, 4])], dtype=object)
        write(
            path,
            fits.Column("same", "PJ()", array=equal),
            fits.Column("other", "PJ()", array=other),
        )
        with pytest.warns(AstroALWarning, match="left out: 'other'"):
            raw = read_table(path)
        np.testing.assert_array_equal(raw.arrays["same"], [[1, 2], [3, 4]])

    def test_units_comments_and_ucds_of_the_header_are_kept(self, path):
        hdu = write(
            path,
            fits.Column("RA", "D", unit="deg", array=np.array([1.0])),
            fits.Column("odd", "D", unit="furlongs/day", array=np.array([1.0])),
        )
        hdu.header["TUCD1"] = "pos.eq.ra"
        hdu.header["TCOMM1"] = "Right ascension"
        fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(path, overwrite=True)
        assert read_table(path).columns == {
            "RA": Column("deg", "Right ascension", "pos.eq.ra"),
            "odd": Column("furlongs/day"),
        }

    def test_what_astropy_serialises_is_kept(self, path):
        table = Table({"ra": [1.0]})
        table["ra"].unit = "deg"
        table["ra"].description = "Right ascension in the frame of the catalogue " * 4
        table["ra"].meta["ucd"] = "pos.eq.ra;meta.main"
        table.write(path)
        assert read_table(path).columns["ra"] == Column(
            "deg", table["ra"].description.strip(), "pos.eq.ra;meta.main"
        )

    def test_masked_tables_of_astropy_come_back(self, path):
        Table({"n": MaskedColumn([7, 8], mask=[True, False])}).write(path)
        assert missing(read_table(path).frame["n"]) == [True, False]


class TestAsciiTables:
    def test_blank_and_null_cells_are_missing(self, path):
        write(
            path,
            fits.Column("n", "I20", null="---", array=np.array([2**60 + 1, 5])),
            fits.Column("x", "D20.10", array=np.array([1.5, 2.5])),
            fits.Column("s", "A5", array=np.array(["a", "b"])),
            ascii_table=True,
        )
        content = path.read_bytes()
        assert content.count(b"                   5") == 1
        path.write_bytes(content.replace(b"                   5", b"                 ---"))
        frame = read_table(path).frame
        assert missing(frame["n"]) == [False, True]
        assert frame["n"][0] == 2**60 + 1
        assert frame["x"].tolist() == [1.5, 2.5]
        assert frame["s"].tolist() == ["a", "b"]


class TestChoice:
    @pytest.fixture
    def several(self, path):
        hdus = [
            fits.PrimaryHDU(),
            fits.ImageHDU(np.zeros((3, 4)), name="SKY"),
            fits.BinTableHDU.from_columns([fits.Column("a", "J", array=[1])], name="FIRST"),
            fits.BinTableHDU.from_columns([fits.Column("b", "J", array=[2])], name="SECOND"),
        ]
        fits.HDUList(hdus).writeto(path)
        return path

    def test_the_first_table_is_read_with_a_warning_that_names_the_others(self, several):
        with pytest.warns(AstroALWarning, match=r"holds 2 tables; .* 2 \('FIRST'\), 3 \('SECOND'"):
            assert list(read_table(several).frame) == ["a"]

    @pytest.mark.parametrize("wanted", [3, "SECOND", "second", "SECOND,1"])
    def test_another_is_read_by_number_or_name(self, several, wanted):
        assert list(read_table(several, wanted).frame) == ["b"]

    @pytest.mark.parametrize("wanted", [0, 1, "SKY", 9])
    def test_what_is_no_table_is_refused_with_a_list_of_the_tables(self, several, wanted):
        with pytest.raises(CatalogueError, match=r"Its tables: 2 \('FIRST'\).*an image of 4 x 3"):
            read_table(several, wanted)

    def test_a_file_without_a_table_says_what_it_holds(self, path):
        fits.PrimaryHDU(np.zeros((3, 4))).writeto(path)
        with pytest.raises(CatalogueError, match=r"holds no table.*0 'PRIMARY' an image of 4 x 3"):
            read_table(path)


class TestDamage:
    @pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
    def test_files_cut_short_are_refused(self, path, keep):
        rows = np.arange(5000)
        write(path, fits.Column("id", "K", array=rows), fits.Column("x", "D", array=rows / 7))
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * keep)])
        with pytest.raises(CatalogueError, match=r"cannot be read|cut short"):
            read_table(path)

    @pytest.mark.parametrize("keep", [0.3, 0.9])
    def test_compressed_or_not(self, path, keep):
        import gzip

        rows = np.arange(5000)
        write(path, fits.Column("id", "K", array=rows))
        content = path.read_bytes()
        path.write_bytes(gzip.compress(content[: int(len(content) * keep)]))
        with pytest.raises(CatalogueError, match=r"cannot be read|cut short"):
            read_table(path)

    def test_columns_of_one_name_are_told_apart(self, path):
        write(
            path,
            fits.Column("x", "J", array=np.array([1])),
            fits.Column("y", "J", array=np.array([2])),
        )
        content = path.read_bytes()
        path.write_bytes(content.replace(b"TTYPE2  = 'y", b"TTYPE2  = 'x"))
        with pytest.warns(AstroALWarning, match=r"'x' as 'x\.1'"):
            frame = read_table(path).frame
        assert frame.loc[0].to_dict() == {"x": 1, "x.1": 2}
