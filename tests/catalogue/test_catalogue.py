import numpy as np
import pandas as pd
import pytest

from napari_astro_al import ROWS, AstroALWarning, Catalogue
from napari_astro_al.errors import CatalogueError


@pytest.fixture
def stars():
    return Catalogue.from_table(
        pd.DataFrame(
            {
                "source_id": [10, 2**62 + 1, -3],
                "kind": ["star", " qso ", ""],
                "flag": [0.0, 1.0, -1.0],
                "ra": [1.0, 2.0, 3.0],
                "dec": [-1.0, 0.0, 1.0],
                "u": [20.0, np.nan, 19.0],
            }
        ),
        name="stars",
    )


@pytest.fixture
def named():
    return Catalogue.from_table({"name": ["a", "b", "c"], "x": [1, 2, 3]})


class TestLookup:
    def test_rows_come_in_the_order_asked(self, stars):
        assert stars.rows_of([-3, 10]).tolist() == [2, 0]
        assert stars.row_of(2**62 + 1) == 1

    def test_no_ids_are_no_rows(self, stars):
        rows = stars.rows_of([])
        assert rows.tolist() == []
        assert rows.dtype == np.int64

    def test_rows_and_ids_are_each_other_s_inverse(self, stars):
        assert stars.ids_at(stars.rows_of(stars.ids)) == [10, 2**62 + 1, -3]

    def test_names_every_stranger(self, stars):
        with pytest.raises(CatalogueError, match=r"'stars' has no source '5', 'x'\. .*such as 10"):
            stars.rows_of([10, 5, "x"])

    def test_knows_what_it_contains(self, stars, named):
        assert 10 in stars
        assert np.int64(10) in stars
        assert "10" not in stars
        assert 10.0 not in stars
        assert "a" in named
        assert 1 not in named

    def test_reads_ids_back_from_text(self, stars, named):
        assert stars.parse_id(f" {2**62 + 1} ") == 2**62 + 1
        assert named.parse_id("b") == "b"

    @pytest.mark.parametrize("text", ["11", "ten", "1.0", ""])
    def test_refuses_text_that_is_no_id(self, stars, text):
        with pytest.raises(CatalogueError, match="has no source"):
            stars.parse_id(text)

    def test_says_how_files_store_its_ids(self, stars, named):
        assert stars.id_kind == "int64"
        assert named.id_kind == "string"
        large = Catalogue.from_table({"id": np.array([2**63], dtype=np.uint64)})
        assert large.id_kind == "uint64"
        assert large.parse_id(str(2**63)) == 2**63

    def test_ids_are_read_only(self, stars):
        with pytest.raises(ValueError, match="read-only"):
            stars.ids[0] = 1


class TestColumns:
    def test_gives_a_column(self, stars):
        assert stars.column("ra").tolist() == [1.0, 2.0, 3.0]

    def test_lists_near_names(self, stars):
        with pytest.raises(CatalogueError, match=r"no column 'Ra'. Near it: 'ra'"):
            stars.column("Ra")

    def test_unit_is_empty_where_there_is_none(self, stars):
        assert stars.unit("ra") == ""

    def test_repr_shows_size_and_roles(self, stars):
        assert repr(stars) == (
            "<Catalogue 'stars': 3 sources, 6 columns, id='source_id', label='kind', ra='ra', "
            "dec='dec'>"
        )


class TestLabels:
    def test_are_text_without_white_space_and_none_where_missing(self, stars):
        assert stars.column_labels.tolist() == ["star", "qso", None]

    def test_numbers_have_no_decimal_point_and_minus_one_is_unknown(self, stars):
        flagged = stars.with_roles(label="flag")
        assert flagged.roles.unknown == ("-1",)
        assert flagged.column_labels.tolist() == ["0", "1", None]

    def test_without_a_label_column_there_are_none(self, stars):
        assert stars.with_roles(label=None).column_labels.tolist() == [None, None, None]


class TestWithRoles:
    def test_changes_what_is_given_and_nothing_else(self, stars):
        changed = stars.with_roles(info=["u"], label_use="train")
        assert changed.roles.info == ("u",)
        assert changed.roles.label_use == "train"
        assert changed.roles.label == "kind"
        assert changed.ids is stars.ids
        assert stars.roles.info == ()

    def test_a_new_id_column_gives_new_ids(self, stars):
        assert stars.with_roles(id=ROWS).ids.tolist() == [0, 1, 2]
        with pytest.raises(CatalogueError, match="'u' has no value in 1 of 3 rows"):
            stars.with_roles(id="u")

    def test_refuses_what_is_no_role(self, stars):
        with pytest.raises(CatalogueError, match="there is no 'colour'"):
            stars.with_roles(colour="u")

    def test_refuses_columns_that_do_not_exist(self, stars):
        with pytest.raises(CatalogueError, match=r"no column 'Kind', .* label. Near it: 'kind'"):
            stars.with_roles(label="Kind")

    def test_unknown_values_may_be_given_in_any_form(self, stars):
        changed = stars.with_roles(label="flag", unknown=[1.0, -1])
        assert changed.column_labels.tolist() == ["0", None, None]

    def test_float_ids_of_a_text_file_keep_their_text(self, tmp_path):
        path = tmp_path / "objects.csv"
        path.write_text("id,other\n1,1.5E+18\n2,1.6E+18\n")
        catalogue = Catalogue.read(path)
        with pytest.warns(AstroALWarning, match="'other' holds floating-point numbers"):
            changed = catalogue.with_roles(id="other")
        assert changed.ids.tolist() == ["1.5E+18", "1.6E+18"]


def test_the_digest_of_the_ids_does_not_depend_on_their_order():
    def digest(*ids):
        return Catalogue.from_table({"id": list(ids)}, id="id", guess=False).id_digest

    assert digest(1, 2, 3) == digest(3, 1, 2) != digest(1, 2, 4)
    assert digest("a", "b") == digest("b", "a")
    assert len(digest(1)) == 16


def test_the_file_is_known_by_its_absolute_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stars.csv").write_text("id,u\n1,2.5\n2,3.5\n")
    assert Catalogue.read("stars.csv", id="id").path == tmp_path / "stars.csv"
