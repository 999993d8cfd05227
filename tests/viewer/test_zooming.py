"""The mouse wheel zooms about the place under the mouse."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from napari_astro_al.viewer.feature_space import FeatureSpace
from napari_astro_al.viewer.zooming import PER_NOTCH


@pytest.fixture
def space(viewer, session):
    space = FeatureSpace(viewer, session)
    yield space
    space.close()


def turn(viewer, notches, at=(0.0, 0.0), modifiers=()):
    event = SimpleNamespace(
        delta=(0.0, notches), position=at, modifiers=modifiers, handled=False, type="mouse_wheel"
    )
    for callback in viewer.mouse_wheel_callbacks:
        if "astro_al" in callback.__module__:
            callback(viewer, event)
    return event.handled


def test_the_place_under_the_mouse_stays_where_it_is_on_the_canvas(space, viewer):
    camera, place = viewer.scene.camera, np.array([321.0, 123.0])
    before = (place - camera.center[-2:]) * camera.zoom
    zoom = camera.zoom
    assert turn(viewer, 2, at=tuple(place))
    assert camera.zoom == pytest.approx(zoom * PER_NOTCH**2)
    assert (place - camera.center[-2:]) * camera.zoom == pytest.approx(before)


def test_in_and_out_again_is_as_before(space, viewer):
    camera = viewer.scene.camera
    before = (*camera.center[-2:], camera.zoom)
    turn(viewer, 1, at=(10.0, 20.0))
    turn(viewer, -1, at=(10.0, 20.0))
    assert (*camera.center[-2:], camera.zoom) == pytest.approx(before)


def test_one_turn_is_followed_once(space, viewer):
    followed = []
    space._later = lambda callback: followed.append(viewer.scene.camera.zoom)
    turn(viewer, 1, at=(10.0, 20.0))
    assert followed == [viewer.scene.camera.zoom]


@pytest.mark.parametrize("modifiers", [("Control",), ("Shift",)])
def test_with_a_modifier_it_stays_naparis(space, viewer, modifiers):
    zoom = viewer.scene.camera.zoom
    assert not turn(viewer, 1, modifiers=modifiers)
    assert viewer.scene.camera.zoom == zoom


def test_a_camera_that_must_not_zoom_does_not(space, viewer):
    viewer.scene.camera.mouse_zoom = False
    assert not turn(viewer, 1)


def test_a_closed_space_leaves_the_wheel_alone(space, viewer):
    space.close()
    assert not turn(viewer, 1)
