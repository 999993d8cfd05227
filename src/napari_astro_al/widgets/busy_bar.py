"""A bar that says that something is being done, at next to no cost."""

from __future__ import annotations

from qtpy.QtCore import QTimer
from qtpy.QtGui import QHideEvent, QShowEvent
from qtpy.QtWidgets import QProgressBar, QWidget

STEPS, EVERY = 6, 500
"""Steps from one end to the other, and milliseconds between two."""


class BusyBar(QProgressBar):
    """A thin bar that moves twice a second while it is in sight.

    Qt's own bar without a range moves thirty times a second. Each of its frames has the whole
    window composed anew, canvases included: without a graphics card that takes a core, from the
    very work that the bar is about.
    """

    def __init__(self, height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(0, STEPS)
        self.setValue(1)
        self.setFixedHeight(height)
        self.setTextVisible(False)
        self._busy = True
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._step)

    def set_busy(self, busy: bool) -> None:
        """Move from now on, or be empty."""
        if busy == self._busy:
            return
        self._busy = busy
        self._put(int(busy))
        if busy and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()

    def _step(self) -> None:
        self._put(self.value() % STEPS + 1)

    def _put(self, value: int) -> None:
        """Another value, painted with whatever else is new: Qt would paint all of it at once."""
        self.setUpdatesEnabled(False)
        self.setValue(value)
        self.setUpdatesEnabled(True)

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802
        """Move, where there is something to do."""
        super().showEvent(event)
        if self._busy:
            self._timer.start()

    def hideEvent(self, event: QHideEvent | None) -> None:  # noqa: N802
        """Stand still."""
        super().hideEvent(event)
        self._timer.stop()
