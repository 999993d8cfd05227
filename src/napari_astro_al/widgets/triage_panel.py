"""Beside a contact sheet: what it shows, the answers with their keys, and the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QColor
from qtpy.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.learning import Task
from napari_astro_al.session import Session
from napari_astro_al.session.sheets import LARGEST, SMALLEST, Draw
from napari_astro_al.viewer.colouring import styles_of
from napari_astro_al.viewer.contact_sheet import ZOOMS
from napari_astro_al.viewer.palette import as_hex
from napari_astro_al.widgets.class_buttons import chip, short
from napari_astro_al.widgets.style import caption, escaped, one_line, small
from napari_astro_al.widgets.triaging import Triaging

WIDTH = 240
BUTTON_HEIGHT = 27
KINDS = {
    "batch": ("Asked next", "What the query strategy asks for next, best first"),
    "confident": ("Most confident of", "What the model is most sure is of a class"),
    "doubtful": ("Most doubtful of", "What the model doubts most: of a class, or of all"),
    "random": ("Random draw", "Sources of the pool by chance: a fair sample"),
    "selection": ("Selected", "The selected sources"),
    "set": ("Set", "A named set of sources"),
}
ANY_CLASS = "all classes"
ONE_COLUMN = 9
"""Classes that have a button each below one another; more are laid out in two columns."""


class TriagePanel(QWidget):
    """Choices, buttons and words; it keeps no state but that of its choosers."""

    draw_wanted = Signal()
    """Something else is to be shown."""
    size_wanted = Signal(int)
    """Cells a side."""
    zoom_wanted = Signal(float)
    """How far to look into the pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self._triaging: Triaging | None = None
        self._filling = False
        self._seed = 0
        self._buttons: dict[str, QPushButton] = {}
        self._make_choosers()
        self.chosen = caption("")
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        self.unsure = self._button("U  Unsure", "I cannot tell (U)", "unsure")
        self.skip = self._button("S  Skip", "Ask me later (S)", "skip")
        self.rest = self._button(
            "R  The rest",
            "Choose every cell of this page without an answer; the next answer is for all (R)",
            "choose_rest",
        )
        self.flip = self._button(
            "F  Flip", "Make the answer the next class (F, or right click on a cell)", "flip"
        )
        self.undo = self._button("Z  Undo", "Take back the last step (Z; Shift-Z again)", "undo")
        self.look = self._button("␣  Show", "Show the source in all views (space)", "show")
        self.message = small("")
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.message.setMinimumHeight(2 * self.message.fontMetrics().lineSpacing())
        self.cell = one_line()
        self.before = self._button("◀", "The page before (PageUp)", "page_before")
        self.before.setFixedWidth(36)
        self.page = small("")
        self.page.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.next = self._button(
            "⏎  Next page", "The next page; after the last, draw anew (Enter)", "next_page"
        )
        self._lay_out()

    def _make_choosers(self) -> None:
        self.kind, self.of = QComboBox(), QComboBox()
        for key, (words, tip) in KINDS.items():
            self.kind.addItem(words, key)
            self.kind.setItemData(self.kind.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.kind.setToolTip("What the sheet shows")
        self.of.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.of.setMinimumContentsLength(5)
        self.size = QSpinBox()
        self.size.setRange(SMALLEST, LARGEST)
        self.size.setValue(8)
        self.size.setToolTip(f"Cells a side, {SMALLEST} to {LARGEST}")
        self.size.setKeyboardTracking(False)
        self.zoom = QComboBox()
        for zoom in ZOOMS:
            self.zoom.addItem(f"{zoom:g}×", zoom)
        self.zoom.setToolTip("How far to look into the middle of the pictures (wheel, + and -)")
        self.again = QPushButton("Draw anew")
        self.again.setToolTip("Draw again with the newest model; a random draw by another chance")
        self.again.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.answered, self.held_out = QCheckBox("answered"), QCheckBox("held out")
        self.answered.setToolTip("Show labelled and unsure sources too, to look at them again")
        self.held_out.setToolTip(
            "Show sources too that are held out for scoring: a label corrects what they are "
            "scored against, and never trains"
        )
        for chooser in (self.kind, self.of, self.zoom, self.answered, self.held_out):
            chooser.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # the mouse leaves keys to the sheet
        for box in (self.answered, self.held_out):
            box.toggled.connect(self._want)
        self.kind.currentIndexChanged.connect(self._kind_chosen)
        self.of.currentIndexChanged.connect(self._want)
        self.size.valueChanged.connect(self.size_wanted)
        self.zoom.currentIndexChanged.connect(
            lambda _: None if self._filling else self.zoom_wanted.emit(self.zoom.currentData())
        )
        self.again.clicked.connect(lambda _: self._draw_again())

    def _button(self, text: str, tip: str, verb: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _: self._do(verb))
        return button

    def _do(self, verb: str, *values: Any) -> None:
        if self._triaging is not None:
            getattr(self._triaging, verb)(*values)

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 4, 2, 2)
        rows.setSpacing(6)
        rows.addWidget(self.kind)
        rows.addWidget(self.of)
        form = QGridLayout()
        form.setSpacing(6)
        form.setColumnStretch(1, 1)
        form.addWidget(small("Grid"), 0, 0)
        form.addWidget(self.size, 0, 1)
        form.addWidget(small("Zoom"), 1, 0)
        form.addWidget(self.zoom, 1, 1)
        form.addWidget(small("Also"), 2, 0)
        form.addLayout(_row(self.answered, self.held_out, None), 2, 1)
        rows.addLayout(form)
        rows.addWidget(self.again)
        rows.addSpacing(4)
        rows.addWidget(self.chosen)
        rows.addWidget(self.cell)
        rows.addLayout(self._grid)
        rows.addLayout(_row(self.unsure, self.skip, even=True))
        rows.addLayout(_row(self.rest, self.flip, even=True))
        rows.addLayout(_row(self.undo, self.look, even=True))
        rows.addWidget(self.message)
        rows.addStretch(1)
        rows.addLayout(_row(self.before, self.page, self.next))

    def take(self, session: Session | None, triaging: Triaging | None) -> None:
        """Serve another session, or none."""
        self._triaging = triaging
        if session is not None:
            self.offer(session)

    def show_zoom(self, zoom: float) -> None:
        """Show how far one looks into the pictures."""
        self._filling = True
        self.zoom.setCurrentIndex(self.zoom.findData(zoom))
        self._filling = False

    def choose(self, draw: Draw, size: int) -> None:
        """Show a choice that was made elsewhere, without wanting it."""
        self._filling = True
        self.kind.setCurrentIndex(max(self.kind.findData(draw.kind), 0))
        self._fill_of(draw.of)
        self.answered.setChecked(draw.answered)
        self.held_out.setChecked(draw.held_out)
        self.size.setValue(size)
        self._seed = draw.seed
        self._filling = False

    def draw(self) -> Draw | None:
        """What the choosers say; None where a class or set is needed and there is none."""
        kind, of = self.kind.currentData(), self.of.currentData() or ""
        if kind in ("confident", "set") and not of:
            return None
        return Draw(
            kind,
            of if kind in ("confident", "doubtful", "set") else "",
            seed=self._seed,
            answered=self.answered.isChecked(),
            held_out=self.held_out.isChecked(),
        )

    def _draw_again(self) -> None:
        self._seed += 1
        self._want()

    def _kind_chosen(self, _: int) -> None:
        if not self._filling:
            self._fill_of("")
            self._want()

    def _want(self, _: object = None) -> None:
        if not self._filling:
            self.draw_wanted.emit()

    def _fill_of(self, wanted: str) -> None:
        """Offer classes or sets, whichever the kind needs."""
        session = None if self._triaging is None else self._triaging.session
        kind, filling = self.kind.currentData(), self._filling
        names: list[tuple[str, str]] = []
        if session is not None and kind in ("confident", "doubtful"):
            names = [(Task.words(name), name) for name in session.classes]
            names = [*([(ANY_CLASS, "")] if kind == "doubtful" else []), *names]
        elif session is not None and kind == "set":
            names = [(f"{one} ({session.sets[one].count:,})", one) for one in session.sets.names]
        self._filling = True
        self.of.clear()
        for words, name in names:
            self.of.addItem(words, name)
        self.of.setCurrentIndex(max(self.of.findData(wanted), 0) if names else -1)
        self.of.setVisible(bool(names))
        batch = kind == "batch"
        for box in (self.answered, self.held_out):
            box.setEnabled(not batch)
        self._filling = filling

    def offer(self, session: Session) -> None:
        """Make a button a class, and offer classes and sets anew."""
        self._fill_of(self.of.currentData() or "")
        while self._grid.count():
            self._grid.takeAt(0).widget().deleteLater()
        self._buttons = {}
        styles = styles_of(session)
        columns = 1 if len(session.classes) <= ONE_COLUMN else 2
        for place, name in enumerate(session.classes):
            button = QPushButton()
            button.setIcon(chip(QColor(as_hex(styles[name].colour))))
            button.setStyleSheet("text-align: left; padding: 4px 8px;")
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setFixedHeight(BUTTON_HEIGHT)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            key = f" (key {place + 1})" if place < 9 else ""
            button.setToolTip(f"Label what is chosen {Task.words(name)}{key}")
            button.clicked.connect(self._answering(place))
            self._grid.addWidget(button, place // columns, place % columns)
            self._buttons[name] = button

    def _answering(self, place: int) -> Callable[[], None]:
        return lambda: self._do("answer", place)

    def show_state(self) -> None:
        """Say what is chosen, what the page's answers are, and which page it is."""
        triaging = self._triaging
        if triaging is None:
            return
        sheet, session = triaging.sheet, triaging.session
        page, choice = sheet.page, sheet.choice
        some = page is not None and choice.n > 0
        labels = [session.book.label_of(one) for one in page.sources] if page is not None else []
        for place, (name, button) in enumerate(self._buttons.items()):
            key = f"{place + 1}  " if place < 9 else ""
            n = labels.count(name)
            button.setText(f"{key}{escaped(short(Task.words(name)))}" + (f"   {n}" if n else ""))
            button.setEnabled(some)
        for button in (self.unsure, self.skip, self.rest, self.flip, self.look, self.next):
            button.setEnabled(some)
        self.undo.setEnabled(session.book.undoable is not None)
        self.again.setEnabled(not triaging.drawing)
        self.before.setEnabled(triaging.number > 0)
        self.chosen.setText(_chosen_words(choice.rest, len(choice.chosen), some))
        self.message.setText(triaging.message)
        self.page.setText(f"{triaging.number + 1:,} of {triaging.n_pages:,}" if some else "")
        self.say_cell(choice.cursor if some else None)

    def say_cell(self, cell: int | None) -> None:
        """Name the source of a cell, and what is known of it."""
        triaging = self._triaging
        page = None if triaging is None else triaging.sheet.page
        if triaging is None or page is None or cell is None or cell >= len(page):
            self.cell.setText("")
            return
        source = page.sources[cell]
        words, tip = str(source), f"Source {source}"
        if page.predicted:
            said = f"{Task.words(page.predicted[cell])} {page.probability[cell]:.0%}"
            words, tip = f"{said} · {words}", f"{tip}: {said}, by the model"
        self.cell.setText(words)
        self.cell.setToolTip(tip)


def _chosen_words(rest: bool, n: int, some: bool) -> str:
    if not some:
        return "Nothing to answer"
    if rest:
        return "The rest: one cell" if n == 1 else f"The rest: {n} cells"
    return f"{n} cells chosen" if n > 1 else "The cell at the cursor"


def _row(*parts: QWidget | None, even: bool = False) -> QHBoxLayout:
    """Widgets side by side; None is a gap that grows."""
    row = QHBoxLayout()
    row.setSpacing(4)
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part, 1 if even else 0)
    return row
