"""Which chart of the newest model a Training dock shows, and against which column."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QWidget

from napari_astro_al.learning.score_chart import BY_COLUMN
from napari_astro_al.session import Session
from napari_astro_al.widgets.name_box import NameBox
from napari_astro_al.widgets.score_choice import chooser

KINDS = {
    "Confusion": "",
    "Reliability": "reliability",
    "Precision, recall": "precision-recall",
    "Probabilities": "probabilities",
    "Importance": "importance",
    "By column": BY_COLUMN,
}
"""What is shown of the newest model: the matrix, or a chart that the session makes."""
COLUMN_TIP = (
    "The column in whose bins validation sources are scored, with 95 % intervals.\n"
    "Measured is what the learning curve shows: choose it on the left."
)
COLUMN_WIDTH = 160  # pixels


class ChartChoice(QWidget):
    """A box for the kind; one for the column, where that matters."""

    changed = Signal()
    """Something else is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.kind = chooser("What is shown of the newest model")
        self.kind.setMinimumContentsLength(7)
        for words, value in KINDS.items():
            self.kind.addItem(words, value)
        self.column = NameBox(COLUMN_TIP)
        self.column.setFixedWidth(COLUMN_WIDTH)
        self.column.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.kind)
        row.addWidget(self.column)
        self.kind.currentIndexChanged.connect(self._kind_chosen)
        self.column.chosen.connect(lambda _: self.changed.emit())

    def offer(self, session: Session) -> None:
        """Offer the columns of a session's catalogue; that chosen before stays chosen."""
        roles, columns = session.catalogue.roles, map(str, session.catalogue.table.columns)
        ids = (roles.id,) if isinstance(roles.id, str) else roles.id
        names = [
            name for name in map(str, columns) if not isinstance(ids, tuple) or name not in ids
        ]
        used = [name for name in session.features.recipe.columns or () if name in names]
        if self.column.value not in names:
            self.column.show_value(next(iter([*used, *names]), ""))
        self.column.offer(names)

    def _kind_chosen(self, _: int) -> None:
        self.column.setVisible(self.kind.currentData() == BY_COLUMN)
        self.changed.emit()
