"""Choosing the members of a committee, and how they vote."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.learning.models import MODELS
from napari_astro_al.widgets.style import caption, small

VOTES = {
    "soft": ("Soft votes", "The mean of the members' probabilities"),
    "hard": ("Hard votes", "The share of the members that think a class the likeliest"),
}


class CommitteeDialog(QDialog):
    """A tick a model, and two ways to vote; two members at least.

    Parameters
    ----------
    ticked : sequence of str
        Models that are members now.
    vote : {"soft", "hard"}
    """

    def __init__(
        self, ticked: Sequence[str], vote: str = "soft", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("A committee of models")
        self.members = {name: QCheckBox(name.replace("_", " ")) for name in MODELS}
        members = QGridLayout()
        members.setHorizontalSpacing(18)
        rows = -(-len(self.members) // 2)
        for place, (name, box) in enumerate(self.members.items()):
            box.setChecked(name in ticked)
            box.toggled.connect(self._count)
            members.addWidget(box, place % rows, place // rows)
        self.votes = {}
        for key, (words, tip) in VOTES.items():
            button = QRadioButton(words)
            button.setToolTip(tip)
            button.setChecked(key == vote)
            self.votes[key] = button
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Ok | buttons.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._note = small("Each model costs its own training after every label.")
        column = QVBoxLayout(self)
        column.addWidget(caption("Members, two or more"))
        column.addLayout(members)
        column.addSpacing(6)
        column.addWidget(caption("What they predict together"))
        for button in self.votes.values():
            column.addWidget(button)
        column.addSpacing(6)
        column.addWidget(self._note)
        column.addWidget(self.buttons)
        self._count()

    @property
    def chosen(self) -> tuple[str, ...]:
        """The models that are ticked."""
        return tuple(name for name, box in self.members.items() if box.isChecked())

    @property
    def vote(self) -> str:
        """``"soft"`` or ``"hard"``."""
        return next(key for key, button in self.votes.items() if button.isChecked())

    def _count(self, _: bool = False) -> None:
        button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        if button is not None:
            button.setEnabled(len(self.chosen) > 1)
