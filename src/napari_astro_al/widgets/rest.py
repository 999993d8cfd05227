"""Waiting until things are still."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QObject, QTimer


class Rest(QTimer):
    """Calls back once, when it has not been called for a while; the latest callback counts.

    Parameters
    ----------
    parent : QObject
        Ends with it.
    after : int
        Milliseconds.
    """

    def __init__(self, parent: QObject, after: int) -> None:
        super().__init__(parent)
        self._callback: Callable[[], object] | None = None
        self.setSingleShot(True)
        self.setInterval(after)
        self.timeout.connect(self._rested)

    def __call__(self, callback: Callable[[], object]) -> None:
        """Call back later."""
        self._callback = callback
        self.start()

    def forget(self) -> None:
        """Call nothing back."""
        self.stop()
        self._callback = None

    def _rested(self) -> None:
        callback, self._callback = self._callback, None
        if callback is not None:
            callback()
