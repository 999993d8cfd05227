"""What is warned of while models work, noted for each thread by itself.

Python has one list of warning filters and one function that shows warnings. Threads that exchange
them side by side do not put them back, and one that never comes back leaves them exchanged.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, get_ident
from typing import Any

_lock = Lock()
_notes: dict[int, list[str]] = {}


class _Exchange:
    """The filters and the function that shows warnings, exchanged while anybody takes notes."""

    def __init__(self) -> None:
        self.users = 0
        self._kept = warnings.catch_warnings()
        self._kept.__enter__()
        self.shown_before: Callable[..., None] = warnings.showwarning
        warnings.simplefilter("always")
        warnings.showwarning = _note

    @property
    def is_on(self) -> bool:
        """Whether nobody else has put things back."""
        return warnings.showwarning is _note

    def end(self) -> None:
        """Put everything back."""
        if self.is_on:
            self._kept.__exit__(None, None, None)


_exchange: _Exchange | None = None


def _note(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
    mine = _notes.get(get_ident())
    if mine is None:
        if _exchange is not None:
            _exchange.shown_before(message, category, *where, **more)
        return
    words = (str(message).strip().splitlines() or [""])[0]
    if words and words not in mine:
        mine.append(words)


@contextmanager
def noted(notes: list[str]) -> Iterator[None]:
    """Note every distinct warning of this thread in the block, instead of showing it.

    Parameters
    ----------
    notes : list of str
        Gains the first line of each.
    """
    global _exchange
    thread = get_ident()
    with _lock:
        if _exchange is None or not _exchange.is_on:
            _exchange = _Exchange()
        mine = _exchange
        mine.users += 1
        before = _notes.get(thread)
        _notes[thread] = notes
    try:
        yield
    finally:
        with _lock:
            if before is None:
                _notes.pop(thread, None)
            else:
                _notes[thread] = before
            mine.users -= 1
            if mine.users == 0:
                mine.end()
                if _exchange is mine:
                    _exchange = None
