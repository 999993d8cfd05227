"""A session's verbs for passes over the partitions."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import SourceId
from napari_astro_al.catalogue.ids import as_ids, derived_seed
from napari_astro_al.errors import NotEnoughLabels
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.learning.recipe import ResolvedLearner
from napari_astro_al.learning.strategies import Strategy, about
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.scale import PartitionedCatalogue
from napari_astro_al.scale.models import Features, Model
from napari_astro_al.scale.ranking import Marked, Ranking, Wanted
from napari_astro_al.session.at_hand import said_of_all
from napari_astro_al.session.bringing import Brought, InMemory, Pass, brought_job, ranked_job
from napari_astro_al.session.candidate_rows import sketch_of
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.sets import KeptSet
from napari_astro_al.session.whole_catalogue import WholeCatalogue

MOST_KEPT = 5_000
"""Sources that passes have brought which the window looks at for every query, the newest ones."""


class Passes(WholeCatalogue):
    """Ranks all sources, and brings some into memory."""

    _ranked: tuple[object, ...] = ()

    @property
    def whole(self) -> PartitionedCatalogue:
        """All sources, on disk."""
        return self.at_hand.whole

    def rank_job(
        self,
        n: int = 1,
        task: str | None = None,
        *,
        strategy: str | Strategy | None = None,
        so_far: Callable[[Brought], object] | None = None,
    ) -> Job[int]:
        """Bring what a strategy would ask for among all sources; how many are new in memory.

        `query` does so by itself. Progress counts partitions.

        Parameters
        ----------
        n : int
            For a query of so many.
        task : str, optional
        strategy : str or callable, optional
            As for `query`.
        so_far : callable, optional
            Called when the first partitions are ranked, and again when more are, with what they
            have brought, which is in memory by then: a query within asks among these. Closing the
            job keeps them. Without it, closing the job changes nothing.
        """
        name = self._task_name(task)
        if self._asks_no_pass(name, strategy):
            return 0
        if self.asks_a_model(name, strategy) and self.is_stale(name):
            yield Progress("Training")
            self.train(name)
        n_before = len(self.catalogue)
        captured = self._pass(n, name, strategy)
        if self._ranked == captured.asked:
            return 0

        def tell(found: Brought) -> None:
            self.accept_brought(found)
            self._ranked = captured.asked  # or a query within would begin the same pass
            if so_far is not None:
                so_far(found)

        try:
            found = yield from ranked_job(captured, None if so_far is None else tell)
        except BaseException:
            self._ranked = ()
            raise
        self.accept_brought(found)
        return len(self.catalogue) - n_before

    def ranking_job(
        self,
        n: int = 1,
        task: str | None = None,
        *,
        strategy: str | Strategy | None = None,
        so_far: Callable[[Brought], object] | None = None,
    ) -> Job[Brought]:
        """The work of `rank_job`, captured now, by the models as they are; changes nothing.

        `so_far` is called in the thread that runs the job, with what `accept_brought` may take.

        Raises
        ------
        NotEnoughLabels
            Without a model, where the strategy asks one.
        """
        captured = self._pass(n, self._task_name(task), strategy)
        return guarded(ranked_job(captured, so_far), "rank all sources")

    def accept_brought(self, found: Brought) -> int:
        """Have in memory what a pass has brought; how many sources are new there."""
        now = found.now
        if found.before.at_hand is not self.at_hand:  # something else has come since
            table = found.now.at_hand.tables[-1]
            now = self._memory().grown(self.at_hand.with_table(table))
        n_new = self._take(now)
        if found.is_whole:
            self._ranked = found.asked
        return n_new

    def ranks_all(self, task: str | None = None, strategy: str | Strategy | None = None) -> bool:
        """Whether a strategy would rank every source, and has what it needs to."""
        return not self._asks_no_pass(self._task_name(task), strategy)

    def _asks_no_pass(self, task: str, strategy: str | Strategy | None) -> bool:
        if self._draws(task, self._resolved(task, strategy), strategy):
            return True
        return self.asks_a_model(task, strategy) and not self.can_train(task)

    def asks_a_model(self, task: str, strategy: str | Strategy | None = None) -> bool:
        """Whether a strategy asks a trained model."""
        return about(self._resolved(task, strategy).strategy).needs_model

    def _draws(self, task: str, chosen: ResolvedLearner, strategy: str | Strategy | None) -> bool:
        """Whether a strategy looks at the sketch, and at nothing else."""
        known = about(chosen.strategy)
        automatic = strategy is None and self.learners[task].strategy == "auto"
        sampled = known.takes_a_sample and not (known.needs_marks and self.marks)
        return automatic or chosen.covers or sampled

    def _memory(self) -> InMemory:
        return InMemory(self.at_hand, self.features, self.partition, self.split, dict(self.results))

    def _pass(self, n: int, task: str, strategy: str | Strategy | None) -> Pass:
        chosen = self._resolved(task, strategy)
        wanted, known = Wanted.of(chosen.strategy_name, n), self.task_labels(task)
        taken = np.concatenate(
            [self.book.labelled()[0], self.book.unsure_rows(), self.kept_out.rows]
        )
        model, marked, made_of = None, None, None
        if about(chosen.strategy).needs_model:
            model, made_of = self._model_of(task), self.results[task].learner
        else:
            marked = self._marked(n, task, strategy)
        work = Ranking(
            source=self.whole.source,
            split=self.split,
            seed=self.seed,
            features=Features.of(self.features, self.catalogue),
            model=model,
            wanted=wanted,
            key=derived_seed(self.seed, "query", len(known.labels)),
            taken=np.sort(self.partition.hashes[taken]),
            labelled_only=self.pool == "labelled",
            labels=np.array(known.labels, dtype=np.str_),
            marked=marked,
        )
        out = self.partition.digest(self.kept_out.rows)
        asked = (made_of, self.book.revision, wanted, out, tuple(self.marks.items()))
        return Pass(self.whole, self._memory(), work, asked)

    def _model_of(self, task: str) -> Model:
        """The model that there is, ready to be sent to partitions."""
        result = self.results.get(task)
        if result is None:
            raise NotEnoughLabels(
                "This asks a model about every source, and there is none yet. Label sources of "
                "two classes first."
            )
        vote, travels = self.learners[task].vote, self.whole.engine.travels
        return Model.of(result.learner, result.classes, result.model, vote, travels=travels)

    def _marked(self, n: int, task: str, strategy: str | Strategy | None) -> Marked:
        """What strategies that go by examples see of those, and of the sketch."""
        request = self._query_request(
            n, task, None, self.task_labels(task), None, strategy=strategy
        )
        rows, values = request.askable.all(), self.features.values
        late = np.concatenate([request.skipped, request.like, request.unlike])
        sketch = sketch_of(rows[~np.isin(rows, late)], self.partition.hashes)
        return Marked(values[request.like], values[request.unlike], values[sketch])

    def bring(self, ids: SourceId | Iterable[SourceId]) -> int:
        """Have sources in memory, by id: to look at them, select them, or ask among them.

        Answers bring theirs by themselves.

        Returns
        -------
        int
            How many are new there.

        Raises
        ------
        CatalogueError
            Naming every id that there is not.
        """
        given = as_ids(ids)
        if all(one in self.catalogue for one in given):
            return 0
        return self.accept_brought(drain(self.bring_job(given)))

    def bring_job(self, ids: SourceId | Iterable[SourceId]) -> Job[Brought]:
        """The work of `bring`, captured now; hand what it gives to `accept_brought`."""
        return guarded(brought_job(self._memory(), as_ids(ids)), "look for sources")

    def _take(self, now: InMemory) -> int:
        """Have more rows in memory; those that are there keep their numbers."""
        catalogue = now.at_hand.catalogue
        n_new = len(catalogue) - len(self.catalogue)
        if n_new == 0:
            return 0
        self.note_brought(catalogue.ids[len(self.at_hand.tables[0]) :])
        results = {
            name: now.results[name]
            if name in now.results and now.results[name].learner is one.learner
            else said_of_all(one, now.features, now.partition.hashes)
            for name, one in self.results.items()
        }
        self.at_hand, self.catalogue, self.book.catalogue = now.at_hand, catalogue, catalogue
        self.features, self.partition = now.features, now.partition
        self.results.update(results)
        self._fitted.clear()
        self.book.taken = np.concatenate([self.book.taken, np.zeros(n_new, dtype=bool)])
        self.selection = self._moved(self.selection)
        self.kept_out = self._moved(self.kept_out)
        self.kept_sets = {
            name: KeptSet(self._moved(kept.selection), kept.stem)
            for name, kept in self.kept_sets.items()
        }
        self.cutouts.follow(catalogue)
        self.projection = None
        return n_new

    def _moved(self, selection: Selection) -> Selection:
        return Selection(self.catalogue, selection.rows)

    def accept(self, result: TrainResult, *, late: bool = False) -> bool:
        """As of any session; one that does not know of sources that have come since is dropped."""
        if len(result.probabilities) != len(self.catalogue):
            return False
        return super().accept(result, late=late)

    @property
    def brought_rows(self) -> npt.NDArray[np.int64]:
        """Rows of the sources that passes and answers have brought last, at most `MOST_KEPT`."""
        n_begun, n_now = len(self.at_hand.tables[0]), len(self.catalogue)
        return np.arange(max(n_begun, n_now - MOST_KEPT), n_now)
