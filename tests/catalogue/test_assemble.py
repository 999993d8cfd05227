import numpy as np
import pandas as pd
import pytest

from napari_astro_al import ROWS, AstroALWarning, Catalogue
from napari_astro_al.errors import CatalogueError


def frame(**columns):
    return pd.DataFrame({"id": [1, 2, 3], **columns})


class TestIds:
    @pytest.mark.parametrize(
        ("values", "dtype"),
        [
            (np.array([2**63 - 1, -(2**63), 2**53 + 1]), np.int64),
            (np.array([2**64 - 1, 0, 2**53 + 1], dtype=np.uint64), np.uint64),
            (np.array([1, 2, 3], dtype=np.int16), np.int64),
        ],
    )
    def test_whole_numbers_stay_exact(self, values, dtype):
        catalogue = Catalogue.from_table({"id": values, "u": [1.0, np.nan, 2.0]})
        assert catalogue.ids.dtype == dtype
        assert catalogue.ids.tolist() == values.tolist()

    def test_text_loses_the_white_space_around_it(self):
        assert Catalogue.from_table({"id": [" a", "b "]}).ids.tolist() == ["a", "b"]

    def test_bytes_are_decoded(self):
        assert Catalogue.from_table({"id": np.array([b"a", b"b"])}).ids.tolist() == ["a", "b"]

    def test_exact_floats_become_whole_numbers(self):
        catalogue = Catalogue.from_table({"x": [2.0**53 - 1, 4.0]}, id="x")
        assert catalogue.ids.dtype == np.int64
        assert catalogue.ids.tolist() == [2**53 - 1, 4]

    def test_floats_that_may_have_lost_digits_become_text(self):
        with pytest.warns(AstroALWarning, match="digits may have been lost"):
            catalogue = Catalogue.from_table({"x": [2.0**60, 4.0]}, id="x")
        assert catalogue.ids.tolist() == ["1.152921504606847e+18", "4.0"]

    def test_columns_are_joined_by_hyphens(self):
        catalogue = Catalogue.from_table(
            {"plate": [266, 266], "mjd": [51602.0, 51630.0], "fiberid": ["1", "1"]},
            id=["plate", "mjd", "fiberid"],
        )
        assert catalogue.ids.tolist() == ["266-51602-1", "266-51630-1"]
        assert catalogue.roles.id == ("plate", "mjd", "fiberid")

    def test_rows_are_numbered_on_request(self):
        assert Catalogue.from_table(frame(), id=ROWS).ids.tolist() == [0, 1, 2]

    def test_rows_are_numbered_with_a_warning_where_no_column_is_an_id(self):
        with pytest.warns(AstroALWarning, match="'catalogue' has no column that is an id"):
            catalogue = Catalogue.from_table({"u": [1.5, 2.5]})
        assert catalogue.roles.id is ROWS

    def test_duplicates_are_counted_and_ways_out_offered(self):
        table = {"star": ["a", "b", "a", "a"], "plate": [1, 1, 2, 2], "mjd": [5, 5, 5, 5]}
        table |= {"fiberid": [1, 2, 1, 2], "source_id": [4, 3, 2, 1]}
        with pytest.raises(
            CatalogueError,
            match=r"'star' is not unique: 3 of 4 rows .* \(2 distinct; a stands 3 times\)"
            r".*'source_id' would do; id=\['plate', 'mjd', 'fiberid'\].*; id=aal.ROWS",
        ):
            Catalogue.from_table(table, id="star")

    def test_duplicates_of_joined_columns_are_refused(self):
        with pytest.raises(CatalogueError, match="'a', 'b' are together not unique"):
            Catalogue.from_table({"a": [1, 1], "b": [2, 2]}, id=["a", "b"])

    def test_missing_ids_are_counted(self):
        with pytest.raises(CatalogueError, match=r"'x' has no value in 2 of 3 rows.*id=aal\.ROWS"):
            Catalogue.from_table({"x": ["a", " ", None]}, id="x")

    @pytest.mark.parametrize(
        "values", [np.array([True, False]), np.array(["2020-01-01", "2020-01-02"], "M8[D]")]
    )
    def test_other_kinds_are_no_ids(self, values):
        with pytest.raises(CatalogueError, match="ids are whole numbers or text"):
            Catalogue.from_table({"x": values}, id="x")

    def test_an_empty_list_joins_nothing(self):
        with pytest.raises(CatalogueError, match="joins no columns"):
            Catalogue.from_table(frame(), id=[])


