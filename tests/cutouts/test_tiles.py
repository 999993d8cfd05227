"""Cutouts cut out of images of the sky by their world coordinates."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import center_of_mass

import napari_astro_al as aal
from napari_astro_al.catalogue.positions import positions
from napari_astro_al.cutouts import ImageTiles
from napari_astro_al.cutouts.angles import rounded
from napari_astro_al.errors import CutoutError

FRAMES = {
    "ICRS": ("RA---TAN", "DEC--TAN", "ICRS"),
    "FK5": ("RA---TAN", "DEC--TAN", "FK5"),
    "FK4": ("RA---TAN", "DEC--TAN", "FK4"),
    "Galactic": ("GLON-TAN", "GLAT-TAN", None),
}


def catalogue(*positions: tuple[float, float]) -> aal.Catalogue:
    ra, dec = zip(*positions, strict=True)
    frame = pd.DataFrame({"id": range(len(ra)), "ra": ra, "dec": dec, "mag": 1.0})
    return aal.Catalogue.from_table(frame, id="id", ra="ra", dec="dec")


def header(
    middle: SkyCoord,
    *,
    scale: float = 1.0,
    angle: float = 0.0,
    frame: str = "ICRS",
    side: int = 201,
) -> WCS:
    """A gnomonic image around a position: `scale` arcsec a pixel, turned by `angle` degrees."""
    lon, lat, radesys = FRAMES[frame]
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = [lon, lat]
    there = middle.transform_to({"Galactic": "galactic"}.get(frame, frame.lower()))
    wcs.wcs.crval = [there.spherical.lon.deg, there.spherical.lat.deg]
    wcs.wcs.crpix = [(side + 1) / 2] * 2
    wcs.wcs.cdelt = [-scale / 3600, scale / 3600]
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    wcs.wcs.pc = [[c, -s], [s, c]]
    if radesys:
        wcs.wcs.radesys = radesys
    if radesys == "FK4":
        wcs.wcs.equinox = 1950.0
    return wcs


def with_star(wcs: WCS, star: SkyCoord, side: int = 201, width: float = 2.0) -> np.ndarray:
    """An image with one round star, placed by astropy's own conversion to pixels."""
    x, y = wcs.world_to_pixel(star)
    rows, columns = np.mgrid[:side, :side]
    return np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / 2 / width**2).astype(np.float32)


def write(path: Path, pixels: np.ndarray, wcs: WCS) -> Path:
    fits.PrimaryHDU(pixels, wcs.to_header()).writeto(path)
    return path


STAR = SkyCoord(150.11, 2.21, unit="deg")


