"""Data values, the frame, the world: there and back, and who is where."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from napari_astro_al.projection import Axis
from napari_astro_al.viewer.scene import Stretch

few = settings(max_examples=40, deadline=None)

numbers = st.floats(-1e4, 1e4, width=32)
positive = st.floats(2**-10, 2**14, width=32)
scales = st.sampled_from(["linear", "log"])


@st.composite
def scenes(draw, make, *, scales=scales):
    """Scenes with axes of all kinds, wide and equal ones."""
    axes = [Axis(name, scale=draw(scales), reversed=draw(st.booleans())) for name in ("x", "y")]
    values = [positive if axis.scale == "log" else numbers for axis in axes]
    points = np.array(draw(st.lists(st.tuples(*values), min_size=2, max_size=30)))
    scene = make(points, *axes)
    spans = [high - low for low, high in zip(scene.frame.low, scene.frame.high, strict=True)]
    assume(min(spans) > 1e-3)
    return scene.stretched(equal=draw(st.booleans()), width_to_height=draw(st.floats(0.25, 4.0)))


@few
@given(data=st.data())
def test_the_world_leads_back_to_data_values(make_scene, data):
    scene = data.draw(scenes(make_scene))
    points = scene.projection.points.astype(float)
    world = scene.positions(np.arange(len(points)))
    for place, (x, y) in zip(world.tolist(), points, strict=True):
        found = scene.values_at(*place)
        for axis, (value, expected) in enumerate(zip(found, (x, y), strict=True)):
            if scene.frame.axes[axis].scale == "log":
                value, expected = np.log10(value), np.log10(expected)
            span = scene.frame.high[axis] - scene.frame.low[axis]
            assert value == pytest.approx(expected, abs=1e-5 * span)


@few
@given(data=st.data())
def test_ticks_stand_where_their_values_are_placed(make_scene, data):
    scene = data.draw(scenes(make_scene))
    x0, y0, x1, y1 = scene.home
    for axis, (low, high) in enumerate(((x0, x1), (y0, y1))):
        ticks = scene.ticks(axis, low, high, 6)
        assert len(ticks) <= 6
        for tick in ticks:
            point = [1.0, 1.0]
            point[axis] = tick.value
            slack = 1e-4 * (high - low) + 1e-2
            assert tick.position == pytest.approx(scene.place([point])[0, axis], abs=slack)
            assert low - slack <= tick.position <= high + slack


@few
@given(data=st.data())
def test_everything_with_a_place_is_found_in_the_whole(make_scene, data):
    scene = data.draw(scenes(make_scene))
    n = len(scene.projection)
    assert scene.count(scene.whole) == n
    assert sorted(scene.inside_rectangle(scene.whole).tolist()) == list(range(n))
    assert sorted(scene.sample(scene.whole, n).tolist()) == list(range(n))


@few
@given(data=st.data(), corner=st.tuples(st.floats(0, 900), st.floats(0, 900)))
def test_rectangles_and_polygons_of_the_world_hold_the_sources_that_lie_there(
    make_scene, data, corner
):
    scene = data.draw(scenes(make_scene))
    x0, y0, x1, y1 = rect = (*corner, corner[0] + 300, corner[1] + 200)
    world = scene.positions(np.arange(len(scene.projection))).astype(float)
    edges = np.abs(world[:, None, :] - np.array([[x0, y0], [x1, y1]])).min(axis=(1, 2))
    assume((edges > 1e-2).all())
    inside = np.flatnonzero(((world > [x0, y0]) & (world < [x1, y1])).all(axis=1)).tolist()
    assert sorted(scene.inside_rectangle(rect).tolist()) == inside
    assert scene.count(rect) == len(inside)
    vertices = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
    assert sorted(scene.inside_polygon(vertices).tolist()) == inside


@few
@given(data=st.data(), x=st.floats(0, 1000), y=st.floats(0, 1000), radius=st.floats(1, 800))
def test_the_nearest_is_nearest_on_the_screen(make_scene, data, x, y, radius):
    """Distances count in the world, which the camera shows at one scale along both axes."""
    scene = data.draw(scenes(make_scene, scales=st.just("linear")))
    world = scene.positions(np.arange(len(scene.projection))).astype(float)
    distances = np.hypot(*(world - [x, y]).T)
    found = scene.nearest(x, y, radius)
    slack = 1e-3 * np.abs(world).max() + 1e-3
    if found is None:
        assert distances.min() > radius - slack
    else:
        assert distances[found] <= min(distances.min(), radius) + slack


def test_nearness_is_not_that_of_the_frame_where_the_stretch_is_anisotropic(make_scene):
    """Most sources lie within 1 % of the x axis, and the world is stretched a hundredfold there.

    So 0.02 in x is farther on the screen than 5 in y, although not in the frame.
    """
    rng = np.random.default_rng(0)
    cloud = np.column_stack([rng.uniform(0, 1, 1000), rng.uniform(0, 100, 1000)])
    cloud = cloud[np.hypot((cloud[:, 0] - 0.5) * 100, cloud[:, 1] - 50) > 20]
    points = np.concatenate([[[0.52, 50.0], [0.5, 51.0], [100.0, 50.0]], cloud])
    scene = make_scene(points)
    x, y = scene.place([[0.5, 50.0]])[0].tolist()
    in_frame = scene.frame.to_world(points) - scene.frame.to_world([[0.5, 50.0]])
    assert np.hypot(*in_frame.T).argmin() == 0
    assert scene.stretch.factors[0] > 50 * scene.stretch.factors[1]
    assert scene.nearest(x, y, 100.0) == 1


def test_a_free_stretch_makes_the_home_as_wide_as_there_is_room(make_scene):
    scene = make_scene(np.random.default_rng(0).normal(0, [1, 300], (3000, 2)))
    for ratio in (0.5, 1.0, 2.5):
        x0, y0, x1, y1 = scene.stretched(equal=False, width_to_height=ratio).home
        assert (x0, y0) == (0, 0)
        assert (x1, y1) == pytest.approx((1000 * ratio, 1000))


@pytest.mark.parametrize("reversed_x", [False, True])
@pytest.mark.parametrize("reversed_y", [False, True])
def test_an_equal_stretch_gives_a_unit_one_length(make_scene, reversed_x, reversed_y):
    points = np.random.default_rng(0).normal(0, [1, 300], (3000, 2))
    scene = make_scene(points, Axis("x", reversed=reversed_x), Axis("y", reversed=reversed_y))
    equal = scene.stretched(equal=True, width_to_height=2.0)
    (x0, y0), (x1, y1) = equal.place([[0.0, 0.0], [1.0, 1.0]]).astype(float)
    assert abs(x1 - x0) == pytest.approx(abs(y1 - y0), rel=1e-3)
    assert (x1 > x0, y1 > y0) == (not reversed_x, not reversed_y)
    left, low, right, high = equal.home
    assert max(right - left, high - low) == pytest.approx(1000)


def test_the_same_aspect_is_the_same_scene(make_scene):
    scene = make_scene([[0.0, 0.0], [1.0, 2.0]])
    assert scene.stretched(equal=False, width_to_height=1.0) is scene
    equal = scene.stretched(equal=True, width_to_height=1.0)
    assert equal.index is scene.index
    assert equal.stretched(equal=True, width_to_height=3.0) is equal


@given(
    origin=st.tuples(numbers, numbers),
    factors=st.tuples(st.floats(0.01, 100), st.floats(0.01, 100)),
    rect=st.tuples(numbers, numbers, numbers, numbers),
)
def test_a_stretch_there_and_back_changes_nothing(origin, factors, rect):
    stretch = Stretch(origin, factors)
    assert stretch.rect_back(stretch.rect(rect)) == pytest.approx(rect, abs=1e-6)
    corners = np.array(rect).reshape(2, 2)
    assert stretch.apply(corners).ravel() == pytest.approx(stretch.rect(rect), rel=1e-5, abs=1e-3)
    assert stretch.back(stretch.rect(rect)[:2]) == pytest.approx(rect[:2], abs=1e-6)


class TestWithoutAPlace:
    @pytest.fixture
    def scene(self, make_scene):
        return make_scene(
            [[1.0, 1.0], [np.nan, 1.0], [10.0, 2.0], [-1.0, 3.0]], Axis("x", scale="log")
        )

    def test_sources_are_counted(self, scene):
        # one without a number, one without a logarithm
        assert scene.n_missing == 2

    def test_they_are_nowhere(self, scene):
        assert np.isnan(scene.positions(np.arange(4))[:, 0]).tolist() == [False, True, False, True]
        assert scene.in_place(np.array([3, 2, 1, 0])).tolist() == [2, 0]
        assert scene.in_place(np.empty(0, dtype=np.int64)).tolist() == []

    def test_a_scene_without_any_source_can_be_shown(self, make_scene):
        for points in (np.empty((0, 2)), [[np.nan, 1.0]]):
            scene = make_scene(points)
            assert scene.n_missing == len(points)
            assert scene.count(scene.whole) == 0
            assert scene.nearest(500.0, 500.0, 1000.0) is None


def test_what_is_not_a_source_is_placed_beyond_the_border_too(make_scene):
    """The frame is 0 to 1; a line to (2, 4) goes on beyond it."""
    scene = make_scene([[0.0, 0.0], [1.0, 1.0]])
    assert scene.place([[0.5, 0.5], [2.0, 4.0], [-1.0, 0.0]]).tolist() == [
        [500.0, 500.0],
        [2000.0, 4000.0],
        [-1000.0, 0.0],
    ]


def test_a_forgotten_sentinel_lies_on_the_border(make_scene):
    points = np.random.default_rng(0).uniform(0, 1, (500, 2))
    points[7] = [-9999999.0, 0.5]
    scene = make_scene(points)
    assert scene.positions(np.array([7]))[0, 0] == pytest.approx(scene.whole[0], rel=0.01)
    assert scene.n_missing == 0


def test_axes_without_ticks_have_none(make_scene):
    scene = make_scene([[0.0, 0.0], [1.0, 1.0]], Axis("x", ticked=False))
    assert scene.ticks(0, 0.0, 1000.0, 6) == []
    assert [tick.label for tick in scene.ticks(1, 0.0, 1000.0, 6)][-1] in ("1", "1.0")
