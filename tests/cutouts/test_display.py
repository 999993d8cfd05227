"""Stretches, thumbnails and mosaics, by values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.cutouts import (
    Cutout,
    contrast_limits,
    mosaic,
    rgba,
    stretch,
    thumbnail,
)
from napari_astro_al.errors import CutoutError


def sky_with_star(peak, shape=(63, 63), sky=100.0, noise=2.0, seed=1):
    rng = np.random.default_rng(seed)
    y, x = np.indices(shape)
    r2 = (x - shape[1] // 2) ** 2 + (y - shape[0] // 2) ** 2
    return (sky + rng.normal(0, noise, shape) + peak * np.exp(-r2 / 8)).astype(np.float32)


class TestContrastLimits:
    def test_sky_is_black_and_the_star_white(self):
        low, high = contrast_limits(sky_with_star(1000.0))
        assert low == pytest.approx(99.0, abs=0.3)
        assert 300 < high < 1100

    def test_noise_does_not_fill_the_range(self):
        low, high = contrast_limits(sky_with_star(0.0))
        assert (high - low) / 2.0 == pytest.approx(10.5, abs=0.7)

    def test_nan_is_left_out(self):
        image = sky_with_star(1000.0)
        holed = image.copy()
        holed[:10] = np.nan
        assert contrast_limits(holed) == pytest.approx(contrast_limits(image[10:]), rel=0.01)

    @pytest.mark.parametrize("value", [0.0, -3.0, 1e20])
    def test_a_constant_picture_has_limits(self, value):
        low, high = contrast_limits(np.full((5, 5), value))
        assert low < high

    def test_nothing_finite(self):
        assert contrast_limits(np.full((5, 5), np.nan)) == (0.0, 1.0)


class TestStretch:
    def test_bytes_stay(self):
        colours = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
        assert stretch(colours) is colours

    def test_bool_is_black_and_white(self):
        assert stretch(np.array([[True, False]])).tolist() == [[255, 0]]

    def test_asinh_by_hand(self):
        shown = stretch(np.array([[0.0, 0.1, 1.0, 7.0, -7.0]]), (0.0, 1.0))
        tenth = round(255 * np.arcsinh(1) / np.arcsinh(10))
        assert shown.tolist() == [[0, tenth, 255, 255, 0]]

    def test_nan_is_black_and_transparent(self):
        pixels = np.array([[np.nan, 1.0]])
        assert stretch(pixels, (0.0, 1.0)).tolist() == [[0, 255]]
        assert rgba(pixels)[..., 3].tolist() == [[0, 255]]

    def test_opacity_of_colours_needs_one_channel(self):
        pixels = np.array([[[np.nan, 1.0, np.nan], [np.nan] * 3]])
        assert rgba(pixels)[..., 3].tolist() == [[255, 0]]

    @given(st.lists(st.floats(width=32), min_size=4, max_size=4))
    def test_any_floats(self, values):
        shown = stretch(np.array(values, dtype=np.float32).reshape(2, 2))
        assert shown.dtype == np.uint8


class TestThumbnail:
    def test_fitted_and_centred(self):
        wide = Cutout(np.full((10, 40), 200, dtype=np.uint8))
        small = thumbnail(wide, 20)
        assert small.shape == (20, 20, 3)
        lit = np.flatnonzero(small[:, 10, 0])
        assert (lit.min(), lit.max()) == (7, 11)

    def test_right_way_up(self):
        pixels = np.zeros((8, 8), dtype=np.uint8)
        pixels[0] = 255
        assert thumbnail(Cutout(pixels), 8)[0, 0, 0] == 255
        assert thumbnail(Cutout(pixels, origin="lower"), 8)[-1, 0, 0] == 255

    def test_a_missing_picture_is_grey(self):
        small = thumbnail(Cutout.absent("gone"), 6)
        assert len(np.unique(small)) == 1
        assert small[0, 0, 0] > 0


class TestMosaic:
    tile = np.full((4, 4, 3), 50, dtype=np.uint8)

    def test_centred_on_its_position(self):
        canvas = mosaic([self.tile], np.array([[5.5, 9.5]]), (12, 16))
        rows, columns = np.nonzero(canvas[..., 3])
        assert (rows.min(), rows.max(), columns.min(), columns.max()) == (4, 7, 8, 11)
        assert (canvas[4, 8] == [50, 50, 50, 255]).all()

    @given(st.floats(-30, 40), st.floats(-30, 40))
    def test_cut_at_the_border(self, row, column):
        canvas = mosaic([self.tile], np.array([[row, column]]), (10, 12))
        inside = canvas[..., 3] > 0
        assert inside.sum() <= 16
        if 1.5 <= row <= 7.4 and 1.5 <= column <= 9.4:
            assert inside.sum() == 16

    def test_frames_in_the_colour_of_the_class(self):
        canvas = mosaic(
            [self.tile, self.tile],
            np.array([[2, 2], [2, 8]]),
            (6, 12),
            frames=np.array([[1.0, 0, 0, 1], [0, 1.0, 0, 0]]),
            frame_width=1,
        )
        red = (canvas == [255, 0, 0, 255]).all(axis=2)
        assert red.sum() == 12
        assert not (canvas == [0, 255, 0, 255]).all(axis=2).any()

    def test_a_source_without_a_place_is_left_out(self):
        assert not mosaic([self.tile], np.array([[np.nan, 3.0]]), (8, 8)).any()

    def test_numbers_must_agree(self):
        with pytest.raises(CutoutError, match="1 thumbnails, 2 positions were given"):
            mosaic([self.tile], np.zeros((2, 2)), (8, 8))
