"""Positions on the sky in the plane, against astropy's WCS and formulas written out."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from napari_astro_al.catalogue import Catalogue, Roles
from napari_astro_al.errors import ProjectionError
from napari_astro_al.features import FeatureRecipe, build_features
from napari_astro_al.projection import Frame, ProjectionRecipe, project
from napari_astro_al.projection.sky_plane import SkyPlane

RNG = np.random.default_rng(5)
EVERYWHERE = (RNG.uniform(0, 360, 500), np.degrees(np.arcsin(RNG.uniform(-1, 1, 500))))


def by_wcs(code, ra, dec, centre):
    """What the FITS standard says, with x to the east."""
    from astropy.wcs import WCS

    wcs = WCS(naxis=2)
    wcs.wcs.ctype = [f"RA---{code}", f"DEC--{code}"]
    wcs.wcs.crval = centre
    wcs.wcs.crpix = [0, 0]
    wcs.wcs.cdelt = [1, 1]
    return wcs.wcs_world2pix(ra, dec, 0) + np.ones(2)[:, None]


class TestAitoff:
    def test_is_the_formula(self):
        plane = SkyPlane("aitoff", 0.0)
        ra, dec = EVERYWHERE
        x, y = plane.place(ra, dec)
        for one in range(100):
            longitude = math.radians((ra[one] + 180) % 360 - 180)
            latitude = math.radians(dec[one])
            alpha = math.acos(math.cos(latitude) * math.cos(longitude / 2))
            sinc = math.sin(alpha) / alpha
            expected_x = 2 * math.cos(latitude) * math.sin(longitude / 2) / sinc
            assert math.isclose(x[one], math.degrees(expected_x), rel_tol=1e-9)
            assert math.isclose(y[one], math.degrees(math.sin(latitude) / sinc), rel_tol=1e-9)

    def test_keeps_distances_along_the_equator_and_the_central_meridian(self):
        plane = SkyPlane("aitoff", 180.0)
        x, y = plane.place(np.array([0.0, 90.0, 270.0, 180.0]), np.array([0.0, 0.0, 0.0, -90.0]))
        assert_allclose(x, [-180, -90, 90, 0], atol=1e-9)
        assert_allclose(y, [0, 0, 0, -90], atol=1e-9)


class TestMollweide:
    def test_is_that_of_the_fits_standard(self):
        x, y = SkyPlane("mollweide", 30.0).place(*EVERYWHERE)
        assert_allclose([x, y], by_wcs("MOL", *EVERYWHERE, (30, 0)), atol=1e-7)

    def test_is_right_at_the_poles(self):
        dec = np.array([90.0, -90.0, 89.999, 89.9, -89.5])
        x, y = SkyPlane("mollweide", 0.0).place(np.full(5, 100.0), dec)
        expected = by_wcs("MOL", np.full(5, 100.0), dec, (0, 0))
        assert_allclose(y, expected[1], atol=2e-3)
        assert_allclose(x, expected[0], atol=2e-1)


class TestTangent:
    def test_is_that_of_the_fits_standard(self):
        ra = 83.6 + RNG.uniform(-20, 20, 300)
        dec = 22.0 + RNG.uniform(-20, 20, 300)
        plane = SkyPlane("tangent", 83.6, 22.0)
        expected = by_wcs("TAN", ra, dec, (83.6, 22.0))
        assert_allclose(plane.place(ra, dec), expected, rtol=1e-9, atol=1e-9)

    def test_holds_over_a_pole(self):
        ra, dec = RNG.uniform(0, 360, 300), RNG.uniform(60, 90, 300)
        expected = by_wcs("TAN", ra, dec, (10, 89))
        assert_allclose(SkyPlane("tangent", 10, 89).place(ra, dec), expected, atol=1e-9)

    def test_ends_sixty_degrees_from_its_centre(self):
        x, _ = SkyPlane("tangent", 0.0, 0.0).place(np.array([59.9, 60.1, 180.0]), np.zeros(3))
        assert np.isfinite(x).tolist() == [True, False, False]


class TestInverse:
    @given(
        st.sampled_from(["aitoff", "mollweide", "tangent"]),
        st.floats(0, 360),
        st.floats(-89, 89),
        st.floats(-179.9, 179.9),
        st.floats(-89, 89),
    )
    def test_leads_back(self, kind, ra0, dec0, away, dec):
        plane = SkyPlane(kind, ra0, dec0)
        ra = np.array([(ra0 + away) % 360])
        x, y = plane.place(ra, np.array([dec]))
        if np.isfinite(x[0]):
            back_ra, back_dec = plane.position(x, y)
            apart = (back_ra - ra + 180) % 360 - 180
            assert abs(apart[0]) * math.cos(math.radians(dec)) < 1e-6
            assert abs(back_dec[0] - dec) < 1e-6

    @pytest.mark.parametrize("kind", ["aitoff", "mollweide"])
    def test_knows_where_the_sky_ends(self, kind):
        x = np.array([179.0, 0.0, 161.0])
        ra, _ = SkyPlane(kind, 0.0).position(x, np.array([60.0, 95.0, 60.0]))
        assert np.isnan(ra).all()


class TestReading:
    @pytest.mark.parametrize(
        ("plane", "ra", "dec", "words"),
        [
            (SkyPlane("aitoff", 180.0), 188.7335, 5.2, "RA 12h 34m 56s, Dec +05° 12′"),
            (SkyPlane("mollweide", 0.0), 359.9999, -0.5, "RA 00h 00m 00s, Dec −00° 30′"),
            (SkyPlane("tangent", 10, 41), 10.6847, 41.26889, "RA 00h 42m 44.3s, Dec +41° 16′ 08″"),
        ],
    )
    def test_is_in_hours_and_degrees(self, plane, ra, dec, words):
        x, y = plane.place(np.array([ra]), np.array([dec]))
        assert plane.read(x[0], y[0]) == words

    def test_says_where_there_is_no_sky(self):
        assert SkyPlane("aitoff", 0.0).read(179.0, 80.0) == "outside the sky"


def catalogue_of(ra, dec):
    frame = pd.DataFrame({"ra": ra, "dec": dec, "flux": np.arange(len(ra), dtype=float)})
    return Catalogue(frame, np.arange(len(frame)), Roles(ra="ra", dec="dec"), name="survey")


def on_the_sky(ra, dec, /, **parameters):
    catalogue = catalogue_of(ra, dec)
    rows = np.arange(len(catalogue))
    matrix = build_features(FeatureRecipe(["flux"]), catalogue, rows)
    return project(ProjectionRecipe("sky", parameters=parameters), catalogue, matrix, rows)


class TestProjection:
    def test_right_ascension_grows_to_the_left_on_an_equal_scale(self):
        made = on_the_sky(*EVERYWHERE, projection="mollweide", ra=30)
        expected = by_wcs("MOL", *EVERYWHERE, (30, 0))
        assert_allclose(made.points, np.transpose(expected), atol=1e-4)
        x, y = made.axes
        assert (x.reversed, y.reversed, x.ticked, y.ticked) == (True, False, False, False)
        assert made.aspect == "equal"
        left, right = Frame.of(made).to_world([[50.0, 0.0], [-50.0, 0.0]])
        assert left[0] < right[0]

    def test_what_has_no_position_is_counted(self):
        made = on_the_sky([10.0, np.nan, 11.0, 12.0], [0.0, 1.0, 99.0, 1.0])
        assert made.placed.tolist() == [True, False, False, True]
        assert made.n_missing == 2

    def test_a_field_is_drawn_in_the_tangent_plane_around_its_middle(self):
        ra, dec = RNG.uniform(359, 361, 200) % 360, RNG.uniform(44, 46, 200)
        made = on_the_sky(ra, dec)
        assert np.abs(made.points).max() < 1.1
        assert made.read(0, 0).startswith(("RA 00h 0", "RA 23h 5"))
        texts = {note.text for note in made.notes}
        assert "+45° 00′" in texts
        assert "0h" in texts or "0h 00m" in texts
        for curve in made.graticule:
            assert np.isfinite(curve.points).all()
            assert np.abs(curve.points).max() < 1.5

    def test_a_survey_around_the_sky_is_drawn_whole(self):
        made = on_the_sky(*EVERYWHERE)
        outline = made.graticule[0]
        assert outline.closed
        assert_allclose(np.abs(outline.points).max(axis=0), [180, 90], atol=1e-6)
        notes = {note.text: note for note in made.notes}
        assert {"2h", "12h", "22h", "+30°", "−60°", "0°"} <= set(notes)
        assert "0h" not in notes
        assert (notes["12h"].x, notes["6h"].x) == pytest.approx((0, -90))

    @pytest.mark.parametrize("pole", [-90, 90])
    def test_texts_at_a_pole_do_not_lie_on_one_another(self, pole):
        ra, dec = RNG.uniform(0, 360, 300), pole - np.sign(pole) * RNG.uniform(0, 15, 300)
        hours = [note for note in on_the_sky(ra, dec).notes if note.text.endswith("h")]
        assert len(hours) == 12
        places = np.array([(note.x, note.y) for note in hours])
        assert np.linalg.norm(places - places.mean(axis=0), axis=1).min() > 5

    def test_the_centre_is_the_mean_right_ascension_to_the_hour(self):
        ra = RNG.uniform(330, 390, 300) % 360
        made = on_the_sky(ra, RNG.uniform(-60, 60, 300), projection="aitoff")
        assert made.read(0, 0) == "RA 00h 00m 00s, Dec +00° 00′"

    def test_the_centre_may_be_chosen(self):
        made = on_the_sky(*EVERYWHERE, projection="tangent", ra=10, dec=-20)
        assert made.read(0, 0) == "RA 00h 40m 00.0s, Dec −20° 00′ 00″"
        assert 0.2 < made.n_missing / 500 < 0.8

    def test_does_not_depend_on_the_order_of_rows(self):
        order = RNG.permutation(500)
        here, there = (
            on_the_sky(*EVERYWHERE),
            on_the_sky(EVERYWHERE[0][order], EVERYWHERE[1][order]),
        )
        assert_array_equal(here.points[order], there.points)

    def test_needs_positions(self):
        frame = pd.DataFrame({"flux": [1.0, 2.0]})
        catalogue = Catalogue(frame, np.arange(2), Roles(), name="survey")
        matrix = build_features(FeatureRecipe(["flux"]), catalogue, np.arange(2))
        with pytest.raises(ProjectionError, match="no column in the role of 'ra', 'dec'"):
            project(ProjectionRecipe("sky"), catalogue, matrix, np.arange(2))
        with pytest.raises(ProjectionError, match="are missing in every source"):
            on_the_sky([np.nan, np.nan], [1.0, 2.0])
