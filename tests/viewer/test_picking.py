"""Clicks show, drags with a key select; everything else is napari's."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from napari.utils._proxies import ReadOnlyWrapper
from napari.utils.interactions import (
    mouse_move_callbacks,
    mouse_press_callbacks,
    mouse_release_callbacks,
)

from napari_astro_al.viewer.feature_space import FeatureSpace


@pytest.fixture
def space(viewer, session):
    space = FeatureSpace(viewer, session)
    yield space
    space.close()


@pytest.fixture
def drag(space, viewer):
    """Press the mouse at the first place in the world, move along the others, let go."""

    def gesture(*places, modifiers=(), button=1):
        handled = []
        steps = [("mouse_press", places[0])]
        steps += [("mouse_move", place) for place in places[1:]]
        steps += [("mouse_release", places[-1])]
        callbacks = {
            "mouse_press": mouse_press_callbacks,
            "mouse_move": mouse_move_callbacks,
            "mouse_release": mouse_release_callbacks,
        }
        zoom = viewer.scene.camera.zoom
        for kind, (x, y) in steps:
            event = SimpleNamespace(
                type=kind,
                is_dragging=True,
                position=(y, x),
                pos=np.array([x, -y]) * zoom,
                modifiers=modifiers,
                button=button,
                handled=False,
            )
            callbacks[kind](viewer, ReadOnlyWrapper(event, exceptions=("handled",)))
            handled.append(event.handled)
        return handled

    return gesture


def place_of(space, source):
    scene = space._stage.scene
    return scene.positions(np.array([space._stage.session.catalogue.row_of(source)]))[0].astype(
        float
    )


def test_a_click_near_a_source_shows_it(space, session, drag):
    x, y = place_of(space, "s00042")
    drag((x + 0.5, y))
    assert session.current == "s00042"


def test_a_click_beside_everything_shows_nothing(session, drag):
    drag((-900.0, -900.0))
    assert session.current is None


def test_a_hand_may_tremble(space, session, drag, viewer):
    x, y = place_of(space, "s00042")
    tremble = 2 / viewer.scene.camera.zoom
    drag((x, y), (x + tremble, y))
    assert session.current == "s00042"


def test_a_drag_only_moves_the_camera(space, session, drag):
    x, y = place_of(space, "s00042")
    assert drag((x, y), (x + 50, y), (x, y)) == [False] * 4
    assert session.current is None
    assert session.selection.count == 0


@pytest.mark.parametrize("button", [2, 3])
def test_other_buttons_are_not_ours(space, session, drag, button):
    drag(tuple(place_of(space, "s00042")), button=button)
    assert session.current is None


def test_shift_and_drag_select_in_a_rectangle(space, session, drag):
    scene = space._stage.scene
    world = scene.positions(np.arange(len(scene.projection)))
    handled = drag((100.0, 600.0), (200.0, 300.0), (400.0, 100.0), modifiers=("Shift",))
    inside = ((world >= [100, 100]) & (world <= [400, 600])).all(axis=1)
    assert inside.any()
    assert session.selected == set(session.catalogue.ids[inside])
    assert handled[:3] == [True] * 3
    assert session.current is None


def test_a_lasso_selects_what_it_surrounds(space, session, drag):
    scene = space._stage.scene
    world = scene.positions(np.arange(len(scene.projection)))
    triangle = [(0.0, 0.0), (0.0, 500.0), (500.0, 0.0), (0.0, 0.0)]
    drag(*triangle, modifiers=("Control",))
    inside = (world >= 0).all(axis=1) & (world.sum(axis=1) <= 500)
    assert session.selected == set(session.catalogue.ids[inside])


def test_a_lasso_with_shift_adds_to_the_selection(space, session, drag):
    session.select(["s00001"])
    scene = space._stage.scene
    world = scene.positions(np.arange(len(scene.projection)))
    drag((0.0, 0.0), (0.0, 500.0), (500.0, 0.0), (0.0, 0.0), modifiers=("Control", "Shift"))
    inside = (world >= 0).all(axis=1) & (world.sum(axis=1) <= 500)
    assert session.selected == {"s00001", *session.catalogue.ids[inside]}


def test_the_outline_shows_while_dragging_only(space, drag):
    outline = space.layers.get("outline")
    shown = []
    outline.events.visible.connect(
        lambda: shown.append((outline.visible, outline.data[:, 0].tolist()))
    )
    drag((100.0, 100.0), (200.0, 300.0), modifiers=("Shift",))
    corners = [[100, 100], [100, 200], [300, 200], [300, 100]]
    assert shown == [(True, corners), (False, [])]


def test_rectangles_and_lassos_can_follow_each_other(space, session, drag):
    """The canvas answers a new colour by asking for one a vector, and so does this test."""
    outline, counts = space.layers.get("outline"), []
    outline.events.edge_color.connect(lambda: counts.append(len(outline._view_face_color)))
    scene = space._stage.scene
    world = scene.positions(np.arange(len(scene.projection)))
    boxed = ((world >= [100, 100]) & (world <= [400, 600])).all(axis=1)
    cornered = (world >= 0).all(axis=1) & (world.sum(axis=1) <= 500)
    for _ in range(2):
        drag((100.0, 600.0), (200.0, 300.0), (400.0, 100.0), modifiers=("Shift",))
        assert session.selected == set(session.catalogue.ids[boxed])
        drag((0.0, 0.0), (0.0, 500.0), (500.0, 0.0), (0.0, 0.0), modifiers=("Control",))
        assert session.selected == set(session.catalogue.ids[cornered])
    assert counts


def test_selected_sources_are_ringed_and_very_many_dotted(space, session):
    layer = space.layers.points("selected")
    session.select(["s00001", "s00002"])
    assert len(layer.data) == 2
    assert layer.face_color[0, 3] == 0
    session.select(session.catalogue.ids)
    assert len(layer.data) == 400
    assert layer.border_color[0, 3] == 0
    session.select([])
    assert len(layer.data) == 0


def test_while_a_layers_tool_is_in_use_the_mouse_is_left_alone(space, session, viewer, drag):
    viewer.add_labels(np.zeros((8, 8), dtype=int)).mode = "paint"
    drag(tuple(place_of(space, "s00042")))
    assert session.current is None


def test_nearest_takes_napari_positions_and_a_reach_in_pixels(space, viewer):
    x, y = place_of(space, "s00042")
    viewer.scene.camera.zoom = 0.8
    assert space.nearest((y, x)) == "s00042"
    assert space.nearest((-900.0, -900.0), pixels=10) is None
