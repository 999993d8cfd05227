"""The door that pyvo's requests go through: allowed hosts alone, in turn, and with an end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock
from typing import Any

from napari_astro_al.cutouts.online.address import host_of, is_public, parsed
from napari_astro_al.cutouts.online.pace import Limits, Pace
from napari_astro_al.cutouts.online.permission import allowed_hosts
from napari_astro_al.cutouts.online.request import MOST_REDIRECTS, new_client
from napari_astro_al.errors import InteropError, NetworkError, NotAllowedError

CONNECT = 10.0
"""Seconds until a connection stands."""
WAIT = 600.0
"""Seconds until a service begins to answer, and between two pieces of the answer."""
TURN = 60.0
"""Seconds to wait for a turn with a host at most."""
MOST_WORDS = 64 * 2**20
"""Bytes of an answer that is no table: lists of tables, how a job stands."""
MOST_BYTES = 4 * 2**30
"""Bytes of a table."""

LIMITS = Limits()
"""How fast one host is asked."""

_PIECE = 65536
_PACES: dict[str, Pace] = {}
_LOCK = Lock()


class GivenUpError(NetworkError):
    """Nobody waits for the answer any more."""


def permitted(url: str) -> str:
    """The host of a service, if the person has allowed it.

    Raises
    ------
    NotAllowedError
        If they have not, with words on what would be sent.
    NetworkError
        If it is no address.
    """
    host = host_of(url)
    if host not in allowed_hosts():
        raise NotAllowedError(
            [host],
            f"{host} is not asked until you allow it: aal.cutouts.allow({host!r}). What is sent "
            "there is the query or the place that you ask for, nothing else of your catalogue.",
        )
    return host


@contextmanager
def connected(*, wait: float = WAIT, most: int = MOST_WORDS) -> Iterator[Any]:
    """A `requests.Session` for pyvo, every request and redirect of which is looked at.

    What it still reads when the block is left is broken off, in whatever thread.

    Parameters
    ----------
    wait : float
        Seconds until an answer begins, and between two pieces of it.
    most : int
        Bytes of one answer.
    """
    left = Event()
    client = new_client()
    door = Door(lambda: not left.is_set(), wait, most)
    client.mount("https://", door)
    client.mount("http://", door)
    client.max_redirects = MOST_REDIRECTS
    client.hooks["response"].append(_look_where_it_leads)
    # passwords of ~/.netrc would be looked up again for a redirect
    client.rebuild_auth = lambda prepared, response: None
    try:
        yield client
    finally:
        left.set()
        client.close()


class Door:
    """An adapter of requests that asks allowed hosts only.

    Parameters
    ----------
    wanted, wait, most
        As of `connected`; `wanted` says whether anybody still waits.
    """

    def __init__(self, wanted: Callable[[], bool], wait: float, most: int) -> None:
        from requests.adapters import HTTPAdapter

        self._adapter: Any = HTTPAdapter()
        self._wanted, self._wait, self._most = wanted, wait, most
        self._bodies: list[Body] = []

    def send(
        self,
        request: Any,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> Any:
        """Send a request, where its host is allowed; pyvo's own timeouts are not used."""
        host = permitted(request.url)
        with _pace(host).turn(urgent=lambda: True, wanted=self._wanted, patience=TURN):
            response = self._adapter.send(
                request,
                stream=True,
                timeout=(CONNECT, self._wait),
                verify=verify,
                cert=None,
                proxies=proxies,
            )
        response.raw = Body(response.raw, host, self._wanted, self._most)
        self._bodies = [*(one for one in self._bodies if not one.closed), response.raw]
        return response

    def close(self) -> None:
        """Close all connections; pyvo leaves some that it has not read to the end."""
        for one in self._bodies:
            one.close()
        self._adapter.close()


class Body:
    """What a host sends, counted while it is read.

    Parameters
    ----------
    raw : urllib3.HTTPResponse
    host : str
    wanted : callable
    most : int
    """

    def __init__(self, raw: Any, host: str, wanted: Callable[[], bool], most: int) -> None:
        self._raw, self._host, self._wanted, self._most = raw, host, wanted, most
        self._end = b""
        self.size = 0

    def read(self, amount: int | None = None, decode_content: bool = True) -> bytes:
        """The next bytes, all of them where no amount is given."""
        if amount is None or amount < 0:
            return b"".join(self.stream())
        return self._piece(amount)

    def stream(self, amount: int = _PIECE, decode_content: bool = True) -> Iterator[bytes]:
        """Piece by piece."""
        while piece := self._piece(amount):
            yield piece

    def _piece(self, amount: int) -> bytes:
        if not self._wanted():
            raise GivenUpError(f"{self._host} was not waited for")
        if amount == 0:
            return b""
        piece: bytes = self._raw.read1(amount, decode_content=True)
        self.size += len(piece)
        if self.size > self._most:
            raise NetworkError(
                f"{self._host} sends more than {self._most / 2**20:,.0f} MiB. Ask for fewer rows "
                "or columns."
            )
        self._check(piece)
        return piece

    def _check(self, piece: bytes) -> None:
        """Refuse entities, which can make a short document fill the memory."""
        if b"<!ENTITY" in self._end + piece or (self.size == len(piece) and b"\0" in piece[:4]):
            raise InteropError(
                f"{self._host} sends XML that defines entities, or is in an encoding of two bytes "
                "a character. No service needs that, and it can do harm: it was not read."
            )
        self._end = piece[-8:]

    @property
    def closed(self) -> bool:
        """Whether it was read to its end, or broken off."""
        return bool(self._raw.closed)

    def close(self) -> None:
        """Break the connection off."""
        self._raw.close()

    def release_conn(self) -> None:
        """Give the connection back."""
        self._raw.release_conn()


def _look_where_it_leads(response: Any, **_: object) -> None:
    """Refuse redirects to hosts that are not allowed, less safe, or inside of one's own network."""
    from urllib.parse import urljoin

    if not response.is_redirect:
        return
    url, target = response.url, urljoin(response.url, response.headers["location"])
    before, after = host_of(url), host_of(target)
    if parsed(url).scheme == "https" and parsed(target).scheme != "https":
        raise NetworkError(f"{before} leads to {after} without encryption; not followed")
    if after == before:
        return
    if after not in allowed_hosts():
        raise NotAllowedError(
            [after],
            f"{before} leads to {after}, which is not asked until you allow it: "
            f"aal.cutouts.allow({after!r}).",
        )
    if is_public(url) and not is_public(target):
        raise NetworkError(
            f"{before} leads to {after}, which is not on the public internet; not followed"
        )


def _pace(host: str) -> Pace:
    with _LOCK:
        return _PACES.setdefault(host, Pace(host, LIMITS))