class TestThePlace:
    @pytest.mark.parametrize("frame", FRAMES)
    @pytest.mark.parametrize("angle", [0.0, 33.0, 180.0])
    def test_a_source_is_in_the_middle_to_a_tenth_of_a_pixel(
        self, tmp_path: Path, frame: str, angle: float
    ) -> None:
        wcs = header(
            STAR.directional_offset_by(70 * u.deg, 30.3 * u.arcsec), angle=angle, frame=frame
        )
        path = write(tmp_path / "a.fits", with_star(wcs, STAR), wcs)
        sources = catalogue((STAR.ra.deg, STAR.dec.deg))
        picture = ImageTiles([path]).cutout(sources, 0, 40.0)
        assert picture.pixels is not None
        assert picture.pixels.shape == (40, 40)
        assert center_of_mass(picture.pixels) == pytest.approx((19.5, 19.5), abs=0.05)
        assert picture.covered == 1.0

    @settings(max_examples=25, deadline=None)
    @given(
        ra=st.floats(0, 359.99),
        dec=st.floats(-89.9, 89.9),
        away=st.floats(0, 60),
        towards=st.floats(0, 360),
        angle=st.floats(-180, 180),
    )
    def test_anywhere_on_the_sky_also_beside_the_poles_and_across_zero_hours(
        self, tmp_path_factory: pytest.TempPathFactory, ra, dec, away, towards, angle
    ) -> None:
        star = SkyCoord(ra, dec, unit="deg")
        wcs = header(star.directional_offset_by(towards * u.deg, away * u.arcsec), angle=angle)
        path = write(tmp_path_factory.mktemp("sky") / "a.fits", with_star(wcs, star), wcs)
        picture = ImageTiles([path]).cutout(catalogue((ra, dec)), 0, 20.0)
        assert center_of_mass(picture.pixels) == pytest.approx((9.5, 9.5), abs=0.1)

    def test_pixels_that_have_to_be_scaled(self, tmp_path: Path) -> None:
        wcs = header(STAR)
        whole = fits.PrimaryHDU(
            np.round(1000 * with_star(wcs, STAR)).astype(">i2"), wcs.to_header()
        )
        whole.header["BSCALE"], whole.header["BZERO"], whole.header["BLANK"] = 0.5, 20.0, -1
        whole.writeto(tmp_path / "a.fits")
        sources = catalogue((STAR.ra.deg, STAR.dec.deg))
        picture = ImageTiles([tmp_path / "a.fits"]).cutout(sources, 0, 21.0)
        assert picture.pixels[10, 10] == pytest.approx(0.5 * 1000 + 20, rel=0.01)

    def test_north_is_up_and_east_to_the_left(self, tmp_path: Path) -> None:
        north_east = STAR.directional_offset_by(45 * u.deg, 10 * u.arcsec)
        wcs = header(STAR, angle=120.0)
        path = write(tmp_path / "a.fits", with_star(wcs, north_east), wcs)
        picture = ImageTiles([path]).cutout(catalogue((STAR.ra.deg, STAR.dec.deg)), 0, 40.0)
        row, column = center_of_mass(picture.upright)
        step = 10 * np.sqrt(0.5)
        assert (row, column) == pytest.approx((19.5 - step, 19.5 - step), abs=0.05)

    def test_the_world_coordinates_of_a_cutout_say_where_its_pixels_are(self, tmp_path) -> None:
        wcs = header(STAR, angle=20.0)
        path = write(tmp_path / "a.fits", with_star(wcs, STAR), wcs)
        picture = ImageTiles([path]).cutout(catalogue((STAR.ra.deg, STAR.dec.deg)), 0, 40.0)
        found = picture.wcs.pixel_to_world(*center_of_mass(picture.pixels)[::-1])
        assert found.separation(STAR).arcsec < 0.05
        assert picture.pixel_scale == 1.0

    def test_the_image_of_w5_is_cut_as_astropy_cuts_it(self, shared_data: Path) -> None:
        """The image is north up already; at the middle of a pixel nothing is interpolated."""
        file = shared_data / "w5" / "w5.fits"
        with fits.open(file) as hdus:
            whole, wcs = hdus[0].data.astype("f4"), WCS(hdus[0].header)
        x, y = 430, 560
        place = wcs.pixel_to_world(x, y).icrs
        picture = ImageTiles(file).cutout(catalogue((place.ra.deg, place.dec.deg)), 0, 5 * 10.8)
        turned_little = whole[y - 2 : y + 3, x - 2 : x + 3]
        assert picture.pixels[2, 2] == pytest.approx(turned_little[2, 2], rel=1e-4)
        assert np.corrcoef(picture.pixels.ravel(), turned_little.ravel())[0, 1] > 0.99

    def test_sources_of_w5_are_in_the_middle_where_astropy_puts_them(
        self, tmp_path: Path, shared_data: Path
    ) -> None:
        """Pixels that hold their own column and row say which place a cutout shows."""
        sources = aal.Catalogue.read(shared_data / "w5" / "w5_psc.csv")
        ids = sources.ids_at(range(0, len(sources), 150))
        with fits.open(shared_data / "w5" / "w5.fits") as hdus:
            shape, wcs = hdus[0].data.shape, WCS(hdus[0].header)
        ra, dec = positions(sources)[:, ::150]
        expected = wcs.world_to_pixel(SkyCoord(ra, dec, unit="deg"))
        for axis, pixels in enumerate(np.indices(shape, dtype=np.float32)[::-1]):
            path = write(tmp_path / f"{axis}.fits", pixels, wcs)
            provider = ImageTiles(path)
            middles = [provider.cutout(sources, one, None).pixels[27:29, 27:29] for one in ids]
            shown = [middle.mean() for middle in middles]
            np.testing.assert_allclose(shown, expected[axis], atol=0.02)


