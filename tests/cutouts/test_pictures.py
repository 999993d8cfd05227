"""Reading picture files, good and bad. Nothing here may raise."""

import bz2
import gzip
import lzma

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from PIL import Image

from napari_astro_al.cutouts import pictures
from napari_astro_al.cutouts.cutout import centre_crop
from napari_astro_al.cutouts.pictures import read_picture
from napari_astro_al.cutouts.thumbnails import thumbnail

RAMP = np.arange(20, dtype=np.uint8).reshape(4, 5)


def tangent_plane(shape, arcsec):
    """A WCS with square pixels around RA 150, Dec +2."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval = [150.0, 2.0]
    wcs.wcs.crpix = [(shape[1] + 1) / 2, (shape[0] + 1) / 2]
    wcs.wcs.cdelt = [-arcsec / 3600, arcsec / 3600]
    return wcs


class TestPillow:
    @pytest.mark.parametrize("suffix", ["png", "tif", "bmp"])
    def test_grey_levels_come_back(self, tmp_path, suffix):
        Image.fromarray(RAMP).save(tmp_path / f"a.{suffix}")
        picture = read_picture(tmp_path / f"a.{suffix}")
        assert np.array_equal(picture.pixels, RAMP)
        assert picture.origin == "upper"

    def test_sixteen_bits_stay(self, tmp_path):
        deep = RAMP.astype(np.uint16) * 3000
        Image.fromarray(deep).save(tmp_path / "a.png")
        assert np.array_equal(read_picture(tmp_path / "a.png").pixels, deep)

    def test_transparent_becomes_black(self, tmp_path):
        colours = np.full((2, 2, 4), 200, dtype=np.uint8)
        colours[..., 3] = [[255, 0], [0, 255]]
        Image.fromarray(colours).save(tmp_path / "a.png")
        picture = read_picture(tmp_path / "a.png")
        assert picture.pixels[..., 0].tolist() == [[200, 0], [0, 200]]

    def test_a_palette_becomes_colours(self, tmp_path):
        red = Image.new("RGB", (3, 3), (255, 0, 0)).convert("P")
        red.save(tmp_path / "a.gif")
        assert read_picture(tmp_path / "a.gif").pixels[1, 1].tolist() == [255, 0, 0]

    def test_the_content_counts_and_not_the_suffix(self, tmp_path):
        Image.fromarray(RAMP).save(tmp_path / "a.png")
        (tmp_path / "a.png").rename(tmp_path / "a.fits")
        assert np.array_equal(read_picture(tmp_path / "a.fits").pixels, RAMP)

    @pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "tif"])
    @pytest.mark.parametrize("keep", [0, 5, 40, 0.5, 0.95])
    def test_cut_short(self, tmp_path, suffix, keep):
        noise = np.random.default_rng(0).integers(0, 255, (50, 50), dtype=np.uint8)
        path = tmp_path / f"a.{suffix}"
        Image.fromarray(noise).save(path)
        data = path.read_bytes()
        path.write_bytes(data[: int(keep * len(data)) if isinstance(keep, float) else keep])
        picture = read_picture(path)
        assert picture.pixels is None
        assert path.name in picture.missing

    def test_a_preview_of_a_jpeg_has_fewer_pixels_and_enough(self, tmp_path):
        waves = np.indices((400, 600)).sum(axis=0) / 40
        Image.fromarray((127 * (1 + np.sin(waves))).astype(np.uint8)).save(tmp_path / "a.jpg")
        whole = read_picture(tmp_path / "a.jpg")
        for side, shape in ((600, (400, 600)), (299, (200, 300)), (90, (100, 150)), (9, (50, 75))):
            small = read_picture(tmp_path / "a.jpg", side=side)
            assert small.pixels.shape == shape
            difference = thumbnail(small, 40).astype(int) - thumbnail(whole, 40)
            assert np.abs(difference).mean() < 3

    def test_text_is_no_picture(self, tmp_path):
        (tmp_path / "a.png").write_text("<html>404</html>")
        assert "a.png is no picture" in read_picture(tmp_path / "a.png").missing

    def test_a_bomb_is_refused_before_it_is_decoded(self, tmp_path, monkeypatch):
        monkeypatch.setattr(pictures, "MOST_PIXELS", 10_000)
        Image.new("L", (101, 100)).save(tmp_path / "a.png")
        missing = read_picture(tmp_path / "a.png").missing
        assert missing == "a.png is too large for a cutout: 101 x 100 pixels"

    def test_pillows_own_limit_is_a_reason_too(self, tmp_path, monkeypatch):
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
        Image.new("L", (100, 100)).save(tmp_path / "a.png")
        assert "too large" in read_picture(tmp_path / "a.png").missing


class TestFits:
    data = np.arange(12, dtype=">f4").reshape(3, 4)

    def write(self, tmp_path, *hdus, name="a.fits"):
        fits.HDUList(list(hdus)).writeto(tmp_path / name)
        return tmp_path / name

    def test_pixels_scale_and_byte_order(self, tmp_path):
        header = tangent_plane((3, 4), 0.25).to_header()
        picture = read_picture(self.write(tmp_path, fits.PrimaryHDU(self.data, header)))
        assert picture.pixels.dtype == np.float32
        assert picture.pixels.dtype.isnative
        assert np.array_equal(picture.pixels, self.data)
        assert picture.pixel_scale == pytest.approx(0.25)
        assert picture.origin == "lower"
        assert np.array_equal(picture.upright, self.data[::-1])

    def test_gzip_by_content(self, tmp_path):
        path = self.write(tmp_path, fits.PrimaryHDU(self.data))
        (tmp_path / "b.fits").write_bytes(gzip.compress(path.read_bytes()))
        assert np.array_equal(read_picture(tmp_path / "b.fits").pixels, self.data)

    @pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
    def test_every_kind_of_file_may_be_packed(self, tmp_path, pack):
        path = self.write(tmp_path, fits.PrimaryHDU(self.data))
        (tmp_path / "b.fits").write_bytes(pack(path.read_bytes()))
        assert np.array_equal(read_picture(tmp_path / "b.fits").pixels, self.data)
        Image.fromarray(RAMP).save(tmp_path / "a.png")
        (tmp_path / "b.png").write_bytes(pack((tmp_path / "a.png").read_bytes()))
        assert np.array_equal(read_picture(tmp_path / "b.png").pixels, RAMP)
        (tmp_path / "c.png").write_bytes(pack((tmp_path / "a.png").read_bytes())[:-9])
        assert "c.png cannot be read" in read_picture(tmp_path / "c.png").missing

    def test_the_extension_that_is_asked_for(self, tmp_path):
        extensions = [fits.ImageHDU(self.data + n, name=f"band_{n}") for n in (1, 2)]
        packed = fits.CompImageHDU(np.arange(1200, dtype=np.int32).reshape(30, 40), name="PACKED")
        path = self.write(tmp_path, fits.PrimaryHDU(self.data), *extensions, packed)
        for extension, first in ((0, 0), (2, 2), ("Band_1", 1), ("PACKED", 0), (None, 0)):
            assert read_picture(path, extension=extension).pixels[0, 0] == first
        assert read_picture(path, extension="BAND_2").provenance == "a.fits[2]"
        missing = read_picture(path, extension="BAND_9").missing
        assert missing == "a.fits has no image with two axes in an extension 'BAND_9'"

    def test_a_cube_is_shown_band_by_band(self, tmp_path):
        cube = np.stack([self.data + 10 * n for n in range(4)])[None]
        header = tangent_plane((3, 4), 0.25).to_header()
        path = self.write(tmp_path, fits.PrimaryHDU(cube, header))
        assert read_picture(path).missing == "a.fits has 4 planes; say which with band="
        picture = read_picture(path, band=2)
        assert np.array_equal(picture.pixels, self.data + 20)
        assert picture.pixel_scale == pytest.approx(0.25)
        assert read_picture(path, band=4).missing == "a.fits has no band 4, but 4, counted from 0"

    @pytest.mark.parametrize(
        ("beginning", "words"),
        [
            (b"\x1f\x9d\x90", "packed with compress (.Z), which is not read; pack it with gzip"),
            (b"PK\x03\x04", "a zip archive; for pictures in an archive use ImageArchive"),
            (b"\x89HDF\r\n", "HDF5; for pictures in one array use ImageStack"),
        ],
    )
    def test_what_is_read_otherwise_or_not_at_all(self, tmp_path, beginning, words):
        (tmp_path / "a.fits").write_bytes(beginning + bytes(100))
        assert read_picture(tmp_path / "a.fits").missing == f"a.fits is {words}"

    def test_the_first_image_with_two_axes(self, tmp_path):
        path = self.write(
            tmp_path,
            fits.PrimaryHDU(),
            fits.ImageHDU(np.zeros(7)),
            fits.ImageHDU(np.zeros((2, 3, 4))),
            fits.ImageHDU(self.data),
        )
        picture = read_picture(path)
        assert np.array_equal(picture.pixels, self.data)
        assert picture.provenance == "a.fits[3]"

    def test_axes_of_length_one_are_passed_over(self, tmp_path):
        radio = self.data.reshape(1, 1, 3, 4)
        assert read_picture(self.write(tmp_path, fits.PrimaryHDU(radio))).pixels.shape == (3, 4)

    def test_tile_compressed(self, tmp_path):
        counts = np.arange(1200, dtype=np.int32).reshape(30, 40)
        path = self.write(tmp_path, fits.PrimaryHDU(), fits.CompImageHDU(counts))
        assert np.array_equal(read_picture(path).pixels, counts)

    def test_fill_values_become_nan(self, tmp_path):
        data = np.array([[1, np.inf], [-3.4028235e38, np.nan]], dtype=np.float32)
        pixels = read_picture(self.write(tmp_path, fits.PrimaryHDU(data))).pixels
        assert np.array_equal(np.isnan(pixels), [[False, True], [True, True]])

    def test_cropping_moves_the_wcs_along(self, tmp_path):
        sky = tangent_plane((40, 60), 1.0)
        data = np.zeros((40, 60), dtype=np.float32)
        data[22, 31] = 1
        picture = read_picture(self.write(tmp_path, fits.PrimaryHDU(data, sky.to_header())))
        part = centre_crop(picture, 10.0)
        assert part.pixels.shape == (10, 10)
        y, x = np.argwhere(part.pixels == 1)[0]
        assert part.wcs.wcs_pix2world([[x, y]], 0) == pytest.approx(
            sky.wcs_pix2world([[31, 22]], 0)
        )

    def test_without_celestial_axes_there_is_no_scale(self, tmp_path):
        picture = read_picture(self.write(tmp_path, fits.PrimaryHDU(self.data)))
        assert picture.wcs is None
        assert picture.pixel_scale is None

    def test_a_wcs_that_cannot_be_read_leaves_the_picture(self, tmp_path):
        header = tangent_plane((3, 4), 1.0).to_header()
        header["CTYPE1"] = "RA---QQQ"
        picture = read_picture(self.write(tmp_path, fits.PrimaryHDU(self.data, header)))
        assert picture.pixels is not None
        assert picture.wcs is None

    def test_a_table_is_no_picture(self, tmp_path):
        table = fits.BinTableHDU.from_columns([fits.Column("a", "E", array=[1.0])])
        path = self.write(tmp_path, fits.PrimaryHDU(), table)
        assert read_picture(path).missing == "a.fits has no image with two axes"

    def test_nothing_but_nan(self, tmp_path):
        path = self.write(tmp_path, fits.PrimaryHDU(np.full((3, 3), np.nan)))
        assert "no pixel with data" in read_picture(path).missing

    @pytest.mark.parametrize("keep", [6, 80, 2000, 2880, 2900])
    def test_cut_short(self, tmp_path, keep):
        path = self.write(tmp_path, fits.PrimaryHDU(np.ones((50, 50))))
        path.write_bytes(path.read_bytes()[:keep])
        picture = read_picture(path)
        assert picture.pixels is None
        assert "a.fits" in picture.missing

    def test_gzip_cut_short(self, tmp_path):
        path = self.write(tmp_path, fits.PrimaryHDU(np.ones((50, 50))), name="a.fits.gz")
        path.write_bytes(path.read_bytes()[:-30])
        assert "cannot be read" in read_picture(path).missing

    def test_a_gzip_bomb_is_not_unpacked(self, tmp_path, monkeypatch):
        monkeypatch.setattr(pictures, "MOST_BYTES", 100_000)
        (tmp_path / "a.fits.gz").write_bytes(gzip.compress(bytes(10_000_000)))
        assert "too large" in read_picture(tmp_path / "a.fits.gz").missing

    def test_a_huge_image_of_few_bytes_is_refused(self, tmp_path, monkeypatch):
        path = self.write(tmp_path, fits.PrimaryHDU(), fits.CompImageHDU(np.zeros((200, 200))))
        monkeypatch.setattr(pictures, "MOST_PIXELS", 10_000)
        assert read_picture(path).missing == "a.fits is too large for a cutout: 200 x 200 pixels"
