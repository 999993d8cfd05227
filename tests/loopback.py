"""A real HTTP server on the loopback interface that behaves as badly as it is told to."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """What was asked, and what is answered.

    Attributes
    ----------
    host : str
        With its port.
    answers : dict
        By path; each writes its answer itself.
    paths : list of str
        All that was asked, in order, with the query.
    headers : list of dict
        Of each request.
    sent : list of (str, str, str)
        Method, path without the query, and body of each request.
    most_at_once : int
        Requests that were on their way at the same time.
    """

    host: str
    answers: dict[str, Answer] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    sent: list[tuple[str, str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    most_at_once: int = 0
    at_once: int = 0
    lock: Any = field(default_factory=Lock)

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    @property
    def queries(self) -> list[dict[str, str]]:
        """What each request asked for."""
        return [
            {key: values[0] for key, values in parse_qs(urlsplit(path).query).items()}
            for path in self.paths
        ]


@contextmanager
def serving() -> Iterator[Server]:
    """A server on a free port, until the end."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            with state.lock:
                state.paths.append(self.path)
                state.sent.append((self.command, urlsplit(self.path).path, body))
                state.headers.append(dict(self.headers))
                state.times.append(time.monotonic())
                state.at_once += 1
                state.most_at_once = max(state.most_at_once, state.at_once)
            try:
                answer = state.answers.get(urlsplit(self.path).path, not_found)
                with suppress(ConnectionError):
                    answer(self)
            finally:
                with state.lock:
                    state.at_once -= 1

        do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nothing: the requests are kept in `Server`."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    state = Server(f"127.0.0.1:{httpd.server_address[1]}")
    thread = Thread(target=httpd.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


def send(
    body: bytes = b"",
    *,
    status: int = 200,
    kind: str = "image/jpeg",
    announced: int | None = None,
    after: float = 0.0,
    **headers: str,
) -> Answer:
    """An answer with a body, after a while, perhaps shorter than it says."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(after)
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body) if announced is None else announced))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)
        handler.wfile.flush()
        if announced is not None:
            handler.close_connection = True

    return answer


def in_parts(body: bytes) -> Answer:
    """A file of which parts can be asked for, as object stores answer (RFC 9110, section 14)."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        said = handler.headers.get("Range", "").removeprefix("bytes=")
        first, dash, last = said.partition("-")
        start, stop = 0, len(body)
        if dash:
            start = int(first) if first else max(0, len(body) - int(last))
            stop = min(int(last) + 1, len(body)) if first and last else len(body)
        handler.send_response(206 if dash else 200)
        handler.send_header("Accept-Ranges", "bytes")
        handler.send_header("Content-Length", str(stop - start))
        if dash:
            handler.send_header("Content-Range", f"bytes {start}-{stop - 1}/{len(body)}")
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body[start:stop])

    return answer


def drip(body: bytes, seconds: float, step: int = 1) -> Answer:
    """A byte, or a few, now and then."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        for start in range(0, len(body), step):
            handler.wfile.write(body[start : start + step])
            handler.wfile.flush()
            time.sleep(seconds)

    return answer


def endless(handler: BaseHTTPRequestHandler) -> None:
    """More and more, without saying how much."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    for _ in range(2048):
        handler.wfile.write(bytes(2**20))
    handler.close_connection = True


def in_turn(*answers: Answer) -> Answer:
    """One answer after the other, and the last for good."""
    left = list(answers)
    lock = Lock()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        with lock:
            now = left.pop(0) if len(left) > 1 else left[0]
        now(handler)

    return answer


not_found = send(b"nothing here", status=404, kind="text/plain")


def jpeg(side: int = 32, seed: int = 0) -> bytes:
    """A picture that is not of one colour."""
    from PIL import Image

    pixels = np.random.default_rng(seed).integers(0, 255, (side, side, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def fits(side: int = 16, **header: Any) -> bytes:
    """An image with measured values."""
    from astropy.io import fits as astropy_fits

    buffer = io.BytesIO()
    pixels = np.arange(side * side, dtype=np.float32).reshape(side, side)
    astropy_fits.PrimaryHDU(pixels, astropy_fits.Header(header)).writeto(buffer)
    return buffer.getvalue()
