import numpy as np
import pandas as pd
import pytest

from napari_astro_al import AstroALWarning, Catalogue
from napari_astro_al.catalogue.reading import read_table
from napari_astro_al.errors import CatalogueError


@pytest.fixture
def read(tmp_path):
    def read(text, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_table(path)

    return read


def rows(raw):
    frame = raw.frame.astype(object)
    return [list(raw.frame), *frame.where(raw.frame.notna(), None).to_numpy().tolist()]


class TestDelimiters:
    @pytest.mark.parametrize(
        "text",
        [
            "id,name\n1,a b\n2,c\n",
            "id\tname\n1\ta b\n2\tc\n",
            "id;name\n1;a b\n2;c\n",
            "id|name\n1|a b\n2|c\n",
            'id name\n1 "a b"\n2 c\n',
            "  id    name\n   1  'a b'\n   2  c\n".replace("'", '"'),
            "id, name\n1, a b\n2, c\n",
            "\ufeffid,name\r\n1,a b\r\n2,c\r\n",
        ],
    )
    @pytest.mark.parametrize("name", ["table.csv", "table.tsv", "table.txt", "table"])
    def test_are_told_by_the_rows(self, read, text, name):
        assert rows(read(text, name)) == [["id", "name"], [1, "a b"], [2, "c"]]

    def test_quoted_cells_may_hold_delimiters_and_line_ends(self, read):
        raw = read('id,s\n1,"a,b"\n2,"c\nd"\n')
        assert raw.frame["s"].tolist() == ["a,b", "c\nd"]

    def test_one_column_is_a_table(self, read):
        assert rows(read("id\n3\n4\n")) == [["id"], [3], [4]]


class TestHeaders:
    def test_white_space_around_names_is_no_part_of_them(self, read):
        assert list(read(" Mean of the profile, Excess ,class\n1,2,0\n").frame) == [
            "Mean of the profile",
            "Excess",
            "class",
        ]

    def test_names_may_stand_in_a_comment(self, read):
        assert rows(read("# made by hand\n# id ra\n1 10.5\n2 11.5\n")) == [
            ["id", "ra"],
            [1, 10.5],
            [2, 11.5],
        ]

    def test_comments_above_a_header_are_passed_over(self, read):
        assert list(read("# made, by hand\nid,ra\n1,10.5\n").frame) == ["id", "ra"]

    def test_without_one_columns_are_numbered_and_no_row_is_lost(self, read):
        with pytest.warns(AstroALWarning, match="table.csv has no header: .* 'column 1'"):
            raw = read("1,2.5\n3,4.5\n")
        assert rows(raw) == [["column 1", "column 2"], [1, 2.5], [3, 4.5]]

    def test_vizier_writes_units_and_a_rule_under_it(self, read):
        raw = read(
            "#Title\nID\tRAJ2000\tVmag\n\tdeg\tmag\n---\t-----\t---\n1\t10.5\t\n2\t11\t9.1\n"
        )
        assert rows(raw) == [["ID", "RAJ2000", "Vmag"], [1, 10.5, None], [2, 11.0, 9.1]]
        assert raw.columns["RAJ2000"].unit == "deg"
        assert raw.columns["Vmag"].unit == "mag"

    def test_names_that_stand_twice_are_told_apart(self, read):
        with pytest.warns(AstroALWarning, match=r"'u' as 'u\.1'"):
            assert rows(read("u,u\n1,2\n")) == [["u", "u.1"], [1, 2]]

    def test_alone_they_are_a_table_without_rows(self, read):
        assert len(read("id,ra\n")) == 0


class TestCells:
    def test_whole_numbers_stay_exact_beside_missing_ones(self, read):
        raw = read("id,n,m\n1,9007199254740993,1\n2,,\n3,18446744073709551615,\n")
        assert rows(raw)[1:] == [[1, 2**53 + 1, 1], [2, None, None], [3, 2**64 - 1, None]]
        assert str(raw.frame["n"].dtype) == "UInt64"

    def test_floats_are_read_to_the_last_digit(self, read):
        texts = ["0.1", "1e-5", "48.141651", "2.470613377", "1.7976931348623157e308", "5e-324"]
        raw = read("x\n" + "\n".join(texts) + "\n")
        assert raw.frame["x"].tolist() == [float(one) for one in texts]

    @pytest.mark.parametrize("blank", ["", "nan", "NaN", "NA", "N/A", "null", "None", "--"])
    def test_missing_numbers_are_written_in_many_ways(self, read, blank):
        assert rows(read(f"id,u\n1,{blank}\n2,19.5\n"))[1:] == [[1, None], [2, 19.5]]

    @pytest.mark.parametrize("word", ["NA", "None", "-", "?"])
    def test_among_text_words_are_words(self, read, word):
        assert rows(read(f"id,kind\n1,{word}\n2,STAR\n3,\n"))[1:] == [
            [1, word],
            [2, "STAR"],
            [3, None],
        ]

    def test_booleans_may_be_missing(self, read):
        assert rows(read("id,b\n1,True\n2,\n3,False\n"))[1:] == [[1, True], [2, None], [3, False]]

    def test_letters_beyond_ascii_are_read_in_either_encoding(self, read):
        for encoding in ("utf-8", "latin-1", "utf-16"):
            assert read("id,s\n1,é\n".encode(encoding)).frame["s"].tolist() == ["é"]

    def test_an_encoding_that_shows_late_is_found(self, read):
        text = "id,s\n" + "1,plain\n" * 60_000 + "2,é\n"
        assert read(text.encode("latin-1")).frame["s"].iloc[-1] == "é"

    def test_a_number_that_stands_for_missing_among_text_does_so_everywhere(self, read):
        text = "id\tname\tn\tx\n1\tM31\t-99\t-99\n2\t-99\t5\t-99.5\n3\tM33\t7\t1.5\n"
        with pytest.warns(AstroALWarning, match="writes missing cells as -99 .*'name'"):
            raw = read(text, "t.tsv")
        assert rows(raw)[1:] == [[1, "M31", None, None], [2, None, 5, -99.5], [3, "M33", 7, 1.5]]

    def test_numbers_like_that_stay_where_text_or_numbers_alone_hold_them(self, read):
        assert read("id,x\n1,-99\n2,1.5\n").frame["x"].tolist() == [-99.0, 1.5]
        assert read("id,s\n1,-99\n2,M31\n").frame["s"].tolist() == ["-99", "M31"]


class TestDamage:
    def test_short_rows_are_refused_with_their_line(self, read):
        with pytest.raises(CatalogueError, match=r"1 lines do not .* line 3 with 1"):
            read("id,u\n1,2\n3\n")

    def test_long_rows_are_refused_with_their_line(self, read):
        with pytest.raises(CatalogueError, match=r"line 4 with 3"):
            read("id,u\n1,2\n3,4\n5,6,7\n")

    def test_rows_that_are_all_too_long_are_refused(self, read):
        with pytest.raises(CatalogueError, match=r"2 lines do not have the 2 cells"):
            read("id,u\n1,2,3\n4,5,6\n")

    def test_short_rows_are_found_beside_quoted_cells(self, read):
        with pytest.raises(CatalogueError, match=r"line 4 with 1"):
            read('id,u,s\n1,2,"a,\nb"\n3\n')

    def test_missing_last_cells_are_no_damage(self, read):
        assert rows(read('id,s\n1,\n2,"a,b"\n'))[1:] == [[1, None], [2, "a,b"]]

    def test_comments_inside_are_passed_over_with_a_warning(self, read):
        with pytest.warns(AstroALWarning, match="1 lines of comment inside it"):
            assert rows(read("id,u\n1,2\n# a note, here\n3,4\n"))[1:] == [[1, 2], [3, 4]]

    def test_a_hash_within_a_cell_is_no_comment(self, read):
        assert read("id,s\n1,NGC#7\n").frame["s"].tolist() == ["NGC#7"]

    def test_one_table_has_no_second(self, tmp_path):
        path = tmp_path / "t.csv"
        path.write_text("id\n1\n")
        with pytest.raises(CatalogueError, match=r"no table 2: a text table file holds a single"):
            read_table(path, table=2)


class TestIds:
    def test_written_as_floats_they_are_kept_as_text(self, tmp_path):
        path = tmp_path / "t.csv"
        path.write_text("specobjid,u\n3.72236013965159E+018,1\n3.63814405953055E+017,2\n")
        with pytest.warns(AstroALWarning, match=r"'specobjid' .* such as 3\.722.*digits may have"):
            catalogue = Catalogue.read(path)
        assert catalogue.ids.tolist() == ["3.72236013965159E+018", "3.63814405953055E+017"]

    def test_written_with_a_decimal_point_they_are_whole_numbers(self, tmp_path):
        path = tmp_path / "t.csv"
        path.write_text("id,u\n12.0,1\n13.0,2\n")
        assert Catalogue.read(path).ids.tolist() == [12, 13]

    def test_with_leading_zeros_they_are_text(self, tmp_path):
        path = tmp_path / "t.csv"
        path.write_text("id,u\n007,1\n123,2\n")
        assert Catalogue.read(path).ids.tolist() == ["007", "123"]

    def test_above_2_to_the_63_they_stay_exact(self, tmp_path):
        path = tmp_path / "t.csv"
        path.write_text(f"id,u\n{2**63 + 1},1\n{2**63 + 3},2\n")
        catalogue = Catalogue.read(path)
        assert catalogue.ids.dtype == np.uint64
        assert catalogue.ids.tolist() == [2**63 + 1, 2**63 + 3]

    def test_of_a_frame_with_floats_they_become_their_text(self):
        frame = pd.DataFrame({"objid": [1.23764870457714e18, 1.23764870457721e18]})
        with pytest.warns(AstroALWarning, match="kept as text"):
            catalogue = Catalogue.from_table(frame)
        assert catalogue.ids.tolist() == ["1.23764870457714e+18", "1.23764870457721e+18"]
