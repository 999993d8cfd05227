"""Write the golden share file: a session with everything in it that a replay has to repeat.

Run from the repository's folder, where a new version is meant to ask or score otherwise::

    .venv/bin/python -m tests.session.make_golden
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.session.conftest import blobs

import napari_astro_al as aal
from napari_astro_al.jobs import drain
from napari_astro_al.session.ahead import Answer

FILE = Path(__file__).parent / "golden" / "share.json"


def golden_catalogue() -> aal.Catalogue:
    return aal.Catalogue.from_table(blobs(240, seed=3), id="source", label="kind", name="golden")


def play() -> aal.Session:
    """Queries of a script and of a window, undo, another learner, other features, exclusions."""
    catalogue = golden_catalogue()
    truth = aal.ColumnOracle(catalogue)
    learner = aal.LearnerRecipe(model="logistic_regression", strategy="margin")
    session = aal.Session(catalogue, learner=learner, annotator="Ada")
    for _ in range(7):
        source = session.query()[0]
        session.annotate(source, truth.label([source])[0])
    third = session.query(3)[2]
    session.annotate(third, truth.label([third])[0])
    session.unsure(session.query())
    session.undo()
    session.skip(session.query())
    session.exclude(session.query(2))
    session.set_learner(aal.LearnerRecipe(model="knn", strategy="entropy"))
    for _ in range(2):
        source = session.query()[0]
        session.annotate(source, truth.label([source])[0], annotator="Bob")
    session.set_features(aal.FeatureRecipe(columns=["u"]))
    session.train()
    for _ in range(2):  # as a window asks: looked ahead of, from a part of the pool
        asked = session.accept_next(drain(session.next_job(3)))
        assert asked is not None
        source = asked.sources[1]
        label = truth.label([source])[0]
        ahead = drain(session.next_job(2, given=Answer(catalogue.row_of(source), label)))
        session.annotate(source, label)
        following = session.accept_next(ahead)
        assert following is not None
        session.annotate(following.sources[0], truth.label([following.sources[0]])[0])
        session.accept(drain(session.train_job()))
    return session


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.unlink(missing_ok=True)
    play().export_config(FILE, author="Golden", description="What every version repeats.")
    sys.stdout.write(f"{aal.replay(FILE, golden_catalogue()).replayed}\n")
