"""The mouse on a contact sheet: cells are chosen by clicks and drags."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_astro_al.viewer.picking import DRAG_PIXELS, Gesture

if TYPE_CHECKING:
    from napari_astro_al.viewer.contact_sheet import ContactSheet

LEFT, RIGHT = 1, 2


class SheetMouse:
    """Moves the cursor of a contact sheet, chooses cells, and passes on what is wanted of them.

    A click moves the cursor. With Shift it chooses a block from the cursor on, with Control
    (Command on macOS) it chooses a cell or not any more; a drag chooses what its rectangle touches,
    with Control beside what is chosen. A double click shows the source in all views, a right click
    makes its answer the next class, the wheel looks into the middle of the pictures.

    Parameters
    ----------
    sheet : ContactSheet
    hover : callable, optional
        Called with the cell under the mouse, or None.
    """

    def __init__(
        self, sheet: ContactSheet, hover: Callable[[int | None], object] | None = None
    ) -> None:
        self._sheet = sheet
        self._hover = hover
        model = sheet.viewer
        self._ours = (
            (model.mouse_drag_callbacks, self.on_press),
            (model.mouse_double_click_callbacks, self.on_double_click),
            (model.mouse_move_callbacks, self.on_move),
            (model.mouse_wheel_callbacks, self.on_wheel),
        )
        for callbacks, ours in self._ours:
            callbacks.append(ours)

    def close(self) -> None:
        """Listen no more."""
        for callbacks, ours in self._ours:
            if ours in callbacks:
                callbacks.remove(ours)

    def on_press(self, _: Any, event: Any) -> Gesture:
        """For the viewer's ``mouse_drag_callbacks``."""
        event.handled = True
        sheet = self._sheet
        cell = sheet.cell_at(event.position)
        if event.button == RIGHT:
            if cell is not None:
                sheet.flip_wanted.emit(cell)
            return
        if event.button == LEFT:
            yield from self._choose(event, cell)

    def _choose(self, event: Any, cell: int | None) -> Gesture:
        sheet, before = self._sheet, self._sheet.choice
        add = "Control" in event.modifiers
        start, first = np.asarray(event.pos, dtype=np.float64), tuple(event.position)[-2:]
        if cell is not None:
            if add:
                sheet.choice = before.toggled(cell)
            else:
                sheet.choice = before.to(cell, extend="Shift" in event.modifiers)
        base = before if add else sheet.choice
        yield
        dragged = False
        while event.type == "mouse_move":
            event.handled = True
            pulled = np.hypot(*(np.asarray(event.pos, dtype=np.float64) - start))
            dragged = dragged or bool(pulled > DRAG_PIXELS)
            if dragged:
                last = tuple(event.position)[-2:]
                # within the cell that it began in, it is a click with an unsteady hand
                touched = sheet.grid.between(first, last)
                if len(touched) > 1:
                    sheet.choice = base.choosing(touched, add=add)
            yield

    def on_double_click(self, _: Any, event: Any) -> None:
        """For the viewer's ``mouse_double_click_callbacks``."""
        event.handled = True
        cell = self._sheet.cell_at(event.position)
        if cell is not None and self._sheet.page is not None:
            self._sheet.show_wanted.emit(self._sheet.page.sources[cell])

    def on_wheel(self, _: Any, event: Any) -> None:
        """For the viewer's ``mouse_wheel_callbacks``."""
        event.handled = True
        turned = float(event.delta[1])
        if turned:
            self._sheet.zoom_by(1 if turned > 0 else -1)

    def on_move(self, _: Any, event: Any) -> None:
        """For the viewer's ``mouse_move_callbacks``."""
        if self._hover is not None:
            self._hover(self._sheet.cell_at(event.position))
