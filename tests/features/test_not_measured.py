from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_astro_al.catalogue import Catalogue, Column, Roles
from napari_astro_al.features.not_measured import reason, words


def catalogue_of(names, *, ucds=None, **roles):
    table = pd.DataFrame(np.zeros((1, len(names))), columns=list(names))
    columns = {name: Column(ucd=ucd) for name, ucd in (ucds or {}).items()}
    return Catalogue(table, np.arange(1), Roles(**roles), columns=columns)


def kinds(names, **more):
    catalogue = catalogue_of(names, **more)
    return {name: reason(catalogue, name) for name in names}


class TestWords:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("modelMagErr_u", ["model", "mag", "err", "u"]),
            ("SOURCE_ID", ["source", "id"]),
            ("koi_period_err1", ["koi", "period", "err1"]),
            ("RAJ2000", ["raj2000"]),
            ("specObjID", ["spec", "obj", "id"]),
            ("[4.5]-[5.8]", ["4", "5", "5", "8"]),
        ],
    )
    def test_are_split_at_signs_and_changes_of_case(self, name, expected):
        assert words(name) == expected


class TestRoles:
    def test_are_no_measurements(self):
        found = kinds(["key", "a", "b", "kind", "u"], id=("key",), ra="a", dec="b", label="kind")
        assert found == {
            "key": "identifier",
            "a": "position",
            "b": "position",
            "kind": "label",
            "u": None,
        }


class TestUcds:
    @pytest.mark.parametrize(
        ("ucd", "expected"),
        [
            ("pos.eq.ra;meta.main", "position"),
            ("pos.galactic.lon", "position"),
            ("time.epoch", "position"),
            ("stat.error;phot.mag;em.opt.V", "error"),
            ("stat.error;pos.eq.ra", "error"),
            ("src.redshift", "redshift"),
            ("meta.id;meta.main", "identifier"),
            ("meta.code.qual", "verdict"),
            ("phot.mag;em.opt.V", None),
            ("pos.parallax.trig", None),
            ("pos.pm;pos.eq.ra", None),
            ("phys.temperature.effective", None),
        ],
    )
    def test_tell_first(self, ucd, expected):
        assert kinds(["a"], ucds={"a": ucd}) == {"a": expected}

    def test_a_magnitude_is_one_whatever_its_name(self):
        assert kinds(["z"], ucds={"z": "phot.mag;em.opt.I"}) == {"z": None}


class TestNames:
    @pytest.mark.parametrize(
        ("expected", "names"),
        [
            (
                "position",
                "RA DEC ra_deg RAJ2000 _RAJ2000 DEJ2000 GLON glat GAL_LONG ALPHA_J2000 X_IMAGE "
                "xcentroid ra_mean decMean jd mjd ref_epoch healpix_id_29 htmID ranr _r",
            ),
            (
                "error",
                "e_Jmag psfMagErr_u MAG_ERR phot_g_mean_flux_error FLUXERR_AUTO koi_period_err1 "
                "parallax_error magzpsciunc flux_ivar_g",
            ),
            ("redshift", "redshift z_spec zphot photoz z_phot REDSHIFT_HELIO cz z_best"),
            ("identifier", "objid source_id specObjID kepid ID fieldID index row"),
            ("verdict", "koi_score prob_qso P_prob flags zWarning flag_u koi_fpflag_nt"),
            (
                None,
                "u psfMag_u bp_rp phot_g_mean_mag parallax parallax_over_error pmra pm_dec ruwe "
                "FLUX_AUTO ELLIPTICITY petroRad_r spectral_index colour_index CLASS_STAR Kmag "
                "koi_depth fwhm m4_u radial_velocity [3.6] decay random gradient valid fluid "
                "resid concentration asymmetry",
            ),
        ],
    )  # fmt: skip
    def test_tell_where_there_is_no_ucd(self, expected, names):
        for name in names.split():
            assert (name, reason(catalogue_of([name]), name)) == (name, expected)

    @pytest.mark.parametrize(
        ("name", "beside"),
        [("w1sigmpro", "w1mpro"), ("sigmapsf", "magpsf"), ("SIGMU_A", "MU_ACOSD"), ("uerr", "u")],
    )
    def test_a_name_made_of_another_s_is_its_error(self, name, beside):
        assert kinds([name, beside]) == {name: "error", beside: None}

    def test_z_is_a_band_among_bands_and_a_redshift_alone(self):
        assert kinds("ugriz")["z"] is None
        assert kinds(["z", "mass"])["z"] == "redshift"

    def test_x_and_y_together_are_pixels(self):
        assert kinds(["x", "y", "flux"]) == {"x": "position", "y": "position", "flux": None}
        assert kinds(["x", "flux"])["x"] is None

    def test_b_is_a_band_and_l_b_a_place(self):
        assert kinds(["b", "v", "l"])["b"] is None
        assert kinds(["l", "b"]) == {"l": "position", "b": "position"}