class TestWhichPixels:
    def test_beyond_the_edge_is_blank_and_counted(self, tmp_path: Path) -> None:
        wcs = header(STAR)
        edge = wcs.pixel_to_world(0, 100)
        path = write(tmp_path / "a.fits", np.ones((201, 201), "f4"), wcs)
        picture = ImageTiles([path]).cutout(catalogue((edge.ra.deg, edge.dec.deg)), 0, 41.0)
        assert picture.covered == pytest.approx(21 / 41)
        assert np.isnan(picture.pixels[:, :20]).all()
        assert (picture.pixels[:, 20:] == 1).all()

    def test_the_next_image_fills_in_what_one_lacks(self, tmp_path: Path) -> None:
        for name, ra in (("west", -90.0), ("east", 90.0)):
            wcs = header(STAR.directional_offset_by(ra * u.deg, 95 * u.arcsec))
            write(tmp_path / f"{name}.fits", np.full((201, 201), 1.0 + (ra > 0), "f4"), wcs)
        picture = ImageTiles(tmp_path).cutout(catalogue((STAR.ra.deg, STAR.dec.deg)), 0, 60.0)
        assert picture.covered == 1.0
        assert {1.0, 2.0} == set(np.unique(picture.pixels))
        assert "west.fits" in picture.provenance
        assert "east.fits" in picture.provenance

    @pytest.mark.parametrize("dtype", [">f4", ">i2", "u1", ">f8"])
    def test_numbers_of_every_kind_and_byte_order(self, tmp_path: Path, dtype: str) -> None:
        pixels = (np.arange(201 * 201).reshape(201, 201) % 100).astype(dtype)
        path = write(tmp_path / "a.fits", pixels, header(STAR))
        picture = ImageTiles([path]).cutout(catalogue((STAR.ra.deg, STAR.dec.deg)), 0, 3.0)
        np.testing.assert_allclose(picture.pixels, pixels[99:102, 99:102], atol=0.02)

    def test_compressed_zipped_and_several_extensions(self, tmp_path: Path) -> None:
        wcs = header(STAR)
        pixels = with_star(wcs, STAR)
        sources = catalogue((STAR.ra.deg, STAR.dec.deg))
        plain = write(tmp_path / "plain.fits", pixels, wcs)
        (tmp_path / "zipped.fits.gz").write_bytes(gzip.compress(plain.read_bytes()))
        g = fits.ImageHDU(pixels, wcs.to_header(), name="G")
        r = fits.CompImageHDU(
            3 * pixels, wcs.to_header(), name="R", compression_type="GZIP_1", quantize_level=0
        )
        fits.HDUList([fits.PrimaryHDU(), g, r]).writeto(tmp_path / "bands.fits.fz")
        expected = ImageTiles(plain).cutout(sources, 0, 20.0).pixels
        for provider, factor in (
            (ImageTiles(tmp_path / "zipped.fits.gz"), 1),
            (ImageTiles(tmp_path / "bands.fits.fz", extensions=["G"]), 1),
            (ImageTiles(tmp_path / "bands.fits.fz", extensions=[2]), 3),
        ):
            found = provider.cutout(sources, 0, 20.0).pixels
            np.testing.assert_allclose(found, factor * expected, rtol=1e-3, atol=1e-4)

    @pytest.mark.parametrize(
        ("ending", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)]
    )
    def test_packed_as_a_whole(self, tmp_path: Path, ending: str, pack) -> None:
        wcs = header(STAR)
        plain = write(tmp_path / "plain.fits", with_star(wcs, STAR), wcs)
        folder = tmp_path / "packed"
        folder.mkdir()
        (folder / f"a.fits.{ending}").write_bytes(pack(plain.read_bytes()))
        sources = catalogue((STAR.ra.deg, STAR.dec.deg))
        found = ImageTiles(folder).cutout(sources, 0, 20.0)
        expected = ImageTiles(plain).cutout(sources, 0, 20.0)
        np.testing.assert_array_equal(found.pixels, expected.pixels)
        (folder / f"a.fits.{ending}").write_bytes(pack(plain.read_bytes())[:-50])
        with pytest.raises(CutoutError, match=rf"a.fits.{ending} cannot be unpacked"):
            ImageTiles(folder).check(sources)

    def test_a_plane_of_a_cube(self, tmp_path: Path) -> None:
        wcs = header(STAR)
        planes = np.stack([with_star(wcs, STAR) * (n + 1) for n in range(3)])
        path = write(tmp_path / "cube.fits", planes[None], wcs)
        sources = catalogue((STAR.ra.deg, STAR.dec.deg))
        plain = write(tmp_path / "plain.fits", planes[0], wcs)
        expected = ImageTiles(plain).cutout(sources, 0, 20.0).pixels
        found = ImageTiles(path, band=2).cutout(sources, 0, 20.0).pixels
        np.testing.assert_allclose(found, 3 * expected, rtol=1e-5)
        for band in (None, 3):
            with pytest.raises(CutoutError, match=r"'cube.fits' has no image with celestial"):
                ImageTiles(path, band=band).check(sources)

    def test_a_large_field_is_shown_with_means_of_pixels(self, tmp_path: Path) -> None:
        board = np.indices((2400, 2400)).sum(axis=0) % 2
        wcs = header(STAR, side=2400)
        path = write(tmp_path / "a.fits", board.astype("f4"), wcs)
        picture = ImageTiles([path]).cutout(catalogue((STAR.ra.deg, STAR.dec.deg)), 0, 2300.0)
        assert picture.pixels.shape == (1024, 1024)
        np.testing.assert_allclose(picture.pixels, 0.5, atol=1e-3)


