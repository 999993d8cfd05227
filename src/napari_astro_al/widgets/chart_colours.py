"""Colours of charts, mixed from those of napari's theme."""

from __future__ import annotations

from dataclasses import dataclass

from qtpy.QtGui import QColor

from napari_astro_al.viewer.palette import luminance
from napari_astro_al.widgets.style import ThemeColours


@dataclass(frozen=True)
class ChartColours:
    """What charts are drawn in.

    Attributes
    ----------
    paper : QColor
        Background.
    ink, quiet, grid : QColor
        Writing and the main line; tick labels; lines to read values by.
    right, wrong : QColor
        Sources that a model took for what they are, and for something else. Blue and orange, told
        apart by colour-blind eyes.
    """

    paper: QColor
    ink: QColor
    quiet: QColor
    grid: QColor
    right: QColor
    wrong: QColor

    @classmethod
    def of(cls, theme: ThemeColours) -> ChartColours:
        """The colours that go with a theme."""
        return cls(
            paper=theme.background,
            ink=theme.text,
            quiet=mixed(theme.background, theme.text, 0.68),
            grid=mixed(theme.background, theme.text, 0.16),
            right=QColor("#5AA9E0" if theme.is_dark else "#1F6FB2"),
            wrong=QColor("#E2843B" if theme.is_dark else "#C65A11"),
        )


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """A colour between two: the first at a share of 0, the second at 1."""
    parts = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)
    return QColor(*(round(a + (b - a) * share) for a, b in parts))


def readable_on(paper: QColor) -> QColor:
    """Black or white writing, whichever stands out more from a background."""
    light = luminance(paper.getRgbF()[:3])
    return QColor("#101418") if (light + 0.05) ** 2 > 0.05 * 1.05 else QColor("#FFFFFF")
