"""Things that wait, such as requests, done side by side as one job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import copy_context
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import TypeVar

from napari_astro_al.jobs import Job, Progress

T = TypeVar("T")

Wanted = Callable[[], bool]
Task = Callable[[Wanted], T]

_TELL = 0.1
"""Seconds between two looks at whether the job is still wanted."""


def side_by_side(
    tasks: Sequence[Task[T]],
    take: Callable[[int, T], None],
    *,
    at_once: int,
    message: str,
) -> Job[None]:
    """Do tasks in threads, a few at once.

    Parameters
    ----------
    tasks : sequence of callable
        Each is given ``wanted``, which says whether the job goes on: a job that is closed does
        not wait for the tasks that have begun, and begins no others.
    take : callable
        Given the place of a task and what it gave, one after the other, in the thread that drives
        the job. What a task raises is raised there too, and ends the job.
    at_once : int
        Threads.
    message : str
        What is being done.
    """
    done: SimpleQueue[tuple[int, T | None, Exception | None]] = SimpleQueue()
    todo = iter(range(len(tasks)))
    lock, over = Lock(), Event()

    def work() -> None:
        while not over.is_set():
            with lock:
                place = next(todo, None)
            if place is None:
                return
            try:
                done.put((place, tasks[place](lambda: not over.is_set()), None))
            except Exception as error:  # raised again where the job is driven
                done.put((place, None, error))

    # threads that nothing waits for, not those of a pool: a silent server must not keep the
    # program from ending
    for _ in range(min(at_once, len(tasks))):
        Thread(target=copy_context().run, args=(work,), name=message, daemon=True).start()
    try:
        for number in range(len(tasks)):
            said = Progress(message, number, len(tasks))
            yield said
            place, result, error = yield from _next(done, said)
            if error is not None:
                raise error
            take(place, result)  # type: ignore[arg-type]
    finally:
        over.set()


def _next(done: SimpleQueue[T], progress: Progress) -> Job[T]:
    """What comes next, with a word several times a second that it is waited for."""
    while True:
        try:
            return done.get(timeout=_TELL)
        except Empty:
            yield progress
