"""A session's verbs for asking: query, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import LearnerError, SessionError
from napari_astro_al.jobs import Job, drain, guarded
from napari_astro_al.learning.recipe import ResolvedLearner
from napari_astro_al.learning.strategies import Strategy, about, strategy_name
from napari_astro_al.learning.trained import Fitted, TrainResult
from napari_astro_al.learning.whole_numbers import whole_number
from napari_astro_al.session.asking import Places, Query, QueryRequest, query_job
from napari_astro_al.session.candidate_rows import Askable, Reservoir
from napari_astro_al.session.costs import Costs, checked_budget, cost_job
from napari_astro_al.session.modelling import Modelling
from napari_astro_al.session.searching import Searching
from napari_astro_al.session.sets import Sources
from napari_astro_al.session.tasklabels import TaskLabels


class Querying(Searching, Modelling):
    """Queries of a session."""

    _kept_costs: Costs | None = None

    def query(
        self,
        n: int = 1,
        task: str | None = None,
        within: Sources | None = None,
        *,
        strategy: str | Strategy | None = None,
        cost: str | None = None,
        budget: float | None = None,
    ) -> list[SourceId]:
        """Sources whose labels would teach most, best first.

        Parameters
        ----------
        n : int
            How many.
        task : str, optional
            Which task asks; by default the one with the fewest labels.
        within : iterable of int or str, Selection, or str, optional
            Ask for these only: ids, a selection, or the name of a set.
        strategy : str or callable, optional
            Another one than the task's, for this query alone: ``"examples"`` asks for sources
            like those that are marked.
        cost : str, optional
            Another cost of labels than the task's, for this query alone: a numeric column, an
            expression of columns, or a name of `register.cost`; sources without one are not asked
            for. Empty: none.
        budget : float, optional
            What the labels may cost together, in the unit of the cost: of at most n sources, those
            with the most gain within it. Skipped sources are left out.

        Returns
        -------
        list of int or str
            Fewer, or none, when the pool runs short. The same until something is recorded.
        """
        name = self.next_task() if task is None else self._task_name(task)
        chosen = self._resolved(name, strategy)
        asks_a_model = not chosen.covers and about(chosen.strategy).needs_model
        if asks_a_model and self.is_stale(name) and self.can_train(name):
            self.train(name)
        job = self.query_job(n, name, within, strategy=strategy, cost=cost, budget=budget)
        return list(self.accept_query(drain(job)).sources)

    def next_task(self) -> str:
        """The task whose turn it is to ask.

        That with the fewest labels; of several, as where tasks share all labels, that which has
        asked for the fewest; of several, the first.
        """
        known = {name: self.task_labels(name) for name in self.tasks}
        return self._turn({name: len(one.labels) for name, one in known.items()}, Counter())

    def _turn(self, n_labels: Mapping[str, int], more: Counter[str | None]) -> str:
        """The task whose turn it is with so many labels, when some tasks have asked for `more`."""
        fewest = [name for name in self.tasks if n_labels[name] == min(n_labels.values())]
        if len(fewest) == 1:
            return fewest[0]
        n_asked = self.book.label_tasks() + more
        return min(fewest, key=lambda name: n_asked[name])

    def can_train(self, task: str | None = None) -> bool:
        """Whether there are features, and labels of two classes of a task."""
        counts = self.task_labels(self._task_name(task)).counts
        return len(counts) > 1 and not self.features.is_empty

    def is_covering(self, task: str | None = None) -> bool:
        """Whether queries still look for classes without labels, away from what is labelled."""
        return self._resolved(self._task_name(task)).starting

    def _resolved(
        self, task: str, strategy: str | Strategy | None = None, known: TaskLabels | None = None
    ) -> ResolvedLearner:
        known, recipe = known or self.task_labels(task), self.learners[task]
        if strategy is not None:
            recipe = replace(recipe, strategy=strategy)
        return recipe.resolve(
            len(known.labels),
            known.counts,
            named=self.tasks[task].names,
            go_on=strategy is not None or task in self.going_on,
        )

    def go_on_without(self, task: str | None = None) -> None:
        """Stop covering feature space for classes of which there are no two examples yet."""
        self._adopt(going_on={*self.going_on, self._task_name(task)})
        self.book.revision += 1
        self._tell(self.classes_changed)

    def query_job(
        self,
        n: int = 1,
        task: str | None = None,
        within: Sources | None = None,
        *,
        strategy: str | Strategy | None = None,
        cost: str | None = None,
        budget: float | None = None,
    ) -> Job[Query]:
        """The work of `query`, captured now, with the models as they are; never trains."""
        name = self.next_task() if task is None else self._task_name(task)
        known, result = self.task_labels(name), self.results.get(name)
        request = self._query_request(
            n, name, within, known, result, strategy=strategy, cost=cost, budget=budget
        )
        return guarded(query_job(request), "choose the next sources")

    def _query_request(
        self,
        n: int,
        task: str,
        within: Sources | None,
        known: TaskLabels,
        result: TrainResult | Fitted | None,
        *,
        strategy: str | Strategy | None = None,
        answered: Sequence[int] = (),
        reservoir: Reservoir | None = None,
        cost: str | None = None,
        budget: float | None = None,
    ) -> QueryRequest:
        """What choosing needs, after answers about the sources of some further rows."""
        number = whole_number(n, "The number of sources to ask for", SessionError)
        if number < 1:
            raise SessionError(f"A query is for one source or more, not {number}.")
        more = np.array(answered, dtype=np.int64)
        places = Places(self.position, self._learnt_at(task, result), self._passes.get(task))
        skipped = self.book.skipped_rows()
        rated, interest = self._interest_rows()
        name = self.learners[task].cost if cost is None else cost
        costs = self.costs(name) if name else None
        askable = Askable(
            features=self.features,
            partition=self.partition,
            labelled_only=self.pool == "labelled",
            within=None if within is None else self.sets.resolve(within).rows,
            answered=np.concatenate([self.book.labelled()[0], self.book.unsure_rows(), more]),
            excluded=self.off_limits,
        )
        return QueryRequest(
            catalogue=self.catalogue,
            askable=askable,
            skipped=skipped[~np.isin(skipped, more)],
            like=self._marked_rows(True),
            unlike=self._marked_rows(False),
            rated=rated,
            interest=interest,
            known=known,
            result=result,
            chosen=self._resolved(task, strategy, known),
            task=task,
            n=number,
            seed=self.seed,
            revision=self.book.revision,
            reservoir=reservoir,
            strategy=None if strategy is None else strategy_name(strategy),
            places=places,
            cost=costs,
            budget=checked_budget(budget, costs),
            own_cost=cost is not None,
        )

    def costs(self, name: str) -> Costs:
        """What labels cost by a column, an expression or a registered function.

        They are worked out when somebody first looks, and kept while catalogue and name stay.
        """
        if not isinstance(name, str) or not name:
            raise LearnerError(
                f"cost is the name of a column or of a registered function, not {name!r}."
            )
        kept = self._kept_costs
        if kept is None or kept.name != name or kept.catalogue is not self.catalogue:
            self._kept_costs = kept = Costs(self.catalogue, name)
        return kept

    def cost_job(self, name: str) -> Job[Costs]:
        """The work of `costs`."""
        return guarded(cost_job(self.costs(name)), "work out what labels cost")

    def accept_query(self, query: Query) -> Query:
        """Remember why sources were asked for, so that their labels can say so."""
        self._asked.update(query.provenance())
        return query

    def asked(self, source: SourceId) -> Mapping[str, object]:
        """How a source was last asked for; empty if it never was."""
        return self._asked.get(source, {})
