"""Choosing one of some meanings, or a column, a feature or an expression by typing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QShowEvent, QWheelEvent
from qtpy.QtWidgets import QComboBox, QCompleter, QSizePolicy


class ChoiceBox(QComboBox):
    """A box that the wheel does not change, for it lies where one scrolls.

    Parameters
    ----------
    tip : str
        What is chosen.
    choices : mapping of str to str, optional
        From what the list says to the data of the item.
    """

    def __init__(self, tip: str = "", choices: Mapping[str, str] | None = None) -> None:
        super().__init__()
        for text, value in (choices or {}).items():
            self.addItem(text, value)
        self.setToolTip(tip)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802
        """Leave the wheel to what lies below."""
        if event is not None:
            event.ignore()


class NameBox(ChoiceBox):
    """Plain choices first, then names; other text can be typed.

    Parameters
    ----------
    tip : str
        What is chosen.
    prefix : str
        What stands before a name in the value, such as "column:".
    words : str
        What stands before a name in the list, such as "mean of ".
    """

    chosen = Signal(str)
    """The value, when a person has chosen another."""

    def __init__(self, tip: str, *, prefix: str = "", words: str = "") -> None:
        super().__init__(tip)
        self._prefix, self._words = prefix, words
        self._plain: dict[str, str] = {}
        self._names: frozenset[str] = frozenset()
        self._value = ""
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = self.completer()
        if completer is not None:
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.activated.connect(lambda _: self._typed())
        edit = self.lineEdit()
        assert edit is not None
        edit.editingFinished.connect(self._typed)

    def offer(self, names: Sequence[str], plain: Mapping[str, str] | None = None) -> None:
        """List choices.

        Parameters
        ----------
        names : sequence of str
            Columns and features.
        plain : mapping of str to str, optional
            Other choices: from what the list says to the value.
        """
        self._plain = dict(plain or {})
        self._names = frozenset(names)
        self.clear()
        self.addItems(list(self._plain))
        if self._plain and names:
            self.insertSeparator(self.count())
        self.addItems([self._text_of(self._prefix + name) for name in names])
        self.show_value(self._value)

    @property
    def value(self) -> str:
        """What was chosen, or shown, last."""
        return self._value

    def show_value(self, value: str) -> None:
        """Show a value without telling that it was chosen."""
        self._value = value
        text = self._text_of(value)
        if text != self.currentText():
            self.setCurrentText(text)
        edit = self.lineEdit()
        if edit is not None and not edit.hasFocus():
            edit.setCursorPosition(0)

    def _text_of(self, value: str) -> str:
        for text, plain in self._plain.items():
            if value == plain:
                return text
        name = value.removeprefix(self._prefix)
        if not name:
            return ""
        return f"{name} (column)" if self._clashes(name) else f"{self._words}{name}"

    def _clashes(self, name: str) -> bool:
        return not self._words and name in self._plain

    def _value_of(self, text: str) -> str:
        if text in self._plain:
            return self._plain[text]
        name = text.removeprefix(self._words).strip()
        if name.endswith(" (column)") and self._clashes(name.removesuffix(" (column)")):
            name = name.removesuffix(" (column)")
        return self._prefix + name

    def _typed(self) -> None:
        text = self.currentText().strip()
        if not text:
            self.show_value(self._value)
            return
        value = self._value_of(text)
        if value != self._value:
            self._value = value
            self.chosen.emit(value)

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802
        """Let the list of names that fit look like the window, whose child it is not."""
        super().showEvent(event)
        completer = self.completer()
        popup = None if completer is None else completer.popup()
        if popup is not None:
            popup.setStyleSheet(self.window().styleSheet())
