"""How close one looks at cutouts: as close as the person has come, whatever room there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from napari_astro_al.viewer.cutout_grid import SIDE, best_grid
from napari_astro_al.viewer.cutout_overlay import Window

if TYPE_CHECKING:
    from napari.components import ViewerModel

_FILLED = 0.97
"""How much of a panel the largest picture fills where the whole is shown."""


class CutoutCamera:
    """Lets the largest picture fill a panel, and keeps how close the person has come since.

    Parameters
    ----------
    viewer : ViewerModel
        Of the pictures.
    moved : callable
        Called when something else is in sight.
    """

    def __init__(self, viewer: ViewerModel, moved: Callable[[], None]) -> None:
        self._viewer = viewer
        self._moved = moved
        self._closeness = 1.0
        self._fitted = 1.0
        self._unheard = False
        self._some = False
        self._events = (viewer.scene.camera.events.center, viewer.scene.camera.events.zoom)
        for event in self._events:
            event.connect(self._note)

    def close(self) -> None:
        """Follow the viewer no longer."""
        for event in self._events:
            event.disconnect(self._note)

    def window(self) -> Window:
        """The part of the world that a panel shows."""
        height, width = self._viewer.canvas.viewbox_size(self._viewer.layers)
        camera = self._viewer.scene.camera
        y, x = camera.center[-2:]
        size = (max(float(width), 1.0), max(float(height), 1.0))
        return Window(size, (float(x), float(y)), float(camera.zoom))

    def fit(self, n_panels: int) -> None:
        """Share the room between so many panels, as close as before."""
        self._some = n_panels > 0
        if not self._some:
            return
        grid = self._viewer.canvas.grid
        height, width = self._viewer.canvas.size
        shape = best_grid(n_panels, (width, height))
        if tuple(grid.shape) != shape:
            grid.shape = shape
        self._fit(centre=False)

    def whole(self) -> None:
        """Show the whole of the largest picture."""
        self._closeness = 1.0
        if self._some:
            self._fit(centre=True)

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Take no move in the block for the person's."""
        before, self._unheard = self._unheard, True
        try:
            yield
        finally:
            self._unheard = before

    def _fit(self, *, centre: bool) -> None:
        width, height = self.window().size
        camera = self._viewer.scene.camera
        with self.unheard():
            if centre:
                camera.center = (0.0, 0.0)
            self._fitted = _FILLED * min(height, width) / SIDE
            camera.zoom = self._closeness * self._fitted
        self._moved()

    def _note(self, _: object = None) -> None:
        if not self._unheard:
            self._closeness = self._viewer.scene.camera.zoom / self._fitted
            self._moved()
