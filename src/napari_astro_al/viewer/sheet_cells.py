"""One cell of a contact sheet: a picture, its frame, its badge, and whether it is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.viewer.palette import luminance
from napari_astro_al.viewer.sheet_grid import GAP

Ink = tuple[int, int, int]
Pixels = npt.NDArray[np.uint8]

GROUND: Ink = (13, 15, 18)
"""Between the pictures."""
WAITING: Ink = (24, 27, 32)
"""Where a picture has not come yet."""
QUIET: Ink = (122, 132, 144)
"""Writing in a cell without a picture; frames of what is unsure or skipped."""
CURSOR: Ink = (255, 255, 255)
CURSOR_AWAY: Ink = (110, 118, 128)
"""The cursor, with and without the keyboard."""
CHOSEN: Ink = (255, 217, 47)

FRAME = 3
_RIM = GAP // 2
_TINT = 0.07
_DIM = 0.6


@dataclass(frozen=True)
class CellLook:
    """What a cell shows beside its picture.

    Attributes
    ----------
    name : str
        The source's id, written where there is no picture.
    frame : (int, int, int) or None
        Colour of the answer; None without one.
    badge : str
        The answer's key, in the upper left corner.
    note : str
        What the model says, in the lower right corner.
    dimmed : bool
        Whether the answer is that there is none: unsure, skipped.
    chosen, cursor, away : bool
        Whether the cell is chosen, has the cursor, and whether the keyboard is elsewhere.
    """

    name: str
    frame: Ink | None = None
    badge: str = ""
    note: str = ""
    dimmed: bool = False
    chosen: bool = False
    cursor: bool = False
    away: bool = False


def draw_cell(picture: Pixels | None, look: CellLook, side: int, *, missing: bool) -> Pixels:
    """A cell with its share of the gaps around it.

    Parameters
    ----------
    picture : (s, s, 3) uint8 ndarray or None
        Fitted to the side where its own is another.
    look : CellLook
    side : int
        Pixels of the picture.
    missing : bool
        Whether there is no picture, so that the id is written instead; otherwise it may still come.

    Returns
    -------
    (side + GAP, side + GAP, 3) uint8 ndarray
    """
    from PIL import Image, ImageDraw

    if picture is None:
        inner = Image.new("RGB", (side, side), WAITING)
        if missing:
            _write_name(ImageDraw.Draw(inner), look.name, side)
    else:
        inner = Image.fromarray(picture)
        if inner.size != (side, side):
            inner = inner.resize((side, side), Image.Resampling.BILINEAR)
    for toned, ink, share in ((look.dimmed, GROUND, _DIM), (look.chosen, CHOSEN, _TINT)):
        if toned:
            inner = Image.blend(inner, Image.new("RGB", inner.size, ink), share)
    draw = ImageDraw.Draw(inner)
    edge = side - 1
    if look.frame is not None:
        draw.rectangle((0, 0, edge, edge), outline=look.frame, width=FRAME)
    if look.chosen:
        inset = FRAME if look.frame is not None else 0
        draw.rectangle((inset, inset, edge - inset, edge - inset), outline=CHOSEN, width=2)
    if look.note:
        _write_note(draw, look.note, side)
    if look.badge:
        _write_badge(draw, look.badge, look.frame or QUIET, side)
    whole = Image.new("RGB", (side + GAP, side + GAP), GROUND)
    if look.cursor:
        ink = CURSOR_AWAY if look.away else CURSOR
        last = side + GAP - 1
        ImageDraw.Draw(whole).rectangle((0, 0, last, last), outline=ink, width=_RIM)
    whole.paste(inner, (_RIM, _RIM))
    return np.asarray(whole)


@lru_cache(maxsize=32)
def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _write_badge(draw: Any, text: str, ink: Ink, side: int) -> None:
    size = min(max(side // 5, 9), 15)
    width = max(size + 4, round(_font(size).getlength(text)) + 8)
    height = size + 4
    draw.rectangle((0, 0, width - 1, height - 1), fill=ink)
    dark = luminance(np.array(ink) / 255) > 0.18
    place = (width / 2, height / 2)
    draw.text(place, text, font=_font(size), anchor="mm", fill=(0, 0, 0) if dark else CURSOR)


def _write_note(draw: Any, text: str, side: int) -> None:
    size = min(max(side // 7, 8), 12)
    width = round(_font(size).getlength(text)) + 5
    right, bottom = side - 1 - FRAME, side - 1 - FRAME
    draw.rectangle((right - width, bottom - size - 2, right, bottom), fill=GROUND)
    place = (right - width / 2, bottom - size / 2 - 1)
    draw.text(place, text, font=_font(size), anchor="mm", fill=(213, 219, 227))


def _write_name(draw: Any, name: str, side: int) -> None:
    """The id, broken into lines that fit."""
    font = _font(min(max(side // 8, 8), 11))
    per_line = max(3, int((side - 8) / font.getlength("0")))
    lines = [name[start : start + per_line] for start in range(0, len(name), per_line)]
    text = "\n".join(lines[:4])
    draw.multiline_text(
        (side / 2, side / 2), text, font=font, anchor="mm", align="center", fill=QUIET, spacing=2
    )
