"""Keys on layers: ours act on every layer that we add, napari's destructive ones do not.

napari asks the active layer first and the viewer last, and the layer's class before the viewer's
own bindings. Its Points layers delete the selected points on 1, Delete and Backspace, add points
on Control-V, and change tools on 2 to 5; so keys are bound on each layer instance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from napari_astro_al.viewer.layers import METADATA_KEY

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Layer

Action = Callable[[], object]

DIGITS = tuple("123456789")

HARMFUL = (
    *DIGITS,
    "Delete",
    "Backspace",
    "Control-V",
    "Control-C",
    "Control-A",
    "A",
    "Shift-A",
    "B",
    "D",
    "E",
    "F",
    "I",
    "L",
    "Shift-L",
    "M",
    "P",
    "Shift-P",
    "R",
    "S",
    "T",
    "X",
    "Z",
    "Enter",
)
"""Keys with which napari's Points, Shapes, Image and Labels change data or tools."""


def bind_keys(viewer: ViewerModel, actions: Mapping[str, Action]) -> Callable[[], None]:
    """Bind keys on a viewer and on those of its layers that are ours, now and later.

    Called again, it takes the place of the earlier call.

    napari does not repeat a key that is held down, except the arrow keys, which it always
    repeats: an action for those is called as often as the keyboard repeats.

    Parameters
    ----------
    viewer : ViewerModel
        Bound too, for when no layer is active.
    actions : mapping of str to callable
        What a key does, by napari's name of it: "1", "U", "Space", "Left", "Control-Z". Called
        without arguments, on the press.

    Returns
    -------
    callable
        Takes the bindings on the viewer away again. Those on layers go with the layers.
    """
    newcomers = viewer.layers.events.inserted
    for callback in newcomers.callbacks:
        if isinstance(callback, _BindNewcomer):
            newcomers.disconnect(callback)
    binding = _BindNewcomer(dict(actions))
    for layer in viewer.layers:
        binding.bind(layer)
    newcomers.connect(binding)
    kept: dict[str, Any] = {}
    for key, action in actions.items():
        kept[key] = viewer.bind_key(key, _called(action), overwrite=True)

    def unbind() -> None:
        if binding in newcomers.callbacks:
            newcomers.disconnect(binding)
        for key, before in kept.items():
            viewer.bind_key(key, before, overwrite=True)

    return unbind


def bind_layer(layer: Layer, actions: Mapping[str, Action]) -> None:
    """Bind keys on one layer, and let its destructive keys do nothing.

    Parameters
    ----------
    layer : Layer
        Of any kind.
    actions : mapping of str to callable
        As for `bind_keys`.
    """
    for key in HARMFUL:
        layer.bind_key(key, _nothing, overwrite=True)
    for key, action in actions.items():
        layer.bind_key(key, _called(action), overwrite=True)


class _BindNewcomer:
    """What a layer list calls with each new layer."""

    def __init__(self, actions: Mapping[str, Action]) -> None:
        self._actions = actions

    def __call__(self, event: Any) -> None:
        self.bind(event.value)

    def bind(self, layer: Layer) -> None:
        """Bind a layer if it is ours."""
        if METADATA_KEY in layer.metadata:
            bind_layer(layer, self._actions)


def _nothing(_: Any) -> None:
    """Take a key and do nothing with it."""


def _called(action: Action) -> Callable[[Any], None]:
    def press(_: Any) -> None:
        action()

    return press
