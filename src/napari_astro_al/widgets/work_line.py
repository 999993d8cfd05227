"""What a view is busy with, and a way to stop it."""

from __future__ import annotations

from qtpy.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from superqt import QElidingLabel

from napari_astro_al.widgets.busy_bar import BusyBar


class WorkLine(QWidget):
    """A message above a bar, with a button that cancels."""

    def __init__(self) -> None:
        super().__init__()
        self._message = QElidingLabel("")
        self.cancel = QPushButton("Cancel")
        bar = BusyBar(4)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 2, 0, 0)
        inside.setSpacing(2)
        line = QHBoxLayout()
        line.addWidget(self._message, 1)
        line.addWidget(self.cancel)
        inside.addLayout(line)
        inside.addWidget(bar)

    def tell(self, message: str | None) -> None:
        """Show what is being done; None hides the line."""
        if message is not None:
            self._message.setText(message)
        self.setVisible(message is not None)
