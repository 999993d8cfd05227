"""The bands of an energy distribution, as rows to fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import AstroALError
from napari_astro_al.features.columns import is_numeric
from napari_astro_al.plots.bands import Band, read_bands
from napari_astro_al.plots.filters import FILTERS
from napari_astro_al.widgets.name_box import ChoiceBox
from napari_astro_al.widgets.style import small

COLUMNS = (
    ("column", "Column", "The magnitude or flux"),
    ("filter", "Filter", "Gives wavelength, width and zero point; or fill these in"),
    ("wavelength", "µm", "Effective wavelength in micrometres, or a column of it"),
    ("width", "Width", "Full width in micrometres, or a column of it"),
    ("unit", "Unit", "AB, Vega, or a unit of flux density such as mJy, nmgy, erg / (s cm2 Hz)"),
    ("zero_point", "Zero [Jy]", "Flux density of a Vega magnitude of zero, in Jansky"),
    ("error", "Error", "A column, or a number, of one standard deviation in the same unit"),
    (
        "limit",
        "Limit",
        "A column that says where the value is an upper limit of the flux; “no error”: where the "
        "error is missing",
    ),
)
WIDTHS = (130, 130, 66, 66, 110, 76, 130, 100)
ROW, MOST_ROWS = 28, 10


class BandTable(QWidget):
    """A row a band; bands are added, removed, and read from a file.

    Parameters
    ----------
    catalogue : Catalogue
        Whose columns are offered.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        table = catalogue.table
        self._numbers = [str(name) for name in table.columns if is_numeric(table[name])]
        self._names = [str(name) for name in table.columns]
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setAccessibleName("Bands")
        self.table.setHorizontalHeaderLabels([title for _, title, _ in COLUMNS])
        for place, (_, _, tip) in enumerate(COLUMNS):
            item = self.table.horizontalHeaderItem(place)
            if item is not None:
                item.setToolTip(tip)
            self.table.setColumnWidth(place, WIDTHS[place])
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(ROW)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.add = _button("Add band", "A further row")
        self.remove = _button("Remove", "The rows that are chosen")
        self.read = _button("Read file…", "Bands of a JSON file: our own or AstronomicAL's")
        self.trouble = small("")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        below = QHBoxLayout()
        below.setSpacing(4)
        for button in (self.add, self.remove, self.read):
            below.addWidget(button)
        below.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(self.table, 1)
        rows.addLayout(below)
        rows.addWidget(self.trouble)
        self.add.clicked.connect(lambda _: self._add({}))
        self.remove.clicked.connect(lambda _: self._remove())
        self.read.clicked.connect(lambda _: self._ask_for_file())

    def show_bands(self, bands: Sequence[Mapping[str, Any]]) -> None:
        """Show bands as JSON has them."""
        self.table.setRowCount(0)
        for band in bands:
            self._add(band)
        self.table.setMinimumHeight(ROW * (min(max(len(bands), 4), MOST_ROWS) + 1) + 8)

    def bands(self) -> list[dict[str, Any]]:
        """What the rows say; those without a column say nothing.

        Raises
        ------
        PlotError
            If a band cannot be.
        """
        told = [self._row(row) for row in range(self.table.rowCount())]
        return [Band.from_json(one).to_json() for one in told if one.get("column")]

    def read_file(self, path: Path) -> None:
        """Show the bands of a file; what is wrong with it is said below."""
        try:
            bands = [one.to_json() for one in read_bands(path)]
        except AstroALError as error:
            self.trouble.setText(str(error))
            self.trouble.show()
            return
        self.trouble.hide()
        self.show_bands(bands)

    def _add(self, band: Mapping[str, Any]) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        for place, (name, _, _) in enumerate(COLUMNS):
            value = band.get(name)
            text = "" if value is None or (name == "zero_point" and not value) else _text(value)
            choices = {
                "column": self._numbers,
                "filter": list(FILTERS),
                "unit": ["AB", "Vega", "Jy", "mJy", "uJy", "nmgy"],
                "error": self._numbers,
                "limit": ["no error", *self._names],
            }.get(name)
            if choices is None:
                self.table.setItem(row, place, QTableWidgetItem(text))
                continue
            box = ChoiceBox()
            box.setEditable(name in ("unit", "error", "filter"))
            box.addItems(["", *choices])
            if box.isEditable():
                box.setEditText(text)
            else:
                box.setCurrentText(text)
            box.setStyleSheet("border-radius: 0; padding: 1px 4px;")
            self.table.setCellWidget(row, place, box)
            if name == "filter":
                box.activated.connect(lambda _, box=box: self._filter_chosen(box))

    def _filter_chosen(self, box: ChoiceBox) -> None:
        """Fill in what is known of a filter."""
        known = FILTERS.get(box.currentText())
        rows = (row for row in range(self.table.rowCount()) if self.table.cellWidget(row, 1) is box)
        row = next(rows, None)
        if known is None or row is None:
            return
        zero = _text(known.vega) if known.vega else ""
        for place, text in ((2, _text(known.wavelength)), (3, _text(known.width)), (5, zero)):
            self.table.setItem(row, place, QTableWidgetItem(text))
        unit = self.table.cellWidget(row, 4)
        if isinstance(unit, ChoiceBox):
            unit.setEditText("Vega" if known.vega else "AB")

    def _row(self, row: int) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for place, (name, _, _) in enumerate(COLUMNS):
            box, item = self.table.cellWidget(row, place), self.table.item(row, place)
            text = box.currentText() if isinstance(box, ChoiceBox) else item.text() if item else ""
            text = text.strip()
            if text:
                told[name] = _number(text) if name in NUMBERS else text
        return told

    def _remove(self) -> None:
        chosen = {index.row() for index in self.table.selectedIndexes()}
        if not chosen and self.table.rowCount():
            chosen = {max(self.table.currentRow(), 0)}
        for row in sorted(chosen, reverse=True):
            self.table.removeRow(row)

    def _ask_for_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Bands", "", "JSON (*.json)")
        if path:
            self.read_file(Path(path))


NUMBERS = ("wavelength", "width", "zero_point", "error")
"""Fields that may hold a number; other text there names a column."""


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _text(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, (int, float)) else str(value)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setStyleSheet("padding: 3px 8px;")
    button.setToolTip(tip)
    return button
