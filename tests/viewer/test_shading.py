"""The image below the points: what each pixel says of the sources that lie in it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.exposure import equalize_hist

from napari_astro_al.jobs import drain
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.viewer.appearance import Appearance
from napari_astro_al.viewer.palette import rgba
from napari_astro_al.viewer.ramps import ramp
from napari_astro_al.viewer.shading import RasterRequest, bar_of, raster_job, scaled, written
from napari_astro_al.viewer.slots import BAR_STEPS
from napari_astro_al.viewer.source_values import SourceValues, Values

WHOLE = (0.0, 0.0, 1000.0, 1000.0)
COLOURS = {"STAR": rgba("#56B4E9"), "GALAXY": rgba("#E69F00")}
QUARTERS = np.array(
    [
        *([[0.0, 0.0], [0.2, 0.2], [0.3, 0.1], [0.1, 0.4]]),  # lower left: rows 0 to 3
        *([[0.7, 0.2]]),  # lower right: row 4
        *([[1.0, 1.0], [0.6, 0.9]]),  # upper right: rows 5 and 6; nobody upper left
    ]
)
"""Sources whose frame is 0 to 1 along both axes, for an image of 2 by 2 pixels."""


@pytest.fixture
def picture(make_scene, session):
    """Make an image of 2 by 2 pixels of the sources above, or of others."""

    def made(density="count", *, points=QUARTERS, shape=(2, 2), scaling="log", **more):
        known = {"values": None, "result": None, "class_colours": COLOURS, "dark": True}
        known["labelled"] = np.empty(0, dtype=np.int64)
        request = RasterRequest(
            scene=make_scene(points),
            rect=WHOLE,
            shape=shape,
            appearance=Appearance(density=density, scaling=scaling),
            **{**known, **more},
        )
        return drain(raster_job(request, SourceValues(session)))

    return made


def a_model(probabilities):
    return TrainResult(
        task_name="classes",
        revision=0,
        learner=None,
        classes=("STAR", "GALAXY"),
        probabilities=np.array(probabilities, dtype=np.float32),
        votes=None,
        scores=[],
        model="",
        why="",
        seconds=0.0,
    )


def a_column(values, low=0.0, high=1.0):
    return Values("z", "", np.array(values, dtype=np.float32), low, high)


def rgb(colours):
    """RGB as bytes, as an image has them."""
    return np.rint(np.asarray(colours)[..., :3] * 255)


counts = arrays(np.float32, (3, 5), elements=st.integers(0, 10_000).map(float))


class TestScaling:
    IMAGE = np.array([[0, 1, 1], [3, 10, 1000]], dtype=np.float32)

    def test_linear_is_the_share_of_the_fullest_pixel(self):
        assert scaled(self.IMAGE, "linear") == pytest.approx(self.IMAGE / 1000)

    def test_log_is_that_of_one_more(self):
        expected = np.log(self.IMAGE + 1) / np.log(1001)
        assert scaled(self.IMAGE, "log") == pytest.approx(expected, rel=1e-6)

    def test_asinh_is_linear_below_the_mean_pixel_and_logarithmic_above(self):
        mean = (1 + 1 + 3 + 10 + 1000) / 5
        expected = np.arcsinh(self.IMAGE / mean) / np.arcsinh(1000 / mean)
        assert scaled(self.IMAGE, "asinh") == pytest.approx(expected, rel=1e-6)
        shown = scaled(self.IMAGE, "asinh")[1]
        assert shown[1] / shown[0] == pytest.approx(10 / 3, rel=1e-3)

    def test_equalised_is_the_share_of_filled_pixels_that_have_no_more(self):
        # 1 and 1 are two of five, 3 is the third
        assert scaled(self.IMAGE, "equalised").tolist() == [
            pytest.approx([0.0, 0.4, 0.4]),
            pytest.approx([0.6, 0.8, 1.0]),
        ]

    @given(counts)
    def test_equalised_is_that_of_scikit_image(self, image):
        filled = image > 0
        if filled.any():
            expected = equalize_hist(image.astype(int), mask=filled)
            assert scaled(image, "equalised")[filled] == pytest.approx(expected[filled], abs=1e-6)

    @pytest.mark.parametrize("how", ["log", "asinh", "equalised", "linear"])
    @given(image=counts)
    def test_more_sources_are_brighter_none_is_black_and_most_is_white(self, how, image):
        shown = scaled(image, how)
        assert shown.dtype == np.float32
        assert shown.shape == image.shape
        assert (shown[image == 0] == 0).all()
        if image.any():
            assert shown[image == image.max()] == pytest.approx(1)
        order = np.argsort(image, axis=None)
        steps, brighter = np.diff(image.ravel()[order]), np.diff(shown.ravel()[order])
        assert (brighter[steps > 0] > 0).all()
        assert (brighter[steps == 0] == 0).all()


class TestCounts:
    def test_empty_pixels_are_transparent_and_the_fullest_is_brightest(self, picture):
        raster = picture()
        opacity = raster.pixels[..., 3]
        assert opacity[1, 0] == 0
        assert (opacity[[0, 0, 1], [0, 1, 1]] > 0).all()
        # row 0 is the lower one
        assert raster.pixels[0, 0].tolist() == [*rgb(ramp("density", 1.0, dark=True)), 255]
        brightness = np.log([5.0, 2.0, 3.0]) / np.log(5.0)
        expected = rgb(ramp("density", brightness, dark=True))
        assert raster.pixels[[0, 0, 1], [0, 1, 1], :3] == pytest.approx(expected, abs=1)

    def test_it_says_how_many_the_brightest_stands_for(self, picture):
        bar = picture().bar
        assert (bar.title, bar.low, bar.high) == ("sources a pixel", "0", "4")
        crowd = np.concatenate([QUARTERS, np.full((1500, 2), 0.8)])
        assert picture(points=crowd).bar.high == "1,502"
        assert bar.colours.shape == (BAR_STEPS, 4)

    def test_the_rectangle_is_kept_for_placing(self, picture):
        raster = picture(shape=(3, 7))
        assert raster.rect == WHOLE
        assert raster.pixels.shape == (3, 7, 4)
        assert raster.pixels.dtype == np.uint8

    @pytest.mark.parametrize("density", ["prediction", "uncertainty", "mean:z"])
    def test_they_are_shown_where_there_is_no_model_and_no_column(self, picture, density):
        assert (picture(density).pixels == picture().pixels).all()
        assert picture(density).bar.title == "sources a pixel"

    @pytest.mark.parametrize("density", ["count", "labelled"])
    def test_a_rectangle_without_sources_is_transparent(self, picture, density):
        nobody = picture(density, points=np.empty((0, 2)))
        assert not nobody.pixels[..., 3].any()


class TestLabelledShare:
    def test_it_is_that_of_the_sources_in_a_pixel(self, picture):
        raster = picture("labelled", labelled=np.array([1, 3, 5, 6]))
        # 2 of 4 lower left, 0 of 1 lower right, 2 of 2 upper right
        expected = rgb(ramp("values", [0.5, 0.0, 1.0], dark=True))
        assert raster.pixels[[0, 0, 1], [0, 1, 1], :3] == pytest.approx(expected, abs=1)
        assert raster.pixels[1, 0, 3] == 0
        assert (raster.bar.title, raster.bar.low) == ("labelled share", "0 %")
        assert raster.bar.high == "100 %"

    def test_the_bar_ends_at_the_largest_one(self, picture):
        raster = picture("labelled", labelled=np.array([0]))
        assert raster.bar.high == "25 %"
        assert raster.pixels[0, 0, :3] == pytest.approx(rgb(ramp("values", 1.0, dark=True)), abs=1)

    def test_without_labels_it_is_zero_everywhere(self, picture):
        raster = picture("labelled")
        nothing = rgb(ramp("values", 0.0, dark=True))
        assert raster.pixels[raster.pixels[..., 3] > 0, :3] == pytest.approx(
            np.tile(nothing, (3, 1)), abs=1
        )
        assert raster.bar.high == "100 %"

    def test_it_is_one_everywhere_when_all_are_labelled(self, picture):
        """However close to a pixel's edge a source lies."""
        points = np.random.default_rng(0).random((3000, 2))
        raster = picture("labelled", points=points, shape=(40, 40), labelled=np.arange(3000))
        filled = raster.pixels[..., 3] > 0
        assert len(np.unique(raster.pixels[filled, :3], axis=0)) == 1
        assert raster.bar.high == "100 %"


