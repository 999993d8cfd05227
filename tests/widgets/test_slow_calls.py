"""An extension of each kind that hangs: it is named, given up, and the person goes on."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from qtpy.QtCore import QObject
from sklearn.linear_model import LogisticRegression
from tests.session.conftest import blobs

import napari_astro_al as aal
from napari_astro_al.calls import on_their_way
from napari_astro_al.cutouts.online import SERVICES
from napari_astro_al.features import GENERATORS
from napari_astro_al.learning import MODELS, STRATEGIES
from napari_astro_al.plots import SOURCE_PLOTS, Figure, PlotAxis
from napari_astro_al.projection import PROJECTIONS
from napari_astro_al.projection.recipe import ProjectionRecipe
from napari_astro_al.viewer.late_pictures import ahead_job
from napari_astro_al.widgets import slow_calls
from napari_astro_al.widgets.runner import JobRunner
from napari_astro_al.widgets.slow_calls import SlowCalls

LET_GO = threading.Event()


class Sleeper(LogisticRegression):
    """A model that does not come back from learning until it is let go."""

    def fit(self, X, y):
        LET_GO.wait(120)
        return super().fit(X, y)


def choose(candidates):
    LET_GO.wait(120)
    return candidates.probabilities[:, 0]


def combine(columns):
    LET_GO.wait(120)
    return "hung", columns[0][1]


def lay_out(features, seed):
    LET_GO.wait(120)
    return features[:, :2]


class Plot:
    title, requires = "Hanging plot", ("u",)

    def draw(self, given):
        LET_GO.wait(120)
        return Figure("Hanging plot", PlotAxis("x"), PlotAxis("y"))


class Service:
    title, hosts, natural_size, limits = "Hanging", ("sky.example.org",), 30.0, None

    def picture(self, place, ask):
        LET_GO.wait(120)
        return np.zeros((4, 4))


@pytest.fixture
def session(tmp_path):
    """Six labels, on disk."""
    table = blobs(80).assign(ra=10.0, dec=-5.0)
    catalogue = aal.Catalogue.from_table(table, id="source", label="kind", ra="ra", dec="dec")
    learner = aal.LearnerRecipe(model="knn", strategy="margin")
    session = aal.Session(catalogue, learner=learner, path=tmp_path / "a.astroal")
    rows = np.flatnonzero(session.partition.part == 0)[:8]
    for source in catalogue.ids_at(rows):
        session.annotate(source, catalogue.column_labels[source - 1000])
    LET_GO.clear()
    yield session
    LET_GO.set()
    session.close()


def model_job(session):
    session.set_learner(aal.LearnerRecipe("hangs", strategy="margin"))
    return session.train_job()


def strategy_job(session):
    session.set_learner(aal.LearnerRecipe("knn", strategy="hangs"))
    return session.next_job(2)


def generator_job(session):
    return session.features_job(aal.FeatureRecipe(columns=["u", "g"], generators=[("hangs", 2)]))


def projection_job(session):
    return session.project_job(ProjectionRecipe("hangs"))


def plot_job(session):
    return session.plot_job("hangs", 1000)


def service_job(session):
    session.cutouts.add(aal.cutouts.service("hangs"))
    aal.cutouts.allow("sky.example.org")
    return ahead_job(session.cutouts, [1000])


KINDS = {
    "model": (MODELS, Sleeper(), model_job, "model hangs"),
    "strategy": (STRATEGIES, choose, strategy_job, "query strategy 'hangs'"),
    "generator": (GENERATORS, combine, generator_job, "feature generator 'hangs'"),
    "projection": (PROJECTIONS, lay_out, projection_job, "projection 'hangs'"),
    "source plot": (SOURCE_PLOTS, Plot(), plot_job, "source plot 'hangs'"),
    "cutout service": (SERVICES, Service, service_job, "cutout service 'Hanging'"),
}


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("kind", KINDS)
def test_what_hangs_is_named_and_given_up(qtbot, session, monkeypatch, kind):
    registry, extension, job_of, named = KINDS[kind]
    monkeypatch.setattr(slow_calls, "SLOW_AFTER", 0.2)
    monkeypatch.setattr(slow_calls, "LOOK_EVERY", 50)
    spoken = []

    def of_it():
        return [one for one in spoken if str(one.message).startswith(f"The {named} has been at ")]

    monkeypatch.setattr(slow_calls.notification_manager, "dispatch", spoken.append)
    home, came, failed = QObject(), [], []
    runner, _slow = JobRunner(home), SlowCalls(home)
    with registry.lent("hangs", extension):
        job = job_of(session)
        begun = len(list(session.ledger.events()))
        running = runner.run(job, title="Trying", done=came.append, failed=failed.append)
        qtbot.waitUntil(lambda: bool(of_it()), timeout=30_000)

        # the window's thread is free meanwhile: a person labels, and takes another model
        session.annotate(session.catalogue.ids_at([79]), "STAR")
        session.set_learner(aal.LearnerRecipe("logistic_regression", strategy="entropy"))
        ((word, give_up),) = of_it()[0].actions
        assert word == "Give up"
        give_up()
        (error,) = failed
        assert str(error).startswith(f"The {named} was given up after ")
        assert not runner.busy
        assert running.cancelled
        qtbot.waitUntil(lambda: not session.is_stale() or bool(session.train()), timeout=30_000)

        events = len(list(session.ledger.events()))
        LET_GO.set()
        qtbot.waitUntil(lambda: not running.at_work and not on_their_way(), timeout=30_000)
        qtbot.wait(50)
    assert came == []  # what came late was thrown away
    assert len(of_it()) == 1
    assert len(list(session.ledger.events())) == events > begun
    home.deleteLater()
