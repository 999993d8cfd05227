"""Sources found in images whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.wcs import WCS
from PIL import Image
from scipy.spatial import cKDTree

import napari_astro_al as aal
from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import ImageError
from napari_astro_al.features import default_columns
from napari_astro_al.imaging import DetectionSettings
from napari_astro_al.imaging.detected import keep
from napari_astro_al.imaging.detection import find_job
from napari_astro_al.jobs import drain

WIDTH = 1.8


def star(shape, x, y, flux, width=WIDTH, squeezed=1.0):
    """A Gaussian of a flux; `squeezed` along rows."""
    rows, columns = np.indices(shape)
    exponent = (columns - x) ** 2 + ((rows - y) / squeezed) ** 2
    return flux / (2 * np.pi * width**2 * squeezed) * np.exp(-exponent / (2 * width**2))


@pytest.fixture(scope="module")
def field():
    """A sky that rises across the image, noise of 5, and stars on a loose grid."""
    rng = np.random.default_rng(1)
    shape = (240, 320)
    x, y = (grid.ravel() for grid in np.meshgrid(np.arange(30, 300, 52), np.arange(30, 220, 45)))
    x, y = x + rng.uniform(-8, 8, x.size), y + rng.uniform(-8, 8, x.size)
    flux = 10 ** rng.uniform(4, 5, x.size)
    image = rng.normal(100 + 0.05 * np.indices(shape)[1], 5.0)
    for one in zip(x, y, flux, strict=True):
        image += star(shape, *one)
    return image, np.column_stack([x, y]), flux


@pytest.fixture(scope="module")
def found(field):
    return aal.detect(field[0], threshold=4, zero_point=25.0)


class TestTruth:
    def test_every_star_is_found_once_and_nothing_else(self, field, found):
        _, places, _ = field
        assert len(found) == len(places)

    def test_positions_to_a_tenth_of_a_pixel(self, field, found):
        _, places, _ = field
        away, _ = cKDTree(found.table[["x", "y"]].to_numpy()).query(places)
        assert away.max() < 0.1
        assert np.median(away) < 0.03

    def test_fluxes_to_a_few_per_cent(self, field, found):
        _, places, flux = field
        _, which = cKDTree(found.table[["x", "y"]].to_numpy()).query(places)
        ratio = found.table["flux"].to_numpy()[which] / flux
        assert np.abs(ratio - 1).max() < 0.04
        assert abs(np.median(ratio) - 1) < 0.01
        mag = found.table["mag"].to_numpy()[which]
        np.testing.assert_allclose(mag, 25 - 2.5 * np.log10(flux), atol=0.04)

    def test_a_round_star_is_round_and_as_wide_as_it_is(self, found):
        brightest = found.table.iloc[0]
        assert brightest["fwhm"] == pytest.approx(2.355 * np.hypot(WIDTH, 2.5 / 2.355), rel=0.05)
        assert brightest["ellipticity"] < 0.03
        assert 0 < brightest["gini"] < 1

    def test_the_brightest_comes_first(self, found):
        assert found.ids.tolist() == list(range(1, len(found) + 1))
        assert (np.diff(found.table["flux"]) <= 0).all()


class TestShapes:
    def test_an_ellipse(self):
        rng = np.random.default_rng(0)
        image = rng.normal(0, 1, (100, 100)) + star((100, 100), 60, 40, 5e4, 2.0, squeezed=2.5)
        (one,) = aal.detect(image, smoothing=0).table.to_dict("records")
        assert one["ellipticity"] == pytest.approx(1 - 1 / 2.5, abs=0.03)
        assert one["position_angle"] == pytest.approx(90, abs=1)
        assert one["semi_minor"] == pytest.approx(2.0, rel=0.05)

    def test_blends_are_taken_apart_where_that_is_wanted(self):
        rng = np.random.default_rng(0)
        image = rng.normal(0, 1, (80, 80))
        image += star((80, 80), 35, 40, 5000) + star((80, 80), 42, 40, 4000)
        both = aal.detect(image)
        assert len(both) == 2
        assert both.table["blended"].all()
        assert len(aal.detect(image, deblend=False)) == 1

    def test_the_edge_and_missing_pixels_are_marked_and_never_measured(self):
        rng = np.random.default_rng(0)
        image = rng.normal(10, 1, (100, 100))
        for x, y in ((1, 50), (50, 50), (80, 20)):
            image += star((100, 100), x, y, 5000)
        image[48:60, 53:60] = np.nan
        table = aal.detect(image).table.sort_values("x")
        assert table["at_edge"].tolist() == [True, True, False]
        assert np.isfinite(table["flux"]).all()


class TestColour:
    def test_a_flux_a_channel(self, tmp_path):
        rng = np.random.default_rng(0)
        light = star((64, 64), 20, 30, 4000)
        picture = np.stack([light * share for share in (1.0, 0.5, 0.25)], axis=-1)
        picture = np.clip(picture + rng.normal(20, 1, picture.shape), 0, 255).astype(np.uint8)
        Image.fromarray(picture).save(tmp_path / "star.png")
        found = aal.detect(tmp_path / "star.png", threshold=5)
        (one,) = found.table.to_dict("records")
        assert one["flux_green"] / one["flux_red"] == pytest.approx(0.5, abs=0.05)
        assert one["flux_blue"] / one["flux_red"] == pytest.approx(0.25, abs=0.05)
        assert found.name == "star sources"


class TestCatalogue:
    def test_positions_follow_from_world_coordinates(self, field):
        wcs = WCS(naxis=2)
        wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
        wcs.wcs.crval, wcs.wcs.crpix, wcs.wcs.cdelt = [150, 2], [160, 120], [-1e-4, 1e-4]
        found = aal.detect(field[0], wcs, deblend=False)
        assert (found.roles.ra, found.roles.dec) == ("ra", "dec")
        ra, dec = wcs.all_pix2world(found.table["x"], found.table["y"], 0)
        np.testing.assert_allclose(found.table["ra"], ra, atol=1e-7)
        np.testing.assert_allclose(found.table["dec"], dec, atol=1e-7)

    def test_columns_say_what_they_are(self, found):
        assert set(found.columns) == set(found.table.columns)
        assert found.unit("x") == "pix"
        assert "zero point 25" in found.columns["mag"].description

    def test_positions_and_errors_are_no_features(self, found):
        features = default_columns(found)
        assert {"flux", "mag", "fwhm", "gini", "ellipticity"} <= set(features)
        assert not {"x", "y", "flux_err", "mag_err", "position_angle", "source"} & set(features)

    def test_kept_in_a_file_it_is_the_same(self, found, tmp_path):
        kept = keep(found, tmp_path / "new", "field")
        assert kept.path == tmp_path / "new" / "field.ecsv"
        np.testing.assert_allclose(kept.table["flux"], found.table["flux"])
        assert kept.ids.tolist() == found.ids.tolist()
        assert kept.columns["fwhm"] == found.columns["fwhm"]
        assert keep(found, tmp_path / "new", "field").path == tmp_path / "new" / "field-2.ecsv"
        assert isinstance(Catalogue.read(kept.path), Catalogue)


class TestRefusals:
    @pytest.mark.parametrize(
        ("image", "words"),
        [
            (np.full((50, 50), np.nan), "no pixel with data"),
            (np.ones((50, 50)), "All pixels of the image are equal"),
            (np.zeros((4, 50, 50)), r"this one is \(4, 50, 50\)"),
            (np.zeros(50), r"this one is \(50,\)"),
        ],
    )
    def test_of_what_cannot_be_measured(self, image, words):
        with pytest.raises(ImageError, match=words):
            aal.detect(image)

    def test_nothing_found(self):
        image = np.random.default_rng(0).normal(0, 1, (64, 64))
        with pytest.raises(ImageError, match="No source has 5 connected pixels above 50 times"):
            aal.detect(image, threshold=50)

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"threshold": 0}, "threshold=0 is not a number from 0.5 to 1000"),
            ({"mesh": 10.5}, "mesh=10.5 is not a whole number of pixels"),
            ({"zero_point": "bright"}, "zero_point='bright' is not a number"),
            ({"sigma": 3}, "The detection has no 'sigma'"),
        ],
    )
    def test_of_options(self, options, words):
        with pytest.raises(ImageError, match=words):
            aal.detect(np.zeros((20, 20)), **options)

    def test_of_coordinates_beside_a_file(self, tmp_path):
        with pytest.raises(ImageError, match="has its own world coordinates"):
            aal.detect(tmp_path / "a.fits", WCS(naxis=2))


def test_it_can_be_given_up_between_its_steps(field):
    job = find_job(field[0], DetectionSettings())
    said = [next(job).message for _ in range(2)]
    assert said == ["Measuring the background", "Looking for sources"]
    job.close()


def test_where_they_are_before_they_are_measured(field):
    found = drain(find_job(field[0], DetectionSettings(threshold=4)))
    away, _ = cKDTree(found.centres()[:, ::-1]).query(field[1])
    assert away.max() < 2