class TestWhatIsNotThere:
    def test_a_source_without_position_or_off_the_images(self, tmp_path: Path) -> None:
        path = write(tmp_path / "survey_r.fits", np.ones((201, 201), "f4"), header(STAR))
        provider = ImageTiles([path])
        sources = catalogue((np.nan, np.nan), (10.0, -40.0), (STAR.ra.deg + 180, -STAR.dec.deg))
        assert provider.cutout(sources, 0, 20.0).missing == "this source has no position"
        for source in (1, 2):
            assert "no image of survey_r covers" in provider.cutout(sources, source, 20.0).missing

    def test_pixels_without_data(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.fits", np.full((201, 201), np.nan, "f4"), header(STAR))
        picture = ImageTiles([path]).cutout(catalogue((STAR.ra.deg, STAR.dec.deg)), 0, 20.0)
        assert "no pixels with data" in picture.missing

    def test_errors_say_what_to_do(self, tmp_path: Path, shared_data: Path) -> None:
        sources = catalogue((STAR.ra.deg, STAR.dec.deg))
        with pytest.raises(CutoutError, match=r"no file .*lost.fits"):
            ImageTiles(tmp_path / "lost.fits").check(sources)
        with pytest.raises(CutoutError, match=r"folder .* has no FITS files"):
            ImageTiles(tmp_path).check(sources)
        with pytest.raises(CutoutError, match=r"M51.fits' has no image with celestial"):
            ImageTiles(shared_data / "wcs_images" / "M51.fits").check(sources)
        (tmp_path / "text.fits").write_text("this is no FITS")
        with pytest.raises(CutoutError, match=r"text.fits cannot be read as FITS"):
            ImageTiles(tmp_path / "text.fits").check(sources)
        with pytest.raises(CutoutError, match=r"No source .* lies on 'w5.fits'"):
            ImageTiles(shared_data / "w5" / "w5.fits").check(sources)
        no_place = aal.Catalogue.from_table(pd.DataFrame({"id": [1], "a": [2.0]}), id="id")
        with pytest.raises(CutoutError, match=r"no columns of positions. Give ra="):
            ImageTiles(shared_data / "w5" / "w5.fits").check(no_place)


def test_every_source_of_w5_has_a_picture_of_the_same_size_on_the_sky(shared_data: Path) -> None:
    sources = aal.Catalogue.read(shared_data / "w5" / "w5_psc.csv")
    provider = ImageTiles(shared_data / "w5" / "w5.fits")
    provider.check(sources)
    assert provider.natural_size == 600.0
    pictures = [provider.cutout(sources, one, None) for one in list(sources.ids)[::100]]
    assert {one.missing for one in pictures} == {""}
    assert {one.pixels.shape for one in pictures} == {(56, 56)}


def test_an_image_of_every_survey_in_the_folder_is_found(shared_data: Path) -> None:
    folder = shared_data / "wcs_images"
    names = ("gc_2mass_h.fits", "gc_2mass_j.fits", "gc_2mass_k.fits", "HorseHead.fits")
    horsehead = ImageTiles([folder / "HorseHead.fits"]).tiles[0]
    provider = ImageTiles([folder / one for one in names])
    assert [one.title for one in provider.tiles] == list(names)
    ra, dec = 85.27, -2.46
    assert provider.cutout(catalogue((ra, dec)), 0, 60.0).provenance == "HorseHead.fits"
    assert horsehead.pixel_scale == pytest.approx(1.008, abs=0.002)


def test_files_are_let_go_and_opened_again(tmp_path: Path) -> None:
    path = write(tmp_path / "a.fits", np.ones((201, 201), "f4"), header(STAR))
    provider = ImageTiles([path])
    sources = catalogue((STAR.ra.deg, STAR.dec.deg))
    provider.cutout(sources, 0, 20.0)
    provider.close()
    shutil.move(path, tmp_path / "b.fits")
    with pytest.raises(FileNotFoundError):
        provider.cutout(sources, 0, 30.0)
    shutil.move(tmp_path / "b.fits", path)
    assert provider.cutout(sources, 0, 20.0).covered == 1.0


@pytest.mark.parametrize(
    ("size", "plain"), [(691.2, 600.0), (64.0, 60.0), (25.4, 20.0), (0.5, 0.5), (0.001, 0.001)]
)
def test_plain_angles(size: float, plain: float) -> None:
    assert rounded(size) == pytest.approx(plain)


def test_a_session_keeps_its_images_and_every_band_shows_the_same_field(
    tmp_path: Path, shared_data: Path
) -> None:
    shutil.copy(shared_data / "w5" / "w5.fits", tmp_path / "w5.fits")
    sources = aal.Catalogue.read(shared_data / "w5" / "w5_psc.csv")
    place = tmp_path / "w5.astroal"
    with aal.Session(sources, path=place) as session:
        session.cutouts.add(ImageTiles(tmp_path / "w5.fits", size="4 arcmin", title="12 um"))
        session.cutouts.add(ImageTiles(tmp_path / "w5.fits", size="6 arcmin", extensions=[0]))
        shapes = [one.pixels.shape for one in session.cutouts.get(sources.ids[0])]
        assert shapes == [(33, 33), (33, 33)]
        assert session.cutouts.natural_size == 360.0
    with aal.Session.open(place, sources) as again:
        first, second = again.cutouts.providers
        assert (first.name, first.size, first.extensions) == ("12 um", 240.0, None)
        assert (second.name, second.size, second.extensions) == ("w5", 360.0, (0,))
        assert again.cutouts.get(sources.ids[0])[1].covered == 1.0
