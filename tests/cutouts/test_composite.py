"""Colour pictures of three bands."""

import numpy as np
import pytest

from napari_astro_al.cutouts import Composite, Cutout
from napari_astro_al.cutouts.fields import Field
from napari_astro_al.errors import CutoutError


def band(name, side=20, star=(10, 10), scale=1.0, sky=0.0, noise=1.0, **more):
    """A faint sky and one star at (row, column), 20 arcsec a side."""
    pixels = np.random.default_rng(ord(name)).normal(sky, noise, (side, side)).astype(np.float32)
    pixels[star] += 100.0
    return Cutout(pixels, name=name, pixel_scale=scale, **more)


def test_a_star_of_one_band_has_its_colour():
    colour = Composite("i", "r", "g").of([band("g"), band("r", star=(5, 5)), band("i")])
    assert (colour.pixels.shape, colour.pixels.dtype) == ((20, 20, 3), np.uint8)
    red, green, blue = colour.pixels[10, 10].astype(int)
    assert green < 60 < red
    assert abs(red - blue) < 25
    assert colour.pixels[5, 5].argmax() == 1
    assert (colour.name, colour.provenance) == ("colour", "i, r, g")


def test_skies_of_any_level_are_black():
    bands = [band("g"), band("r", sky=5000.0), band("i", sky=-40.0)]
    colour = Composite("i", "r", "g").of(bands)
    assert np.median(colour.pixels) < 60


def test_a_smaller_stretch_shows_more_of_what_is_faint():
    bands = [band("g"), band("r"), band("i")]
    means = [Composite("i", "r", "g", stretch=s).of(bands).pixels.mean() for s in (0.02, 0.2, 2)]
    assert means == sorted(means, reverse=True)


def test_coarser_bands_are_laid_on_the_finest_by_their_coordinates():
    def field(name, side, star):
        scale = 20.0 / side
        return band(
            name, side, star, scale, noise=0.0, wcs=Field(10, 60, side, scale).wcs(), origin="lower"
        )

    # the same place of the sky: a fifth from the left, three tenths from below
    fine = field("g", 40, (12, 8))
    colour = Composite("i", "r", "g").of([fine, field("r", 20, (6, 4)), field("i", 20, (6, 4))])
    assert colour.pixels.shape == (40, 40, 3)
    assert colour.wcs is fine.wcs
    assert colour.origin == "lower"
    for channel in range(3):
        row, column = np.unravel_index(colour.pixels[..., channel].argmax(), (40, 40))
        assert (row, column) == (pytest.approx(12, abs=1.5), pytest.approx(8, abs=1.5))


def test_pictures_without_coordinates_must_be_of_one_size():
    colour = Composite("i", "r", "g").of([band("g"), band("r"), band("i", side=22)])
    assert colour.missing == "r and i differ in size and have no coordinates to align them"


def test_rows_are_turned_where_files_count_them_from_below():
    upper, lower = band("r", star=(3, 10)), band("i", star=(16, 10), origin="lower")
    colour = Composite("i", "r", "r").of([upper, lower])
    three = colour.upright[3, 10].astype(int)
    assert three.min() > 100


def test_where_data_are_missing_it_is_black_and_says_how_much():
    holed = band("r")
    holed.pixels[:5] = np.nan
    colour = Composite("i", "r", "g").of([band("g"), holed, band("i")])
    assert colour.covered == 0.75
    assert (colour.pixels[:5] == 0).all()


def test_it_is_missing_where_a_band_is():
    absent = Cutout.absent("clouds", name="r")
    assert Composite("i", "r", "g").of([band("g"), absent, band("i")]).missing == "r: clouds"
    assert (
        Composite("i", "z", "g").of([band("g"), band("i")]).missing == "z: there is no such picture"
    )
    coming = Cutout(None, missing="not yet", name="r", coming=True)
    assert Composite("i", "r", "g").of([band("g"), coming, band("i")]).coming
    rgb = Cutout(np.zeros((20, 20, 3), np.uint8), name="r")
    assert "in colour already" in Composite("i", "r", "g").of([band("g"), rgb, band("i")]).missing


def test_json_and_back_and_what_cannot_be():
    one = Composite("i", "r", "g", softening=4.0, stretch=0.3, limits="zscale", name="gri")
    assert Composite.from_json(one.to_json()) == one
    with pytest.raises(CutoutError, match="stretch of a colour composite is a positive number"):
        Composite("i", "r", "g", stretch=0.0)
    with pytest.raises(CutoutError, match="no limits 'fixed'"):
        Composite("i", "r", "g", limits="fixed")
    with pytest.raises(CutoutError, match="has no 'alpha'"):
        Composite.from_json({"red": "i", "alpha": 1})
    with pytest.raises(CutoutError, match="cannot be made of"):
        Composite.from_json({"red": "i"})
