"""The pictures of the current source, one panel a survey or band."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from psygnal import Signal

from napari_astro_al.catalogue import SourceId
from napari_astro_al.catalogue.sky_index import SkyIndex, sky_index_job
from napari_astro_al.cutouts.angles import next_size
from napari_astro_al.jobs import Job
from napari_astro_al.session import Session
from napari_astro_al.viewer.cutout_camera import CutoutCamera
from napari_astro_al.viewer.cutout_grid import world_sides
from napari_astro_al.viewer.cutout_marks import Marked, lay_out
from napari_astro_al.viewer.cutout_overlay import ring_colours
from napari_astro_al.viewer.cutout_panel import LAYERS_A_PANEL, Panel
from napari_astro_al.viewer.cutout_pictures import Darkroom, Picture
from napari_astro_al.viewer.cutout_pointing import Pointing
from napari_astro_al.viewer.cutout_settings import Arrangement
from napari_astro_al.viewer.layers import take_out
from napari_astro_al.viewer.palette import Inks
from napari_astro_al.viewer.saying import say
from napari_astro_al.viewer.stage import Jobs, RunJob, run_now

if TYPE_CHECKING:
    from napari.components import ViewerModel

MOST_INDEXED = 20_000_000
"""Sources of a catalogue whose neighbours on the sky are shown: the index is kept in memory."""


class CutoutCanvas:
    """Fills a viewer with the pictures of a session's current source.

    Layers are made once a provider and kept: a next source only replaces their data. Contrast,
    gamma and colour map stay as the person has set them. Pictures stand upright.

    Parameters
    ----------
    viewer : ViewerModel
        A model of its own, not the one of feature space.
    session : Session
        Whose current source is shown.
    run : callable, optional
        ``run(job, done)``, as for `FeatureSpace`.
    run_beside : callable, optional
        The same for what nobody waits for; `run` by default.
    arrangement : Arrangement, optional
        How pictures are laid out.

    Attributes
    ----------
    arrangement_changed : psygnal.Signal
        Emitted with the arrangement when it is another.
    shown : psygnal.Signal
        Emitted when other pictures are on show.
    """

    arrangement_changed = Signal(object)
    shown = Signal()

    def __init__(
        self,
        viewer: ViewerModel,
        session: Session,
        *,
        run: RunJob = run_now,
        run_beside: RunJob | None = None,
        arrangement: Arrangement | None = None,
    ) -> None:
        self.viewer = viewer
        self.session = session
        self.arrangement = arrangement or Arrangement()
        self._jobs = Jobs(run)
        self._beside = Jobs(run_beside or run)
        self._panels: dict[str, Panel] = {}
        self._darkroom = Darkroom(session)
        self._indexing = False
        self.camera = CutoutCamera(viewer, self._draw)
        self._inks = Inks.on(viewer.canvas.background_color)
        viewer.canvas.grid.stride = LAYERS_A_PANEL
        viewer.canvas.grid.spacing = 0.03
        viewer.canvas.grid.enabled = not self.arrangement.overlaid
        self.pointing = Pointing(self)
        self._links: list[tuple[Any, Callable[..., None]]] = [
            (session.current_changed, self.refresh),
            (session.cutouts_changed, self._pictures_are_new),
            (session.cutouts.changed, self._pictures_are_new),
            (session.cutouts.restretched, self._pictures_are_new),
            (session.labels_changed, self._recolour),
            (session.past_changed, self._recolour),
            (session.classes_changed, self._recolour),
            (viewer.canvas.events.size, self._resized),
            (viewer.canvas.events.background_color, self._repaper),
        ]
        for signal, slot in self._links:
            signal.connect(slot)
        self.refresh()

    def close(self) -> None:
        """Let go of the session and take the layers out of the viewer."""
        for signal, slot in self._links:
            signal.disconnect(slot)
        self._links.clear()
        self.pointing.close()
        self.camera.close()
        self._jobs.drop_all()
        self._beside.drop_all()
        before, self._panels = self._panels, {}
        self._lay_out(before.values())

    @property
    def panels(self) -> tuple[Panel, ...]:
        """In the order of the providers."""
        return tuple(self._panels.values())

    def is_given(self, panel: Panel) -> bool:
        """Whether a panel's picture comes from a provider, and is not made of others."""
        composite = self.arrangement.composite
        return composite is None or panel.name != composite.name

    @property
    def has_positions(self) -> bool:
        """Whether other sources of the field can be found."""
        roles = self.session.catalogue.roles
        known = roles.ra is not None and roles.dec is not None
        return known and len(self.session.catalogue) <= MOST_INDEXED

    @property
    def size(self) -> float | None:
        """Arcseconds a side of the field on show, as far as they are known."""
        if self.arrangement.size is not None:
            return self.arrangement.size
        cutouts = [one.picture.cutout for one in self.panels if one.picture is not None]
        sides = [
            one.pixel_scale * max(one.pixels.shape[:2])
            for one in cutouts
            if one.pixels is not None and one.pixel_scale
        ]
        return max(sides, default=None)

    def job(self, source: SourceId) -> Job[list[Picture]]:
        """Load the pictures of a source and make them ready to be shown."""
        return self._darkroom.job(source, self.arrangement.size, self.arrangement.composite)

    def refresh(self, *_: object) -> None:
        """Load and show the pictures of the current source."""
        current = self.session.current
        if current is None or not len(self.session.cutouts):
            self._jobs.drop("pictures")
            self._show([])
            return
        self._jobs.start("pictures", self.job(current), self._show)
        self._find_others()

    def _pictures_are_new(self, *_: object) -> None:
        self._darkroom.forget()
        self.refresh()

    def arrange(self, arrangement: Arrangement) -> None:
        """Lay the pictures out in another way."""
        before, self.arrangement = self.arrangement, arrangement
        if arrangement == before:
            return
        self.arrangement_changed.emit(arrangement)
        if arrangement.overlaid != before.overlaid:
            self.viewer.canvas.grid.enabled = not arrangement.overlaid
            self._apply_looks()
            self.whole()
        if arrangement.size != before.size:
            self.whole()
        loads = (arrangement.size, arrangement.composite) != (before.size, before.composite)
        if loads or (arrangement.sources and not before.sources):
            self.refresh()
        else:
            self._ring()
            self._draw()

    def resize(self, *, larger: bool) -> None:
        """Show the next plain angle more, or less, of the sky; for pictures of known scale."""
        now = self.size
        if now is not None:
            self.arrange(replace(self.arrangement, size=next_size(now, larger=larger)))

    def whole(self) -> None:
        """Show the whole pictures again."""
        self.camera.whole()

    def _find_others(self) -> None:
        """Index the catalogue's positions, once, when somebody wants to see them."""
        wanted = self.arrangement.sources and self.has_positions
        if self._indexing or self._darkroom.index is not None or not wanted:
            return
        self._indexing = True

        def done(index: SkyIndex) -> None:
            self._darkroom.index = index
            self._pictures_are_new()

        self._beside.start("index", sky_index_job(self.session.catalogue), done)

    def _show(self, pictures: list[Picture]) -> None:
        before = self._panels
        names = [one.name for one in pictures]
        changed = names != list(before)
        if changed:
            self._panels = {
                name: before.get(name) or Panel(name, self._note_look) for name in names
            }
        sides = world_sides([one.cutout for one in pictures])
        for picture, side in zip(pictures, sides, strict=True):
            panel = self._panels[picture.name]
            replaced = panel.take(picture, side)
            if replaced is not None and replaced in self.viewer.layers:
                self._exchange(replaced, panel)
        if changed:
            self._lay_out(before.values())
        self._say(pictures)
        if changed:
            self._resized()
        self._ring()
        self._draw()
        self.shown.emit()

    def _lay_out(self, before: Iterable[Panel]) -> None:
        """Have the layers of the panels in the viewer, in their order, and of no others."""
        layers, grid = self.viewer.layers, self.viewer.canvas.grid
        self._apply_looks()  # before napari's controls see the layers and move things
        # with the grid on, napari would lay everything out anew for each layer
        grid.enabled = False
        with self.camera.unheard():  # for a first layer, napari moves the camera
            take_out(self.viewer, [layer for panel in before for layer in panel.layers])
            layers.extend([layer for panel in self.panels for layer in panel.layers])
        grid.enabled = not self.arrangement.overlaid
        if self._panels:
            layers.selection.active = self.panels[0].image

    def _exchange(self, old: Any, panel: Panel) -> None:
        layers = self.viewer.layers
        place, active = layers.index(old), layers.selection.active is old
        layers.remove(old)
        layers.insert(place, panel.image)
        panel.apply(self.arrangement.look_of(panel.name), over=self._lies_over(panel))
        if active:
            layers.selection.active = panel.image

    def _say(self, pictures: list[Picture]) -> None:
        """A line instead of panels, where there are none."""
        some = len(self.session.cutouts) > 0
        words = "No source is shown" if some else "This catalogue has no pictures"
        say(self.viewer, "" if pictures else words)

    def _lies_over(self, panel: Panel) -> bool:
        return self.arrangement.overlaid and panel is not self.panels[0]

    def _apply_looks(self) -> None:
        for panel in self.panels:
            panel.apply(self.arrangement.look_of(panel.name), over=self._lies_over(panel))

    def _note_look(self, name: str) -> None:
        """Keep what the person has set in napari's controls."""
        panel = self._panels.get(name)
        if panel is None:
            return
        before = self.arrangement.look_of(name)
        look = panel.look(before, over=self._lies_over(panel))
        if look != before:
            self.arrangement = self.arrangement.with_look(name, look)
            self.arrangement_changed.emit(self.arrangement)

    def speaker(self, panel: Panel) -> Panel | None:
        """The panel whose picture a panel's marks are about; None where it has none.

        Overlaid, the marks of all lie on top, and are about the first picture that there is.
        """
        if not self.arrangement.overlaid:
            return panel
        if panel is not self.panels[-1]:
            return None
        there = [one for one in self.panels if one.picture and one.picture.shown is not None]
        known = [one for one in there if one.picture and one.picture.frame is not None]
        return next(iter(known or there), panel)

    def _ring(self) -> None:
        window = self.camera.window()
        for panel in self.panels:
            about = self.speaker(panel)
            picture = None if about is None else about.picture
            if about is None or picture is None or not self.arrangement.sources:
                panel.overlay.ring(np.empty((0, 2)), np.empty((0, 4), dtype=np.float32), window)
                continue
            colours = ring_colours(self.session, picture.neighbours, self._inks)
            panel.overlay.ring(about.world(picture.places), colours, window)

    def _recolour(self, *_: object) -> None:
        for panel in self.panels:
            about = self.speaker(panel)
            if about is not None and about.picture is not None and self.arrangement.sources:
                rows = about.picture.neighbours
                panel.overlay.recolour(ring_colours(self.session, rows, self._inks))

    def _draw(self) -> None:
        window, shown = self.camera.window(), self.arrangement
        seen = [one.name for one in self.panels if one.picture and one.picture.shown is not None]
        for panel in self.panels:
            about = self.speaker(panel)
            marked = Marked()
            if about is not None:
                marked = about.marked(
                    window,
                    crosshair=shown.crosshair,
                    scale=shown.scale,
                    sources=shown.sources,
                    names=tuple(seen) if shown.overlaid else None,
                )
            panel.overlay.draw(lay_out(marked, window.size), window, self._inks)

    def _resized(self, _: object = None) -> None:
        self.camera.fit(len(self._panels))

    def _repaper(self, _: object = None) -> None:
        self._inks = Inks.on(self.viewer.canvas.background_color)
        self._ring()
        self._draw()

    def panel_at(self, viewbox: tuple[int, int] | None) -> Panel | None:
        """The panel in a cell of the grid."""
        if not self._panels:
            return None
        if self.arrangement.overlaid:
            return self.speaker(self.panels[-1])
        if viewbox is None:
            return None
        columns = self.viewer.canvas.grid.actual_shape(self.viewer.layers)[1]
        number = viewbox[0] * columns + viewbox[1]
        return self.panels[number] if number < len(self.panels) else None
