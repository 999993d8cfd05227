"""What runs a pass over partitions: one after the other, threads, or a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, suppress
from typing import Any, Protocol, TypeVar

from napari_astro_al.errors import AstroALError, CatalogueError, JobError
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning.learners import one_thread, thread_pools
from napari_astro_al.learning.predicting.pool import n_threads
from napari_astro_al.scale.parts import Part

R = TypeVar("R")
Work = Callable[[Part], R]

RETRIES = 3
"""How often a cluster tries a partition again whose worker was lost."""


class Engine(Protocol):
    """Runs work on partitions.

    Attributes
    ----------
    name : str
    travels : bool
        Whether work is sent to other processes, so that it has to be pickled.
    """

    name: str
    travels: bool

    def run(self, work: Work[R], parts: Sequence[Part]) -> Iterator[R]:
        """Results as they are finished, in any order; closing the iterator cancels the rest."""
        ...


class Serial:
    """One partition after the other."""

    name, travels = "serial", False

    def run(self, work: Work[R], parts: Sequence[Part]) -> Iterator[R]:
        """See `Engine`."""
        return map(work, parts)


class Threads:
    """As many partitions at a time as there are cores."""

    name, travels = "threads", False

    def run(self, work: Work[R], parts: Sequence[Part]) -> Iterator[R]:
        """See `Engine`."""
        waiting = iter(parts)
        running: set[Future[R]] = set()
        # the threads are ours: libraries' own would only compete
        with one_thread(thread_pools()), ThreadPoolExecutor(n_threads(), "parts") as crew:
            try:
                for part in waiting:
                    running.add(crew.submit(work, part))
                    if len(running) > n_threads():
                        finished, running = wait(running, return_when=FIRST_COMPLETED)
                        yield from (one.result() for one in finished)
                while running:
                    finished, running = wait(running, return_when=FIRST_COMPLETED)
                    yield from (one.result() for one in finished)
            finally:
                crew.shutdown(wait=False, cancel_futures=True)


class Cluster:
    """Workers of a Dask cluster, which read the partitions where they are.

    Parameters
    ----------
    client : dask.distributed.Client
    """

    name, travels = "dask", True

    def __init__(self, client: Any) -> None:
        self._client = client

    def as_current(self) -> AbstractContextManager[Any]:
        """Let what others compute with Dask in the block run on it."""
        current: AbstractContextManager[Any] = self._client.as_current()
        return current

    def run(self, work: Work[R], parts: Sequence[Part]) -> Iterator[R]:
        """See `Engine`. What a lost worker had is done again by another."""
        from distributed import as_completed

        # a task of its own, so that it is sent once to a worker and can be made anew
        held = self._client.submit(_itself, work, pure=False)
        futures = self._client.map(_on, [held] * len(parts), parts, pure=False, retries=RETRIES)
        try:
            for future in as_completed(futures):
                result: R = future.result()
                yield result
                future.release()
        finally:
            with suppress(Exception):  # the cluster may be gone
                self._client.cancel(futures)


def _itself(work: Work[R]) -> Work[R]:
    return work


def _on(work: Work[R], part: Part) -> R:
    return work(part)


def engine_of(given: Any) -> Engine:
    """The engine that somebody names.

    Raises
    ------
    CatalogueError
        If it is neither a name that is known nor a Dask client.
    """
    if given == "serial":
        return Serial()
    if given == "threads":
        return Threads()
    if isinstance(given, (Serial, Threads, Cluster)):
        return given
    if type(given).__module__.partition(".")[0] == "distributed" and hasattr(given, "submit"):
        return Cluster(given)
    raise CatalogueError(
        f'engine={given!r} is not known. Give "serial", "threads", or a client of a cluster: '
        'dask.distributed.Client(...), which pip install "napari-astro-al[scale]" brings.'
    )


def merged_job(
    engine: Engine,
    work: Work[R],
    parts: Sequence[Part],
    merge: Callable[[R, R], R],
    message: str,
    *,
    before: int = 0,
    total: int = 0,
) -> Job[R]:
    """Run a pass and merge what it gives; which partition is finished first changes nothing.

    Parameters
    ----------
    engine : Engine
    work : callable
    parts : sequence of Part
        One or more.
    merge : callable
        Associative and commutative.
    message : str
        For the progress, which counts partitions.
    before, total : int
        Of a pass in stages, how many partitions came before these, and how many there are in all.
    """
    total = total or len(parts)
    found: R | None = None
    results = engine.run(work, parts)
    try:
        for done in range(len(parts)):
            yield Progress(f"{message}: {in_words(before + done, total)}", before + done, total)
            one = _next(results, message)
            found = one if found is None else merge(found, one)
    finally:
        close = getattr(results, "close", None)
        if close is not None:
            close()
    assert found is not None
    return found


def in_words(done: int, total: int) -> str:
    """How far a pass is: ``37 of 192 partitions``."""
    return f"{done:,} of {total:,} partition{'' if total == 1 else 's'}"


def _next(results: Iterator[R], message: str) -> R:
    try:
        return next(results)
    except AstroALError:
        raise
    except Exception as error:
        raise JobError(f"{message} failed: {type(error).__name__}: {error}") from error
