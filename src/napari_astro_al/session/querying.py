"""A session's verbs for asking: query, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import SessionError
from napari_astro_al.jobs import Job, drain, guarded
from napari_astro_al.learning.recipe import ResolvedLearner
from napari_astro_al.learning.split import POOL
from napari_astro_al.session.asking import Query, QueryRequest, query_job
from napari_astro_al.session.modelling import Modelling


class Querying(Modelling):
    """Queries of a session."""

    def query(
        self, n: int = 1, task: str | None = None, within: Iterable[SourceId] | None = None
    ) -> list[SourceId]:
        """Sources whose labels would teach most, best first.

        Parameters
        ----------
        n : int
            How many.
        task : str, optional
            Which task asks; by default the one with the fewest labels.
        within : iterable of int or str, optional
            Ask for these only.

        Returns
        -------
        list of int or str
            Fewer, or none, when the pool runs short. The same until something is recorded.
        """
        name = self.next_task() if task is None else self._task_name(task)
        if self.is_stale(name) and not self.is_covering(name) and self.can_train(name):
            self.train(name)
        return list(self.accept_query(drain(self.query_job(n, name, within))).sources)

    def next_task(self) -> str:
        """The task with the fewest labels."""
        return min(self.tasks, key=lambda name: len(self.labelled_for(name)[1]))

    def can_train(self, task: str | None = None) -> bool:
        """Whether a task has labels of two classes."""
        return len(set(self.labelled_for(self._task_name(task))[1])) > 1

    def is_covering(self, task: str | None = None) -> bool:
        """Whether queries still spread over feature space instead of asking a model."""
        name = self._task_name(task)
        return self._resolved(name, self.labelled_for(name)[1]).covers

    def _resolved(self, task: str, labels: Sequence[str]) -> ResolvedLearner:
        return self.learners[task].resolve(
            len(labels),
            Counter(labels),
            named=self.tasks[task].names,
            go_on=task in self.going_on,
        )

    def go_on_without(self, task: str | None = None) -> None:
        """Stop covering feature space for classes of which there are no two examples yet."""
        self.going_on.add(self._task_name(task))
        self.book.revision += 1
        self._write_document()
        self.classes_changed.emit()

    def query_job(
        self, n: int = 1, task: str | None = None, within: Iterable[SourceId] | None = None
    ) -> Job[Query]:
        """The work of `query`, captured now, with the models as they are; never trains."""
        if n < 1:
            raise SessionError(f"A query is for one source or more, not {n!r}.")
        name = self.next_task() if task is None else self._task_name(task)
        available = (self.partition.part == POOL) & self.features.usable & ~self.book.taken
        if self.pool == "labelled":
            available &= self.partition.has_column_label
        if within is not None:
            inside = np.zeros(len(available), dtype=bool)
            inside[self.catalogue.rows_of(within)] = True
            available &= inside
        rows, labels = self.labelled_for(name)
        skipped = self.book.skipped_rows()
        request = QueryRequest(
            catalogue=self.catalogue,
            features=self.features,
            hashes=self.partition.hashes,
            available=available,
            skipped=skipped,
            seen=np.concatenate([self.book.labelled()[0], self.book.unsure_rows(), skipped]),
            labelled=rows,
            labels=tuple(labels),
            result=self.results.get(name),
            chosen=self._resolved(name, labels),
            task=name,
            n=n,
            seed=self.seed,
            revision=self.book.revision,
        )
        return guarded(query_job(request), "choose the next sources")

    def accept_query(self, query: Query) -> Query:
        """Remember why sources were asked for, so that their labels can say so."""
        self._asked.update({one: query.provenance(one) for one in query.sources})
        return query

    def asked(self, source: SourceId) -> Mapping[str, object]:
        """How a source was last asked for; empty if it never was."""
        return self._asked.get(source, {})
