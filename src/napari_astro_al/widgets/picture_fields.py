"""What forms that add pictures are made of: files, numbers that may be left out, choices."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.cutouts import CutoutProvider
from napari_astro_al.errors import CutoutError
from napari_astro_al.widgets.name_box import ChoiceBox
from napari_astro_al.widgets.style import small

Make = Callable[[], list[CutoutProvider]]
"""Makes providers; it may read files, and is called in a thread."""

TITLE = ("Name", "given by itself", "What the pictures are called, above each one")
FIELD_TIP = "Width and height on the sky, with its unit: 30 arcsec, 2 arcmin"

BETWEEN = "; "
"""Between several paths in one line."""


class PathField(QWidget):
    """A path, or several, typed or chosen in a dialog.

    Parameters
    ----------
    title : str
        Of the dialog.
    kinds : str
        What files are offered, in Qt's words; none offers no files.
    folders : bool
        Whether a folder can be chosen.
    several : bool
        Whether several files can.
    hint : str
        What stands in the empty field.
    """

    def __init__(
        self,
        title: str,
        *,
        kinds: str = "",
        folders: bool = False,
        several: bool = False,
        hint: str = "",
    ) -> None:
        super().__init__()
        self._title, self._kinds, self._several = title, kinds, several
        self.line = QLineEdit()
        self.line.setPlaceholderText(hint)
        self.setFocusProxy(self.line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        if kinds:
            row.addWidget(_button("Files…" if several else "File…", self._choose_files))
        if folders:
            row.addWidget(_button("Folder…", self._choose_folder))

    def paths(self) -> list[Path]:
        """What is named."""
        parts = self.line.text().split(BETWEEN.strip())
        return [Path(one.strip()).expanduser() for one in parts if one.strip()]

    def _set(self, paths: list[str]) -> None:
        if paths:
            self.line.setText(BETWEEN.join(paths))
            self.line.setToolTip(os.linesep.join(paths))

    def _choose_files(self) -> None:
        start = self._start()
        if self._several:
            chosen, _ = QFileDialog.getOpenFileNames(self, self._title, start, self._kinds)
        else:
            one, _ = QFileDialog.getOpenFileName(self, self._title, start, self._kinds)
            chosen = [one] if one else []
        self._set(chosen)

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self._title, self._start())
        self._set([chosen] if chosen else [])

    def _start(self) -> str:
        named = self.paths()
        return str(named[0].parent) if named else ""


def _button(text: str, action: Any) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.clicked.connect(lambda: action())
    return button


def line(hint: str = "", tip: str = "", text: str = "") -> QLineEdit:
    """A line of text with a hint of what an empty one means."""
    field = QLineEdit(text)
    field.setPlaceholderText(hint)
    field.setToolTip(tip)
    field.setCursorPosition(0)
    return field


def choices(items: Mapping[str, Any], tip: str = "") -> ChoiceBox:
    """A box of choices with their values as data."""
    box = ChoiceBox(tip)
    for words, value in items.items():
        box.addItem(words, value)
    return box


def form() -> tuple[QWidget, QFormLayout]:
    """A page of fields, their names in a column of their own."""
    page = QWidget()
    rows = QFormLayout(page)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setVerticalSpacing(6)
    rows.setHorizontalSpacing(12)
    rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return page, rows


def number(field: QLineEdit, what: str) -> float | None:
    """A positive number, or None for an empty field.

    Raises
    ------
    CutoutError
        Naming the field.
    """
    text = field.text().strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 < value < float("inf"):
        raise CutoutError(f"{what}: {text!r} is not a positive number.")
    return value


def whole(field: QLineEdit, what: str) -> int | None:
    """A whole number from 0, or None for an empty field.

    Raises
    ------
    CutoutError
        Naming the field.
    """
    text = field.text().strip()
    if not text:
        return None
    if not text.isdecimal():
        raise CutoutError(f"{what}: {text!r} is not a whole number from 0.")
    return int(text)


def number_or_name(field: QLineEdit) -> int | str | None:
    """An extension of a FITS file, by number or name; None for an empty field."""
    text = field.text().strip()
    return int(text) if text.isdecimal() else text or None


def text_or_none(field: QLineEdit) -> str | None:
    """What was typed; None for an empty field."""
    return field.text().strip() or None


class PictureForm(QWidget):
    """Fields that say where pictures are.

    Attributes
    ----------
    rows : QFormLayout
    """

    def __init__(self, note: str = "") -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        page, self.rows = form()
        column.addWidget(page)
        if note:
            words = small(note)
            words.setWordWrap(True)
            column.addWidget(words)
        column.addStretch(1)
        self.title = line(TITLE[1], TITLE[2])

    def add(self, words: str, field: QWidget, tip: str = "") -> None:
        """Put a field below the others."""
        if tip:
            field.setToolTip(tip)
        self.rows.addRow(words, field)

    def make(self) -> Make:
        """What makes the providers that the fields describe.

        Raises
        ------
        CutoutError
            If a field is empty that must not be, or holds what it cannot.
        """
        raise NotImplementedError  # no abstract method: a QWidget's metaclass is not ABC's