class TestPredictions:
    STAR, GALAXY, NOTHING = (0.9, 0.1), (0.2, 0.8), (np.nan, np.nan)

    def test_a_pixel_has_the_colour_of_its_commonest_class(self, picture):
        star, galaxy, nothing = self.STAR, self.GALAXY, self.NOTHING
        model = a_model([galaxy, star, galaxy, galaxy, nothing, star, nothing])
        raster = picture("prediction", result=model)
        assert raster.pixels[0, 0, :3] == pytest.approx(rgb(COLOURS["GALAXY"]), abs=1)
        assert raster.pixels[1, 1, :3] == pytest.approx(rgb(COLOURS["STAR"]), abs=1)
        assert raster.pixels[0, 1, 3] == 0  # of the one source there nothing is predicted
        assert raster.pixels[1, 0, 3] == 0
        assert raster.bar is None

    def test_pixels_of_many_sources_stand_out(self, picture):
        raster = picture("prediction", result=a_model([self.STAR] * 7))
        assert raster.pixels[0, 0, 3] == 255
        assert raster.pixels[0, 0, 3] > raster.pixels[1, 1, 3] > raster.pixels[0, 1, 3] > 0

    def test_it_is_the_class_that_argmax_of_the_tallies_gives(self, picture):
        rng = np.random.default_rng(2)
        points, probabilities = rng.random((500, 2)), rng.random((500, 2))
        points[:2] = [[0, 0], [1, 1]]
        raster = picture("prediction", points=points, shape=(6, 4), result=a_model(probabilities))
        tallies = [
            np.histogram2d(*points[chosen].T, bins=(4, 6), range=[[0, 1], [0, 1]])[0].T
            for chosen in (
                probabilities[:, 0] >= probabilities[:, 1],
                probabilities[:, 0] < probabilities[:, 1],
            )
        ]
        clear = tallies[0] != tallies[1]
        expected = np.where(
            (tallies[0] > tallies[1])[..., None], rgb(COLOURS["STAR"]), rgb(COLOURS["GALAXY"])
        )
        assert clear.sum() > 12
        assert raster.pixels[clear][:, :3] == pytest.approx(expected[clear], abs=1)


