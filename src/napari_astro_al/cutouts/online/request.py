"""One request over HTTP, with an end to everything: time, size, redirects."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any
from urllib.parse import urljoin

from napari_astro_al.cutouts.online.address import host_of, parsed
from napari_astro_al.cutouts.online.pace import Unwanted
from napari_astro_al.errors import NetworkError

MOST_BYTES = 64 * 2**20
"""A larger answer is not read to its end."""
CONNECT, READ, WHOLE = 5.0, 15.0, 60.0
"""Seconds: until a connection stands, between two pieces of the answer, for all of it."""
GRACE = 5.0
"""Seconds that an answer is still read for after nobody wants it any more."""
MOST_REDIRECTS = 4

_PIECE = 65536
_PASSING = {429, 500, 502, 503, 504}
_REDIRECTS = {301, 302, 303, 307, 308}


class PassingError(NetworkError):
    """What may be gone at the next attempt.

    Parameters
    ----------
    message : str
    after : float, optional
        Seconds that the host wants to be left alone.
    """

    passing = True

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


@dataclass(frozen=True)
class Patience:
    """How long a request may take, in seconds.

    Attributes
    ----------
    connect, read, whole : float
        Until a connection stands, between two pieces of the answer, for all of it.
    """

    connect: float = CONNECT
    read: float = READ
    whole: float = WHOLE


def new_client() -> Any:
    """A `requests.Session` that keeps connections and nothing else: no cookies, no passwords."""
    from http.cookiejar import DefaultCookiePolicy

    from requests import Session

    client = Session()
    client.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # an authentication that does nothing keeps the passwords of ~/.netrc out of requests
    client.auth = lambda request: request
    client.headers.clear()
    client.headers["User-Agent"] = f"napari-astro-al/{version('napari-astro-al')}"
    client.headers["Accept"] = "*/*"
    return client


def fetched(
    client: Any,
    url: str,
    *,
    may_follow: Callable[[str, str], None],
    wanted: Callable[[], bool],
    patience: Patience,
) -> bytes:
    """What an address gives, redirects followed.

    Parameters
    ----------
    client : requests.Session
    url : str
    may_follow : callable
        ``may_follow(url, target)`` raises `NetworkError` for a redirect that must not be followed.
    wanted : callable
        Whether anybody still waits.
    patience : Patience

    Raises
    ------
    PassingError
        If the host is not reached, is too slow, breaks off, or says that it cannot now.
    NetworkError
        If it refuses, sends too much, or leads somewhere else.
    Unwanted
        If nobody waits any more.
    """
    from requests import RequestException

    deadline = time.monotonic() + patience.whole
    for _ in range(MOST_REDIRECTS + 1):
        host = host_of(url)
        try:
            response = client.get(
                url,
                stream=True,
                allow_redirects=False,
                timeout=(patience.connect, patience.read),
            )
        except RequestException as error:
            raise PassingError(why(host, error)) from error
        with closing(response):
            if response.status_code not in _REDIRECTS:
                return _body(response, host, deadline, wanted)
            target = urljoin(url, response.headers.get("Location", ""))
        parsed(target)
        may_follow(url, target)
        url = target
    raise NetworkError(f"{host_of(url)} leads from one address to the next without an end")


def _body(response: Any, host: str, deadline: float, wanted: Callable[[], bool]) -> bytes:
    from requests import RequestException
    from urllib3.exceptions import HTTPError

    status = response.status_code
    if status in _PASSING:
        after = _retry_after(response.headers.get("Retry-After"))
        raise PassingError(f"{host} cannot answer now ({status} {response.reason})", after)
    if status != 200:
        raise NetworkError(f"{host} answers {status} {response.reason}")
    announced = _number(response.headers.get("Content-Length"))
    if announced is not None and announced > MOST_BYTES:
        raise NetworkError(f"{host} sends {announced / 2**20:,.0f} MiB, too much for a cutout")
    pieces, size, begun = [], 0, time.monotonic()
    try:
        while piece := response.raw.read1(_PIECE, decode_content=True):
            pieces.append(piece)
            size += len(piece)
            now = time.monotonic()
            if size > MOST_BYTES:
                raise NetworkError(
                    f"{host} sends more than {MOST_BYTES / 2**20:,.0f} MiB, too much for a cutout"
                )
            if now > deadline:
                raise PassingError(f"{host} is too slow: {size / 1024:,.0f} kB after a minute")
            if now - begun > GRACE and not wanted():
                raise Unwanted
    except (RequestException, HTTPError, OSError) as error:
        raise PassingError(why(host, error)) from error
    if announced is not None and response.raw.tell() < announced:
        raise PassingError(f"{host} broke off after {response.raw.tell():,} of {announced:,} bytes")
    return b"".join(pieces)


def why(host: str, error: Exception) -> str:
    """Why a host gave nothing, for a person."""
    from requests import ConnectTimeout, ReadTimeout
    from requests.exceptions import SSLError
    from urllib3.exceptions import IncompleteRead, ReadTimeoutError

    if isinstance(error, ConnectTimeout):
        return f"{host} cannot be reached: no connection in time"
    if isinstance(error, (ReadTimeout, ReadTimeoutError)) or "timed out" in str(error):
        return f"{host} does not answer in time"
    if isinstance(error, SSLError):
        return f"{host} has no valid certificate"
    if isinstance(error, IncompleteRead) or "IncompleteRead" in str(error):
        return f"{host} broke off in the middle"
    if "NameResolution" in str(error):
        return f"{host} is not known; is this machine on the network?"
    if "refused" in str(error):
        return f"{host} refuses connections"
    return f"{host} cannot be reached ({type(error).__name__})"


def _retry_after(text: str | None) -> float | None:
    """Seconds, from a number of them or a date (RFC 9110, section 10.2.3)."""
    if text is None:
        return None
    from email.utils import parsedate_to_datetime

    seconds = _number(text)
    if seconds is None:
        try:
            date = parsedate_to_datetime(text)
        except ValueError:
            return None
        if date.tzinfo is None:
            date = date.replace(tzinfo=UTC)
        seconds = (date - datetime.now(UTC)).total_seconds()
    return max(0.0, seconds)


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and text.strip().isdecimal() else None
