"""A session that an oracle labels, one source after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.errors import SessionError
from napari_astro_al.features import FeatureMatrix, FeatureRecipe
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session import Oracle, Selection, Session
from napari_astro_al.session.pool import Partition

T = TypeVar("T")


class Played(Session):
    """A session in memory that an oracle labels.

    Parameters
    ----------
    catalogue : Catalogue
        Its labels never train.
    matrix : FeatureMatrix or None
        The features, where they have been made with the same split and seed.
    excluded : Selection, optional
        Sources that are left out here too.
    **recipes
        As of `Session`.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        matrix: FeatureMatrix | None,
        *,
        excluded: Selection | None = None,
        **recipes: Any,
    ) -> None:
        self._matrix = matrix
        if catalogue.roles.label_use != "reference":
            catalogue = catalogue.with_roles(label_use="reference")
        super().__init__(catalogue, annotator="oracle", **recipes)
        if excluded is not None:
            self.exclude(excluded)

    def _features_job(self, recipe: FeatureRecipe, partition: Partition) -> Job[FeatureMatrix]:
        if self._matrix is None:
            return (yield from super()._features_job(recipe, partition))
        return self._matrix

    def ask_job(self, progress: Progress) -> Job[SourceId | None]:
        """The next source to label; None where there is none left."""
        query = yield from under(self.query_job(1), progress)
        self.accept_query(query)
        return query.sources[0] if query.sources else None

    def answer(self, oracle: Oracle, source: SourceId) -> bool:
        """Whether the oracle gave a definite label; if it did not, it was unsure."""
        answers = list(oracle.label([source]))
        if len(answers) != 1:
            raise SessionError(f"The oracle was asked for one label and gave {len(answers)}.")
        label = answers[0]
        if label is None or not any(task.accepts(label) for task in self.tasks.values()):
            self.unsure(source)
            return False
        self.annotate(source, label)
        return True

    def learn_job(self, progress: Progress) -> Job[dict[str, TrainResult]]:
        """Train every task that can be trained, scored on the test set too."""
        results = {}
        for name in self.tasks:
            if self.can_train(name):
                result = yield from under(self.train_job(name, test=True), progress)
                self.accept(result)
                results[name] = result
        return results


def play_job(played: Played, oracle: Oracle, n_labels: int) -> Job[None]:
    """Ask, answer and learn until so many definite labels are given, or the pool is used up."""
    progress = Progress("Playing a session", 0, n_labels)
    yield progress
    while progress.done < n_labels:
        source = yield from played.ask_job(progress)
        if source is None:
            return
        if played.answer(oracle, source):
            progress = replace(progress, done=progress.done + 1)
            yield from played.learn_job(progress)


def under(job: Job[T], progress: Progress) -> Job[T]:
    """A job that tells of the progress of the whole, so that it can be cancelled all along."""
    while True:
        try:
            next(job)
        except StopIteration as stop:
            result: T = stop.value
            return result
        yield progress
