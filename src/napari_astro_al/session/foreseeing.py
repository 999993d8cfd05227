"""A session's verbs for what comes next: a model and its query, for real or ahead."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from napari_astro_al.catalogue import SourceId
from napari_astro_al.jobs import Job
from napari_astro_al.learning.trained import Fitted, TrainRequest, TrainResult
from napari_astro_al.session.ahead import Answer, Next, NextRequest, next_job
from napari_astro_al.session.asking import Query
from napari_astro_al.session.candidate_rows import Reservoir
from napari_astro_al.session.classes import Classes
from napari_astro_al.session.querying import Querying
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.sets import Sources
from napari_astro_al.session.tasklabels import TaskLabels

NONE = np.empty(0, dtype=np.int64)


class Foreseeing(Querying, Classes):
    """What a session does between one answer and the next source.

    Unlike `query` and `train`, which look at the whole pool, these look at a part of it
    (`Reservoir`), so that they take as long for ten million sources as for ten thousand.
    """

    def next_job(
        self, n: int = 1, within: Sources | None = None, *, given: Answer | None = None
    ) -> Job[Next]:
        """Learn what is to be learnt and choose what to ask for; hand it to `accept_next`.

        Parameters
        ----------
        n : int
            How many sources.
        within : iterable of int or str, Selection, or str, optional
            Ask for these only.
        given : Answer, optional
            As if this had been answered, about a source without an answer.
        """
        return next_job(self._next_request(n, within, given))

    def accept_next(self, found: Next) -> Query | None:
        """Take a query, and the model that asks it, if that is what follows from the labels now.

        Returns
        -------
        Query or None
            None where it was made for other labels, or from another answer: then it is dropped.
        """
        ask = found.request.ask
        rows = ask.askable.within
        within = None if rows is None else Selection(self.catalogue, rows)
        now = self._next_request(ask.n, within, None)
        if not found.request.same(now):
            return None
        places = now.ask.places
        if found.fitted is not None:
            self._fitted[ask.task] = found.fitted
            self._fits[ask.task] = places.labels
            places = places._replace(model=places.labels)
        # what was looked ahead of names the positions of before the answer
        made = {**found.query.made, "at": places.labels}
        if found.fitted is not None or ask.result is not None:
            made["model_at"] = places.model
        if made["pass_at"] is not None:
            made["pass_at"] = places.last_pass
        return self.accept_query(replace(found.query, revision=self.book.revision, made=made))

    def likely_answers(self, source: SourceId) -> list[Answer]:
        """The answers about a source without one, the likeliest first; unsure comes last."""
        if self.book.state_of(source) in ("labelled", "unsure"):
            return []
        row = self.catalogue.row_of(source)
        said: Counter[str] = Counter()
        for task in self.tasks:
            said.update(self.probabilities_of(source, task))
        labels = sorted(self.classes, key=lambda name: -said[name])
        return [Answer(row, label) for label in (*labels, None)]

    def _next_request(self, n: int, within: Sources | None, given: Answer | None) -> NextRequest:
        known = {task: self._known_with(task, given) for task in self.tasks}
        more: Counter[str | None] = Counter()
        if given is not None and given.label is not None:
            asked = self.asked(self.catalogue.ids_at([given.row])[0])
            more[str(asked.get("task"))] += bool(asked)
        task = self._turn({name: len(one.labels) for name, one in known.items()}, more)
        model, train = self._model_for(task, known[task])
        last = self.results.get(task)
        ask = self._query_request(
            n,
            task,
            within,
            known[task],
            model,
            answered=[] if given is None else [given.row],
            reservoir=Reservoir(NONE if last is None else last.doubtful),
        )
        return NextRequest(train, ask)

    def _model_for(
        self, task: str, known: TaskLabels
    ) -> tuple[TrainResult | Fitted | None, TrainRequest | None]:
        """The model of these labels, or what it takes to train it."""
        result, fitted = self.results.get(task), self._fitted.get(task)
        if len(known.counts) < 2 or self.features.is_empty:
            return result, None
        wanted = self._train_request(task, known)
        if result is not None and result.made_by(wanted):
            return result, None
        if fitted is not None and fitted.request.same(wanted):
            return fitted, None
        return None, wanted

    def _known_with(self, task: str, given: Answer | None) -> TaskLabels:
        """The labels of a task, as if this had been answered too."""
        known = self.task_labels(task)
        if given is None or given.label is None:
            return known
        rows, labels = self.book.labelled()
        return TaskLabels.of(np.append(rows, given.row), [*labels, given.label], known.basis)
