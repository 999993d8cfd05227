"""Work that was given up and goes on all the same."""

from __future__ import annotations

from time import monotonic
from typing import Protocol

from qtpy.QtCore import QObject, QTimer, Signal

LINGERS_AFTER = 10_000
"""Milliseconds after which it is spoken of."""


class Work(Protocol):
    """What a thread does.

    Attributes
    ----------
    message : str
        What that is.
    at_work : bool
        Whether it goes on.
    """

    message: str

    @property
    def at_work(self) -> bool:
        """See above."""


class Patience(QObject):
    """Waits for work that was given up, and speaks of what does not end.

    Python cannot stop a thread from outside: a model or function that never comes back stays.
    """

    lingers = Signal(str)
    """What it was doing; not again until that has ended, for every label gives up some work."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: list[tuple[float, Work]] = []
        self._known: list[Work] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LINGERS_AFTER)
        self._timer.timeout.connect(self._look)

    def watch(self, work: Work) -> None:
        """See whether it ends."""
        self._waiting.append((monotonic(), work))
        if not self._timer.isActive():
            self._timer.start()

    def _look(self) -> None:
        limit = monotonic() - 0.9 * self._timer.interval() / 1000
        going_on = [(since, work) for since, work in self._waiting if work.at_work]
        late = [work for since, work in going_on if since <= limit]
        self._waiting = [(since, work) for since, work in going_on if since > limit]
        self._known = [work for work in self._known if work.at_work]
        if late and not self._known:
            self.lingers.emit(late[0].message)
        self._known += late
        if self._waiting:
            self._timer.start()