class TestRoles:
    @pytest.mark.parametrize("role", ["id", "label", "ra", "dec", "info", "images"])
    def test_must_name_columns(self, role):
        with pytest.raises(
            CatalogueError, match=f"no column 'Idd', which was given as {role}. Nea"
        ):
            Catalogue.from_table(
                frame(), **{role: ["Idd"] if role in ("info", "images") else "Idd"}
            )

    def test_names_like_no_column_get_the_list_of_columns(self):
        with pytest.raises(CatalogueError, match="The columns: 'id'"):
            Catalogue.from_table(frame(), label="zzz")

    def test_labels_are_at_most_64_classes(self):
        table = {"id": range(65), "c": [f"class {n}" for n in range(65)]}
        with pytest.raises(
            CatalogueError, match=r"'c' has 65 distinct values.* at most 64 classes"
        ):
            Catalogue.from_table(table, label="c")
        Catalogue.from_table(pd.DataFrame(table).iloc[:64], label="c")

    def test_positions_must_be_numbers(self):
        table = frame(ra=["00 12 33.1", "b", "c"], dec=[1.0, 2.0, 3.0])
        with pytest.raises(CatalogueError, match=r"ra column 'ra' is not numeric, such as '00 12"):
            Catalogue.from_table(table, ra="ra", dec="dec")

    def test_positions_must_be_in_degrees(self):
        from astropy.table import Table

        table = Table({"id": [1, 2], "a": [0.1, 0.2], "d": [0.1, 0.2]}, units={"a": "rad"})
        with pytest.raises(CatalogueError, match="'a' is in rad; degrees are expected"):
            Catalogue.from_table(table, ra="a", dec="d")

    def test_positions_off_the_sky_are_warned_of(self):
        table = frame(a=[10.0, 20.0, 30.0], d=[0.0, 91.0, np.nan])
        with pytest.warns(AstroALWarning, match="'d' has 1 values outside -90 to 90 degrees"):
            Catalogue.from_table(table, ra="a", dec="d")

    def test_half_a_position_is_refused(self):
        with pytest.raises(CatalogueError, match="ra='a' is given without dec"):
            Catalogue.from_table(frame(a=[1.0, 2.0, 3.0]), ra="a")

    def test_label_use_is_one_of_two(self):
        with pytest.raises(CatalogueError, match="'reference', 'train'"):
            Catalogue.from_table(frame(), label_use="learn")

    def test_arrays_can_be_images_but_not_labels(self):
        table = frame()
        arrays = {"picture": np.zeros((3, 4, 4))}
        catalogue = Catalogue.from_table(table, arrays=arrays, images=["picture"])
        assert catalogue.roles.images == ("picture",)
        with pytest.raises(CatalogueError, match="'picture' cannot be the label"):
            Catalogue.from_table(table, arrays=arrays, label="picture")

    def test_without_guessing_they_are_empty(self):
        catalogue = Catalogue.from_table(frame(ra=[1.0] * 3, dec=[1.0] * 3), guess=False)
        assert catalogue.roles.id is ROWS
        assert catalogue.roles.ra is None


class TestExpand:
    def test_elements_become_columns(self):
        spectra = np.arange(6.0).reshape(3, 2)
        catalogue = Catalogue.from_table(frame(), arrays={"flux": spectra}, expand=["flux"])
        assert list(catalogue.table) == ["id", "flux[0]", "flux[1]"]
        assert catalogue.table["flux[1]"].tolist() == [1.0, 3.0, 5.0]
        assert catalogue.arrays["flux"] is spectra

    def test_elements_of_more_dimensions_are_named_by_all_of_them(self):
        catalogue = Catalogue.from_table(
            frame(), arrays={"m": np.arange(12).reshape(3, 2, 2)}, expand=["m"]
        )
        assert catalogue.table["m[1,0]"].tolist() == [2, 6, 10]

    def test_scalar_columns_cannot_be_expanded(self):
        with pytest.raises(CatalogueError, match=r"'id' cannot be expanded: .* are none"):
            Catalogue.from_table(frame(), expand=["id"])


class TestRefusals:
    def test_a_table_without_rows(self):
        with pytest.raises(CatalogueError, match="'empty' has no rows"):
            Catalogue.from_table(frame().iloc[:0], name="empty")

    def test_a_table_without_columns(self):
        with pytest.raises(CatalogueError, match=r"has no rows|no column"):
            Catalogue.from_table(pd.DataFrame())

    def test_what_is_no_table(self):
        with pytest.raises(CatalogueError, match=r"A int is not a table. Give a pandas.DataFrame"):
            Catalogue.from_table(3)


def test_the_table_given_is_never_changed():
    table = pd.DataFrame({"id": ["a", " b"], "label": ["x", ""], "n": [1.0, np.nan]})
    before = table.copy(deep=True)
    catalogue = Catalogue.from_table(table, expand=[], info=["n"])
    _ = catalogue.column_labels
    pd.testing.assert_frame_equal(table, before)
