"""Waiting for a host in a thread of its own, so that a job can be given up at any time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TypeVar

from napari_astro_al.errors import AstroALError, InteropError
from napari_astro_al.jobs import Job, Progress

T = TypeVar("T")

LOOK_EVERY = 0.05
"""Seconds between two looks at whether an answer is there."""


def aside(
    call: Callable[[], T],
    say: Callable[[], str],
    discard: Callable[[T], object] | None = None,
) -> Job[T]:
    """Do something that waits for a host.

    Parameters
    ----------
    call : callable
        Does it, over a connection that is closed when the job is.
    say : callable
        What is being done, again and again.
    discard : callable, optional
        Takes a result that comes after the job was given up, in the thread.
    """
    given_up, done = Event(), Event()
    found: list[T] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            result = call()
            if given_up.is_set() and discard is not None:
                discard(result)
            found.append(result)
        except Exception as error:
            failed.append(error)
        finally:
            done.set()

    Thread(target=work, name="astro-al: a service", daemon=True).start()
    begun = time.monotonic()
    try:
        while not done.wait(LOOK_EVERY):
            seconds = time.monotonic() - begun
            yield Progress(say() + (f" ({seconds:,.0f} s)" if seconds >= 2 else ""))
    except BaseException:
        given_up.set()
        raise
    if failed:
        raise failed[0]
    return found[0]


def quietly(call: Callable[[], object]) -> None:
    """Do what may fail without harm, such as taking leave of a service."""
    with suppress(Exception):
        call()


@contextmanager
def in_words(host: str) -> Iterator[None]:
    """Let whatever goes wrong with a service be said in words, its own where it has some."""
    try:
        yield
    except AstroALError:
        raise
    except Exception as error:
        raise explained(error, host) from error


def explained(error: Exception, host: str) -> AstroALError:
    """What went wrong with a service."""
    from pyvo.dal.exceptions import DALAccessError, DALProtocolError
    from requests import RequestException
    from urllib3.exceptions import HTTPError

    from napari_astro_al.interop.vo.said import words_of

    cause = error.cause if isinstance(error, DALProtocolError) else error
    if isinstance(cause, AstroALError):
        return cause
    response = getattr(cause, "response", None)
    if response is not None:
        return InteropError(words_of(response, host))
    if isinstance(cause, (RequestException, HTTPError, OSError)):
        from napari_astro_al.cutouts.online.request import why

        return InteropError(f"{why(host, cause)}.")
    if isinstance(error, DALAccessError):
        return InteropError(f"{host} says: {error.reason}")
    return InteropError(
        f"{host} sent something that cannot be read: {type(error).__name__}: {str(error)[:300]}"
    )
