"""A look at the test scores, after a caution and a reason."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from napari_astro_al.widgets.style import caption, small

CAUTION = (
    "The test set says once, at the very end, how good the classifier is. A score that you look at "
    "and then act upon is no test any more. The look is written down, with your reason."
)
MOST_LETTERS = 200


class FinalLook(QWidget):
    """Says what looking costs, and asks why."""

    wanted = Signal(str)
    """The person wants to look, for this reason."""
    declined = Signal()
    """Or not."""

    def __init__(self) -> None:
        super().__init__()
        self._before = small("")
        self.reason = QLineEdit()
        self.reason.setMaxLength(MOST_LETTERS)
        self.reason.setPlaceholderText("Why now? Numbers for the paper, …")
        self.reason.setToolTip("Kept in the ledger with the look")
        self.look = QPushButton("Look")
        self.look.setToolTip("Score the models of now on the test set, and show it here")
        self.decline = QPushButton("Not now")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        caution = small(CAUTION)
        for text in (caution, self._before):
            text.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.decline, self.look):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            buttons.addWidget(button)
        rows.addWidget(caption("Look at the test scores?"))
        rows.addWidget(caution)
        rows.addWidget(self._before)
        rows.addWidget(self.reason)
        rows.addLayout(buttons)
        rows.addStretch(1)
        self.reason.textChanged.connect(self._adapt)
        self.reason.returnPressed.connect(self._look)
        self.look.clicked.connect(self._look)
        self.decline.clicked.connect(self.declined)
        self._adapt()

    def ask(self, n_looks: int) -> None:
        """Begin anew, where somebody has looked so often before."""
        times = "once" if n_looks == 1 else f"{n_looks:,} times"
        self._before.setText(
            f"It has been looked at {times}." if n_looks else "Nobody has looked at it yet."
        )
        self.reason.clear()
        self.reason.setFocus()

    def _adapt(self, *_: object) -> None:
        self.look.setEnabled(bool(self.reason.text().strip()))

    def _look(self) -> None:
        if self.look.isEnabled():
            self.reason.clearFocus()
            self.wanted.emit(self.reason.text().strip())
