from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from napari_astro_al.projection import SIDE, Axis, Frame, Projection

SETTINGS = settings(deadline=None, max_examples=60)

X, Y = Axis("x"), Axis("y")


def projection_of(points, axes=(X, Y)):
    return Projection(np.asarray(points, dtype=np.float32), axes, "columns")


class TestWorld:
    def test_corners_of_the_data_are_corners_of_the_square(self):
        frame = Frame.of(projection_of([[-1, 10], [3, 30], [1, 20]]))
        assert_allclose(
            frame.to_world([[-1, 10], [3, 30], [1, 15]]), [[0, 0], [1000, 1000], [500, 250]]
        )

    @SETTINGS
    @given(
        arrays(np.float32, (20, 2), elements=st.floats(-1e6, 1e6, width=32, allow_subnormal=False))
    )
    def test_every_source_is_inside_and_comes_back(self, points):
        frame = Frame.of(projection_of(points))
        world = frame.to_world(points)
        assert world.dtype == np.float32
        assert (world >= 0).all()
        assert (world <= SIDE).all()
        extent = np.array(frame.high) - frame.low
        assert_allclose(frame.to_data(world), points, atol=2e-7 * float(extent.max()))

    def test_a_reversed_axis_runs_the_other_way(self):
        frame = Frame.of(projection_of([[0, 14], [1, 24]], (X, Axis("mag", reversed=True))))
        assert_allclose(frame.to_world([[0, 14], [0, 24], [0, 19]])[:, 1], [1000, 0, 500])
        assert_allclose(frame.to_data([[0, 1000], [0, 0]])[:, 1], [14, 24])

    def test_a_logarithmic_axis_has_decades_of_one_length(self):
        frame = Frame.of(projection_of([[1, 0], [1000, 1], [-5, 0.5]], (Axis("P", scale="log"), Y)))
        world = frame.to_world([[1, 0], [10, 0], [1000, 0], [0, 0], [-1, 0]])[:, 0]
        assert_allclose(world, [0, 1000 / 3, 1000, np.nan, np.nan], rtol=1e-6)
        assert_allclose(frame.to_data([[500, 0]])[0, 0], 10**1.5)

    def test_sources_without_a_place_neither_count_nor_get_one(self):
        points = [[0, 0], [1, 1], [np.nan, 1e9], [np.inf, 0]]
        frame = Frame.of(projection_of(points))
        assert frame.high == (1, 1)
        assert_array_equal(frame.to_world(points)[2], np.float32([np.nan, 1000]))

    @pytest.mark.parametrize("points", [np.empty((0, 2)), [[np.nan, np.nan]]])
    def test_no_sources_make_a_frame_from_0_to_1(self, points):
        frame = Frame.of(projection_of(points))
        assert (frame.low, frame.high) == ((0, 0), (1, 1))

    def test_a_constant_lies_in_the_middle(self):
        frame = Frame.of(projection_of([[4, 0], [4, 1]]))
        assert frame.to_world([[4, 0]])[0, 0] == 500

    def test_a_forgotten_sentinel_lies_on_the_border_and_leaves_room_for_the_rest(self):
        rng = np.random.default_rng(0)
        points = rng.normal(size=(2000, 2))
        points[0] = (-1e30, 0)
        frame = Frame.of(projection_of(points))
        world = frame.to_world(points)
        assert world[0, 0] == 0
        assert np.ptp(world[1:, 0]) > 0.5


class TestHome:
    def test_is_the_whole_square_where_nothing_is_far_out(self):
        grid = np.stack(np.meshgrid(np.arange(30), np.arange(30)), axis=-1).reshape(-1, 2)
        assert_allclose(Frame.of(projection_of(grid)).home, (0, 0, 1000, 1000))

    def test_leaves_the_outermost_out(self):
        rng = np.random.default_rng(0)
        points = np.concatenate([rng.uniform(0, 1, (999, 2)), [[100, 0.5]]])
        frame = Frame.of(projection_of(points))
        x0, _, x1, _ = frame.home
        assert (x0, x1) == (0, pytest.approx(10.9, abs=0.3))

    def test_follows_a_reversed_axis(self):
        points = np.column_stack([np.append(np.linspace(0, 1, 999), 100), np.linspace(0, 1, 1000)])
        home = Frame.of(projection_of(points, (Axis("x", reversed=True), Y))).home
        assert home[0] == pytest.approx(1000 - 10.9, abs=0.3)
        assert home[2] == 1000


class TestTicks:
    def test_show_data_values_at_world_positions(self):
        frame = Frame.of(projection_of([[-1, 0], [1, 1]]))
        ticks = frame.ticks(0, 0, 1000, n=5)
        assert [tick.label for tick in ticks] == ["−1.0", "−0.5", "0", "0.5", "1.0"]
        assert_allclose([tick.position for tick in ticks], [0, 250, 500, 750, 1000])
        assert [tick.value for tick in ticks] == [-1, -0.5, 0, 0.5, 1]

    def test_of_a_part_of_the_square(self):
        frame = Frame.of(projection_of([[-1, 0], [1, 1]]))
        assert [tick.label for tick in frame.ticks(1, 500, 600)] == [
            "0.50", "0.52", "0.54", "0.56", "0.58", "0.60",
        ]  # fmt: skip

    def test_of_a_reversed_axis_run_down(self):
        frame = Frame.of(projection_of([[0, 14], [1, 24]], (X, Axis("mag", reversed=True))))
        ticks = frame.ticks(1, 0, 1000, n=3)
        assert [(tick.label, tick.position) for tick in ticks] == [("15", 900.0), ("20", 400.0)]

    def test_of_a_logarithmic_axis(self):
        frame = Frame.of(projection_of([[1, 0], [1000, 1]], (Axis("P", scale="log"), Y)))
        ticks = frame.ticks(0, 0, 1000, n=4)
        assert [tick.label for tick in ticks] == ["1", "10", "100", "1000"]
        assert_allclose([tick.position for tick in ticks], [0, 1000 / 3, 2000 / 3, 1000])
