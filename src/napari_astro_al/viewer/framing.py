"""Where the camera looks: at all sources, with the aspect that is wanted."""

from __future__ import annotations

from collections.abc import Callable

from napari_astro_al.projection import Rect
from napari_astro_al.viewer.coordinates import Margins, fitted
from napari_astro_al.viewer.stage import Stage

_ROOM = 12.0
_MOST_STRETCHED = 4.0


class Framing:
    """Fits what is shown into the canvas.

    Parameters
    ----------
    stage : Stage
        What is shared with the other parts of feature space.
    stretched : callable
        Called when the scene has been given another aspect while it is on show.
    """

    def __init__(self, stage: Stage, stretched: Callable[[], None]) -> None:
        self._stage = stage
        self._stretched = stretched
        self._left_at: tuple[object, ...] | None = None

    def begin(self) -> None:
        """Look at a new scene, of which nothing has been drawn yet."""
        self._left_at = None
        self.fit()

    @property
    def untouched(self) -> bool:
        """Whether the camera is where `fit` has left it."""
        return self._left_at == self._camera

    def fit(self, rect: Rect | None = None) -> None:
        """Move the camera so that a rectangle fills the space between the axes.

        Parameters
        ----------
        rect : (x0, y0, x1, y1), optional
            World coordinates; by default where nearly all sources are, stretched to fill the
            canvas where the aspect is free.
        """
        if self._stage.scene is None:
            return
        taken = self._stage.margins
        self._look(rect)
        if self._stage.margins != taken:
            self._look(rect)  # other numbers, which need more or less room
        self._left_at = self._camera

    def _look(self, rect: Rect | None) -> None:
        stage, taken = self._stage, self._stage.margins
        if stage.scene is None:
            return
        margins = Margins(
            taken.left + _ROOM, taken.bottom + _ROOM, taken.right + _ROOM, taken.top + _ROOM
        )
        if rect is None:
            self._stretch(margins)
            rect = stage.scene.home
        camera = stage.viewer.scene.camera
        camera.center, camera.zoom = fitted(rect, stage.viewer.canvas.size, margins)

    def _stretch(self, margins: Margins) -> None:
        """Give the scene the aspect that is wanted on this canvas."""
        stage, scene = self._stage, self._stage.scene
        if scene is None:
            return
        height, width = stage.viewer.canvas.size
        wide = max(width - margins.left - margins.right, 50.0)
        high = max(height - margins.bottom - margins.top, 50.0)
        aspect = stage.appearance.aspect
        if aspect == "natural":
            aspect = scene.projection.aspect
        stretched = scene.stretched(
            equal=aspect == "equal", width_to_height=min(wide / high, _MOST_STRETCHED)
        )
        if stretched is not scene:
            stage.scene = stretched
            if self._left_at is not None:
                self._stretched()

    @property
    def _camera(self) -> tuple[object, ...]:
        camera = self._stage.viewer.scene.camera
        return (*camera.center, camera.zoom)
