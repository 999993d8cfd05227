"""Cutouts from one picture by columns of pixels."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from astropy.io import fits
from PIL import Image

import napari_astro_al as aal
from napari_astro_al.cutouts import ImagePixels
from napari_astro_al.errors import CutoutError

PICTURE = np.arange(20 * 30, dtype=np.float32).reshape(20, 30)


@pytest.fixture
def catalogue():
    table = pd.DataFrame(
        {"id": list("abcd"), "x": [10.0, 0.0, 200.0, np.nan], "y": [5.2, 19.0, 3.0, 4.0]}
    )
    return aal.Catalogue.from_table(table, id="id", guess=False)


def test_the_source_is_in_the_middle(catalogue):
    picture = ImagePixels(PICTURE, side=5).cutout(catalogue, "a", None)
    np.testing.assert_array_equal(picture.pixels, PICTURE[3:8, 8:13])
    assert (picture.origin, picture.covered, picture.name) == ("upper", 1.0, "image")


def test_beyond_the_edge_there_is_nothing(catalogue):
    picture = ImagePixels(PICTURE, side=5).cutout(catalogue, "b", None)
    np.testing.assert_array_equal(picture.pixels[:3, 2:], PICTURE[17:, :3])
    assert np.isnan(picture.pixels[3:]).all()
    assert np.isnan(picture.pixels[:, :2]).all()
    assert picture.covered == pytest.approx(9 / 25)


def test_what_is_not_there_says_why(catalogue):
    provider = ImagePixels(PICTURE)
    assert "beyond the edge of image" in provider.cutout(catalogue, "c", None).missing
    assert "no place in the picture" in provider.cutout(catalogue, "d", None).missing


def test_files_are_read_with_their_own_origin(catalogue, tmp_path):
    fits.PrimaryHDU(PICTURE).writeto(tmp_path / "plate.fits")
    lower = ImagePixels(tmp_path / "plate.fits", side=4).cutout(catalogue, "a", None)
    assert (lower.origin, lower.name, lower.provenance) == ("lower", "plate", "plate.fits")
    assert lower.pixels.dtype.isnative
    colours = np.zeros((20, 30, 4), dtype=np.uint8)
    colours[5, 10] = (1, 2, 3, 255)
    Image.fromarray(colours).save(tmp_path / "plate.png")
    upper = ImagePixels(tmp_path / "plate.png", side=3).cutout(catalogue, "a", None)
    assert upper.origin == "upper"
    assert upper.pixels[1, 1].tolist() == [1, 2, 3]


def test_refusals(catalogue, tmp_path):
    cutouts = aal.cutouts.Cutouts(catalogue)
    with pytest.raises(CutoutError, match="has no column 'row' to say where"):
        cutouts.add(ImagePixels(PICTURE, y="row"))
    with pytest.raises(CutoutError, match="No source of 'catalogue' is on 'image'"):
        cutouts.add(ImagePixels(PICTURE[:2, :2]))
    with pytest.raises(CutoutError, match="There is no file"):
        cutouts.add(ImagePixels(tmp_path / "absent.png"))
    with pytest.raises(CutoutError, match="side=0 is no number of pixels"):
        ImagePixels(PICTURE, side=0)
    assert len(cutouts) == 0


def test_a_session_finds_a_file_again(tmp_path):
    fits.PrimaryHDU(PICTURE).writeto(tmp_path / "plate.fits")
    frame = pd.DataFrame({"id": [1, 2, 3], "x": [3.0, 4, 5], "y": [6.0, 7, 9], "m": [1.0, 2, 4]})
    frame.to_csv(tmp_path / "sources.csv", index=False)
    catalogue = aal.Catalogue.read(tmp_path / "sources.csv", id="id")
    with aal.Session(catalogue, path=tmp_path / "a.astroal") as session:
        session.cutouts.add(ImagePixels(tmp_path / "plate.fits", side=7, title="plate 7"))
        session.project("image", image=tmp_path / "plate.fits", x="x", y="y")
    stored = json.loads((tmp_path / "a.astroal" / "session.json").read_text("utf-8"))
    assert stored["cutouts"][0]["picture"] == "../plate.fits"
    with aal.Session.open(tmp_path / "a.astroal") as again:
        (picture,) = again.cutouts.get(1)
        assert (picture.name, picture.pixels.shape) == ("plate 7", (7, 7))
        np.testing.assert_array_equal(again.projection.points, frame[["x", "y"]])
