"""How wide writing on the canvas is."""

from __future__ import annotations

FONT_POINTS = 8
"""Size of all writing."""

LONGEST_NAME = 18
"""Characters; a longer name in the legend ends with an ellipsis."""

_EM = 13.5
"""Canvas pixels of `FONT_POINTS` on most screens; text is placed by its estimated width, because
only the graphics layer below napari's models can measure it."""

_WIDTHS = {
    **dict.fromkeys(".,:;'|!iljI ", 0.31),
    **dict.fromkeys("()[]-ftr/", 0.39),
    **dict.fromkeys("mwMW%+\N{MINUS SIGN}\N{HORIZONTAL ELLIPSIS}", 0.86),
}
_WIDTH = 0.635


def text_width(text: str) -> float:
    """Roughly how wide a text is drawn, in canvas pixels."""
    return sum(_WIDTHS.get(c, _WIDTH) for c in text) * _EM


def elided(name: str, longest: int = LONGEST_NAME) -> str:
    """A name that fits: its end replaced by an ellipsis where it is long."""
    if len(name) <= longest:
        return name
    return name[: longest - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
