"""A session on a catalogue that stays on disk.

It has a sample of it in memory, and everything that a session does it does with this sample. Where
a strategy ranks by what the model says, a pass over the partitions first brings what it would ask
for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from napari_astro_al.catalogue import SourceId
from napari_astro_al.catalogue.ids import as_ids, derived_seed
from napari_astro_al.errors import SessionError
from napari_astro_al.features import FeatureMatrix, FeatureRecipe, apply_features_job
from napari_astro_al.features.plan import plan_features
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.learning import LearnerRecipe, Split, Task
from napari_astro_al.learning.recipe import ResolvedLearner
from napari_astro_al.learning.strategies import Strategy, about
from napari_astro_al.learning.whole_numbers import whole_number
from napari_astro_al.scale import PartitionedCatalogue
from napari_astro_al.scale.engines import merged_job
from napari_astro_al.scale.models import Features, Model
from napari_astro_al.scale.predictions import Predicted
from napari_astro_al.scale.ranking import Found, Ranking, Wanted
from napari_astro_al.session import folder
from napari_astro_al.session.asking import QueryRequest
from napari_astro_al.session.at_hand import AtHand, features_of_all, said_of_all
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.reopening import usable
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.session import Session, chain_of
from napari_astro_al.session.sets import KeptSet, Sources
from napari_astro_al.session.whole_catalogue import (
    WholeCatalogue,
    brought,
    check_digest,
    matching_whole,
)


class PartitionedSession(WholeCatalogue, Session):
    """Made by ``Session(partitioned, ...)``; see there, and `PartitionedCatalogue`.

    Attributes
    ----------
    whole : PartitionedCatalogue
        All sources. `catalogue` has those that are in memory.
    """

    at_hand: AtHand
    _ranked: tuple[object, ...]

    def __init__(
        self,
        catalogue: PartitionedCatalogue,
        features: FeatureRecipe | None = None,
        task: Task | Mapping[str, Task] | None = None,
        learner: LearnerRecipe | Mapping[str, LearnerRecipe] | None = None,
        split: Split | None = None,
        path: str | PathLike[str] | None = None,
        **more: Any,
    ) -> None:
        if more.get("exclude_labels"):
            self.exclude_labels(more["exclude_labels"])
        seed = whole_number(more.get("seed", 0), "seed", SessionError)
        split = split if split is not None else Split(seed=seed)
        self.at_hand = drain(AtHand.begun_job(catalogue, split, seed))
        classes = sorted(self.at_hand.sample.classes)
        asked: Task | dict[str, Task]
        if isinstance(task, Mapping):
            asked = {name: _with_classes(one, classes) for name, one in task.items()}
        else:
            asked = _with_classes(task or Task(), classes)
        self._ranked: tuple[object, ...] = ()
        super().__init__(
            self.at_hand.catalogue,
            features,
            asked,
            learner,
            split,
            path,
            **more,
        )

    @classmethod
    def open(
        cls,
        path: str | PathLike[str],
        catalogue: Any = None,
        *,
        annotator: str | None = None,
        read_only: bool = False,
    ) -> PartitionedSession:
        """Open a session folder with its partitioned catalogue; see `Session.open`."""
        root = Path(path).expanduser().absolute()
        document = folder.read(root)
        whole = matching_whole(root, document, catalogue)
        with usable(root, "split"):
            split = Split.from_json(document.split)
        at_hand = drain(AtHand.begun_job(whole, split, document.seed))
        check_digest(root, document, at_hand.catalogue)
        at_hand = drain(at_hand.with_ids_job(brought(root)))
        with usable(root, "annotator"):
            chain = chain_of(document.annotator if annotator is None else annotator)
        session = cls.__new__(cls)
        session.at_hand, session._ranked, session.column_groups = at_hand, (), {}
        session._restore(root, document, at_hand.catalogue, chain, read_only)
        return session

    @property
    def whole(self) -> PartitionedCatalogue:
        """All sources, on disk."""
        return self.at_hand.whole

    def _features_job(self, recipe: FeatureRecipe, partition: Partition) -> Job[FeatureMatrix]:
        return guarded(self._prepared(recipe, partition), "build the features")

    def _prepared(self, recipe: FeatureRecipe, partition: Partition) -> Job[FeatureMatrix]:
        """Features with an indicator for each column that has gaps in any partition."""
        matrix = yield from super()._features_job(recipe, partition)
        if recipe.missing != "indicator" or matrix.is_empty:
            return matrix
        base = plan_features(matrix.recipe, self.catalogue).base
        gaps = yield from self.whole.gaps_job(base, matrix.recipe.sentinels)
        indicators = tuple(name for name in base if name in gaps)
        if indicators == matrix.fit.indicators:
            return matrix
        fit = replace(matrix.fit, indicators=indicators)
        return (yield from apply_features_job(matrix.recipe, fit, self.catalogue))

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
        """Sources whose labels would teach most, best first; see `Session.query`.

        Strategies that draw by chance or cover feature space, as the automatic one does, look at
        the sketch of 100,000 sources and answer at once. Those that rank by what the model says
        rank every source: a pass over the partitions, once for each model.

        Raises
        ------
        SessionError
            With `cost` or `budget`: the pass ranks by what labels teach, not by what they cost.
        """
        if cost is not None or budget is not None:
            raise SessionError(
                "What labels cost is not weighed over the partitions of a catalogue on disk. Leave "
                "out cost= and budget=, or read the sources that come into question as a Catalogue."
            )
        name = self.next_task() if task is None else self._task_name(task)
        if within is None:
            drain(self.rank_job(n, name, strategy=strategy))
        elif not isinstance(within, Selection) and within not in self.sets.names:
            self.bring(within)
        return super().query(n, name, within, strategy=strategy, cost=cost, budget=budget)

    def rank_job(
        self, n: int = 1, task: str | None = None, *, strategy: str | Strategy | None = None
    ) -> Job[int]:
        """Bring what a strategy would ask for among all sources; how many are new in memory.

        `query` does so by itself. Progress counts partitions; closing the job between two of them
        changes nothing.
        """
        name = self._task_name(task)
        chosen = self._resolved(name, strategy)
        if self._draws(name, chosen, strategy) or not self.can_train(name):
            return 0
        if self.is_stale(name):
            yield Progress("Training")
            self.train(name)
        result, wanted = self.results[name], Wanted.of(chosen.strategy_name, n)
        out = self.partition.digest(self.kept_out.rows)
        asked = (result.learner, self.book.revision, wanted, out)
        if self._ranked == asked:
            return 0
        known = self.task_labels(name)
        taken = np.concatenate(
            [self.book.labelled()[0], self.book.unsure_rows(), self.kept_out.rows]
        )
        vote, travels = self.learners[name].vote, self.whole.engine.travels
        work = Ranking(
            source=self.whole.source,
            split=self.split,
            seed=self.seed,
            features=Features.of(self.features, self.catalogue),
            model=Model.of(result.learner, result.classes, result.model, vote, travels=travels),
            wanted=wanted,
            key=derived_seed(self.seed, "query", len(known.labels)),
            taken=np.sort(self.partition.hashes[taken]),
            labelled_only=self.pool == "labelled",
            labels=np.array(known.labels, dtype=np.str_),
        )
        message = f"Ranking {len(self.whole):,} sources"
        whole = self.whole
        found = yield from merged_job(whole.engine, work, whole.partitions, Found.merged, message)
        several = (found.by_score, found.by_doubt, found.by_hash)
        n_new = self._take(drain(self.at_hand.with_found_job(several)))
        self._ranked = asked
        return n_new

    def _draws(self, task: str, chosen: ResolvedLearner, strategy: str | Strategy | None) -> bool:
        """Whether a strategy looks at the sketch, and at nothing else."""
        known = about(chosen.strategy)
        automatic = strategy is None and self.learners[task].strategy == "auto"
        return automatic or chosen.covers or known.takes_a_sample

    def _query_request(self, *args: Any, **how: Any) -> QueryRequest:
        request = super()._query_request(*args, **how)
        strategy = how.get("strategy")
        askable = request.askable
        if askable.within is None and self._draws(request.task, request.chosen, strategy):
            sketch = np.sort(self.partition.sketch_rows())
            request = replace(request, askable=replace(askable, within=sketch))
        return request

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
        return self._take(drain(self.at_hand.with_ids_job(as_ids(ids))))

    def _record(
        self,
        kind: str,
        ids: SourceId | Iterable[SourceId],
        said: dict[str, Any],
        *more: Any,
        **how: Any,
    ) -> None:
        given = as_ids(ids)
        self.bring(given)
        super()._record(kind, given, said, *more, **how)

    def show(self, source: SourceId) -> None:
        """Put a source on show; it is brought where it is not in memory."""
        self.bring(source)
        super().show(source)

    def predict_to(
        self, path: str | PathLike[str] | None = None, *, task: str | None = None
    ) -> Predicted:
        """Write predictions for every source as Parquet files, one a partition.

        Parameters
        ----------
        path : path-like, optional
            A folder that is not there yet; by default beside the catalogue, named
            ``<catalogue>_predicted``. Of a HATS catalogue it is one too, with the same partitions.
        task : str, optional
            The first one by default.

        Returns
        -------
        Predicted
            How many sources, and how many of each class.

        Raises
        ------
        NotEnoughLabels
            With labels of fewer than two classes.
        SessionError
            If the folder is there already. Nothing is left of one that could not be filled.
        """
        return drain(self.predict_to_job(path, task=task))

    def predict_to_job(
        self, path: str | PathLike[str] | None = None, *, task: str | None = None
    ) -> Job[Predicted]:
        """`predict_to` as a job; trains first if the model is stale."""
        name = self._task_name(task)
        if self.is_stale(name):
            self.train(name)
        result = self.results[name]
        vote, travels = self.learners[name].vote, self.whole.engine.travels
        model = Model.of(result.learner, result.classes, result.model, vote, travels=travels)
        features = Features.of(self.features, self.catalogue)
        target = None if path is None else Path(path).expanduser().absolute()
        return (yield from self.whole.predict_job(features, model, target))

    def _take(self, now: AtHand) -> int:
        """Have more rows in memory; those that are there keep their numbers."""
        n_new = len(now.catalogue) - len(self.catalogue)
        if n_new == 0:
            return 0
        self.note_brought(now.catalogue.ids[len(self.at_hand.tables[0]) :])
        catalogue = now.catalogue
        features = features_of_all(self.features, catalogue)
        partition = Partition.of(catalogue, self.split, self.seed)
        results = {
            name: said_of_all(one, features, partition.hashes) for name, one in self.results.items()
        }
        self.at_hand, self.catalogue, self.book.catalogue = now, catalogue, catalogue
        self.features, self.partition = features, partition
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


def _with_classes(task: Task, classes: list[str]) -> Task:
    """A task without classes of its own asks for those of the label column."""
    if task.classes or not classes or task.positive not in (None, *classes):
        return task
    return task.with_changes(classes=tuple(classes))
