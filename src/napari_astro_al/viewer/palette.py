"""Colours and symbols: told apart by colour-blind eyes, readable on dark and light canvases.

Colours are (4,) or (n, 4) float32 RGBA in 0 to 1, as napari's Points take them without delay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Colours = npt.NDArray[np.float32]

CLASS_COLOURS = (
    "#56B4E9",  # sky blue
    "#E69F00",  # orange
    "#009E73",  # bluish green
    "#CC79A7",  # reddish purple
    "#D55E00",  # vermilion
    "#0072B2",  # blue
    "#B8A800",  # olive yellow
    "#7D6FD0",  # violet
    "#8C6D5A",  # brown
)
"""Okabe & Ito 2008, "Color universal design", without black, and with a yellow dark enough for a
white canvas. The first six are told apart with any one kind of cone missing; beyond, the symbols
help."""

CLASS_SYMBOLS = (
    "disc",
    "square",
    "diamond",
    "triangle_up",
    "cross",
    "triangle_down",
    "x",
    "clobber",
    "star",
)
"""napari's names of the markers, in the order of `CLASS_COLOURS`."""


@dataclass(frozen=True)
class Inks:
    """Colours that depend on the canvas's background.

    Attributes
    ----------
    dark : bool
        Whether the background is dark.
    paper : (4,) float32 ndarray
        The background itself, opaque.
    text, quiet : (4,) float32 ndarray
        Writing, and what stands back: ticks, frames.
    source : (4,) float32 ndarray
        A source without label or prediction.
    selected : (4,) float32 ndarray
        Outline of selected sources.
    ring, halo : (4,) float32 ndarray
        The ring around the current source and the line that sets it off from what lies below.
    """

    dark: bool
    paper: Colours
    text: Colours
    quiet: Colours
    source: Colours
    selected: Colours
    ring: Colours
    halo: Colours

    @classmethod
    def on(cls, background: npt.ArrayLike) -> Inks:
        """The inks for a background colour.

        Parameters
        ----------
        background : (3,) or (4,) array-like
            RGB or RGBA in 0 to 1, as ``viewer.canvas.background_color``.
        """
        paper = rgba(np.asarray(background, dtype=np.float32)[:3])
        dark = luminance(paper) < 0.2
        return cls(
            dark=dark,
            paper=paper,
            text=rgba("#D5DBE3" if dark else "#2B3138"),
            quiet=rgba("#6B7683" if dark else "#68727D"),
            source=rgba("#93A1B3" if dark else "#66717F", 0.6),
            selected=rgba("#FFFFFF" if dark else "#14181D", 0.95),
            ring=rgba("#FFD92F" if dark else "#C2185B"),
            halo=rgba("#000000" if dark else "#FFFFFF", 0.85),
        )


def rgba(colour: str | npt.ArrayLike, alpha: float | None = None) -> Colours:
    """One colour as RGBA.

    Parameters
    ----------
    colour : str or (3,) or (4,) array-like
        ``"#RRGGBB"``, a colour name that napari knows, or numbers in 0 to 1.
    alpha : float, optional
        Opacity in place of the colour's own.

    Raises
    ------
    ValueError
        If the text is no colour.
    """
    from napari.utils.color import ColorValue

    value = np.array(ColorValue(colour), dtype=np.float32)
    if alpha is not None:
        value[3] = alpha
    return value


def luminance(colour: npt.ArrayLike) -> float:
    """Relative luminance of an sRGB colour, 0 to 1 (WCAG 2.2, "relative luminance")."""
    rgb = np.asarray(colour, dtype=np.float64)[:3]
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


@dataclass(frozen=True)
class ClassStyle:
    """How one class is drawn: RGBA, and the name of napari's marker."""

    colour: Colours
    symbol: str


def class_styles(
    classes: Sequence[str], given: Mapping[str, str] | None = None
) -> dict[str, ClassStyle]:
    """A colour and a symbol for each class, by its place in the list.

    Parameters
    ----------
    classes : sequence of str
        In a fixed order. The negative of a class, such as ``"~QSO"``, takes its symbol and a
        greyed colour.
    given : mapping of str to str, optional
        Colours that the user chose.

    Returns
    -------
    dict of str to ClassStyle
    """
    chosen = given or {}
    positive = [name for name in classes if not name.startswith("~")]
    styles: dict[str, ClassStyle] = {}
    for number, name in enumerate(positive):
        given_or_own = chosen.get(name, CLASS_COLOURS[number % len(CLASS_COLOURS)])
        styles[name] = ClassStyle(rgba(given_or_own), CLASS_SYMBOLS[number % len(CLASS_SYMBOLS)])
    grey = rgba("#8E98A4")
    for name in classes:
        if name in styles:
            continue
        own = styles.get(name.removeprefix("~"))
        colour = rgba(chosen[name]) if name in chosen else grey
        styles[name] = ClassStyle(colour, own.symbol if own else "disc")
    return {name: styles[name] for name in classes}


def as_hex(colour: Any) -> str:
    """A colour as ``"#rrggbb"``, for widgets and files."""
    return "#" + "".join(f"{round(float(part) * 255):02x}" for part in rgba(colour)[:3])
