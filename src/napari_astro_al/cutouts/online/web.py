"""The one door to the network: permission, pace, the store, and attempts that end."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, TypeVar

from napari_astro_al.cutouts.online.address import Resolve, host_of, is_public, parsed, resolved
from napari_astro_al.cutouts.online.flights import Flight, Flights, Waiter
from napari_astro_al.cutouts.online.pace import Limits, Pace, Unwanted
from napari_astro_al.cutouts.online.permission import allowed_hosts
from napari_astro_al.cutouts.online.request import PassingError, Patience, fetched, new_client
from napari_astro_al.cutouts.online.store import Store
from napari_astro_al.errors import NetworkError, NotAllowedError
from napari_astro_al.home import cache_folder

T = TypeVar("T")

ATTEMPTS = 3
BACK_OFF = 0.5
"""Seconds before the second attempt, doubled before each one after it."""
REMEMBERED = 30.0
"""Seconds that an address which failed is not asked again."""
MOST_REMEMBERED = 1000
"""Failures beyond which those that are over are cleared away."""
TURN = 60.0
"""Seconds to wait for a turn with a host at most."""

FILE = "pictures-1.sqlite"


class Web:
    """Fetches what services send, each address once.

    Parameters
    ----------
    store : Store, optional
        By default the person's own, in `cache_folder`.
    patience : Patience
    resolve : callable
        From a host's name to its numeric addresses.
    """

    def __init__(
        self,
        store: Store | None = None,
        *,
        patience: Patience | None = None,
        resolve: Resolve = resolved,
    ) -> None:
        self.store = Store(cache_folder() / FILE) if store is None else store
        self._patience = patience or Patience()
        self._resolve = resolve
        self._flights = Flights()
        self._lock = Lock()
        self._paces: dict[str, Pace] = {}
        self._failed: dict[str, tuple[float, NetworkError]] = {}
        self._client: Any = None

    def close(self) -> None:
        """Close the connections that are kept open; the next request opens new ones."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def forget_failures(self) -> None:
        """Ask again what failed just now."""
        with self._lock:
            self._failed.clear()

    def kept(self, url: str) -> bytes | None:
        """What the store has of an address."""
        return self.store.get(url)

    def recall(self, url: str) -> None:
        """Raise again what an address failed with just now; nothing where it did not.

        A redirect to a host that was not allowed counts no more once that host is.
        """
        with self._lock:
            until, error = self._failed.get(url, (0.0, None))
            if error is None:
                return
            over = isinstance(error, NotAllowedError) and allowed_hosts().issuperset(error.hosts)
            if over or time.monotonic() > until:
                del self._failed[url]
                return
        raise _bare(error)

    def get(
        self,
        url: str,
        read: Callable[[bytes], T],
        *,
        hosts: Iterable[str] = (),
        limits: Limits | None = None,
        waiter: Waiter | None = None,
        turn: float = TURN,
    ) -> T:
        """What an address gives, from the store or over the network.

        Parameters
        ----------
        url : str
            Http or https.
        read : callable
            Reads the body, and raises `NetworkError` where it is not what was asked for: then it
            is not stored.
        hosts : iterable of str
            The other hosts of the service, which redirects may lead to where they are allowed.
        limits : Limits, optional
            How fast the host may be asked; the strictest that was ever given for it holds.
        waiter : Waiter, optional
            Who waits, and for how long.
        turn : float
            Seconds to wait for a turn at most.

        Raises
        ------
        NotAllowedError
            If the host is not allowed.
        NetworkError
            If the body cannot be had, and why.
        Unwanted
            If nobody waits any more.
        """
        host = host_of(url)
        body = self.store.get(url)
        if body is not None:
            return read(body)
        own = tuple(dict.fromkeys([host, *hosts]))
        if host not in allowed_hosts():
            raise NotAllowedError(own)
        self.recall(url)
        pace = self._pace(host, limits or Limits())

        given: list[T] = []

        def bring(flight: Flight) -> bytes:
            body = self.store.get(url)
            if body is None:
                body = self._asked(url, pace, flight, turn)
                try:
                    given.append(read(body))
                except NetworkError as error:
                    self._remember(url, error)
                    raise
                self.store.put(url, body)
            return body

        body = self._flights.share(url, waiter or Waiter(), bring)
        return given[0] if given else read(body)

    def _asked(self, url: str, pace: Pace, flight: Flight, turn: float) -> bytes:
        attempt = 0
        while True:
            attempt += 1
            try:
                with pace.turn(urgent=flight.urgent, wanted=flight.wanted, patience=turn):
                    return fetched(
                        self._connected(),
                        url,
                        may_follow=self._may_follow,
                        wanted=flight.wanted,
                        patience=self._patience,
                    )
            except PassingError as error:
                if error.after is not None:
                    pace.pause(error.after)
                if attempt == ATTEMPTS or (error.after or 0.0) > turn:
                    self._remember(url, error)
                    raise
                _sleep(BACK_OFF * 2 ** (attempt - 1) * random.uniform(0.75, 1.25), flight)
            except NetworkError as error:
                self._remember(url, error)
                raise

    def _may_follow(self, url: str, target: str) -> None:
        """Redirects lead to the same host, or to another that is allowed, public and as safe."""
        before, after = host_of(url), host_of(target)
        if parsed(url).scheme == "https" and parsed(target).scheme != "https":
            raise NetworkError(f"{before} leads to {after} without encryption; not followed")
        if after == before:
            return
        if not is_public(target, self._resolve):
            raise NetworkError(
                f"{before} leads to {after}, which is not on the public internet; not followed"
            )
        if after not in allowed_hosts():
            raise NotAllowedError([after])

    def _pace(self, host: str, limits: Limits) -> Pace:
        with self._lock:
            pace = self._paces.setdefault(host, Pace(host, limits))
            pace.limits = pace.limits.stricter(limits)
            return pace

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = new_client()
            return self._client

    def _remember(self, url: str, error: NetworkError) -> None:
        now = time.monotonic()
        with self._lock:
            if len(self._failed) >= MOST_REMEMBERED:
                self._failed = {key: one for key, one in self._failed.items() if one[0] > now}
            self._failed[url] = (now + REMEMBERED, _bare(error))


def _bare(error: NetworkError) -> NetworkError:
    """The same error without its traceback, which would keep what had been read by then."""
    if isinstance(error, NotAllowedError):
        return NotAllowedError(error.hosts)
    return type(error)(*error.args)


def _sleep(seconds: float, flight: Flight) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if not flight.wanted():
            raise Unwanted
        time.sleep(min(0.1, left))


_SHARED: dict[str, Web] = {}
_SHARING = Lock()


def shared_web() -> Web:
    """The process's one `Web`, which keeps to `cache_folder`."""
    place = str(cache_folder())
    with _SHARING:
        if place not in _SHARED:
            for old in _SHARED.values():
                old.close()
            _SHARED.clear()
            _SHARED[place] = Web()
        return _SHARED[place]
