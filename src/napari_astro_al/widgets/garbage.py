"""Garbage is collected on the window's thread, where the binding is PySide6.

PySide6 destroys a Qt object in whichever thread finds it to be garbage. One that has a timer, and
is destroyed in another thread than its own, leaves the timer behind, and the program ends when it
fires. So while a thread of ours works, Python's collector rests, and the window's thread collects
in its place. PyQt6 hands such objects to their own thread by itself.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import qtpy
from qtpy.QtCore import QObject, QTimer
from qtpy.QtWidgets import QApplication

EVERY = 500
"""Milliseconds between two collections."""
WHOLE = 120
"""Every so manieth goes through everything, one in ten through what is not quite young."""


class Sweeper(QObject):
    """Collects while others work, and lets Python collect again once nobody does.

    Parameters
    ----------
    parent : QObject
        It lives as long as this.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lock = Lock()
        self._at_work = 0
        self._rests = False
        self._turns = 0
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.sweep)
        self._timer.start()

    def begin(self) -> None:
        """Say, in any thread, that one works; Python's collector rests from here on."""
        with self._lock:
            self._at_work += 1
            if gc.isenabled():
                gc.disable()
                self._rests = True

    def end(self) -> None:
        """Say that it has ended. The collector wakes with the next turn, on the window's thread."""
        with self._lock:
            self._at_work -= 1

    def sweep(self) -> None:
        """Collect in place of Python's collector; wake it where nobody works."""
        with self._lock:
            if not self._rests:
                return
            done = self._at_work == 0
        self._turns += 1
        gc.collect(2 if self._turns % WHOLE == 0 else int(self._turns % 10 == 0))
        if done:
            self.wake()

    def wake(self) -> None:
        """Let Python collect again, unless somebody began to work."""
        with self._lock:
            if self._rests and self._at_work == 0:
                gc.enable()
                self._rests = False


_sweepers: list[Sweeper] = []


def sweep_here() -> None:
    """Collect garbage on this thread, the window's, from now on; nothing with PyQt6."""
    app = QApplication.instance()
    if qtpy.PYSIDE6 and not _sweepers and app is not None:
        sweeper = Sweeper(app)
        _sweepers.append(sweeper)
        app.aboutToQuit.connect(sweeper.wake)


@contextmanager
def collected_by_the_window() -> Iterator[None]:
    """For the work of a thread: no garbage is collected in it."""
    if not _sweepers:
        yield
        return
    sweeper = _sweepers[0]
    sweeper.begin()
    try:
        yield
    finally:
        sweeper.end()
