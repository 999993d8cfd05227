"""Detection and measurement on skies made by hand, where the truth is known."""

import numpy as np
import pytest

from napari_astro_al.samples.detection import DetectionSettings, background, detect
from napari_astro_al.samples.measurement import measure

NOISE = 2.0


def empty_sky(shape=(200, 240), seed=0):
    return np.random.default_rng(seed).normal(0.0, NOISE, shape)


def gaussian(shape, x, y, sigma, flux, ratio=1.0, angle=0.0):
    """A Gaussian of a total flux; angle in degrees anticlockwise on the screen from +x."""
    rows, columns = np.indices(shape)
    turn = np.radians(angle)
    along = (columns - x) * np.cos(turn) - (rows - y) * np.sin(turn)
    across = (columns - x) * np.sin(turn) + (rows - y) * np.cos(turn)
    shape_2d = np.exp(-0.5 * ((along / sigma) ** 2 + (across / (ratio * sigma)) ** 2))
    return flux * shape_2d / (2 * np.pi * ratio * sigma**2)


def measured(image, noise=NOISE, settings=None):
    return measure(detect(image, settings), image[np.newaxis], np.array([noise]))


class TestBackground:
    def test_a_slope_under_sources_is_found(self):
        rows, columns = np.indices((256, 320))
        slope = 10 + 0.02 * columns + 0.01 * rows
        sky = empty_sky(slope.shape) + slope + gaussian(slope.shape, 100, 80, 3, 20_000)
        level, noise = background(sky, 64)
        assert np.abs(level - slope)[96:-96, 96:-96].max() < 0.4
        assert noise == pytest.approx(NOISE, rel=0.05)

    def test_pixels_that_are_ignored_do_not_count(self):
        sky = empty_sky((128, 128))
        sky[40:90, 40:90] += 500
        level, _ = background(sky, 64, sky > 100)
        assert np.abs(level).max() < 0.5


class TestDetect:
    def test_noise_alone_gives_nothing(self):
        for seed in range(3):
            assert detect(empty_sky((400, 400), seed)).max() == 0

    def test_planted_sources_are_found_where_they_are(self):
        rng = np.random.default_rng(5)
        sky = empty_sky((300, 300))
        grid = [(x, y) for x in range(30, 290, 40) for y in range(30, 290, 40)]
        places = np.array(grid) + rng.uniform(-4, 4, (len(grid), 2))
        for x, y in places:
            sky += gaussian(sky.shape, x, y, 2.0, rng.uniform(1500, 8000))
        found = measured(sky)
        assert len(found["x"]) == len(places)
        at = np.column_stack([found["x"], found["y"]])
        nearest = np.linalg.norm(places[:, None] - at[None], axis=2).min(axis=1)
        assert nearest.max() < 0.3

    def test_two_sources_side_by_side_are_two(self):
        sky = empty_sky() + gaussian((200, 240), 100, 100, 3, 20_000)
        sky += gaussian(sky.shape, 112, 100, 3, 9_000)
        assert detect(sky).max() == 2

    def test_a_knot_stays_with_its_galaxy(self):
        sky = empty_sky() + gaussian((200, 240), 100, 100, 9, 200_000)
        sky += gaussian(sky.shape, 112, 104, 1.3, 1500)
        assert detect(sky).max() == 1
        eager = DetectionSettings(least_share=0.0, contrast=0.02)
        assert detect(sky, eager).max() > 1

    def test_what_is_too_small_is_dropped(self):
        sky = empty_sky() + gaussian((200, 240), 100, 100, 2, 4000)
        assert detect(sky).max() == 1
        assert detect(sky, DetectionSettings(least_area=400)).max() == 0

    def test_sources_are_numbered_without_gaps(self):
        sky = empty_sky()
        for k in range(5):
            sky += gaussian(sky.shape, 30 + 40 * k, 100, 2, 3000)
        labels = detect(sky)
        assert sorted(np.unique(labels)) == [0, 1, 2, 3, 4, 5]


class TestMeasure:
    def test_the_flux_of_a_gaussian(self):
        found = measured(empty_sky() + gaussian((200, 240), 120.3, 90.7, 3, 30_000))
        assert found["flux"] == pytest.approx([30_000], rel=0.03)
        assert found["x"] == pytest.approx([120.3], abs=0.05)
        assert found["y"] == pytest.approx([90.7], abs=0.05)

    def test_the_half_light_radius_of_a_gaussian(self):
        found = measured(gaussian((200, 240), 120, 90, 4, 1e6) + empty_sky() * 1e-3, 2e-3)
        assert found["half_light_radius"] == pytest.approx([4 * np.sqrt(2 * np.log(2))], rel=0.02)
        ratio = np.sqrt(np.log(1 / 0.2) / np.log(1 / 0.8))
        assert found["concentration"] == pytest.approx([5 * np.log10(ratio)], rel=0.02)

    @pytest.mark.parametrize("angle", [0, 30, 90, 135])
    def test_the_ellipse(self, angle):
        image = gaussian((200, 240), 120, 90, 6, 1e6, ratio=0.5, angle=angle)
        found = measured(image + empty_sky() * 1e-2, 2e-2)
        assert found["ellipticity"] == pytest.approx([0.5], abs=0.03)
        turn = (found["position_angle"][0] - angle + 90) % 180 - 90
        assert turn == pytest.approx(0, abs=2)

    def test_a_symmetric_source_has_no_asymmetry_although_there_is_noise(self):
        found = measured(empty_sky() + gaussian((200, 240), 120.4, 90.2, 4, 20_000))
        assert found["asymmetry"][0] < 0.03

    def test_a_lopsided_source_has(self):
        image = gaussian((200, 240), 120, 90, 5, 40_000) + gaussian((200, 240), 128, 90, 3, 20_000)
        assert measured(empty_sky() + image)["asymmetry"][0] > 0.08

    def test_signal_to_noise_by_hand(self):
        labels = np.zeros((20, 20), dtype=np.int32)
        labels[5:10, 5:10] = 1
        bands = np.full((3, 20, 20), 4.0)
        found = measure(labels, bands, np.array([3.0, 3.0, 3.0]))
        assert found["area"] == pytest.approx([25])
        assert found["flux"] == pytest.approx([100])
        assert found["flux_2"] == pytest.approx([100])
        assert found["signal_to_noise"] == pytest.approx([100 / (np.sqrt(3) * 5)])

    def test_a_single_pixel_is_round(self):
        labels = np.zeros((9, 9), dtype=np.int32)
        labels[4, 4] = 1
        found = measure(labels, np.ones((1, 9, 9)), np.array([0.1]))
        assert found["ellipticity"] == pytest.approx([0.0])
        assert 0 < found["half_light_radius"][0] < 0.6

    def test_no_sources(self):
        found = measure(np.zeros((9, 9), dtype=np.int32), np.ones((3, 9, 9)), np.ones(3))
        assert all(len(values) == 0 for values in found.values())
