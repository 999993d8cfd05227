"""Curves, regions and the graticule over a projection."""

from __future__ import annotations

import numpy as np
import pytest

from napari_astro_al.projection import Axis, Curve
from napari_astro_al.viewer import marks
from napari_astro_al.viewer.curves import CURVE_PIXELS, draw_curves, restroke, segments_of
from napari_astro_al.viewer.feature_space import FeatureSpace

UNIT = [[0.0, 0.0], [1.0, 1.0]]
"""Sources whose frame is 0 to 1, 1000 world units, along both axes."""

LINE = Curve("line", np.array([[0.0, 0.5], [0.5, 0.5], [1.0, 0.0]]))
TRIANGLE = Curve("region", np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), closed=True)


@pytest.fixture
def draw(session, make_stage, make_scene):
    """Draw the lines of one projection after another."""
    stage = make_stage(session)
    marks.add_layers(stage.layers)

    def drawn(curves=(), graticule=()):
        stage.scene = make_scene(UNIT, curves=tuple(curves), graticule=tuple(graticule))
        draw_curves(stage)
        return stage

    return drawn


class TestSegments:
    def test_a_line_is_a_start_and_a_direction_a_piece(self, make_scene):
        # in napari's order (y, x): along x by 500, then down to the right
        assert segments_of(make_scene(UNIT), [LINE]).tolist() == [
            [[500, 0], [0, 500]],
            [[500, 500], [-500, 500]],
        ]

    def test_the_end_of_a_region_joins_its_beginning(self, make_scene):
        pieces = segments_of(make_scene(UNIT), [TRIANGLE])
        assert pieces[-1].tolist() == [[1000, 0], [-1000, 0]]
        assert pieces[:, 1].sum(axis=0).tolist() == [0, 0]

    def test_lines_are_not_joined_to_each_other(self, make_scene):
        scene = make_scene(UNIT)
        both = segments_of(scene, [LINE, TRIANGLE])
        assert len(both) == 2 + 3
        assert both[2:].tolist() == segments_of(scene, [TRIANGLE]).tolist()

    def test_a_line_goes_on_straight_beyond_the_sources(self, make_scene):
        steep = Curve("steep", np.array([[-1.0, 0.0], [2.0, 6.0]]))
        assert segments_of(make_scene(UNIT), [steep]).tolist() == [[[0, -1000], [6000, 3000]]]

    def test_a_gap_stays_a_gap(self, make_scene):
        """On a logarithmic axis the third vertex has no place."""
        scene = make_scene([[1.0, 0.0], [1000.0, 1.0]], Axis("x", scale="log"))
        line = Curve("line", np.array([[1.0, 0], [10, 0], [-1, 0], [100, 0], [1000, 0]]))
        starts = segments_of(scene, [line])[:, 0, 1]
        assert starts == pytest.approx([0, 2000 / 3], abs=0.01)

    @pytest.mark.parametrize("points", [np.empty((0, 2)), [[0.5, 0.5]]])
    def test_no_line_without_two_vertices(self, make_scene, points):
        pieces = segments_of(make_scene(UNIT), [Curve("none", np.array(points))])
        assert pieces.shape == (0, 2, 2)
        assert segments_of(make_scene(UNIT), []).shape == (0, 2, 2)


def test_curves_are_as_writing_and_the_graticule_stands_back(draw):
    stage = draw([LINE], [TRIANGLE])
    layer = stage.layers.get("curves")
    assert layer.visible
    graticule, curves = layer.edge_color[:3], layer.edge_color[3:]
    assert curves == pytest.approx(np.tile(stage.inks.text, (2, 1)))
    assert (graticule[:, 3] < 0.5).all()


def test_a_projection_without_curves_shows_none_of_the_last_one(draw):
    draw([LINE])
    stage = draw()
    assert not stage.layers.get("curves").visible
    draw([TRIANGLE])
    assert stage.layers.get("curves").visible
    assert len(stage.layers.get("curves").data) == 3


@pytest.mark.parametrize("factor", [0.02, 0.5, 3.0, 50.0])
def test_lines_stay_about_as_wide_on_the_screen(draw, viewer, factor):
    stage = draw([LINE])
    layer = stage.layers.get("curves")
    viewer.scene.camera.zoom *= factor
    restroke(stage)
    assert float(layer.edge_width) * viewer.scene.camera.zoom == pytest.approx(
        CURVE_PIXELS, rel=0.45
    )


def test_lines_are_widened_with_every_zoom_of_feature_space(viewer, make_session):
    session = make_session(40, pictures=False)
    session.project(x="x", y="y", curves={"curves": [{"y": "x", "x": [-1, 3]}]})
    space = FeatureSpace(viewer, session)
    viewer.scene.camera.zoom *= 20
    width = float(space.layers.get("curves").edge_width)
    assert width * viewer.scene.camera.zoom == pytest.approx(CURVE_PIXELS, rel=0.45)
    space.close()


class TestRegions:
    def test_they_are_filled_in_a_layer_of_their_own_that_appears_with_them(self, draw, viewer):
        stage = draw([LINE])
        assert "regions" not in stage.layers
        draw([LINE, TRIANGLE])
        layer = stage.layers.get("regions")
        assert [shape.tolist() for shape in layer.data] == [[[0, 0], [0, 1000], [1000, 0]]]
        assert 0 < layer.face_color[0, 3] < 0.3
        names = [one.name for one in viewer.layers]
        assert names.index("thumbnails") < names.index("regions") < names.index("curves")

    def test_they_follow_a_scene_that_changes_as_their_layer_appears(
        self, draw, viewer, make_scene
    ):
        stage = draw()
        stage.scene = make_scene([[0.0, 0.0], [1.0, 1.0]], curves=(TRIANGLE,))
        narrower = stage.scene.stretched(equal=False, width_to_height=0.5)

        def stretched(_):
            stage.scene = narrower

        viewer.layers.events.inserted.connect(stretched)
        draw_curves(stage)
        (shape,) = stage.layers.get("regions").data
        assert shape[:, ::-1] == pytest.approx(narrower.place(TRIANGLE.points))

    def test_they_go_with_their_projection(self, draw):
        draw([TRIANGLE])
        stage = draw([LINE])
        assert len(stage.layers.get("regions").data) == 0

    def test_only_curves_that_are_closed_are_filled(self, draw):
        stage = draw([LINE, TRIANGLE, LINE], [TRIANGLE])
        assert len(stage.layers.get("regions").data) == 1

    def test_one_that_has_no_place_for_a_vertex_is_outlined_only(self, draw, make_scene):
        stage = draw()
        axis = Axis("x", scale="log")
        stage.scene = make_scene([[1.0, 0.0], [10.0, 1.0]], axis, curves=(TRIANGLE,))
        draw_curves(stage)
        assert "regions" not in stage.layers or not len(stage.layers.get("regions").data)
