"""Text sizes, colours of the theme, and what a dock shows when it has nothing to show."""

from __future__ import annotations

from typing import Any

from napari.utils.theme import get_theme
from qtpy.QtCore import Qt
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget
from superqt import QElidingLabel


def _text(words: str, scale: float, *, bold: bool = False, dim: bool = False) -> QLabel:
    label = QLabel(words)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * scale)
    font.setBold(bold)
    label.setFont(font)
    style = f"font-size: {font.pointSizeF():.1f}pt;"
    if bold:
        style += "font-weight: 600;"
    if dim:
        style += "color: palette(placeholder-text);"
    label.setStyleSheet(style)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def strong(words: str) -> QLabel:
    """A headline."""
    return _text(words, 1.45, bold=True)


def caption(words: str) -> QLabel:
    """A title within a dock."""
    return _text(words, 1.1, bold=True)


def small(words: str) -> QLabel:
    """An explanation beside something more important."""
    return _text(words, 0.95)


def one_line(like: QLabel | None = None) -> QElidingLabel:
    """A text that is cut where it does not fit; give it the whole as a tooltip.

    Parameters
    ----------
    like : QLabel, optional
        Whose font it has; by default that of an explanation.
    """
    line = QElidingLabel()
    model = like or small("")
    line.setFont(model.font())
    line.setStyleSheet(model.styleSheet())
    return line


def escaped(text: str) -> str:
    """The text for a button or a menu, where an ampersand would mark a key."""
    return text.replace("&", "&&")


def plain(words: str) -> QLabel:
    """A text that is shown as it is, whatever marks it has."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


class ThemeColours:
    """The colours of a napari theme, for what Qt style sheets do not reach.

    Attributes
    ----------
    background, foreground, text, secondary : QColor
    is_dark : bool
    """

    def __init__(self, viewer: Any) -> None:
        theme = get_theme(viewer.theme)
        self.background = QColor(theme.background.as_hex())
        self.foreground = QColor(theme.foreground.as_hex())
        self.text = QColor(theme.text.as_hex())
        self.secondary = QColor(theme.secondary.as_hex())
        self.is_dark = self.background.lightness() < 128


class EmptyState(QWidget):
    """Says why there is nothing here, and what to do about it.

    Parameters
    ----------
    title, what_to_do : str
    button : QWidget, optional
        Does it.
    """

    def __init__(self, title: str, what_to_do: str, button: QWidget | None = None) -> None:
        super().__init__()
        rows = QVBoxLayout(self)
        rows.addStretch(1)
        self._what_to_do = small(what_to_do)
        for label in (caption(title), self._what_to_do):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            rows.addWidget(label)
        if button is not None:
            rows.addSpacing(6)
            rows.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch(2)

    def say(self, what_to_do: str) -> None:
        """Say something else."""
        self._what_to_do.setText(what_to_do)

    @property
    def words(self) -> str:
        """What it says to do."""
        return self._what_to_do.text()
