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
from napari_astro_al.catalogue.ids import as_ids
from napari_astro_al.errors import SessionError
from napari_astro_al.features import FeatureMatrix, FeatureRecipe, apply_features_job
from napari_astro_al.features.plan import plan_features
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.learning import LearnerRecipe, Split, Task
from napari_astro_al.learning.strategies import Strategy
from napari_astro_al.learning.whole_numbers import whole_number
from napari_astro_al.scale import PartitionedCatalogue
from napari_astro_al.scale.models import Features
from napari_astro_al.scale.predictions import Predicted
from napari_astro_al.session import folder
from napari_astro_al.session.asking import QueryRequest
from napari_astro_al.session.at_hand import AtHand
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.reopening import usable
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.session import Session, chain_of
from napari_astro_al.session.sets import Sources
from napari_astro_al.session.whole_catalogue import (
    brought,
    check_digest,
    matching_whole,
    whole_of,
)
from napari_astro_al.session.whole_density import Densities


class PartitionedSession(Densities, Session):
    """Made by ``Session(partitioned, ...)``; see there, and `PartitionedCatalogue`.

    Attributes
    ----------
    whole : PartitionedCatalogue
        All sources. `catalogue` has those that are in memory.
    """

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
        return drain(cls.opening_job(path, catalogue, annotator=annotator, read_only=read_only))

    @classmethod
    def opening_job(
        cls,
        path: str | PathLike[str],
        catalogue: PartitionedCatalogue | None = None,
        *,
        annotator: str | None = None,
        read_only: bool = False,
    ) -> Job[PartitionedSession]:
        """`open` as a job, whose progress counts partitions."""
        root = Path(path).expanduser().absolute()
        document = folder.read(root)
        whole = whole_of(root, document) if catalogue is None else catalogue
        whole = matching_whole(root, document, whole)
        with usable(root, "split"):
            split = Split.from_json(document.split)
        at_hand = yield from AtHand.begun_job(whole, split, document.seed)
        check_digest(root, document, at_hand.catalogue)
        at_hand = yield from at_hand.with_ids_job(brought(root))
        yield Progress(f"Opening {root.name}")
        with usable(root, "annotator"):
            chain = chain_of(document.annotator if annotator is None else annotator)
        session = cls.__new__(cls)
        session.at_hand, session.column_groups = at_hand, {}
        session._restore(root, document, at_hand.catalogue, chain, read_only)
        return session

    @classmethod
    def beginning_job(
        cls,
        catalogue: PartitionedCatalogue,
        features: FeatureRecipe | None = None,
        split: Split | None = None,
        *,
        seed: int = 0,
        **more: Any,
    ) -> Job[PartitionedSession]:
        """``Session(catalogue, features, split=split, ...)`` as a job that counts partitions."""
        split = split if split is not None else Split(seed=seed)
        begun = yield from AtHand.begun_job(catalogue, split, seed)
        recipe = features or FeatureRecipe()
        if recipe.missing == "indicator" and recipe.columns:
            base = plan_features(recipe, begun.catalogue).base
            yield from catalogue.gaps_job(base, recipe.sentinels)  # which it finds again below
        yield Progress(f"Preparing {catalogue.name}: features and split")
        return cls(catalogue, features, split=split, seed=seed, **more)

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

    def _query_request(self, *args: Any, **how: Any) -> QueryRequest:
        request = super()._query_request(*args, **how)
        strategy = how.get("strategy")
        askable = request.askable
        if askable.within is None and self._draws(request.task, request.chosen, strategy):
            sketch = np.sort(self.partition.sketch_rows())
            return replace(request, askable=replace(askable, within=sketch))
        if request.reservoir is not None:
            best = np.union1d(request.reservoir.best, self.brought_rows)
            request = replace(request, reservoir=replace(request.reservoir, best=best))
        return request

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
            yield Progress("Training")
            self.train(name)
        return (yield from self.predicting_job(path, task=name))

    def predicting_job(
        self, path: str | PathLike[str] | None = None, *, task: str | None = None
    ) -> Job[Predicted]:
        """The work of `predict_to`, captured now, by the model as it is.

        Raises
        ------
        NotEnoughLabels
            If there is no model yet.
        """
        name = self._task_name(task)
        model, features = self._model_of(name), Features.of(self.features, self.catalogue)
        target = None if path is None else Path(path).expanduser().absolute()
        return guarded(self.whole.predict_job(features, model, target), "write predictions")


def _with_classes(task: Task, classes: list[str]) -> Task:
    """A task without classes of its own asks for those of the label column."""
    if task.classes or not classes or task.positive not in (None, *classes):
        return task
    return task.with_changes(classes=tuple(classes))
