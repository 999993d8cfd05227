"""What is written in a cell of a confusion matrix: as much as fits, alike in every cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qtpy.QtGui import QFont, QFontMetricsF

from napari_astro_al.session.curves import Confusion

PER_CENT = "\N{NARROW NO-BREAK SPACE}%"


@dataclass(frozen=True)
class Part:
    """A piece of writing, so many pixels below the middle of its cell."""

    text: str
    font: QFont
    down: float = 0.0


@dataclass(frozen=True)
class CellText:
    """A way of writing.

    Attributes
    ----------
    parts : callable
        The writing for so many sources out of so many in the row.
    signed : bool
        Whether shares carry their per cent sign; where not, something else must say it.
    """

    parts: Callable[[int, int], list[Part]]
    signed: bool = True

    def fits(self, matrix: Confusion, width: float, height: float) -> bool:
        """Whether every cell of a matrix has room, given the pixels that each one has."""
        return all(
            _fit(self.parts(int(count), int(counts.sum())), width, height)
            for counts in matrix.counts
            for count in counts
        )


def cell_text(font: QFont, matrix: Confusion, width: float, height: float) -> CellText:
    """The way of writing that says most of those for which every cell has room.

    Parameters
    ----------
    font : QFont
        The widget's.
    matrix : Confusion
    width, height : float
        Of a cell, in pixels.
    """
    small, smaller = _scaled(font, 0.83), _scaled(font, 0.69)
    bold = _scaled(font, 0.92)
    bold.setBold(True)
    ways = (
        CellText(_in_two_lines(bold, small)),
        CellText(_in_one_line(small)),
        CellText(_share_only(small)),
        CellText(_bare_share(small), signed=False),
        CellText(_bare_share(smaller), signed=False),
    )
    fitting = (way for way in ways if way.fits(matrix, width, height))
    return next(fitting, CellText(lambda count, of: []))


def percent(count: int, of: int) -> str:
    """A share in whole per cent that says neither "none" nor "all" where that is not so."""
    if of == 0:
        return "–"
    share = 100 * count / of
    if 0 < share < 0.5:
        return f"<1{PER_CENT}"
    if 99.5 <= share < 100:
        return f">99{PER_CENT}"
    return f"{share:.0f}{PER_CENT}"


def _nothing(of: int) -> str:
    return "0" if of else "–"


def _in_two_lines(bold: QFont, small: QFont) -> Callable[[int, int], list[Part]]:
    half = QFontMetricsF(bold).height() / 2

    def parts(count: int, of: int) -> list[Part]:
        if count == 0:
            return [Part(_nothing(of), small)]
        return [Part(f"{count:,}", bold, -half), Part(percent(count, of), small, half)]

    return parts


def _in_one_line(small: QFont) -> Callable[[int, int], list[Part]]:
    return lambda count, of: [
        Part(f"{count:,} · {percent(count, of)}" if count else _nothing(of), small)
    ]


def _share_only(small: QFont) -> Callable[[int, int], list[Part]]:
    return lambda count, of: [Part(percent(count, of) if count else _nothing(of), small)]


def _bare_share(small: QFont) -> Callable[[int, int], list[Part]]:
    return lambda count, of: [
        Part(percent(count, of).removesuffix(PER_CENT) if count else _nothing(of), small)
    ]


def _fit(parts: list[Part], width: float, height: float) -> bool:
    for part in parts:
        metrics = QFontMetricsF(part.font)
        needed = 2 * (metrics.height() + 2) if len(parts) > 1 else metrics.capHeight() + 2
        if metrics.horizontalAdvance(part.text) > width - 2 or needed > height:
            return False
    return True


def _scaled(font: QFont, scale: float) -> QFont:
    scaled = QFont(font)
    scaled.setPointSizeF(font.pointSizeF() * scale)
    return scaled
