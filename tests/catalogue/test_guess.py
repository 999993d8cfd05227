import numpy as np
import pandas as pd
import pytest

from napari_astro_al import ROWS, Catalogue
from napari_astro_al.catalogue.guess import guess_roles
from napari_astro_al.catalogue.roles import Column, Roles
from napari_astro_al.catalogue.tables import take_table

N = 100


def guess(table, given=None, **kwargs):
    return guess_roles(take_table(table, **kwargs), given or {})


def column(kind):
    """Columns with a hundred rows, by what they hold."""
    numbers = np.arange(N)
    return {
        "unique": numbers + 10**9,
        "text": [f"star {n}" for n in numbers],
        "classes": numbers % 3,
        "words": [("STAR", "GALAXY", "QSO")[n % 3] for n in numbers],
        "floats": np.sin(numbers),
        "ra": numbers * 3.6,
        "dec": numbers - 50.0,
        "sexagesimal": [f"{n % 24:02d} 12 33.1" for n in numbers],
    }[kind]


class TestId:
    @pytest.mark.parametrize(
        "name",
        ["id", "ID", "source_id", "objID", "objectId", "TARGETID", "specobjid", "Gaia_id", "name"],
    )
    def test_is_known_by_name(self, name):
        assert guess({"u": column("floats"), name: column("unique")}).id == name

    def test_is_known_by_ucd_before_names(self):
        about = {"designation number": Column(ucd="meta.id;meta.main")}
        table = {"id": column("unique"), "designation number": column("text")}
        assert guess(table, columns=about).id == "designation number"

    @pytest.mark.parametrize(
        "name", ["fiberid", "field_id", "centroid", "valid", "u", "mjd", "runid", "class"]
    )
    def test_is_not_what_only_looks_like_one(self, name):
        assert guess({name: column("unique")}).id is ROWS

    def test_must_be_unique_and_there(self):
        gaps = [None if n == 3 else f"s{n}" for n in range(N)]
        assert guess({"id": column("classes"), "objid": gaps, "name": column("text")}).id == "name"

    def test_is_no_measurement(self):
        assert guess({"id": column("floats")}).id is ROWS

    def test_prefers_a_name_to_a_number_of_the_row(self):
        assert guess({"loc_rowid": column("unique"), "star_name": column("text")}).id == "star_name"

    def test_falls_back_on_a_number_of_the_row(self):
        assert guess({"recno": column("unique"), "u": column("floats")}).id == "recno"


class TestPosition:
    @pytest.mark.parametrize(
        ("ra", "dec"),
        [
            ("ra", "dec"),
            ("RA", "DEC"),
            ("RAJ2000", "DEJ2000"),
            ("_RAJ2000", "_DEJ2000"),
            ("RA_ICRS", "DE_ICRS"),
            ("ALPHA_J2000", "DELTA_J2000"),
            ("raMean", "decMean"),
        ],
    )
    def test_is_known_by_names(self, ra, dec):
        roles = guess({"id": column("unique"), dec: column("dec"), ra: column("ra")})
        assert (roles.ra, roles.dec) == (ra, dec)

    def test_is_known_by_ucd_before_names(self):
        about = {"x": Column(ucd="pos.eq.ra;meta.main"), "y": Column(ucd="pos.eq.dec;meta.main")}
        table = {name: column("dec") for name in ("ra", "dec", "x", "y")}
        roles = guess(table, columns=about)
        assert (roles.ra, roles.dec) == ("x", "y")

    def test_needs_both(self):
        assert guess({"ra": column("ra")}).ra is None

    def test_must_be_degrees_on_the_sky(self):
        assert guess({"ra": column("sexagesimal"), "dec": column("dec")}).ra is None
        assert guess({"ra": column("ra"), "dec": column("ra")}).dec is None
        radians = {"ra": Column("rad"), "dec": Column("rad")}
        assert guess({"ra": column("dec"), "dec": column("dec")}, columns=radians).ra is None

    def test_a_given_half_finds_the_other(self):
        table = {"ra": column("ra"), "dec": column("dec")}
        assert guess(table, {"ra": "ra"}).dec == "dec"

    def test_given_columns_are_kept(self):
        table = {"a": column("ra"), "d": column("dec"), "ra": column("ra"), "dec": column("dec")}
        roles = guess(table, {"ra": "a", "dec": "d"})
        assert (roles.ra, roles.dec) == ("a", "d")


