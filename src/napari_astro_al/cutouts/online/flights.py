"""Requests on their way, so that one address is asked once however many wait for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock

from napari_astro_al.cutouts.online.pace import POLL, Unwanted


@dataclass(frozen=True)
class Waiter:
    """Somebody who waits for a body.

    Attributes
    ----------
    wanted : callable
        Whether they still do.
    urgent : bool
        Whether a person looks at the place where it will be shown.
    """

    wanted: Callable[[], bool] = lambda: True
    urgent: bool = True


@dataclass(eq=False)
class Flight:
    """One request and all who wait for what it brings."""

    waiters: list[Waiter] = field(default_factory=list)
    landed: Event = field(default_factory=Event)
    body: bytes | None = None
    error: Exception | None = None

    def wanted(self) -> bool:
        """Whether anybody waits."""
        return any(one.wanted() for one in list(self.waiters))

    def urgent(self) -> bool:
        """Whether anybody who waits looks."""
        return any(one.urgent and one.wanted() for one in list(self.waiters))


class Flights:
    """The requests on their way, by address."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._flights: dict[str, Flight] = {}

    def share(self, url: str, waiter: Waiter, bring: Callable[[Flight], bytes]) -> bytes:
        """What an address gives: brought by this thread, or by the one that asked before it.

        Parameters
        ----------
        url : str
        waiter : Waiter
        bring : callable
            Makes the request, for as long as the flight that it is given is wanted.

        Raises
        ------
        Unwanted
            When the waiter does not wait any more.
        Exception
            Whatever `bring` raised.
        """
        while True:
            with self._lock:
                flight = self._flights.get(url)
                leads = flight is None
                if flight is None:
                    flight = self._flights[url] = Flight()
                flight.waiters.append(waiter)
            if leads:
                self._lead(url, flight, bring)
            else:
                _follow(flight, waiter)
            if flight.body is not None:
                return flight.body
            if not isinstance(flight.error, Unwanted):
                assert flight.error is not None
                raise flight.error
            if not waiter.wanted():
                raise Unwanted

    def _lead(self, url: str, flight: Flight, bring: Callable[[Flight], bytes]) -> None:
        try:
            flight.body = bring(flight)
        except Exception as error:  # handed on to all who wait
            flight.error = error
        finally:
            with self._lock:
                del self._flights[url]
            flight.landed.set()


def _follow(flight: Flight, waiter: Waiter) -> None:
    while not flight.landed.wait(POLL):
        if not waiter.wanted():
            raise Unwanted
