"""Criteria on columns, a row each."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.catalogue import AllOf, AnyOf, Catalogue, Condition, Criterion
from napari_astro_al.catalogue.criteria import EXPECTED, OPERATORS, Kind, kind_of
from napari_astro_al.catalogue.typed_criteria import criterion_from_text
from napari_astro_al.widgets.name_box import ChoiceBox, NameBox
from napari_astro_al.widgets.style import small

EVERY = "Every source may be drawn. Add criteria to draw from some only."
ALL, ANY = "all", "any"
NARROWEST = 254
"""Pixels at which a row can be read."""
OPERATOR_TIP = "How the column is compared; a missing value fulfils “is missing” only"


class CriterionRow(QWidget):
    """One column, an operator and a value.

    Parameters
    ----------
    catalogue : Catalogue
        Whose columns can be chosen.
    criterion : Criterion, optional
        What to begin with; else the first column.
    """

    changed = Signal()
    """Another column, operator or value."""
    removed = Signal()
    """The row is to go."""

    def __init__(self, catalogue: Catalogue, criterion: Criterion | None = None) -> None:
        super().__init__()
        self._catalogue = catalogue
        names = _columns_of(catalogue)
        self.column = NameBox("The column that is compared; type a part of its name to find it")
        self.column.offer(names)
        self.operator = ChoiceBox(OPERATOR_TIP)
        self.operator.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.operator.setFixedWidth(88)
        self.column.setMinimumWidth(84)
        self.value = QLineEdit()
        self.value.setMinimumWidth(48)
        self.remove = QPushButton("✕")
        self.remove.setStyleSheet("padding: 3px 0px;")
        self.remove.setFixedWidth(24)
        self.remove.setToolTip("Take this criterion away")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.column, 3)
        row.addWidget(self.operator)
        row.addWidget(self.value, 2)
        row.addWidget(self.remove)
        start = names[0] if criterion is None else criterion.column
        self.column.show_value(start)
        self._offer_operators()
        if criterion is not None:
            self.operator.setCurrentIndex(self.operator.findText(criterion.operator))
            self.value.setText(_as_text(criterion))
            self.value.setCursorPosition(0)
        self._adapt()
        self.column.chosen.connect(self._column_chosen)
        self.operator.currentIndexChanged.connect(self._operator_chosen)
        self.value.textChanged.connect(lambda _: self.changed.emit())
        self.value.returnPressed.connect(self.value.clearFocus)
        self.remove.clicked.connect(self.removed.emit)

    @property
    def _kind(self) -> Kind:
        name = self.column.value
        known = name in self._catalogue.table.columns
        return kind_of(self._catalogue.column(name)) if known else "other"

    def _column_chosen(self, _: str) -> None:
        self._offer_operators()
        self._adapt()
        self.changed.emit()

    def _operator_chosen(self, _: int) -> None:
        self._adapt()
        self.changed.emit()

    def _offer_operators(self) -> None:
        before = self.operator.currentText()
        self.operator.blockSignals(True)
        self.operator.clear()
        self.operator.addItems(list(OPERATORS[self._kind]))
        self.operator.setCurrentIndex(max(0, self.operator.findText(before)))
        self.operator.blockSignals(False)

    def _adapt(self) -> None:
        operator, kind = self.operator.currentText(), self._kind
        self.value.setEnabled(operator != "is missing")
        expected = EXPECTED[kind]
        unit = self._catalogue.unit(self.column.value)
        tip = f"{expected[0].upper()}{expected[1:]}" + (f", in {unit}" if unit else "")
        if operator == "in":
            tip += "; several with commas between"
        if operator == "contains":
            tip += " that is part of the value; capitals count"
        hint = {"in": "a, b, c", "is missing": ""}.get(operator, expected)
        self.value.setPlaceholderText(hint)
        self.value.setToolTip("" if operator == "is missing" else tip)

    def criterion(self) -> Criterion:
        """What the row says.

        Raises
        ------
        CatalogueError
            Naming column, operator and what is expected.
        """
        operator = self.operator.currentText()
        return criterion_from_text(
            self._catalogue,
            self.column.value,
            operator,  # type: ignore[arg-type]
            self.value.text(),
        )


class CriteriaForm(QWidget):
    """Rows of criteria, all or any of which must hold.

    A condition with conditions inside, as a script can make it, is shown in words and kept until
    it is taken away.
    """

    changed = Signal()
    """Something was changed by a person."""

    def __init__(self) -> None:
        super().__init__()
        self._catalogue: Catalogue | None = None
        self._given: Condition | None = None
        self.rows: list[CriterionRow] = []
        self.join = ChoiceBox(
            "Whether a source must fulfil all criteria, or one of them",
            {"All of these": ALL, "Any of these": ANY},
        )
        self.add = QPushButton("Add a criterion")
        self.add.setToolTip("One more column to compare")
        self._every = small(EVERY)
        self._every.setWordWrap(True)
        self._words = small("")
        self._words.setWordWrap(True)
        self.forget = QPushButton("Begin anew")
        self.forget.setToolTip("Take this condition away, which a script has made")
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        self.join.setMinimumContentsLength(4)
        head.addWidget(self.join, 1)
        head.addWidget(self.add)
        head.addWidget(self.forget)
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(4)
        self._list.addWidget(self._every)
        self._list.addWidget(self._words)
        self._list.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setMinimumWidth(NARROWEST)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(head)
        whole.addWidget(scroll, 1)
        self.add.clicked.connect(lambda: self.add_row())
        self.forget.clicked.connect(self._begin_anew)
        self.join.currentIndexChanged.connect(lambda _: self.changed.emit())
        self._show()

    def take(self, catalogue: Catalogue, condition: Condition | None = None) -> None:
        """Show a condition on the columns of a catalogue; by default none."""
        self._catalogue = catalogue
        for row in self.rows:
            row.deleteLater()
        self.rows, self._given = [], None
        flat = _flat(condition)
        if flat is None:
            self._given = condition
        else:
            self.join.blockSignals(True)
            self.join.setCurrentIndex(int(isinstance(condition, AnyOf)))
            self.join.blockSignals(False)
            for criterion in flat:
                self._put(CriterionRow(catalogue, criterion))
        self._show()

    def add_row(self) -> CriterionRow | None:
        """One more criterion, whose value is to be typed."""
        if self._catalogue is None:
            return None
        row = CriterionRow(self._catalogue)
        self._put(row)
        self._show()
        self.changed.emit()
        row.column.setFocus()
        return row

    def _put(self, row: CriterionRow) -> None:
        self.rows.append(row)
        self._list.insertWidget(self._list.count() - 1, row)
        row.changed.connect(self.changed)
        row.removed.connect(lambda: self._remove(row))

    def _remove(self, row: CriterionRow) -> None:
        self.rows.remove(row)
        row.hide()
        row.deleteLater()
        self._show()
        self.changed.emit()

    def _begin_anew(self) -> None:
        self._given = None
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        given = self._given is not None
        self._words.setText("" if self._given is None else self._given.words)
        self._words.setVisible(given)
        self.forget.setVisible(given)
        self.add.setVisible(not given)
        self.join.setVisible(not given)
        self.join.setEnabled(len(self.rows) > 1)
        self._every.setVisible(not given and not self.rows)

    def condition(self) -> Condition:
        """What the rows say together.

        Raises
        ------
        CatalogueError
            Naming column, operator and what is expected of the first row that is not finished.
        """
        if self._given is not None:
            return self._given
        criteria = [row.criterion() for row in self.rows]
        return (AnyOf if self.join.currentData() == ANY and len(criteria) > 1 else AllOf)(*criteria)


def _columns_of(catalogue: Catalogue) -> list[str]:
    return [str(name) for name in catalogue.table.columns]


def _flat(condition: Condition | None) -> Sequence[Criterion] | None:
    """The criteria of a condition that rows can show; None where they cannot."""
    if condition is None:
        return []
    if isinstance(condition, Criterion):
        return [condition]
    inside = [one for one in condition.conditions if isinstance(one, Criterion)]
    whole = len(inside) == len(condition.conditions)
    return inside if whole and (inside or isinstance(condition, AllOf)) else None


def _as_text(criterion: Criterion) -> str:
    value = criterion.value
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
