"""Long work as generators: they yield `Progress` and return a result.

A plain call drains the generator; the window drives it in a worker thread, shows the progress
and closes it to cancel.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Event, Thread
from typing import TypeVar

from napari_astro_al.errors import AstroALError, JobError

T = TypeVar("T")

LOOK_EVERY = 0.05
"""Seconds between two looks at what is done aside."""


@dataclass(frozen=True)
class Progress:
    """How far a job has come.

    Attributes
    ----------
    message : str
        What is being done, as words for a person.
    done, total : int
        Steps finished and steps in all; ``total == 0`` means that nobody knows.
    """

    message: str
    done: int = 0
    total: int = 0


Job = Generator[Progress, None, T]


def _always() -> bool:
    return True


_wanted: ContextVar[Callable[[], bool]] = ContextVar("wanted", default=_always)


@contextmanager
def wanted_while(is_wanted: Callable[[], bool]) -> Iterator[None]:
    """Let what this thread does in the block be known to be wanted only for a time."""
    token = _wanted.set(is_wanted)
    try:
        yield
    finally:
        _wanted.reset(token)


def still_wanted() -> Callable[[], bool]:
    """A function that tells, in any thread, whether what this one does is still wanted."""
    return _wanted.get()


def drain(job: Job[T]) -> T:
    """Run a job to its end and give its result."""
    while True:
        try:
            next(job)
        except StopIteration as stop:
            result: T = stop.value
            return result


def guarded(job: Job[T], what: str) -> Job[T]:
    """The same job, with every failure as an `AstroALError`.

    Worker threads swallow a ``RuntimeError`` that leaves a generator, so no job may let one out.

    Parameters
    ----------
    job : generator
        The job to run.
    what : str
        What the job does, for the message: "train the model".

    Raises
    ------
    JobError
        Where the job failed with anything but an `AstroALError`; the cause is chained.
    """
    try:
        return (yield from job)
    except AstroALError:
        raise
    except Exception as error:
        raise JobError(f"Could not {what}: {type(error).__name__}: {error}") from error


def aside(
    call: Callable[[], T],
    say: Callable[[], str],
    discard: Callable[[T], object] | None = None,
) -> Job[T]:
    """Do something that cannot say how far it is, such as waiting for a host, in its own thread.

    Parameters
    ----------
    call : callable
        Does it. It may go on for a while after the job was given up.
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

    Thread(target=work, name="astro-al: aside", daemon=True).start()
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