def means(points, values, shape):
    """By numpy: the mean value of the sources in each pixel; NaN where there is none."""
    edges = {"bins": shape[::-1], "range": [[0, 1], [0, 1]]}
    known = np.isfinite(values)
    x, y = points[known].T
    sums = np.histogram2d(x, y, weights=values[known], **edges)[0].T
    number = np.histogram2d(x, y, **edges)[0].T
    return np.divide(sums, number, out=np.full(shape, np.nan), where=number > 0)


class TestMeans:
    @pytest.fixture
    def points(self):
        points = np.random.default_rng(3).random((400, 2))
        points[:2] = [[0, 0], [1, 1]]
        return points

    def test_the_mean_of_a_column_is_that_of_numpy(self, picture, points):
        values = points[:, 0] * 4 - 2
        values[::3] = np.nan
        column = a_column(values, low=-2.0, high=2.0)
        raster = picture("mean:z", points=points, shape=(9, 5), values=column)
        expected = (means(points, values, (9, 5)) + 2) / 4
        known = np.isfinite(expected)
        assert raster.pixels[known][:, :3] == pytest.approx(
            rgb(ramp("values", expected[known], dark=True)), abs=3
        )
        assert not raster.pixels[~known][:, 3].any()
        assert (raster.bar.title, raster.bar.low, raster.bar.high) == (
            "mean z",
            "\N{MINUS SIGN}2",
            "2",
        )

    def test_pixels_of_missing_values_are_transparent_though_there_are_sources(self, picture):
        column = a_column([1, 1, 1, np.nan, np.nan, 0, 0.5])
        opacity = picture("mean:z", values=column).pixels[..., 3]
        assert (opacity > 0).tolist() == [[True, False], [False, True]]

    def test_means_beyond_the_bar_have_the_colour_of_its_end(self, picture):
        column = a_column([50, 50, 50, 50, -50, 0, 1])
        raster = picture("mean:z", values=column)
        ends = rgb(ramp("values", [1.0, 0.0], dark=True))
        assert raster.pixels[0, :, :3] == pytest.approx(ends, abs=1)

    def test_the_mean_uncertainty_is_that_of_numpy(self, picture, points):
        star = np.random.default_rng(4).random(len(points))
        model = a_model(np.column_stack([star, 1 - star]))
        raster = picture("uncertainty", points=points, shape=(5, 6), result=model)
        doubt = 2 * (1 - np.maximum(star, 1 - star))  # 1 where both classes are as probable
        expected = means(points, doubt, (5, 6))
        known = np.isfinite(expected)
        assert raster.pixels[known][:, :3] == pytest.approx(
            rgb(ramp("uncertainty", expected[known], dark=True)), abs=3
        )
        assert (raster.bar.title, raster.bar.low, raster.bar.high) == ("mean uncertainty", "0", "1")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.12345, "0.123"),
        (-2.5, "\N{MINUS SIGN}2.5"),
        (1_234_567.0, "1.23e+06"),
        (-1e-5, "\N{MINUS SIGN}1e\N{MINUS SIGN}05"),
    ],
)
def test_ends_of_bars_have_three_digits_and_a_true_minus(value, text):
    assert written(value) == text


@pytest.mark.parametrize("dark", [True, False])
def test_the_bar_of_a_column_goes_from_its_low_end_to_its_high_one(dark):
    values = Values("parallax", "mas", np.zeros(3, dtype=np.float32), -0.5, 12.0)
    bar = bar_of(values, dark=dark)
    assert (bar.title, bar.low, bar.high) == ("parallax [mas]", "\N{MINUS SIGN}0.5", "12")
    assert bar.colours[[0, -1]].tolist() == ramp("values", [0.0, 1.0], dark=dark).tolist()
