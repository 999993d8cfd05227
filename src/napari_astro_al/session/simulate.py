"""A session played by an oracle, to see how fast a learner learns."""

from __future__ import annotations

import pandas as pd

from napari_astro_al.errors import SessionError
from napari_astro_al.jobs import Job, Progress, drain
from napari_astro_al.session.oracle import ColumnOracle, Oracle
from napari_astro_al.session.session import Session


def simulate(session: Session, *, oracle: Oracle, n_labels: int, seed: int = 0) -> pd.DataFrame:
    """Play a session from no labels with the same recipes and the same split.

    Parameters
    ----------
    session : Session
        Whose recipes are used; it is not touched.
    oracle : Oracle
        Who answers.
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
        If `n_labels` is not positive.
    """
    return drain(simulate_job(session, oracle=oracle, n_labels=n_labels, seed=seed))


def simulate_job(
    session: Session, *, oracle: Oracle, n_labels: int, seed: int = 0
) -> Job[pd.DataFrame]:
    """The work of `simulate`."""
    if n_labels < 1:
        raise SessionError(f"simulate needs a number of labels from 1 on, not {n_labels!r}.")
    played = _like(session, oracle, seed)
    given = 0
    while given < n_labels:
        yield Progress("Playing a session", given, n_labels)
        asked = played.query(1)
        if not asked:
            break
        played.annotate(asked, oracle.label(asked)[0], annotator="oracle")
        given += 1
        for name in played.tasks:
            if played.can_train(name):
                played.accept(drain(played.train_job(name, test=True)))
    played.close()
    return played.scores


def _like(session: Session, oracle: Oracle, seed: int) -> Session:
    answerable = isinstance(oracle, ColumnOracle)
    return Session(
        session.catalogue.with_roles(label_use="reference"),
        features=session.features.recipe,
        task=dict(session.tasks),
        learner=dict(session.learners),
        split=session.split,
        pool="labelled" if answerable else session.pool,
        seed=seed,
        annotator="oracle",
    )
