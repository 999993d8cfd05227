"""Images of files."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from PIL import Image

from napari_astro_al.errors import ImageError
from napari_astro_al.imaging import SkyImage, files, images_of, read_image, read_images
from napari_astro_al.imaging.files import has_images

PIXELS = np.arange(12, dtype=np.float32).reshape(3, 4)


def sky_header() -> fits.Header:
    cards = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRVAL1": 10.0, "CRVAL2": -5.0}
    steps = {"CRPIX1": 2.0, "CRPIX2": 2.0, "CDELT1": -0.001, "CDELT2": 0.001}
    return fits.Header({**cards, **steps, "BUNIT": "MJy/sr"})


@pytest.fixture
def plain(tmp_path):
    path = tmp_path / "field.fits"
    fits.PrimaryHDU(PIXELS, sky_header()).writeto(path)
    return path


class TestFits:
    def test_pixels_are_native_with_row_0_first(self, plain):
        opened = read_image(plain)
        assert opened.pixels.dtype == np.float32
        assert opened.pixels.dtype.isnative
        np.testing.assert_array_equal(opened.pixels, PIXELS)
        assert opened.unit == "MJy/sr"
        image = opened.image
        assert (image.name, image.shape, image.origin) == ("field", (3, 4), "lower")
        (ra,), (dec,) = image.plate.positions([1.0], [1.0])
        assert (ra, dec) == pytest.approx((10.0, -5.0))

    def test_packed_files(self, plain, tmp_path):
        packed = tmp_path / "b.fits.gz"
        packed.write_bytes(gzip.compress(plain.read_bytes()))
        np.testing.assert_array_equal(read_image(packed).pixels, PIXELS)
        tiled = tmp_path / "c.fits.fz"
        rough = np.arange(64 * 64, dtype=np.int16).reshape(64, 64)
        fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(rough, sky_header())]).writeto(tiled)
        opened = read_image(tiled)
        np.testing.assert_array_equal(opened.pixels, rough)
        assert opened.image.extension == 1
        assert opened.image.plate is not None

    def test_every_image_of_several_extensions(self, tmp_path):
        path = tmp_path / "many.fits"
        cube = fits.ImageHDU(np.zeros((2, 3, 4)), name="CUBE")
        flat = fits.ImageHDU(np.ones((1, 1, 5, 6)), name="STOKES")
        table = fits.table_to_hdu(Table({"a": [1]}))
        hdus = [fits.PrimaryHDU(), fits.ImageHDU(PIXELS, name="SCI"), cube, table, flat]
        fits.HDUList(hdus).writeto(path)
        assert [one.name for one in images_of(path)] == ["many SCI", "many STOKES"]
        assert [one.pixels.shape for one in read_images(path)] == [(3, 4), (5, 6)]
        assert read_image(path, "STOKES").image.extension == 4
        with pytest.raises(ImageError, match=r"no image in extension 'ERR'. It has: '1 \(SCI\)'"):
            read_image(path, "ERR")

    def test_missing_pixels_are_nan(self, tmp_path):
        holes = np.array([[1.0, np.inf], [np.finfo(np.float32).max, 2.0]], dtype=np.float32)
        fits.PrimaryHDU(holes).writeto(tmp_path / "a.fits")
        np.testing.assert_array_equal(
            read_image(tmp_path / "a.fits").pixels, [[1, np.nan], [np.nan, 2]]
        )
        whole = fits.PrimaryHDU(np.array([[1, -99], [3, 4]], dtype=np.int16))
        whole.header["BLANK"] = -99
        whole.writeto(tmp_path / "b.fits")
        np.testing.assert_array_equal(read_image(tmp_path / "b.fits").pixels, [[1, np.nan], [3, 4]])

    def test_a_large_file_is_mapped(self, plain, monkeypatch):
        monkeypatch.setattr(files, "MAPPED_FROM", 16)
        pixels = read_image(plain).pixels
        assert files._is_mapped(pixels)
        np.testing.assert_array_equal(pixels, PIXELS)

    @pytest.mark.parametrize("content", [b"SIMPLE  = nonsense", b""])
    def test_a_broken_file_is_told(self, tmp_path, content):
        path = tmp_path / "broken.fits"
        path.write_bytes(content)
        with pytest.raises(ImageError, match=r"broken.fits"):
            read_image(path)
        assert not has_images(path)

    def test_a_table_is_no_image(self, tmp_path):
        Table({"a": [1]}).write(tmp_path / "table.fits")
        with pytest.raises(ImageError, match="no image with two axes"):
            images_of(tmp_path / "table.fits")

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(ImageError, match=r"There is no file .*absent\.fits"):
            read_image(tmp_path / "absent.fits")


class TestPictures:
    def test_row_0_is_on_top(self, tmp_path):
        colours = np.zeros((5, 7, 3), dtype=np.uint8)
        colours[0, 6] = (255, 128, 0)
        Image.fromarray(colours).save(tmp_path / "a.png")
        opened = read_image(tmp_path / "a.png")
        np.testing.assert_array_equal(opened.pixels, colours)
        assert opened.image == SkyImage("a", 5, 7, path=str(tmp_path / "a.png"), origin="upper")
        assert opened.image.plate is None

    def test_no_picture(self, tmp_path):
        (tmp_path / "a.png").write_text("no picture")
        with pytest.raises(ImageError, match=r"a\.png cannot be read as a picture"):
            read_image(tmp_path / "a.png")


class TestSkyImage:
    def test_json_holds_it_whole(self, plain):
        image = read_image(plain).image
        again = SkyImage.from_json(image.to_json())
        assert again == image
        assert again.plate.positions([3.0], [0.0]) == image.plate.positions([3.0], [0.0])

    def test_the_same_image(self, plain):
        image = SkyImage("field", 3, 4, path=str(plain))
        assert read_image(plain).image.is_same_as(image)
        assert not image.is_same_as(SkyImage("field", 3, 4, path=str(plain), extension=1))
        assert SkyImage("a", 3, 4).is_same_as(SkyImage("a", 3, 4))
        assert not SkyImage("a", 3, 4).is_same_as(SkyImage("b", 3, 4))
        assert not SkyImage("a", 3, 4).is_same_as(SkyImage("a", 4, 3))

    def test_a_file_that_was_moved(self, plain, tmp_path):
        image = read_image(plain).image
        (tmp_path / "new").mkdir()
        moved = read_image(plain.rename(tmp_path / "new" / plain.name)).image
        assert not moved.is_same_as(image)
        assert moved.is_copy_of(image)
        assert not SkyImage("a", 3, 4).is_copy_of(SkyImage("a", 3, 4))

    def test_stored_nonsense(self):
        with pytest.raises(ImageError, match="An image has no 'colour'"):
            SkyImage.from_json({"name": "a", "height": 1, "width": 1, "colour": 2})
        with pytest.raises(ImageError, match="needs its height, width"):
            SkyImage.from_json({"name": "a"})
