"""The mouse wheel on feature space."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from napari.components import ViewerModel

PER_NOTCH = 1.007**30
"""How much one notch of the wheel magnifies: as much as napari's own camera."""


class Wheel:
    """Zooms about the place under the mouse, as one step of the camera.

    napari's camera does the same, after it has drawn all layers once more to find what lies under
    the mouse, and tells its new centre and its new zoom apart, so that whoever follows it works
    twice. Wheel turns with a modifier stay napari's.

    Parameters
    ----------
    hold : callable
        Gives a context in which moves of the camera are not followed.
    """

    def __init__(self, hold: Callable[[], AbstractContextManager[None]]) -> None:
        self._hold = hold

    def on_wheel(self, viewer: ViewerModel, event: Any) -> None:
        """For the viewer's ``mouse_wheel_callbacks``."""
        camera = viewer.scene.camera
        turned = float(event.delta[1])
        if len(event.modifiers) or not camera.mouse_zoom or not turned or event.handled:
            return
        event.handled = True
        factor = PER_NOTCH**turned
        place = np.asarray(event.position[-2:], dtype=float)
        centre = np.asarray(camera.center[-2:], dtype=float)
        with self._hold():
            camera.center = tuple(place + (centre - place) / factor)
        camera.zoom = camera.zoom * factor
