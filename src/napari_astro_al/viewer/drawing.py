"""How feature space is drawn, and what has to be drawn anew when that changes."""

from __future__ import annotations

from collections.abc import Callable

from napari_astro_al.viewer.appearance import Appearance
from napari_astro_al.viewer.axes_layer import AxesLayer
from napari_astro_al.viewer.colouring import OF_A_MODEL
from napari_astro_al.viewer.detail import Detail
from napari_astro_al.viewer.framing import Framing
from napari_astro_al.viewer.source_values import Values
from napari_astro_al.viewer.stage import Stage


class Drawing:
    """Keeps axes, points, image and aspect true to an appearance.

    Parameters
    ----------
    stage : Stage
        Has the appearance.
    axes : AxesLayer
    detail : Detail
    framing : Framing
    changed : callable
        Called with a new appearance once it is adopted.
    """

    def __init__(
        self,
        stage: Stage,
        axes: AxesLayer,
        detail: Detail,
        framing: Framing,
        changed: Callable[[Appearance], object],
    ) -> None:
        self._stage = stage
        self._axes = axes
        self._detail = detail
        self._framing = framing
        self._changed = changed

    def set(self, appearance: Appearance) -> None:
        """Draw otherwise, once the columns that are named have been read."""
        self._when_read(appearance, lambda: self._adopt(appearance))

    def model_is_new(self, *_: object) -> None:
        """Draw predictions anew, where they are shown."""
        appearance = self._stage.appearance
        if appearance.colour in OF_A_MODEL:
            self._axes.restyle()
            self._detail.recolour()
        if appearance.density in ("prediction", "uncertainty"):
            self._detail.repaint()

    def recipes_are_new(self) -> None:
        """Read columns anew: their names may mean something else now."""
        self._stage.per_source.forget()
        self._when_read(self._stage.appearance, self._draw_all)

    def _when_read(self, appearance: Appearance, then: Callable[[], None]) -> None:
        """Go on when the columns that an appearance names have been read."""
        stage = self._stage
        stage.jobs.drop("values")
        wanted = (appearance.colour_column, appearance.density_column)
        unread = [name for name in wanted if name and stage.per_source.known(name) is None]
        if not unread:
            then()
            return

        def read(_: Values) -> None:
            self._when_read(appearance, then)

        stage.jobs.start("values", stage.per_source.column_job(unread[0]), read)

    def _adopt(self, appearance: Appearance) -> None:
        stage, before = self._stage, self._stage.appearance
        if appearance == before:
            return
        stage.appearance = appearance
        if appearance.colour != before.colour:
            self._axes.restyle()
            self._detail.recolour()
        if (appearance.density, appearance.scaling) != (before.density, before.scaling):
            self._detail.repaint()
        if appearance.aspect != before.aspect:
            self._framing.fit()
        self._changed(appearance)

    def _draw_all(self) -> None:
        self._axes.restyle()
        self._detail.recolour()
        self._detail.repaint()
