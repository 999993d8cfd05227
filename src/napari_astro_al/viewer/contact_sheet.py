"""A contact sheet: a page of pictures side by side, as one Image layer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from napari_astro_al.catalogue import SourceId
from napari_astro_al.session import Session
from napari_astro_al.session.sheets import Page
from napari_astro_al.viewer.colouring import styles_of
from napari_astro_al.viewer.layers import METADATA_KEY, put_image
from napari_astro_al.viewer.palette import rgba
from napari_astro_al.viewer.sheet_cells import GROUND, QUIET, CellLook, Ink, draw_cell, write_words
from napari_astro_al.viewer.sheet_choice import Choice
from napari_astro_al.viewer.sheet_grid import SheetGrid
from napari_astro_al.viewer.sheet_pictures import Pictures, SheetPictures
from napari_astro_al.viewer.stage import Later, RunJob, call_now, run_now

if TYPE_CHECKING:
    from napari.components import ViewerModel

UNSURE_BADGE, SKIPPED_BADGE, COARSE_BADGE = "U", "S", "~"

ZOOMS = (1.0, 1.5, 2.0, 3.0, 4.0)
"""How far one may look into the middle of the pictures."""


class ContactSheet:
    """Draws a page, what was answered on it, and what is chosen.

    World coordinates are the pixels of the canvas, so that writing and thin lines are sharp. The
    frames are those of the ledger: whatever labels a source, its cell shows it.

    Parameters
    ----------
    viewer : ViewerModel
        A model of its own; its camera stands still.
    session : Session
        Whose sources are pictured.
    run : callable, optional
        ``run(job, done)``, as for `FeatureSpace`.
    later : callable, optional
        ``later(callback)`` calls back once the canvas's size has been the same for a while.

    Attributes
    ----------
    page : Page or None
        What is shown.
    following : Page or None
        What is read ahead.
    grid : SheetGrid
        Where the cells are.
    zoom : float
        One of `ZOOMS`: the middle of each picture is shown so many times larger.
    """

    choice_changed = Signal(object)
    """The new `Choice`."""
    changed_zoom = Signal(float)
    """The new zoom."""
    show_wanted = Signal(object)
    """A source that every view is to show."""
    flip_wanted = Signal(int)
    """A cell whose answer is to become the next class."""

    def __init__(
        self,
        viewer: ViewerModel,
        session: Session,
        *,
        run: RunJob = run_now,
        later: Later = call_now,
    ) -> None:
        from napari.layers import Image

        self.viewer = viewer
        self.session = session
        self.page: Page | None = None
        self.following: Page | None = None
        self.zoom = ZOOMS[0]
        self._later = later
        self._choice = Choice(0, 1)
        self._has_keys = False
        self._words = ""
        self._held: set[int] | None = None
        self._pictures: dict[SourceId, npt.NDArray[np.uint8] | None] = {}
        self._reader = SheetPictures(session.cutouts, run)
        self.grid = SheetGrid.fitted(1, 1, viewer.canvas.size)
        self._pixels = self._blank()
        self._layer = Image(
            self._pixels,
            rgb=True,
            name="contact sheet",
            axis_labels=("y", "x"),
            interpolation2d="nearest",
            metadata={METADATA_KEY: {"role": "contact sheet"}},
        )
        viewer.layers.append(self._layer)
        viewer.scene.camera.mouse_pan = viewer.scene.camera.mouse_zoom = False
        self._links: list[tuple[Any, Any]] = [
            (session.labels_changed, self._labels_changed),
            (session.past_changed, self._labels_changed),
            (session.classes_changed, self.redraw),
            (session.cutouts.changed, self._read),
            (viewer.canvas.events.size, self._resized),
        ]
        for signal, slot in self._links:
            signal.connect(slot)
        self._fit_camera()

    def close(self) -> None:
        """Let go of the session and take the layer out of the viewer."""
        self._reader.stop()
        for signal, slot in self._links:
            signal.disconnect(slot)
        self._links.clear()
        if self._layer in self.viewer.layers:
            self.viewer.layers.remove(self._layer)

    @property
    def choice(self) -> Choice:
        """The cells that an answer is for."""
        return self._choice

    @choice.setter
    def choice(self, choice: Choice) -> None:
        before, self._choice = self._choice, choice
        if choice == before:
            return
        moved = {before.cursor, choice.cursor} | (before.chosen ^ choice.chosen)
        self._paint(moved)
        self.choice_changed.emit(choice)

    @property
    def sources(self) -> tuple[SourceId, ...]:
        """The sources that an answer is for."""
        return () if self.page is None else tuple(self.page.sources[c] for c in self._choice.cells)

    @property
    def reading(self) -> bool:
        """Whether pictures of the page are still to come."""
        return self._reader.reading

    def show(self, page: Page | None, following: Page | None = None, *, words: str = "") -> None:
        """Show a page, with the cursor in its first open cell, and read the one after it ahead.

        Parameters
        ----------
        page, following : Page, optional
        words : str
            What is written in place of pictures, where there are none.
        """
        self.page, self.following, self._words = page, following, words
        n, columns = (0, 1) if page is None else (len(page), page.columns)
        self._choice = Choice(n, columns)
        first = next(iter(self.open_cells()), 0)
        self._choice = self._choice.to(first)
        self._lay_out()
        self.choice_changed.emit(self._choice)

    def follow_with(self, following: Page | None) -> None:
        """Read another page ahead."""
        self.following = following
        self._read()

    def zoom_to(self, zoom: float) -> None:
        """Look into the middle of every picture."""
        if zoom != self.zoom:
            self.zoom = zoom
            self._pictures = {one: got for one, got in self._pictures.items() if got is None}
            self._read()
            self.changed_zoom.emit(zoom)

    def zoom_by(self, steps: int) -> None:
        """Look farther into the pictures, or less far, by so many steps of `ZOOMS`."""
        place = ZOOMS.index(self.zoom) + steps
        self.zoom_to(ZOOMS[min(max(place, 0), len(ZOOMS) - 1)])

    def has_keys(self, has: bool) -> None:
        """Say whether the keyboard is here: elsewhere, the cursor stands back."""
        if has is not self._has_keys:
            self._has_keys = has
            self._paint([self._choice.cursor])

    def open_cells(self) -> list[int]:
        """The cells without an answer, in order."""
        if self.page is None:
            return []
        return [
            cell
            for cell, source in enumerate(self.page.sources)
            if self.session.book.state_of(source) not in ("labelled", "unsure", "skipped")
        ]

    def cell_at(self, position: Any) -> int | None:
        """The cell of a source at a position of napari's, (y, x)."""
        cell = self.grid.at(*map(float, tuple(position)[-2:]))
        return cell if cell is not None and cell < self._choice.n else None

    def redraw(self, *_: object) -> None:
        """Draw all cells anew."""
        self._paint(range(self._choice.n))

    def _labels_changed(self, sources: Iterable[SourceId]) -> None:
        if self.page is not None:
            cells = self.page.cells
            self._paint(cells[one] for one in sources if one in cells)

    def _resized(self, _: object = None) -> None:
        self._fit_camera()
        self._later(self._lay_out)

    def _lay_out(self) -> None:
        """Make the grid for the page and the canvas, draw what there is, read what there is not."""
        page = self.page
        rows, columns = (1, 1) if page is None else (page.rows, page.columns)
        grid = SheetGrid.fitted(rows, columns, self.viewer.canvas.size)
        same = grid == self.grid
        self.grid = grid
        kept = () if page is None else page.sources
        self._pictures = {one: self._pictures[one] for one in kept if one in self._pictures}
        if not same:
            self._pixels = self._blank()
            put_image(self._layer, self._pixels, {"scale": (1, 1), "translate": (0, 0)})
            self._fit_camera()
        else:
            self._pixels[:] = GROUND
        if self._words:
            write_words(self._pixels, self._words)
        self.redraw()
        self._read()

    def _blank(self) -> npt.NDArray[np.uint8]:
        return np.full((self.grid.height, self.grid.width, 3), GROUND, dtype=np.uint8)

    def _read(self, *_: object) -> None:
        page, following = self.page, self.following
        if page is None or not len(self.session.cutouts):
            self._reader.stop()
            return
        side = self.grid.side
        wanted = [one for one in page.sources if not self._is_sharp(one, side)]
        ahead = () if following is None else following.sources
        self._reader.read(wanted, side, self._take, zoom=self.zoom, ahead=ahead)

    def _is_sharp(self, source: SourceId, side: int) -> bool:
        picture = self._pictures.get(source)
        return picture is not None and len(picture) == side

    def _take(self, pictures: Pictures) -> None:
        if self.page is None:
            return
        self._pictures.update(pictures)
        cells = self.page.cells
        self._paint(cells[one] for one in pictures if one in cells)

    def _fit_camera(self) -> None:
        height, width = self.viewer.canvas.size
        camera = self.viewer.scene.camera
        camera.center = ((self.grid.height - 1) / 2, (self.grid.width - 1) / 2)
        camera.zoom = max(min(height / self.grid.height, width / self.grid.width), 1e-3)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Draw what changes within only once, at the end."""
        self._held = set()
        try:
            yield
        finally:
            cells, self._held = self._held, None
            self._paint(cells)

    def _paint(self, cells: Iterable[int]) -> None:
        if self._held is not None:
            self._held.update(cells)
            return
        if self.page is None:
            self._layer.refresh(thumbnail=False, highlight=False, extent=False)
            return
        inks = self._inks()
        for cell in cells:
            if not 0 <= cell < self._choice.n:
                continue
            source = self.page.sources[cell]
            picture = self._pictures.get(source)
            missing = source in self._pictures and picture is None
            look = self._look(cell, inks)
            down, across = self.grid.box(cell)
            drawn = draw_cell(picture, look, self.grid.side, missing=missing)
            part = self._pixels[max(down.start, 0) : down.stop, max(across.start, 0) : across.stop]
            part[:] = drawn[: part.shape[0], : part.shape[1]]
        self._layer.refresh(thumbnail=False, highlight=False, extent=False)

    def _inks(self) -> dict[str, tuple[Ink, str]]:
        """Colour and key of each answer."""
        classes = self.session.classes
        inks = {}
        for name, style in styles_of(self.session).items():
            key = COARSE_BADGE if name not in classes else str(classes.index(name) + 1)
            red, green, blue = (round(255 * float(part)) for part in rgba(style.colour)[:3])
            inks[name] = ((red, green, blue), key)
        return inks

    def _note(self, page: Page, cell: int, inks: dict[str, tuple[Ink, str]]) -> str:
        """How sure the model is, and of what where that differs from cell to cell."""
        if not page.probability:
            return ""
        sure = f"{page.probability[cell]:.0%}"
        said = inks.get(page.predicted[cell])
        return sure if page.draw.of or said is None else f"{said[1]} {sure}"

    def _look(self, cell: int, inks: dict[str, tuple[Ink, str]]) -> CellLook:
        page, choice = self.page, self._choice
        assert page is not None
        source = page.sources[cell]
        state = self.session.shown_labels.state_of(source)
        frame, badge = None, ""
        if state == "labelled":
            frame, badge = inks.get(
                self.session.shown_labels.label_of(source) or "", (QUIET, COARSE_BADGE)
            )
        elif state in ("unsure", "skipped"):
            frame, badge = QUIET, UNSURE_BADGE if state == "unsure" else SKIPPED_BADGE
        return CellLook(
            name=str(source),
            frame=frame,
            badge=badge,
            note=self._note(page, cell, inks),
            dimmed=state in ("unsure", "skipped"),
            chosen=cell in choice.chosen,
            cursor=cell == choice.cursor,
            away=not self._has_keys,
        )
