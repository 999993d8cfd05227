"""Where the camera looks."""

from __future__ import annotations

import numpy as np
import pytest

from napari_astro_al.projection import Axis
from napari_astro_al.viewer.appearance import Appearance
from napari_astro_al.viewer.feature_space import FeatureSpace
from napari_astro_al.viewer.framing import Framing

ROOM = 12.0
"""Canvas pixels between the home and the axes."""


def a_cloud(n=2000, width=3.0, height=40.0):
    rng = np.random.default_rng(0)
    return rng.normal([5.0, -100.0], [width, height], (n, 2))


@pytest.fixture
def show(viewer, session, make_stage, make_scene):
    """A scene framed on a canvas of (height, width), and how often it was stretched on show."""

    def framed(canvas=(800, 1000), points=None, **options):
        viewer.canvas.size = canvas
        scene = make_scene(a_cloud() if points is None else points, **options)
        stage, stretched = make_stage(session, scene), []
        framing = Framing(stage, lambda: stretched.append(stage.scene))
        framing.begin()
        return stage, framing, stretched

    return framed


def on_canvas(stage, rect):
    """A rectangle of the world as left, right, lower and upper edge in canvas pixels."""
    x0, y0, _, _ = stage.view.rect
    zoom = stage.view.zoom
    return [
        (place - origin) * zoom
        for place, origin in ((rect[0], x0), (rect[2], x0), (rect[1], y0), (rect[3], y0))
    ]


def pixels_a_unit(stage):
    """Along x and y."""
    low, high = stage.scene.place([[0.0, 0.0], [1.0, 1.0]]).astype(float)
    return (high - low) * stage.view.zoom


@pytest.mark.parametrize("canvas", [(800, 1000), (500, 1600), (900, 400), (300, 320)])
def test_home_fills_the_canvas_between_the_axes(show, canvas):
    stage, _, _ = show(canvas)
    height, width = canvas
    taken = stage.margins
    assert on_canvas(stage, stage.scene.home) == pytest.approx(
        [
            taken.left + ROOM,
            width - taken.right - ROOM,
            taken.bottom + ROOM,
            height - taken.top - ROOM,
        ],
        abs=0.5,
    )


def test_home_holds_nearly_all_sources_however_far_out_some_are(show):
    points = a_cloud()
    points[:8] = [[400.0, 4000.0]] * 8
    stage, _, _ = show(points=points)
    assert stage.scene.count(stage.scene.home) > 0.98 * len(points)
    home, whole = stage.scene.home, stage.scene.whole
    assert whole[2] - whole[0] > 10 * (home[2] - home[0])


@pytest.mark.parametrize("canvas", [(800, 1000), (400, 1600), (900, 400)])
def test_with_equal_aspect_a_unit_is_as_many_pixels_along_x_as_along_y(show, canvas):
    stage, _, _ = show(canvas, aspect="equal")
    along_x, along_y = pixels_a_unit(stage)
    assert along_x == pytest.approx(along_y, rel=1e-4)
    left, right, low, high = on_canvas(stage, stage.scene.home)
    assert left >= 0
    assert right <= canvas[1]
    assert low == pytest.approx(stage.margins.bottom + ROOM, abs=0.5)  # taller than wide
    assert high == pytest.approx(canvas[0] - stage.margins.top - ROOM, abs=0.5)


def test_the_person_may_want_another_aspect_than_the_projection(show):
    stage, framing, _ = show(aspect="equal")
    stage.appearance = Appearance(aspect="free")
    framing.fit()
    along_x, along_y = pixels_a_unit(stage)
    assert along_x > 2 * along_y
    stage.appearance = Appearance(aspect="equal")
    framing.fit()
    assert np.divide(*pixels_a_unit(stage)) == pytest.approx(1.0, rel=1e-4)


def test_logarithmic_axes_have_no_equal_aspect(show):
    points = np.abs(a_cloud()) + 1
    free, _, _ = show(points=points, x=Axis("x", scale="log"))
    equal, _, _ = show(points=points, x=Axis("x", scale="log"), aspect="equal")
    assert equal.scene.stretch == free.scene.stretch


def test_only_a_scene_on_show_has_to_be_drawn_anew_when_its_aspect_changes(show, viewer):
    stage, framing, stretched = show()
    assert stretched == []
    framing.fit()
    assert stretched == []
    viewer.canvas.size = (400, 1000)
    framing.fit()
    assert stretched == [stage.scene]


def test_a_given_rectangle_is_shown_without_stretching(show, viewer):
    stage, framing, stretched = show()
    before = stage.scene
    framing.fit((100.0, 200.0, 300.0, 250.0))
    left, right, _, _ = on_canvas(stage, (100.0, 200.0, 300.0, 250.0))
    assert left == pytest.approx(stage.margins.left + ROOM, abs=0.01)
    assert right == pytest.approx(1000 - stage.margins.right - ROOM, abs=0.01)
    assert stage.scene is before
    assert stretched == []


def test_it_knows_whether_the_person_has_moved_the_camera(show, viewer):
    _, framing, _ = show()
    assert framing.untouched
    viewer.scene.camera.zoom *= 1.5
    assert not framing.untouched
    framing.fit()
    assert framing.untouched


def test_without_a_scene_the_camera_stays(viewer, session, make_stage):
    stage = make_stage(session)
    before = viewer.scene.camera.center, viewer.scene.camera.zoom
    Framing(stage, lambda: None).fit()
    assert (viewer.scene.camera.center, viewer.scene.camera.zoom) == before


def test_long_numbers_at_the_axis_are_given_room(viewer, make_session, make_scene):
    """The first fit does not know yet how wide they are."""
    space = FeatureSpace(viewer, make_session(60, pictures=False))
    points = space._stage.scene.projection.points.copy()
    points[:, 1] = points[:, 1] * 1e-3 - 123.4
    short = space._stage.margins.left
    space._show_scene(make_scene(points))
    stage = space._stage
    assert stage.margins.left > short + 15
    assert on_canvas(stage, stage.scene.home)[:2] == pytest.approx(
        [stage.margins.left + ROOM, 1000 - stage.margins.right - ROOM], abs=1
    )
    assert space._framing.untouched
    space.close()


class TestAnotherCanvas:
    @pytest.fixture
    def space(self, viewer, make_session):
        space = FeatureSpace(viewer, make_session(60, pictures=False))
        yield space
        space.close()

    def test_is_filled_by_a_camera_that_nobody_has_moved(self, space, viewer):
        viewer.canvas.size = (500, 1400)
        stage = space._stage
        left, right, low, high = on_canvas(stage, stage.scene.home)
        assert left == pytest.approx(stage.margins.left + ROOM, abs=1)
        assert right == pytest.approx(1400 - stage.margins.right - ROOM, abs=1)
        assert low == pytest.approx(stage.margins.bottom + ROOM, abs=1)
        assert high == pytest.approx(500 - stage.margins.top - ROOM, abs=1)

    def test_and_left_where_it_is_by_one_that_somebody_has(self, space, viewer):
        viewer.scene.camera.zoom *= 1.3
        viewer.scene.camera.center = (321.0, 123.0)
        before, stretch = viewer.scene.camera.zoom, space._stage.scene.stretch
        viewer.canvas.size = (500, 1400)
        assert viewer.scene.camera.zoom == before
        assert viewer.scene.camera.center[-2:] == (321.0, 123.0)
        assert space._stage.scene.stretch == stretch
