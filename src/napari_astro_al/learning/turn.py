"""One piece of work at a time, unless the one before was given up and does not come back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, get_ident

from napari_astro_al.jobs import still_wanted

GRACE = 1.0
"""Seconds that the next waits for work which was given up."""
LOOK = 0.1
"""Seconds between two looks at whether it was."""


class Turn:
    """A lock that is taken from a thread whose work nobody wants any more.

    A model may be anyone's code. One that never comes back would else keep every other model from
    being trained for as long as the program runs.
    """

    def __init__(self) -> None:
        self._condition = Condition()
        self._holder: _Holder | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn and keep it for the block; a thread that has it need not wait."""
        with self._condition:
            own = self._holder is not None and self._holder.thread == get_ident()
            if not own:
                while self._holder is not None and not self._holder.is_late():
                    self._condition.wait(LOOK)
                self._holder = _Holder(get_ident(), still_wanted())
            mine = self._holder
        try:
            yield
        finally:
            with self._condition:
                if not own and self._holder is mine:
                    self._holder = None
                    self._condition.notify()


class _Holder:
    def __init__(self, thread: int, is_wanted: Callable[[], bool]) -> None:
        self.thread = thread
        self._is_wanted = is_wanted
        self._unwanted_since: float | None = None

    def is_late(self) -> bool:
        """Whether it was given up some time ago."""
        if self._is_wanted():
            return False
        if self._unwanted_since is None:
            self._unwanted_since = time.monotonic()
        return time.monotonic() - self._unwanted_since >= GRACE
