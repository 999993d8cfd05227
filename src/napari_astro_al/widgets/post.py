"""What threads have to say, carried to the main one."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import Any, Protocol
from weakref import ref

from qtpy.compat import isalive
from qtpy.QtCore import QObject, Qt, Signal


class Told(Protocol):
    """Who is told on the main thread; a Qt object."""

    def take_progress(self, running: Any) -> None: ...  # noqa: D102

    def take_outcome(self, running: Any, outcome: Any) -> None: ...  # noqa: D102


def tell(signal: Any, *values: object) -> None:
    """Tell the main thread, unless the program is at its end."""
    with suppress(RuntimeError):
        signal.emit(*values)


class Door:
    """Where threads leave what they have to say to a runner.

    Attributes
    ----------
    post : Post
        Carries it to the main thread.
    """

    def __init__(self, runner: Told) -> None:
        self.post = _the_one_post()
        self._runner = ref(runner)

    def runner(self) -> Told | None:
        """Who is told, on the main thread; None once Qt or Python has destroyed it."""
        runner = self._runner()
        return runner if runner is not None and isalive(runner) else None


class Post(QObject):
    """Carries words from threads to the main one.

    One for all runners, and for as long as the program runs: a thread that emits a signal of an
    object that is just being destroyed, as a dock that is closed may be, crashes the program.
    """

    said = Signal(object, object)
    ended = Signal(object, object, object)

    def __init__(self) -> None:
        super().__init__()
        queued = Qt.ConnectionType.QueuedConnection
        self.said.connect(self._take_said, queued)
        self.ended.connect(self._take_ended, queued)

    def _take_said(self, door: Door, running: Any) -> None:
        runner = door.runner()
        if runner is not None:
            runner.take_progress(running)

    def _take_ended(self, door: Door, running: Any, outcome: Any) -> None:
        runner = door.runner()
        if runner is not None:
            runner.take_outcome(running, outcome)


@cache
def _the_one_post() -> Post:
    """The one there is; made, on the main thread, with the first runner."""
    return Post()
