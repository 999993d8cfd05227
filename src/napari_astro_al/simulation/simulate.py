"""A session played by an oracle, to see how fast a learner learns."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from napari_astro_al.errors import SessionError
from napari_astro_al.jobs import Job, drain, guarded
from napari_astro_al.learning.whole_numbers import whole_number
from napari_astro_al.session import ColumnOracle, Oracle, Session
from napari_astro_al.simulation.playing import Played, play_job


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


def _play(begin: Callable[[], Played], oracle: Oracle, n_labels: int) -> Job[pd.DataFrame]:
    with begin() as played:
        yield from play_job(played, oracle, n_labels)
        return played.scores
