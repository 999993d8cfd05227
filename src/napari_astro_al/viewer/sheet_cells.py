"""One cell of a contact sheet: a picture, its frame, its badge, and whether it is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from textwrap import wrap
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
HEADLINE: Ink = (213, 219, 227)
CURSOR: Ink = (255, 255, 255)
CURSOR_AWAY: Ink = (110, 118, 128)
"""The cursor, with and without the keyboard."""
CHOSEN: Ink = (255, 217, 47)

FRAME = 3
FRAME_IN_SMALL = 2
SMALL = 36
"""Below so many pixels a side there is room for the picture and a small badge only."""
_RIM = GAP // 2
_TINT = 0.07
_DIM = 0.6
_MOST_LINES = 2


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
    edge, frame = side - 1, FRAME if side >= SMALL else FRAME_IN_SMALL
    if look.frame is not None:
        draw.rectangle((0, 0, edge, edge), outline=look.frame, width=frame)
    if look.chosen:
        inset = frame if look.frame is not None else 0
        draw.rectangle((inset, inset, edge - inset, edge - inset), outline=CHOSEN, width=2)
    if look.note and side >= SMALL:
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


def write_words(ground: Pixels, words: str) -> None:
    """Write lines in the middle of a picture, the first one as a headline; in place."""
    from PIL import Image, ImageDraw

    height, width = ground.shape[:2]
    image = Image.fromarray(ground)
    draw = ImageDraw.Draw(image)
    lines = [
        (line, size, ink)
        for place, part in enumerate(words.split("\n"))
        for size, ink in [(15, HEADLINE) if place == 0 else (13, QUIET)]
        for line in wrap(part, max(12, int((width - 40) / (0.55 * size))))
    ]
    top = height / 2 - sum(1.6 * size for _, size, _ in lines) / 2
    for line, size, ink in lines:
        top += 1.6 * size
        draw.text((width / 2, top), line, font=_font(size), anchor="ms", fill=ink)
    ground[:] = np.asarray(image)


@lru_cache(maxsize=32)
def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _write_badge(draw: Any, text: str, ink: Ink, side: int) -> None:
    size = min(max(side // 5, 8), 15)
    room = 4 if side >= SMALL else 1
    width = max(size, round(_font(size).getlength(text)) + 2) + room
    height = size + room
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
    draw.text(place, text, font=_font(size), anchor="mm", fill=HEADLINE)


def _write_name(draw: Any, name: str, side: int) -> None:
    """The id in lines that fit, or a cross where it is too long."""
    font = _font(min(max(side // 8, 8), 11))
    per_line = max(1, int((side - 8) / font.getlength("0")))
    lines = [name[start : start + per_line] for start in range(0, len(name), per_line)]
    if len(lines) > _MOST_LINES:
        low, high = side / 2 - 4, side / 2 + 4
        draw.line((low, low, high, high), fill=QUIET)
        draw.line((low, high, high, low), fill=QUIET)
        return
    text = "\n".join(lines)
    draw.multiline_text(
        (side / 2, side / 2), text, font=font, anchor="mm", align="center", fill=QUIET, spacing=2
    )
