"""Image layers as images that sources can lie on."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.wcs import WCS
from napari.layers import Image, Layer, Points

from napari_astro_al.imaging import OpenImage, SkyImage
from napari_astro_al.viewer import images
from napari_astro_al.viewer.images import (
    contrast_of,
    layer_of,
    layer_tuple,
    open_images,
    show_upright,
    sky_image_of,
)


def sky() -> WCS:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval, wcs.wcs.crpix, wcs.wcs.cdelt = [10, 20], [5, 5], [-0.01, 0.01]
    return wcs


class TestOfTheReader:
    def test_the_layer_knows_its_image(self):
        image = SkyImage.of("field", (8, 9), sky(), path="/somewhere/field.fits")
        pixels = np.arange(72, dtype=np.float32).reshape(8, 9)
        layer = Layer.create(*layer_tuple(OpenImage(image, pixels, "MJy/sr")))
        assert sky_image_of(layer) == image
        assert layer.metadata["wcs"].has_celestial
        assert layer.metadata["unit"] == "MJy/sr"
        np.testing.assert_array_equal(layer.data, pixels)

    def test_large_images_have_coarser_copies_that_share_the_pixels(self, monkeypatch):
        monkeypatch.setattr(images, "_MOST_SIDE", 64)
        pixels = np.arange(200 * 100, dtype=">f4").reshape(200, 100)
        layer = Layer.create(*layer_tuple(OpenImage(SkyImage("a", 200, 100), pixels)))
        assert [level.shape for level in layer.data] == [
            (200, 100),
            (100, 50),
            (50, 25),
            (25, 13),
            (13, 7),
        ]
        assert all(np.shares_memory(level, pixels) for level in layer.data)

    def test_contrast_is_not_that_of_a_few_bright_stars(self):
        pixels = np.random.default_rng(0).normal(100, 2, (300, 300))
        pixels[5, 5], pixels[6, 6] = 1e6, np.nan
        low, high = contrast_of(pixels)
        assert 90 < low < 100 < high < 110
        assert contrast_of(np.full((4, 4), np.nan)) == (0, 1)
        assert contrast_of(np.full((4, 4), 7)) == (7, 8)


class TestOfOthers:
    def test_without_world_coordinates_row_0_is_on_top(self):
        image = sky_image_of(Image(np.zeros((8, 9, 3), dtype=np.uint8), rgb=True, name="png"))
        assert image == SkyImage("png", 8, 9, origin="upper")

    @pytest.mark.parametrize("metadata", [{"wcs": sky()}, {"header": sky().to_header()}])
    def test_coordinates_in_the_metadata_are_used(self, metadata):
        image = sky_image_of(Image(np.zeros((8, 9)), name="a", metadata=metadata))
        assert image.origin == "lower"
        (ra,), (dec,) = image.plate.positions([4.0], [4.0])
        assert (ra, dec) == pytest.approx((10, 20))

    def test_stacks_and_other_layers_are_no_images(self):
        assert sky_image_of(Image(np.zeros((3, 8, 9)))) is None
        assert sky_image_of(Points(np.zeros((3, 2)))) is None

    def test_those_of_feature_space_are_not_offered(self, viewer, make_session):
        from napari_astro_al.viewer.feature_space import FeatureSpace

        layer = viewer.add_image(np.zeros((8, 9)), name="mine")
        FeatureSpace(viewer, make_session())
        assert open_images(viewer) == [layer]
        assert layer_of(viewer, SkyImage("mine", 8, 9)) is layer
        assert layer_of(viewer, SkyImage("mine", 9, 8)) is None


class TestUpright:
    def test_fits_alone_is_turned(self, viewer):
        show_upright(viewer)
        assert str(viewer.scene.camera.orientation2d[0]) == "up"

    def test_pictures_are_not_put_on_their_heads(self, viewer):
        viewer.add_image(np.zeros((8, 9)))
        before = viewer.scene.camera.orientation2d
        show_upright(viewer)
        assert viewer.scene.camera.orientation2d == before
