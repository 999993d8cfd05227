"""The status bar names the source under the mouse and its data values."""

from __future__ import annotations

import numpy as np
import pytest

from napari_astro_al.viewer.feature_space import FeatureSpace


@pytest.fixture
def space(viewer, session):
    space = FeatureSpace(viewer, session)
    yield space
    space.close()


def status_at(viewer, x, y):
    """What napari writes at a place in world coordinates."""
    viewer.mouse_over_canvas = True
    viewer.cursor.position = (y, x)
    return viewer.status


def test_it_says_id_and_data_values_of_the_source(space, session, viewer):
    row = session.catalogue.row_of("s00042")
    x, y = space._stage.scene.positions(np.array([row]))[0].tolist()
    values = [session.catalogue.column(name)[row] for name in ("x", "y")]
    status = status_at(viewer, x, y)
    assert status["coordinates"] == f"s00042: x = {values[0]:.4g}, y = {values[1]:.4g}"
    assert status["layer_name"] == "sources"


@pytest.mark.parametrize("role", ["labelled", "selected", "query", "axes"])
def test_it_is_the_same_whichever_layer_of_points_is_active(space, viewer, role):
    x, y = space._stage.scene.positions(np.array([42]))[0].tolist()
    expected = status_at(viewer, x, y)["coordinates"]
    viewer.layers.selection = {space.layers.get(role)}
    assert status_at(viewer, x, y + 1e-6)["coordinates"] == expected


def test_beside_all_sources_it_says_the_data_values_of_the_place(space, viewer):
    x, y = space._stage.scene.values_at(-900.0, -900.0)
    assert status_at(viewer, -900.0, -900.0)["coordinates"] == f"x = {x:.4g}, y = {y:.4g}"


def test_on_a_logarithmic_axis_it_says_values_and_not_their_logarithms(viewer, make_session):
    session = make_session(60, pictures=False)
    session.project(x="x + 10", y="y", x_scale="log")
    space = FeatureSpace(viewer, session)
    row = session.catalogue.row_of("s00042")
    x, y = space._stage.scene.positions(np.array([row]))[0].tolist()
    values = [float(session.catalogue.column(name).iloc[row]) for name in ("x", "y")]
    assert status_at(viewer, x, y)["coordinates"] == (
        f"s00042: x + 10 = {values[0] + 10:.4g}, y = {values[1]:.4g}"
    )
    space.close()


def test_a_projection_may_say_in_its_own_words_what_a_place_is(viewer, session, make_scene):
    space = FeatureSpace(viewer, session)
    points = session.projection.points
    space._show_scene(make_scene(points, reading=lambda x, y: "here" if y > 0.5 else "there"))
    scene = space._stage.scene
    row = session.catalogue.row_of("s00042")
    x, y = scene.positions(np.array([row]))[0].tolist()
    word = "here" if points[row, 1] > 0.5 else "there"
    assert status_at(viewer, x, y)["coordinates"] == f"s00042: {word}"
    x, y = scene.place([[-50.0, 9.0]])[0].tolist()
    assert status_at(viewer, x, y)["coordinates"] == "here"
    space.close()


def test_without_a_projection_it_says_nothing_wrong(viewer, session):
    session.projection = None
    space = FeatureSpace(viewer, session)
    assert "s0" not in status_at(viewer, 500.0, 500.0)["coordinates"]
    space.close()
