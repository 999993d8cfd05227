"""What a trained learner says of the pool, chunk by chunk and on several threads."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.features.coded import Coded
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning.learners import failures_named, one_thread, quietly, thread_pools
from napari_astro_al.learning.said import checked_probabilities

if TYPE_CHECKING:
    from napari_astro_al.learning.predicting.scorers import Scorer

CHUNK = 65_536
"""Rows that a kernel is given at a time: some hundredths of a second."""
ASKED_CHUNK = 8_192
"""Rows that a model itself is asked about at a time."""

_left: int = 0


def leave_cores(n: int) -> None:
    """Leave so many of the machine's cores to others, as a window does for itself."""
    global _left
    _left = n


def n_threads() -> int:
    """How many threads score: one a core, less those that are left to others."""
    ours = getattr(os, "sched_getaffinity", None)  # only on some systems
    cores = len(ours(0)) if ours else os.cpu_count() or 1
    return max(1, cores - _left)


@dataclass(frozen=True, eq=False)
class PoolScorer:
    """A trained learner, made ready to score many sources.

    Attributes
    ----------
    model : str
        Its name, for messages.
    members : tuple of (Scorer, columns)
        Of each model, and which of the columns its classes are.
    n_classes : int
    """

    model: str
    members: tuple[tuple[Scorer, tuple[int, ...]], ...]
    n_classes: int

    @classmethod
    def of(cls, learner: Any, classes: Sequence[str], model: str) -> PoolScorer:
        """Make a modAL learner ready.

        Parameters
        ----------
        learner : modAL ActiveLearner or Committee
            Trained.
        classes : sequence of str
            The columns; a class that a member never saw has probability 0.
        model : str
        """
        from napari_astro_al.learning.adapter import members
        from napari_astro_al.learning.predicting.of_models import scorer_of
        from napari_astro_al.learning.predicting.scorers import Asked

        place = {name: k for k, name in enumerate(classes)}
        found = []
        for member in members(learner):
            says = hasattr(member.estimator, "predict_proba")
            scorer = scorer_of(member.estimator) if says else Asked(member.predict_proba)
            found.append((scorer, tuple(place[str(name)] for name in member.classes_)))
        return cls(model, tuple(found), len(classes))

    @property
    def compiled(self) -> bool:
        """Whether only kernels of ours are run, which several threads may do at once."""
        return all(scorer.compiled for scorer, _ in self.members)

    def votes(
        self, sources: Coded, rows: npt.NDArray[np.integer[Any]], pools: Any = None
    ) -> npt.NDArray[np.float32]:
        """Each member's probabilities for some rows, (n_members, len(rows), n_classes).

        `pools` are libraries' threads, where they are known: looking for them takes 10 ms.
        """
        some = sources.some(rows)
        votes = np.zeros((len(self.members), len(rows), self.n_classes), dtype=np.float32)
        notes: list[str] = []
        pools = pools or thread_pools()
        with one_thread(pools):
            for start, stop in _chunks(len(rows), self._chunk):
                with failures_named(self.model, "predict"):
                    self._ask(some, start, stop, votes[:, start:stop], notes, pools)
        return votes

    def votes_job(
        self, sources: Coded, usable: npt.NDArray[np.bool_], notes: list[str]
    ) -> Job[npt.NDArray[np.float32]]:
        """Each member's probabilities for the whole pool.

        Parameters
        ----------
        sources : Coded
        usable : (n_sources,) bool ndarray
            Sources with features.
        notes : list of str
            Gains what models warn of.

        Returns
        -------
        (n_members, n_sources, n_classes) float32 ndarray
            NaN where a source is not usable.
        """
        n = len(sources)
        votes = np.zeros((len(self.members), n, self.n_classes), dtype=np.float32)
        pools = thread_pools()
        if self.compiled:
            with one_thread(pools):  # the threads are ours
                yield from self._on_threads(sources, usable, votes)
            return votes
        for start, stop in _chunks(n, self._chunk):
            yield Progress("Predicting", start, n)
            with failures_named(self.model, "predict"):
                self._fill(sources, usable, votes, start, stop, notes, pools)
        return votes

    def _on_threads(
        self, sources: Coded, usable: npt.NDArray[np.bool_], votes: npt.NDArray[np.float32]
    ) -> Job[None]:
        n, threads = len(sources), n_threads()
        with ThreadPoolExecutor(threads, "astro-al-score") as crew:
            running: set[Future[None]] = set()
            try:
                for start, stop in _chunks(n, self._chunk):
                    yield Progress("Predicting", start, n)
                    if len(running) > threads:
                        finished, running = wait(running, return_when=FIRST_COMPLETED)
                        self._raise(finished)
                    running.add(
                        crew.submit(self._fill, sources, usable, votes, start, stop, [], None)
                    )
                while running:
                    finished, running = wait(running, return_when=FIRST_COMPLETED)
                    self._raise(finished)
            finally:
                crew.shutdown(wait=False, cancel_futures=True)

    def _raise(self, finished: set[Future[None]]) -> None:
        for one in finished:
            with failures_named(self.model, "predict"):
                one.result()

    @property
    def _chunk(self) -> int:
        return CHUNK if self.compiled else ASKED_CHUNK

    def _fill(
        self,
        sources: Coded,
        usable: npt.NDArray[np.bool_],
        votes: npt.NDArray[np.float32],
        start: int,
        stop: int,
        notes: list[str],
        pools: Any,
    ) -> None:
        known = usable[start:stop]
        out = votes[:, start:stop]
        if known.all() or self.compiled:
            self._ask(sources, start, stop, out, notes, pools)
            out[:, ~known] = np.nan
            return
        out[:] = np.nan
        rows = start + np.flatnonzero(known)
        if len(rows):
            some = sources.some(rows)
            said = np.zeros((len(out), len(rows), self.n_classes), dtype=np.float32)
            self._ask(some, 0, len(rows), said, notes, pools)
            out[:, known] = said

    def _ask(
        self,
        sources: Coded,
        start: int,
        stop: int,
        out: npt.NDArray[np.float32],
        notes: list[str],
        pools: Any,
    ) -> None:
        for (scorer, columns), votes in zip(self.members, out, strict=True):
            ask = partial(scorer.probabilities, sources, start, stop)
            if scorer.compiled:
                votes[:, columns] = ask()
            else:
                said = quietly(ask, notes, pools)
                votes[:, columns] = checked_probabilities(said, stop - start, len(columns))


def _chunks(n: int, size: int) -> Iterator[tuple[int, int]]:
    for start in range(0, n, size):
        yield start, min(start + size, n)
