"""Sources on an image of the sky."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from astropy.wcs.utils import skycoord_to_pixel

import napari_astro_al as aal
from napari_astro_al.errors import ImageError, ProjectionError
from napari_astro_al.imaging import SkyImage
from napari_astro_al.projection import Frame, ProjectionRecipe, image_of, recipe_on


def sky() -> WCS:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["GLON-TAN", "GLAT-TAN"]
    wcs.wcs.crval, wcs.wcs.crpix, wcs.wcs.cdelt = [30, 10], [100.5, 50.5], [-0.01, 0.01]
    return wcs


@pytest.fixture
def image():
    return SkyImage.of("field", (100, 200), sky())


@pytest.fixture
def catalogue():
    """Five sources on the image, one beyond its edge, one behind the observer, one nowhere."""
    x, y = np.array([0, 199, 20, 60, 130.25, 205]), np.array([0, 99, 80, 30, 45.5, 50])
    places = sky().pixel_to_world(x, y).icrs
    table = pd.DataFrame(
        {
            "id": range(1, 9),
            "ra": [*places.ra.deg, (places.ra.deg[0] + 180) % 360, np.nan],
            "dec": [*places.dec.deg, -places.dec.deg[0], 0.0],
            "X_IMAGE": [*(x + 1), 50.0, 51.0],
            "Y_IMAGE": [*(y + 1), 50.0, np.nan],
            "mag": np.linspace(15, 20, 8),
        }
    )
    return aal.Catalogue.from_table(table, id="id", ra="ra", dec="dec", guess=False)


@pytest.fixture
def session(catalogue):
    session = aal.Session(catalogue, features=aal.FeatureRecipe(columns=["mag"]))
    yield session
    session.close()


def test_pixels_are_those_of_astropy(session, image, catalogue):
    made = session.project("image", image=image)
    known = catalogue.table.dropna()
    places = SkyCoord(known["ra"].to_numpy() * u.deg, known["dec"].to_numpy() * u.deg)
    expected = np.column_stack(skycoord_to_pixel(places, sky()))
    np.testing.assert_allclose(made.points[:5], expected[:5], atol=1e-4)
    np.testing.assert_array_equal(made.placed, [True] * 5 + [False] * 3)
    assert made.n_missing == 3
    assert made.aspect == "equal"


def test_the_frame_is_the_image(session, image):
    made = session.project("image", image=image)
    frame = Frame.of(made)
    # outer edges of the corner pixels
    assert (frame.low, frame.high) == ((-0.5, -0.5), (199.5, 99.5))
    assert frame.home == (0, 0, 1000, 1000)


def test_a_place_is_read_as_pixels_and_sky(session, image, catalogue):
    made = session.project("image", image=image)
    row = catalogue.table.iloc[4]
    said = made.read(130.25, 45.5)
    assert said == f"RA = {row['ra']:.5f}°, Dec = {row['dec']:+.5f}° (x = 130.2, y = 45.5)"


class TestPixelColumns:
    def test_counted_from_1_as_sextractor_does(self, session):
        bare = SkyImage("picture", 100, 200, origin="upper")
        made = session.project("image", image=bare, x="X_IMAGE", y="Y_IMAGE", first=1)
        np.testing.assert_allclose(made.points[4], [130.25, 45.5])
        assert made.axes[1].reversed  # row 0 is on top
        assert made.read(3.0, 4.0) == "x = 3.0, y = 4.0"

    def test_are_found_by_their_names(self, catalogue):
        recipe = recipe_on(SkyImage("picture", 100, 200), catalogue)
        assert (recipe.x, recipe.y, recipe.parameters["first"]) == ("X_IMAGE", "Y_IMAGE", 1)

    def test_where_there_are_none_it_says_what_would_do(self, image):
        table = pd.DataFrame({"id": [1, 2], "mag": [1.0, 2.0]})
        bare = aal.Catalogue.from_table(table, id="id", guess=False)
        with pytest.raises(ProjectionError, match="Name columns of pixels"):
            recipe_on(image, bare)

    def test_world_coordinates_come_first(self, image, catalogue):
        assert recipe_on(image, catalogue).x is None


class TestRecipe:
    def test_json_is_all_that_is_needed(self, session, image):
        made = session.project("image", image=image)
        stored = json.loads(json.dumps(session.projection_recipe.to_json()))
        recipe = ProjectionRecipe.from_json(stored)
        assert image_of(recipe) == image
        np.testing.assert_array_equal(session.project(recipe).points, made.points)
        assert recipe.title == "On field"

    def test_a_file_is_named(self, session, tmp_path):
        path = tmp_path / "field.fits"
        header = sky().to_header()
        pixels = np.zeros((100, 200), dtype=np.float32)
        hdus = [fits.PrimaryHDU(), fits.ImageHDU(pixels, header, name="SCI")]
        fits.HDUList(hdus).writeto(path)
        assert session.project("image", image=path).n_missing == 3
        assert session.project("image", image=str(path), extension="SCI").n_missing == 3
        assert session.projection_recipe.parameters["path"] == str(path)

    def test_other_features_leave_it_as_it_is(self, session, image):
        session.project("image", image=image)
        session.set_features(aal.FeatureRecipe(columns=["mag", "X_IMAGE"]))
        assert not session.projection_is_stale


class TestRefusals:
    def test_no_image(self, session):
        with pytest.raises(ProjectionError, match="No image was given"):
            session.project("image")
        with pytest.raises(ImageError, match="image=17 is no image"):
            session.project("image", image=17)
        with pytest.raises(ImageError, match="There is no file"):
            session.project("image", image="absent.fits")

    def test_neither_coordinates_nor_columns(self, session):
        with pytest.raises(ProjectionError, match=r"has no celestial coordinates \(WCS\)"):
            session.project("image", image=SkyImage("picture", 10, 10))

    def test_an_image_of_another_field(self, session):
        elsewhere = sky()
        elsewhere.wcs.crval = [200, -60]
        far = SkyImage.of("far", (100, 200), elsewhere)
        with pytest.raises(
            ProjectionError, match="No source of 'catalogue' lies on the image 'far'"
        ):
            session.project("image", image=far)
        assert session.projection is None

    def test_one_column_is_not_enough(self):
        with pytest.raises(ProjectionError, match="needs both x and y"):
            ProjectionRecipe("image", x="x")


def test_real_sources_on_a_real_image(shared_data):
    path = shared_data / "w5" / "w5.fits"
    catalogue = aal.Catalogue.read(shared_data / "w5" / "w5_psc.csv", id="ID", label="Type")
    with aal.Session(catalogue) as session:
        made = session.project("image", image=path)
    with fits.open(path) as hdus:
        wcs = WCS(hdus[0].header)
    table = catalogue.table
    places = SkyCoord(table["RAJ2000"].to_numpy() * u.deg, table["DEJ2000"].to_numpy() * u.deg)
    expected = np.column_stack(skycoord_to_pixel(places, wcs, mode="all"))
    assert made.n_missing == 0
    assert np.abs(made.points - expected).max() < 0.01
