"""Real catalogues, and files that break readers."""

import contextlib
import warnings

import numpy as np
import pandas as pd
import pytest

from napari_astro_al import ROWS, AstroALError, AstroALWarning, Catalogue
from napari_astro_al.catalogue.reading import read_table
from napari_astro_al.errors import CatalogueError


def read(path, **how):
    """Read a catalogue whose warnings are not what is tested."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AstroALWarning)
        return Catalogue.read(path, **how)


KOI = ["koi.csv.gz", "koi.ecsv", "koi.fits", "koi.h5", "koi.parquet", "koi.tsv", "koi.vot"]


class TestFormats:
    @pytest.mark.parametrize("name", KOI)
    def test_one_table_is_the_same_catalogue_in_every_format(self, shared_data, name):
        expected = read(shared_data / "formats" / "koi.csv")
        catalogue = read(shared_data / "formats" / name)
        assert catalogue.roles == expected.roles
        assert catalogue.ids.tolist() == expected.ids.tolist()
        assert catalogue.name == "koi"
        pd.testing.assert_frame_equal(catalogue.table, expected.table)

    @pytest.mark.parametrize("name", ["koi.ecsv", "koi.fits", "koi.h5", "koi.vot"])
    def test_units_and_ucds_are_kept_where_the_format_has_them(self, shared_data, name):
        columns = read(shared_data / "formats" / name).columns
        assert columns["ra"].unit == "deg"
        assert columns["koi_teq"].unit == "K"
        assert columns["koi_period"].ucd == "time.period"

    @pytest.mark.parametrize(
        ("name", "table", "n", "n_columns"),
        [
            ("6dfgs_mini.xml.bz2", None, 875, 17),
            ("863sub.fits", None, 384, 14),
            ("tables.fit.gz", 1, 138, 13),
            ("tables.fit.gz", "AIPS CC", 881, 3),
            ("vizier.xml.gz", "II/225/catalog", 120, 13),
            ("vizier.xml.gz", 7, 28, 4),
        ],
    )
    def test_others_are_read(self, shared_data, name, table, n, n_columns):
        raw = read_table(shared_data / "formats" / name, table)
        assert raw.frame.shape == (n, n_columns)

    def test_positions_in_radians_are_not_taken_for_degrees(self, shared_data):
        path = shared_data / "formats" / "863sub.fits"
        assert read(path).roles.ra is None
        with pytest.raises(CatalogueError, match="'RA' is in RADIANS"):
            read(path, ra="RA", dec="DEC")

    def test_missing_cells_and_descriptions_of_a_votable(self, shared_data):
        catalogue = Catalogue.read(shared_data / "formats" / "6dfgs_mini.xml.bz2")
        assert catalogue.table["BMAG"].isna().sum() == 13
        assert catalogue.columns["RMAG"].description == "SuperCOS R magnitude"
        assert catalogue.columns["VEL"].unit == "km / s"


GUESSES = {
    "sdss_dr14/sdss_dr14.csv": ("specobjid", "class", "ra", "dec", ()),
    "kepler_koi/koi_table.csv": ("kepoi_name", "koi_disposition", "ra", "dec", ()),
    "htru2_pulsars/pulsar_stars.csv": (ROWS, "target_class", None, None, ()),
    "galaxyzoo1_jpeg/galaxyzoo1.csv": ("objid", "class", None, None, ("image",)),
    "galaxyzoo_features/galaxy_catalogue.npy": (ROWS, "class", None, None, ()),
    "w5/w5_psc.csv": ("ID", "Type", "RAJ2000", "DEJ2000", ()),
    "ztf_stamps/ztf_alerts.csv": (
        "objectId",
        None,
        "ra",
        "dec",
        ("cutScience", "cutTemplate", "cutDifference"),
    ),
    "frdeep_first/FIRST_labels.csv": (ROWS, "label", None, None, ("image",)),
}


@pytest.mark.parametrize("name", GUESSES)
def test_roles_are_guessed(shared_data, name):
    roles = read(shared_data / name).roles
    assert (roles.id, roles.label, roles.ra, roles.dec, roles.images) == GUESSES[name]


class TestSDSS:
    @pytest.fixture
    def path(self, shared_data):
        return shared_data / "sdss_dr14" / "sdss_dr14.csv"

    def test_specobjid_is_accepted_as_text_with_a_warning(self, path):
        with pytest.warns(AstroALWarning, match=r"'specobjid'.*digits may.*'plate', 'mjd', 'fiber"):
            catalogue = Catalogue.read(path, id="specobjid")
        assert catalogue.ids[0] == "3.72236013965159E+018"
        assert len(set(catalogue.ids)) == 10_000

    def test_objid_is_refused_with_the_ways_out(self, path):
        with pytest.raises(
            CatalogueError,
            match=r"'objid' is not unique: 8,910 of 10,000 .*3,530 distinct.*'specobjid' would do"
            r".*id=\['plate', 'mjd', 'fiberid'\].*id=aal.ROWS",
        ):
            Catalogue.read(path, id="objid")

    def test_plate_mjd_and_fibre_are_a_key(self, path):
        assert Catalogue.read(path, id=["plate", "mjd", "fiberid"]).ids[0] == "3306-54922-491"


def test_galaxyzoo_ids_are_exact(shared_data):
    catalogue = Catalogue.read(shared_data / "galaxyzoo1_jpeg" / "galaxyzoo1.csv")
    assert catalogue.ids.dtype == np.int64
    assert catalogue.ids[0] == 588848901530583233


def malformed(shared_data):
    return sorted(path for path in (shared_data / "malformed").rglob("*") if path.is_file())


def test_malformed_files_give_a_table_or_an_error_of_ours_and_no_foreign_warning(shared_data):
    assert len(malformed(shared_data)) > 40
    for path in malformed(shared_data):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with contextlib.suppress(AstroALError):
                assert len(Catalogue.read(path)) > 0
        foreign = [one.message for one in caught if one.category is not AstroALWarning]
        assert foreign == [], path.name


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("ascii.fits", (5, 2)),
        ("ascii_i4-i20.fits", (5, 5)),
        ("btable.fits", (3, 4)),
        ("checksum_false.fits", (5, 3)),
        ("chandra_time.fits", (2, 18)),
        ("logical_null.fits", (3, 1)),
        ("memtest.fits", (1, 68)),
        ("table.fits", (3, 2)),
        ("tb.fits", (2, 4)),
        ("tdim.fits", (3, 2)),
    ],
)
def test_malformed_tables_that_can_be_read_are_whole(shared_data, name, shape):
    raw = read_table(shared_data / "malformed" / "astropy_fits" / name)
    assert raw.frame.shape == shape


def test_undefined_cells_of_malformed_tables_are_missing(shared_data):
    folder = shared_data / "malformed" / "astropy_fits"
    assert read_table(folder / "logical_null.fits").frame["flag"].isna().tolist() == [0, 1, 0]
    ascii_table = read_table(folder / "ascii.fits").frame
    np.testing.assert_array_equal(ascii_table["a"], [10.123, 5.2, 15.61, np.nan, 345.0])


def test_every_table_of_a_file_with_columns_of_no_width_is_read(shared_data):
    path = shared_data / "malformed" / "astropy_fits" / "zerowidth.fits"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sizes = [len(read_table(path, number)) for number in range(1, 6)]
    assert sizes == [1, 29, 20, 45, 190]
    assert all("ORBPARM" in str(one.message) for one in caught)


def test_two_million_rows_are_read_without_copies_of_their_own(shared_data):
    catalogue = read(shared_data / "tycho2" / "tycho2_positions_vt.parquet")
    assert len(catalogue) == 1_871_011
    assert catalogue.table["MAG_VT"].dtype == np.float32
    assert catalogue.roles.ra == "ra"
