"""A sentence in the middle of a canvas that has nothing else to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napari.components import ViewerModel


def say(viewer: ViewerModel, words: str) -> None:
    """Write a sentence in the middle of a canvas; an empty one takes it away."""
    overlay = viewer.canvas.overlays.text
    if words:
        overlay.text = words
        overlay.position = "middle_center"
        overlay.box = False
    overlay.visible = bool(words)
