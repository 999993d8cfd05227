"""A session played by an oracle, to see how fast a learner learns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import pandas as pd

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.errors import SessionError
from napari_astro_al.features import FeatureMatrix, FeatureRecipe
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.learning.whole_numbers import whole_number
from napari_astro_al.session.oracle import ColumnOracle, Oracle
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.session import Session

T = TypeVar("T")


def simulate(session: Session, *, oracle: Oracle, n_labels: int, seed: int = 0) -> pd.DataFrame:
    """Play a session from no labels with the same recipes and the same split.

    Parameters
    ----------
    session : Session
        Whose recipes are used; it is not touched.
    oracle : Oracle
        Who answers. An answer that no task knows, or None, counts as "unsure".
    n_labels : int
        Definite labels to give; fewer when the pool runs short.
    seed : int
        Keys everything random but the split.

    Returns
    -------
    pandas.DataFrame
        The learning curve, one row a trained model and split ("validation" and "test", or
        "cross-validation" where nothing is held out): task, n_labels, split, and the metrics of
        `Session.scores`.

    Raises
    ------
    SessionError
        If `n_labels` is not a positive whole number, or the oracle does not answer one by one.
    JobError
        If the oracle fails.
    """
    return drain(simulate_job(session, oracle=oracle, n_labels=n_labels, seed=seed))


def simulate_job(
    session: Session, *, oracle: Oracle, n_labels: int, seed: int = 0
) -> Job[pd.DataFrame]:
    """The work of `simulate`, captured now."""
    number = whole_number(n_labels, "n_labels", SessionError)
    if number < 1:
        raise SessionError(f"simulate needs a number of labels from 1 on, not {number}.")
    keyed = whole_number(seed, "seed", SessionError)
    same = keyed == session.seed
    begin = partial(
        Played,
        session.catalogue,
        session.features if same else None,
        features=session.features.recipe,
        task=dict(session.tasks),
        learner=dict(session.learners),
        split=session.split,
        pool="labelled" if isinstance(oracle, ColumnOracle) else session.pool,
        seed=keyed,
        excluded=session.excluded,
    )
    return guarded(_play(begin, oracle, number), "play the session")


class Played(Session):
    """A session that an oracle labels.

    Parameters
    ----------
    catalogue : Catalogue
        Its labels never train.
    matrix : FeatureMatrix or None
        The features, where they have been made with the same split and seed.
    excluded : Selection
        Sources that are left out here too.
    **recipes
        As of `Session`.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        matrix: FeatureMatrix | None,
        *,
        excluded: Selection,
        **recipes: Any,
    ) -> None:
        self._matrix = matrix
        if catalogue.roles.label_use != "reference":
            catalogue = catalogue.with_roles(label_use="reference")
        super().__init__(catalogue, annotator="oracle", **recipes)
        self.exclude(excluded)

    def _features_job(self, recipe: FeatureRecipe, partition: Partition) -> Job[FeatureMatrix]:
        if self._matrix is None:
            return (yield from super()._features_job(recipe, partition))
        return self._matrix


def _play(begin: Callable[[], Played], oracle: Oracle, n_labels: int) -> Job[pd.DataFrame]:
    progress = Progress("Playing a session", 0, n_labels)
    yield progress
    with begin() as played:
        while progress.done < n_labels:
            query = yield from _quietly(played.query_job(1), progress)
            if not query.sources:
                break
            played.accept_query(query)
            if _answered(played, oracle, query.sources[0]):
                progress = replace(progress, done=progress.done + 1)
                for name in played.tasks:
                    if played.can_train(name):
                        job = played.train_job(name, test=True)
                        played.accept((yield from _quietly(job, progress)))
        return played.scores


def _answered(played: Session, oracle: Oracle, source: SourceId) -> bool:
    """Whether the oracle gave a definite label; if it did not, it was unsure."""
    answers = list(oracle.label([source]))
    if len(answers) != 1:
        raise SessionError(f"The oracle was asked for one label and gave {len(answers)}.")
    label = answers[0]
    if label is None or not any(task.accepts(label) for task in played.tasks.values()):
        played.unsure(source)
        return False
    played.annotate(source, label)
    return True


def _quietly(job: Job[T], progress: Progress) -> Job[T]:
    """A job that tells of the progress of the whole, so that it can be cancelled all along."""
    while True:
        try:
            next(job)
        except StopIteration as stop:
            result: T = stop.value
            return result
        yield progress
