"""Keys do what they were given, and never what napari's layers would do."""

from __future__ import annotations

import numpy as np
import pytest
from napari.layers import Image, Labels, Points, Shapes
from napari.utils.key_bindings import KeymapHandler

from napari_astro_al.viewer import CutoutCanvas, FeatureSpace, bind_keys, bind_layer
from napari_astro_al.viewer.keys import HARMFUL


@pytest.fixture
def press(viewer):
    """Press a key as napari's canvas does, with a layer active or none."""

    def press(key, layer=None):
        handler = KeymapHandler()
        handler.keymap_providers = [viewer] if layer is None else [layer, viewer]
        handler.press_key(key)

    return press


@pytest.fixture
def pressed():
    return []


@pytest.fixture
def actions(pressed):
    keys = [*"123456789", "U", "S", "Z", "Space", "Left", "Right"]
    return {key: lambda key=key: pressed.append(key) for key in keys}


@pytest.fixture
def space(viewer, session):
    space = FeatureSpace(viewer, session)
    yield space
    space.close()


def test_every_key_acts_on_every_layer_and_without_one(space, viewer, actions, pressed, press):
    bind_keys(viewer, actions)
    for layer in [None, *viewer.layers]:
        pressed.clear()
        for key in actions:
            press(key, layer)
        assert pressed == list(actions)


@pytest.mark.parametrize("key", ["1", "Delete", "Backspace", "Control-V", "2", "3", "4", "5"])
def test_sources_are_neither_deleted_nor_added_nor_moved(space, viewer, press, key):
    bind_keys(viewer, {})
    layer = space.layers.points("sources")
    layer.editable = True
    layer.selected_data = {0, 1, 2}
    layer._copy_data()
    press(key, layer)
    assert len(layer.data) == 400
    assert str(layer.mode) == "pan_zoom"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Points(np.zeros((3, 2))),
        lambda: Shapes([np.eye(2) * 5]),
        lambda: Image(np.zeros((4, 4))),
        lambda: Labels(np.zeros((4, 4), dtype=int)),
    ],
    ids=["points", "shapes", "image", "labels"],
)
def test_no_key_that_changes_data_or_tools_reaches_any_kind_of_layer(viewer, press, make):
    layer = make()
    viewer.add_layer(layer)
    bind_layer(layer, {})
    before, mode = np.array(layer.data).copy(), str(layer.mode)
    for key in HARMFUL:
        press(key, layer)
        assert np.array_equal(np.array(layer.data), before), key
        assert str(layer.mode) == mode, key


def test_layers_of_others_keep_their_keys(viewer, session, actions):
    mine = viewer.add_points(np.zeros((2, 2)))
    space = FeatureSpace(viewer, session)
    bind_keys(viewer, actions)
    assert not mine.keymap
    space.close()


def test_layers_that_come_later_are_bound_too(viewer, session, actions, pressed, press):
    unbind = bind_keys(viewer, actions)
    canvas = CutoutCanvas(viewer, session)
    session.show("s00000")
    assert len(viewer.layers) == 4  # picture, rings, marks, words
    for layer in viewer.layers:
        press("1", layer)
    assert pressed == ["1"] * 4
    unbind()
    canvas.close()


def test_binding_again_takes_the_place_of_the_earlier_one(viewer, session, pressed, press):
    before = len(viewer.layers.events.inserted.callbacks)
    for name in ("old", "new"):
        bind_keys(viewer, {"1": lambda name=name: pressed.append(name)})
    assert len(viewer.layers.events.inserted.callbacks) == before + 1
    space = FeatureSpace(viewer, session)
    press("1", space.layers.get("sources"))
    assert pressed == ["new"]
    space.close()


def test_unbinding_gives_the_viewer_its_keys_back(viewer, actions, pressed, press):
    own = []
    viewer.bind_key("U", lambda _: own.append("U"))
    unbind = bind_keys(viewer, actions)
    press("U")
    unbind()
    press("U")
    press("1")
    assert (pressed, own) == (["U"], ["U"])
