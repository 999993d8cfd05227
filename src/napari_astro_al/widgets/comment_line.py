"""One line for a comment that goes with the next answer."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QApplication, QLineEdit, QWidget


class CommentLine(QLineEdit):
    """Takes the keyboard until Enter or Esc, then gives it back to whoever had it."""

    kept = Signal(str)
    """Enter: the comment."""
    dropped = Signal()
    """Esc, or the keyboard was taken away."""

    def __init__(self) -> None:
        super().__init__()
        self._before: QWidget | None = None
        self.setPlaceholderText("Comment: Enter keeps it for the answer, Esc drops it")
        self.returnPressed.connect(self._keep)

    def begin(self, text: str) -> None:
        """Write on from a text."""
        self._before = QApplication.focusWidget()
        self.setText(text)
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Drop the comment by Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.dropped.emit()
            self._give_back()
        else:
            super().keyPressEvent(event)

    def _keep(self) -> None:
        self.kept.emit(self.text().strip())
        self._give_back()

    def _give_back(self) -> None:
        self.clearFocus()
        window = self.window().centralWidget() if hasattr(self.window(), "centralWidget") else None
        whom = self._before or window
        self._before = None
        if whom is not None and whom is not self and whom.isVisible():
            whom.setFocus()