class TestLabel:
    @pytest.mark.parametrize(
        "name",
        [
            "class",
            "CLASS",
            "label",
            "Type",
            "target",
            "target_class",
            "koi_disposition",
            "SpecType",
        ],
    )
    @pytest.mark.parametrize("kind", ["classes", "words"])
    def test_is_known_by_name(self, name, kind):
        assert guess({"id": column("unique"), name: column(kind)}).label == name

    def test_prefers_plain_names(self):
        table = {"class_code": column("classes"), "subclass": column("words")}
        table |= {"obj_type": column("words"), "class": column("words")}
        assert guess(table).label == "class"

    @pytest.mark.parametrize("kind", ["unique", "text", "floats"])
    def test_is_no_id_and_no_measurement(self, kind):
        assert guess({"class": column(kind)}).label is None

    def test_has_no_unit(self):
        assert guess({"class": column("classes")}, columns={"class": Column("mag")}).label is None

    def test_needs_two_classes_that_are_known(self):
        words = ["unknown" if n % 2 else "QSO" for n in range(N)]
        assert guess({"class": words}).label is None

    def test_may_be_sparse(self):
        words = [None] * (N - 2) + ["QSO", "STAR"]
        assert guess({"class": words}).label == "class"

    @pytest.mark.parametrize("name", ["rerun", "camcol", "quality", "flag", "field"])
    def test_is_not_any_column_of_few_values(self, name):
        assert guess({name: column("classes")}).label is None


class TestUnknown:
    def test_words_for_it_are_found(self):
        words = ["QSO", "STAR", "Unknown", "?"] * 25
        assert guess({"class": words}).unknown == ("?", "Unknown")

    def test_minus_one_beside_numbers_is(self):
        assert guess({"class": np.arange(N) % 4 - 1}).unknown == ("-1",)
        assert guess({"class": np.arange(N) % 2 * 2 - 1}).unknown == ()


class TestImages:
    def test_are_paths_to_pictures(self):
        table = {
            "id": column("unique"),
            "image": [f"images/{n}.jpeg" for n in range(N)],
            "cutScience": [f"stamps/{n}.fits.gz" for n in range(N)],
            "original": [f"{n}.png" for n in range(N)],
            "file_type": ["x"] * N,
        }
        assert guess(table).images == ("image", "cutScience")

    def test_are_those_that_are_there_where_any_is(self, tmp_path):
        (tmp_path / "0.png").touch()
        table = {"image": [f"gone/{n}.png" for n in range(N)], "a": [f"{n}.png" for n in range(N)]}
        assert guess(table, path=tmp_path / "t.csv").images == ("a",)

    def test_are_addresses_in_columns_that_are_called_so(self):
        urls = [f"https://example.org/cutout?id={n}" for n in range(N)]
        assert guess({"image_url": urls, "reference": urls}).images == ("image_url",)

    def test_are_arrays_with_the_shape_of_pictures(self):
        arrays = {
            "rgb": np.zeros((N, 16, 16, 3), np.uint8),
            "grey": np.zeros((N, 16, 16)),
            "flux": np.zeros((N, 100)),
            "covariance": np.zeros((N, 3, 3)),
        }
        assert guess({"id": column("unique")}, arrays=arrays).images == ("rgb", "grey")


def test_what_is_given_is_never_contradicted():
    table = pd.DataFrame(
        {"id": column("unique"), "class": column("words"), "kind": column("words")}
    )
    given = {"id": ROWS, "label": "kind", "images": [], "unknown": ["QSO"], "info": ("id",)}
    assert guess(table, given) == Roles(ROWS, "kind", None, None, ("id",), (), ("QSO",))


def test_a_label_is_not_the_id():
    catalogue = Catalogue.from_table({"type": ["a", "b"], "x": [1.0, 2.0]}, id="type")
    assert catalogue.roles.label is None
