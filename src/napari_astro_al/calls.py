"""Calls of code that may be anyone's: which are on their way, and an end to those that hang.

A thread cannot be stopped from outside. What hangs is given up: nobody waits for it, what comes of
it is thrown away, and no more than a few threads are lost to any one name.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Condition

from napari_astro_al.errors import JobError
from napari_astro_al.jobs import still_wanted

MOST_LOST = 8
"""Calls of one name that were given up and go on, at which no further one is begun."""
LOOK = 0.1
"""Seconds between two looks at whether one of them has ended."""
PATIENCE = 30.0
"""Seconds that the next call waits for that."""

GiveUp = Callable[[str], None]
_giver: ContextVar[GiveUp | None] = ContextVar("giver", default=None)
_calls: list[Call] = []
_changed = Condition()


@dataclass(eq=False)
class Call:
    """One call that has not come back.

    Attributes
    ----------
    what : str
        What is called, for a person: "query strategy 'mine'".
    """

    what: str
    _wanted: Callable[[], bool]
    _giver: GiveUp | None
    _since: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """For how long it has been at work."""
        return time.monotonic() - self._since

    @property
    def wanted(self) -> bool:
        """Whether somebody still waits for it."""
        return self._wanted()

    @property
    def can_be_given_up(self) -> bool:
        """Whether it is part of a job that can be told to go on without it."""
        return self._giver is not None and self.wanted

    def give_up(self) -> None:
        """Let whoever began the job hear that it failed; on the window's thread."""
        if self._giver is not None and self.wanted:
            self._giver(f"The {self.what} was given up after {self.seconds:.0f} s.")


@contextmanager
def given_up_by(giver: GiveUp) -> Iterator[None]:
    """Let calls of the block, in this thread, be given up by a function."""
    token = _giver.set(giver)
    try:
        yield
    finally:
        _giver.reset(token)


@contextmanager
def calling(what: str) -> Iterator[None]:
    """Let the block be known as a call.

    Parameters
    ----------
    what : str
        See `Call.what`.

    Raises
    ------
    JobError
        Where several calls of this name were given up and none of them ends.
    """
    call = Call(what, still_wanted(), _giver.get())
    with _changed:
        while _n_lost(what) >= MOST_LOST and call.wanted and call.seconds < PATIENCE:
            _changed.wait(LOOK)
        if (n_lost := _n_lost(what)) >= MOST_LOST:
            raise JobError(
                f"The {what} hangs: {n_lost} calls were given up and go on, so it is not called "
                "again before one of them ends. Choose another, or mend it and start anew."
            )
        _calls.append(call)
    try:
        yield
    finally:
        with _changed:
            _calls.remove(call)
            _changed.notify_all()


def on_their_way() -> tuple[Call, ...]:
    """Calls that have not come back, the oldest first; those that were given up too."""
    with _changed:
        return tuple(_calls)


def _n_lost(what: str) -> int:
    return sum(one.what == what and not one.wanted for one in _calls)
