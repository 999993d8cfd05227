"""A session's verbs for changing what models see, learn and are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from napari_astro_al.errors import LabelError, listing
from napari_astro_al.features import FeatureMatrix, FeatureRecipe, build_features_job
from napari_astro_al.jobs import Job, drain, guarded
from napari_astro_al.learning import LearnerRecipe, Split, Task
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.state import State

DEFAULT_TASK = "classes"


class Recipes(State):
    """Features, learners, tasks and split of a session."""

    def _features_job(self, recipe: FeatureRecipe, partition: Partition) -> Job[FeatureMatrix]:
        return guarded(
            build_features_job(recipe, self.catalogue, partition.sketch_rows()),
            "build the features",
        )

    def features_job(self, recipe: FeatureRecipe) -> Job[FeatureMatrix]:
        """The work of changing features; hand its result to `accept_features`."""
        return self._features_job(recipe, self.partition)

    def set_features(self, recipe: FeatureRecipe) -> None:
        """Give the models other features.

        Raises
        ------
        FeatureError
            If the recipe does not fit the catalogue.
        SessionError
            If the folder cannot be written to. In each case nothing has changed.
        """
        self.accept_features(drain(self.features_job(recipe)))

    def accept_features(self, features: FeatureMatrix) -> None:
        """Take finished features; models are trained anew when next needed."""
        self._take_recipes(features=features)

    def set_learner(self, recipe: LearnerRecipe, *, task: str | None = None) -> None:
        """Give one task, or all, another model and query strategy.

        Raises
        ------
        LearnerError
            If the session is kept in a folder and the recipe cannot be written to a file.
        SessionError
            If the folder cannot be written to. In each case nothing has changed.
        """
        names = list(self.tasks) if task is None else [self._task_name(task)]
        self._take_recipes(learners={**self.learners, **dict.fromkeys(names, recipe)})

    def set_tasks(self, task: Task | Mapping[str, Task]) -> None:
        """Ask other questions. Labels stay; those that a task does not know wait for one.

        Raises
        ------
        LabelError
            If there is no task at all.
        SessionError
            If the folder cannot be written to. In each case nothing has changed.
        """
        tasks = named_tasks(task, self.partition)
        fallback = next(iter(self.learners.values()))
        self._take_recipes(
            tasks=tasks,
            learners={name: self.learners.get(name, fallback) for name in tasks},
            going_on=self.going_on & set(tasks),
        )

    def set_split(self, split: Split) -> None:
        """Hold other sources out; what is fitted to the pool is fitted anew.

        Raises
        ------
        CatalogueError
            If it names sources that the catalogue does not have.
        SessionError
            If the folder cannot be written to. In each case nothing has changed.
        """
        partition = Partition.of(self.catalogue, split, self.seed)
        features = drain(self._features_job(self.features.recipe, partition))
        plans = {part: plan for part, plan in self.plans.items() if part in (split.ids or {})}
        self._take_recipes(split=split, partition=partition, features=features, plans=plans)

    def _take_recipes(self, **changes: Any) -> None:
        if "tasks" in changes:
            self._adopt_tasks({"what": "asked otherwise"}, **changes)
        else:
            self._adopt(**changes)
        self.results.clear()
        self.book.revision += 1
        self.book.training_revision += 1
        if "tasks" in changes:
            self._tell_classes()
        self._tell(self.recipes_changed)
        self._inherit()


def named_tasks(task: Task | Mapping[str, Task] | None, partition: Partition) -> dict[str, Task]:
    """Tasks by name, with the label column's classes where one names none of its own.

    Raises
    ------
    LabelError
        If there is no task at all.
    """
    tasks = {DEFAULT_TASK: task or Task()} if not isinstance(task, Mapping) else dict(task)
    if not tasks:
        raise LabelError("A session needs a task: Task(), or a dict of tasks by name.")
    return {name: _with_column_classes(one, partition) for name, one in tasks.items()}


def _with_column_classes(task: Task, partition: Partition) -> Task:
    """The task with the label column's classes, where it names none of its own."""
    known = partition.column_values
    if task.classes or not known or (task.positive is not None and task.positive not in known):
        return task
    return task.with_changes(classes=known)


def named_learners(
    learner: LearnerRecipe | Mapping[str, LearnerRecipe] | None, tasks: Mapping[str, Task]
) -> dict[str, LearnerRecipe]:
    """A learner for each task: its own, or the one for all.

    Raises
    ------
    LabelError
        If learners are named for tasks that there are not.
    """
    if not isinstance(learner, Mapping):
        return dict.fromkeys(tasks, learner or LearnerRecipe())
    strangers = [name for name in learner if name not in tasks]
    if strangers:
        raise LabelError(
            f"learner names tasks that there are not: {listing(strangers)}. The tasks are "
            f"{listing(tasks)}."
        )
    return {name: learner.get(name) or LearnerRecipe() for name in tasks}
