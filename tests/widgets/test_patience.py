"""Extensions that hang: they are given up at once, spoken of by name, and others take over."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from qtpy.QtCore import QObject
from sklearn.linear_model import LogisticRegression

import napari_astro_al as aal
from napari_astro_al.learning import MODELS, STRATEGIES
from napari_astro_al.widgets.conductor import Conductor
from napari_astro_al.widgets.runner import JobRunner

LET_GO = threading.Event()


class Sleeper(LogisticRegression):
    """A model that does not come back from learning until it is let go."""

    def fit(self, X, y):
        LET_GO.wait(120)
        return super().fit(X, y)


def sleepy(candidates):
    LET_GO.wait(120)
    return candidates.probabilities[:, 0]


@pytest.fixture
def session():
    survey = aal.samples.simulated_survey(300, seed=3)
    session = aal.Session(
        survey, learner=aal.LearnerRecipe("logistic_regression", strategy="margin")
    )
    known = np.array(survey.column_labels, dtype=str)
    for name in session.classes:
        rows = [row for row in np.flatnonzero(known == name) if not session.partition.part[row]]
        session.annotate(survey.ids_at(rows[:3]), name)
    return session


@pytest.fixture
def conductor(session, monkeypatch):
    monkeypatch.setattr("napari_astro_al.widgets.patience.LINGERS_AFTER", 300)
    home = QObject()
    made = Conductor(session, JobRunner(home), lambda error: None, home)
    made.looking_ahead = False
    LET_GO.clear()
    yield made
    LET_GO.set()
    made.stop()
    home.deleteLater()


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("model", "strategy", "doing"),
    [
        ("sleeper", "margin", "Training sleeper on 9 labels"),
        ("logistic_regression", "sleepy", "Choosing what to ask for (sleepy)"),
    ],
)
def test_what_hangs_is_given_up_and_another_takes_over(
    qtbot, session, conductor, model, strategy, doing
):
    jobs, told = conductor._jobs, []
    jobs.lingers.connect(told.append)
    with MODELS.lent("sleeper", Sleeper()), STRATEGIES.lent("sleepy", sleepy):
        session.set_learner(aal.LearnerRecipe(model, strategy=strategy))
        conductor.start()
        qtbot.waitUntil(lambda: jobs.message == doing, timeout=20_000)

        session.set_learner(aal.LearnerRecipe("knn", strategy="entropy"))
        qtbot.waitUntil(lambda: not conductor.busy and bool(conductor.queue), timeout=60_000)
        qtbot.waitUntil(lambda: told == [doing], timeout=20_000)

    assert conductor.query.strategy == "entropy"
    LET_GO.set()
    qtbot.waitUntil(lambda: not jobs.busy, timeout=20_000)
    assert conductor.query.strategy == "entropy"  # what came late was thrown away
