"""How fast one host is asked: so many at once, so many a second, not at all when it says so."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from threading import Condition

from napari_astro_al.errors import NetworkError

POLL = 0.1
"""Seconds between two looks at whether what is waited for is still wanted."""


class Unwanted(Exception):
    """Nobody waits for the picture any more."""


class BusyError(NetworkError):
    """The host's turn does not come in time."""

    passing = True


@dataclass(frozen=True)
class Limits:
    """What a host is asked at most.

    Attributes
    ----------
    at_once : int
        Requests on their way at the same time.
    per_second : float
        Requests begun in a second.
    """

    at_once: int = 4
    per_second: float = 5.0

    def stricter(self, other: Limits) -> Limits:
        """The lower of each."""
        return Limits(min(self.at_once, other.at_once), min(self.per_second, other.per_second))


@dataclass(eq=False)
class _Ticket:
    number: int
    urgent: Callable[[], bool]

    @property
    def rank(self) -> tuple[int, int]:
        """What the person looks at goes first, the newest of it; the rest in order."""
        return (0, -self.number) if self.urgent() else (1, self.number)


class Pace:
    """Turns at asking one host; safe between threads.

    Parameters
    ----------
    host : str
        For messages.
    limits : Limits
    """

    def __init__(self, host: str, limits: Limits) -> None:
        self.host = host
        self.limits = limits
        self._changed = Condition()
        self._waiting: list[_Ticket] = []
        self._numbers = count()
        self._on_their_way = 0
        self._next_start = 0.0
        self._not_before = 0.0

    @contextmanager
    def turn(
        self,
        *,
        urgent: Callable[[], bool],
        wanted: Callable[[], bool],
        patience: float,
    ) -> Iterator[None]:
        """Wait until the host may be asked; while inside, the request counts as on its way.

        Parameters
        ----------
        urgent : callable
            Whether the person waits for it; asked again and again.
        wanted : callable
            Whether anybody still does.
        patience : float
            Seconds to wait at most.

        Raises
        ------
        Unwanted
            When nobody does.
        NetworkError
            When patience runs out, or the host asked for a longer pause.
        """
        self._wait(urgent, wanted, time.monotonic() + patience)
        try:
            yield
        finally:
            with self._changed:
                self._on_their_way -= 1
                self._changed.notify_all()

    def pause(self, seconds: float) -> None:
        """Ask nothing for a while, because the host said so."""
        with self._changed:
            self._not_before = max(self._not_before, time.monotonic() + seconds)

    def _wait(
        self, urgent: Callable[[], bool], wanted: Callable[[], bool], deadline: float
    ) -> None:
        with self._changed:
            ticket = _Ticket(next(self._numbers), urgent)
            self._waiting.append(ticket)
            try:
                while True:
                    now = time.monotonic()
                    if not wanted():
                        raise Unwanted
                    if self._not_before > deadline:
                        raise BusyError(
                            f"{self.host} asks for a pause of {self._not_before - now:,.0f} s"
                        )
                    if now > deadline:
                        raise BusyError(f"{self.host} is busy: too many pictures are waited for")
                    free = max(self._next_start, self._not_before) - now
                    if free <= 0 and self._on_their_way < self.limits.at_once:
                        if min(self._waiting, key=lambda one: one.rank) is ticket:
                            break
                        free = POLL
                    self._changed.wait(min(POLL, free) if free > 0 else POLL)
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()
            self._on_their_way += 1
            self._next_start = time.monotonic() + 1.0 / self.limits.per_second
