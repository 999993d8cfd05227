"""The form of what a plot has to be told: columns, files, choices, bands."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.errors import AstroALError
from napari_astro_al.plots.fields import Field
from napari_astro_al.plots.plot import fields_of, plot_named
from napari_astro_al.session import Session
from napari_astro_al.widgets.band_table import BandTable
from napari_astro_al.widgets.name_box import ChoiceBox
from napari_astro_al.widgets.style import small

NONE = "–"
HINTS = {
    "file": "a column of paths, or such as spectra/spec-{plate}-{mjd}.fits",
    "folder": "the folder of the catalogue",
}


class PlotForm(QDialog):
    """A field for each thing; what nobody has said is guessed from the names of columns.

    Parameters
    ----------
    session : Session
        Keeps what is said.
    name : str
        The plot.
    parent : QWidget

    Attributes
    ----------
    fields : dict of str to QWidget
        By name.
    """

    changed = Signal()
    """Something else was said, and taken."""

    def __init__(self, session: Session, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._name = session, name
        plot = plot_named(name)
        self._told = {one.name: one for one in fields_of(plot)}
        self.setWindowTitle(f"{plot.title}: what it is made of")
        self.fields: dict[str, QWidget] = {}
        self.trouble = small("")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._grid.setVerticalSpacing(6)
        self._grid.setHorizontalSpacing(10)
        for row, one in enumerate(self._told.values()):
            self._put(row, one)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.guess = self.buttons.addButton("Guess again", QDialogButtonBox.ButtonRole.ResetRole)
        assert self.guess is not None
        self.guess.setToolTip("Forget what was said, and go by the names of columns")
        self.guess.clicked.connect(lambda _: self._guess_again())
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        rows.addLayout(self._grid)
        rows.addWidget(self.trouble)
        rows.addWidget(self.buttons)
        self.setMinimumWidth(820 if any(f.kind == "bands" for f in self._told.values()) else 460)
        self.show_values(session.plot_settings(name))

    def _put(self, row: int, one: Field) -> None:
        field = self._field(one)
        field.setToolTip(one.tip)
        self.fields[one.name] = field
        if isinstance(field, BandTable):
            self._grid.addWidget(field, row, 0, 1, 2)
            return
        label = small(one.title + (" *" if one.needed else ""))
        label.setToolTip(one.tip)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(self._with_button(one, field), row, 1)

    def _field(self, one: Field) -> QWidget:
        catalogue = self._session.catalogue
        if one.kind == "bands":
            return BandTable(catalogue)
        if one.kind in ("folder", "text"):
            line = QLineEdit()
            line.setPlaceholderText(one.hint or HINTS.get(one.kind, ""))
            return line
        box = ChoiceBox()
        if one.kind == "choice":
            for text in one.choices:
                box.addItem(text, text)
            return box
        box.setEditable(one.kind == "file")
        box.addItem("" if one.kind == "file" else NONE, "")
        for name in one.offered(catalogue):
            box.addItem(name, name)
        edit = box.lineEdit()
        if edit is not None:
            edit.setPlaceholderText(HINTS["file"])
        return box

    def _with_button(self, one: Field, field: QWidget) -> QWidget:
        """A field with a button that opens a chooser of files or folders."""
        if one.kind not in ("folder", "file"):
            return field
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(field, 1)
        button = QPushButton("Browse…")
        button.setToolTip("Choose a folder" if one.kind == "folder" else "Choose a file")
        button.clicked.connect(lambda _: self._browse(one, field))
        row.addWidget(button)
        return holder

    def _browse(self, one: Field, field: QWidget) -> None:
        path = self._session.catalogue.path
        start = "" if path is None else str(path.parent)
        if one.kind == "folder":
            chosen = QFileDialog.getExistingDirectory(self, one.title, start)
        else:
            chosen, _ = QFileDialog.getOpenFileName(self, one.title, start)
        if chosen:
            _show(field, chosen)

    def show_values(self, values: dict[str, Any]) -> None:
        """Show what a plot is told."""
        for name, field in self.fields.items():
            _show(field, values.get(name))

    def values(self) -> dict[str, Any]:
        """What the fields say; None where they say nothing.

        Raises
        ------
        PlotError
            If a band cannot be.
        """
        return {name: _said(field) for name, field in self.fields.items()}

    def _guess_again(self) -> None:
        catalogue = self._session.catalogue
        self.show_values({name: one.guessed(catalogue) for name, one in self._told.items()})

    def _accept(self) -> None:
        catalogue = self._session.catalogue
        try:
            values = self.values()
            guessed = {name: one.guessed(catalogue) for name, one in self._told.items()}
            said = {
                # a field that was emptied is kept as empty, or it would be guessed again
                name: None if value == guessed[name] else "" if value is None else value
                for name, value in values.items()
            }
            self._session.set_plot(self._name, **said)
        except AstroALError as error:
            self.trouble.setText(str(error))
            self.trouble.show()
            return
        self.accept()
        self.changed.emit()


def _show(field: QWidget, value: Any) -> None:
    if isinstance(field, BandTable):
        field.show_bands(value or [])
    elif isinstance(field, QLineEdit):
        field.setText("" if value is None else str(value))
    elif isinstance(field, ChoiceBox):
        place = field.findData(value or "")
        if place >= 0:
            field.setCurrentIndex(place)
        elif field.isEditable():
            field.setEditText(str(value))
        edit = field.lineEdit()
        if edit is not None:
            edit.setCursorPosition(0)


def _said(field: QWidget) -> Any:
    if isinstance(field, BandTable):
        return field.bands() or None
    if isinstance(field, QLineEdit):
        return field.text().strip() or None
    assert isinstance(field, ChoiceBox)
    text = field.currentText().strip() if field.isEditable() else field.currentData()
    return text or None
