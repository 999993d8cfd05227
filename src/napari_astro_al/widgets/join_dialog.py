"""Choosing how the sources of another catalogue are found among those of the session."""

from __future__ import annotations

from dataclasses import dataclass

from qtpy.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.catalogue.joining import WIDEST, On
from napari_astro_al.widgets.style import caption, small

WIDTH = 430
INDENT = 22


@dataclass(frozen=True)
class Joining:
    """What the person chose.

    Attributes
    ----------
    on : str, pair of str or None
    sky : str or None
        As for `Catalogue.join`.
    name : str
        What the new columns are called together.
    """

    on: On
    sky: str | None
    name: str


class JoinDialog(QDialog):
    """By which key, or how near on the sky.

    Parameters
    ----------
    catalogue, other : Catalogue
        The session's, and the one whose columns are to be added.
    """

    def __init__(
        self, catalogue: Catalogue, other: Catalogue, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Join another catalogue")
        rows = QVBoxLayout(self)
        rows.addWidget(caption(other.name))
        rows.addWidget(
            _note(
                f"{len(other):,} rows, {other.table.shape[1]} columns. All {len(catalogue):,} "
                f"sources of {catalogue.name} stay; those without a match have missing values."
            )
        )
        rows.addSpacing(6)
        rows.addWidget(caption("A source is the same if"))
        group = QButtonGroup(self)
        self.by_id = QRadioButton("its id is")
        self.by_column = QRadioButton("a column of it is")
        self.by_sky = QRadioButton("it is near on the sky")
        self.own, self.others = (QComboBox() for _ in range(2))
        for combo, one in ((self.own, catalogue), (self.others, other)):
            combo.addItems([str(name) for name in one.table.columns])
            combo.setToolTip(f"Of {one.name}: whole numbers or text")
        common = next((name for name in catalogue.table.columns if name in other.table.columns), "")
        self.own.setCurrentIndex(max(0, self.own.findText(str(common))))
        self.others.setCurrentIndex(max(0, self.others.findText(str(common))))
        self.radius = QDoubleSpinBox()
        self.radius.setRange(0.01, WIDEST)
        self.radius.setDecimals(2)
        self.radius.setValue(1.0)
        self.radius.setSuffix(" arcsec")
        self.radius.setToolTip("Each source gets the nearest one that is no further than this")
        placed = [
            one.roles.ra is not None and one.roles.dec is not None for one in (catalogue, other)
        ]
        self.by_sky.setEnabled(all(placed))
        if not all(placed):
            whose = catalogue.name if not placed[0] else other.name
            self.by_sky.setToolTip(f"{whose} has no columns of positions")
        for button, widgets in (
            (self.by_id, (small(f"{_ids(catalogue)} and {_ids(other)}"),)),
            (self.by_column, (self.own, QLabel("="), self.others)),
            (self.by_sky, (self.radius,)),
        ):
            group.addButton(button)
            rows.addWidget(button)
            line = QHBoxLayout()
            line.setContentsMargins(INDENT, 0, 0, 4)
            for widget in widgets:
                line.addWidget(widget, 1 if isinstance(widget, QComboBox) else 0)
                button.toggled.connect(widget.setEnabled)
                widget.setEnabled(False)
            if len(widgets) == 1:
                line.addStretch(1)
            rows.addLayout(line)
        rows.addSpacing(6)
        form = QFormLayout()
        self.name = QLineEdit(other.name)
        self.name.setToolTip("What the new columns are called together; the session keeps them")
        form.addRow("Called", self.name)
        rows.addLayout(form)
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.start = self.buttons.button(buttons.Ok)
        if self.start is not None:
            self.start.setText("Join")
        rows.addWidget(self.buttons)
        self.name.textChanged.connect(self._name_changed)
        likeliest = self.by_sky if all(placed) else self.by_column
        same = isinstance(catalogue.roles.id, str) and catalogue.roles.id == other.roles.id
        (self.by_id if same else likeliest).setChecked(True)

    def _name_changed(self, name: str) -> None:
        if self.start is not None:
            self.start.setEnabled(bool(name.strip()))

    @property
    def wanted(self) -> Joining:
        """What is chosen."""
        on: On = None
        if self.by_column.isChecked():
            on = (self.own.currentText(), self.others.currentText())
        sky = f"{self.radius.value()} arcsec" if self.by_sky.isChecked() else None
        return Joining(on, sky, self.name.text().strip())


def _ids(catalogue: Catalogue) -> str:
    role = catalogue.roles.id
    if isinstance(role, str):
        words = role
    else:
        words = "-".join(role) if isinstance(role, tuple) else "the row number"
    return f"{words} of {catalogue.name}"


def _note(words: str) -> QLabel:
    label = small(words)
    label.setWordWrap(True)
    label.setMinimumWidth(WIDTH)
    return label
