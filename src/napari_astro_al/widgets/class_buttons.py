"""A button a class, with its key, colour and count, and the three other answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import pairwise

from qtpy.QtCore import QPoint, Qt, Signal
from qtpy.QtGui import QColor, QIcon, QPainter, QPixmap
from qtpy.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from napari_astro_al.catalogue import SourceId
from napari_astro_al.learning import Task
from napari_astro_al.learning.questions import path_of
from napari_astro_al.session import Session
from napari_astro_al.viewer.palette import as_hex, class_styles
from napari_astro_al.widgets.labelling import Labelling
from napari_astro_al.widgets.style import escaped

WIDEST_ROW = 34
"""Characters of class names that fit side by side before a row is broken."""
LONGEST_NAME = 22
"""Characters of a class name on its button; the tooltip has the whole."""
BUTTON_HEIGHT = 34
NARROWEST = 64
SPACING = 4
SIGNS = {"Space": "␣", "Left": "←", "Right": "→"}


class ClassButtons(QWidget):
    """The answers.

    Parameters
    ----------
    labelling : Labelling
        What they do.
    """

    menu_wanted = Signal(str, QPoint)
    """A class and where on the screen its commands are wanted."""

    def __init__(self, labelling: Labelling) -> None:
        super().__init__()
        self._labelling = labelling
        self._buttons: dict[str, QPushButton] = {}
        self._coarse_buttons: dict[str, QPushButton] = {}
        self.after: tuple[str, ...] | None = None
        """Of answers to a question, the answers before it; None where the buttons are classes."""
        self._grid = QGridLayout()
        self._grid.setSpacing(SPACING)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addLayout(self._grid)
        self._coarse = QHBoxLayout()
        self._coarse.setSpacing(SPACING)
        rows.addLayout(self._coarse)
        others = QHBoxLayout()
        others.setSpacing(4)
        key = {name: SIGNS.get(one, one) for name, one in labelling.keys.items()}
        self.unsure = _plain(
            f"{key['unsure']}  Unsure", f"I cannot tell ({key['unsure']})", labelling.unsure
        )
        self.skip = _plain(f"{key['skip']}  Skip", f"Ask me later ({key['skip']})", labelling.skip)
        self.undo = _plain(
            f"{key['undo']}  Undo",
            f"Take back the last answer ({key['undo']}; {key['redo']} gives it again)",
            labelling.undo,
        )
        self.next = _plain(
            f"{key['next']}  Next",
            f"Show the next source without an answer ({labelling.keys['next']})",
            labelling.next,
        )
        for button in (self.unsure, self.skip, self.undo, self.next):
            others.addWidget(button)
        rows.addLayout(others)

    def set_classes(
        self,
        classes: tuple[str, ...],
        colours: Mapping[str, str] | None = None,
        coarse: Mapping[str, str] | None = None,
    ) -> None:
        """Make one button a class, in the order of the keys.

        Parameters
        ----------
        classes : tuple of str
        colours : mapping of str to str, optional
        coarse : mapping of str to str, optional
            Coarse labels and what each means, in words: buttons in a row of their own.
        """
        for layout in (self._grid, self._coarse):
            while layout.count():
                item = layout.takeAt(0)
                item.widget().hide()
                item.widget().deleteLater()
        self._buttons, self._coarse_buttons = {}, {}
        styles = class_styles(classes, colours)
        columns = _columns(classes)
        for place, name in enumerate(classes):
            button = QPushButton()
            if self.after is None:  # answers have no colour on the canvas
                button.setIcon(chip(QColor(as_hex(styles[name].colour))))
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setFixedHeight(BUTTON_HEIGHT)
            button.setMinimumWidth(NARROWEST)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            key = self._key(place, "no key: the first nine classes have one", "key {}")
            words = Task.words(name)
            button.setToolTip(
                f"Label the current source {words} ({key}); right click to rename, merge, group"
                if self.after is None
                else f"Answer {words} ({key})"
            )
            button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            button.customContextMenuRequested.connect(self._wanting(name, button))
            button.clicked.connect(_answering(self._labelling, place))
            self._grid.addWidget(button, place // columns, place % columns)
            self._buttons[name] = button
        for before, after in pairwise([self.next, *self._buttons.values()]):
            QWidget.setTabOrder(before, after)
        for name, meaning in (coarse or {}).items():
            button = _plain(short(Task.words(name)), meaning, _saying(self._labelling, name))
            button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            button.customContextMenuRequested.connect(self._wanting(name, button))
            self._coarse.addWidget(button)
            self._coarse_buttons[name] = button
        rows = -(-len(classes) // columns) if classes else 0
        lines = 2 if coarse else 1
        self.setMinimumHeight(
            rows * (BUTTON_HEIGHT + SPACING)
            + lines * self.unsure.sizeHint().height()
            + (lines + 1) * SPACING
        )
        self.updateGeometry()

    def _key(self, place: int, none: str, told: str) -> str:
        key = self._labelling.keys.get(f"class {place + 1}")
        return none if key is None else told.format(key)

    def _wanting(self, name: str, button: QPushButton) -> Callable[[QPoint], None]:
        return lambda place: self.menu_wanted.emit(name, button.mapToGlobal(place))

    def show_state(self, session: Session, current: SourceId | None) -> None:
        """Show counts, and which answer the current source has."""
        counts = Counter(session.shown_labels.labelled()[1])
        given = None if current is None else session.shown_labels.label_of(current)
        given = None if session.hides_label(current) else given
        if self.after is not None:
            counts, given = counted_after(counts, self.after), answered_after(given, self.after)
        for place, (name, button) in enumerate(self._buttons.items()):
            key = self._key(place, "", "{}  ")
            button.setText(f"{key}{escaped(short(Task.words(name)))}   {int(counts.get(name, 0))}")
            font = button.font()
            font.setBold(name == given)
            button.setFont(font)
            button.setEnabled(current is not None)
        for name, button in self._coarse_buttons.items():
            button.setText(f"{escaped(short(Task.words(name)))}   {int(counts.get(name, 0))}")
            font = button.font()
            font.setBold(name == given)
            button.setFont(font)
        for button in (self.unsure, self.skip, *self._coarse_buttons.values()):
            button.setEnabled(current is not None)
        self.undo.setEnabled(session.book.undoable is not None)


def counted_after(counts: Counter[str], after: tuple[str, ...]) -> Counter[str]:
    """How many labels, by how many each has, go on with each answer after some answers."""
    found: Counter[str] = Counter()
    for label, n in counts.items():
        answer = answered_after(label, after)
        if answer is not None:
            found[answer] += n
    return found


def answered_after(label: str | None, after: tuple[str, ...]) -> str | None:
    """The answer that a label goes on with after some answers; None where it does not."""
    path = () if label is None else path_of(label)
    return path[len(after)] if len(path) > len(after) and path[: len(after)] == after else None


def _columns(classes: tuple[str, ...]) -> int:
    longest = max((len(short(name)) for name in classes), default=1) + 8
    return max(1, min(len(classes), 4, (WIDEST_ROW + 14) // longest))


def short(name: str) -> str:
    """A class name that fits on a button."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _plain(text: str, tip: str, action: object) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setMinimumWidth(NARROWEST)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(lambda: action())  # type: ignore[operator]
    return button


def _answering(labelling: Labelling, place: int) -> object:
    return lambda: labelling.answer(place)


def _saying(labelling: Labelling, label: str) -> object:
    return lambda: labelling.say(label)


def chip(colour: QColor) -> QIcon:
    """A disc of a colour."""
    pixmap = QPixmap(24, 24)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(colour)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(4, 4, 16, 16)
    painter.end()
    return QIcon(pixmap)
