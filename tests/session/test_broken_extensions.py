"""Extensions that fail: each is named, changes nothing, and the session goes on."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier
from tests.session.conftest import blobs

import napari_astro_al as aal
from napari_astro_al.cutouts.online import SERVICES
from napari_astro_al.errors import AstroALError, FeatureError, LearnerError, ProjectionError
from napari_astro_al.features import GENERATORS
from napari_astro_al.jobs import wanted_while
from napari_astro_al.learning import MODELS, STRATEGIES
from napari_astro_al.learning.learners import quietly
from napari_astro_al.plots import SOURCE_PLOTS, Figure, PlotAxis
from napari_astro_al.projection import PROJECTIONS


@pytest.fixture
def session(tmp_path):
    """Six labels, written to disk."""
    catalogue = aal.Catalogue.from_table(
        blobs().assign(ra=10.0, dec=-5.0), id="source", label="kind", ra="ra", dec="dec"
    )
    session = aal.Session(
        catalogue,
        learner=aal.LearnerRecipe(model="knn", strategy="margin"),
        path=tmp_path / "a.astroal",
    )
    for label in ("STAR", "GALAXY"):
        rows = np.flatnonzero((session.partition.part == 0) & (catalogue.column_labels == label))
        session.annotate([int(one) for one in catalogue.ids[rows[:3]]], label)
    yield session
    session.close()


@pytest.fixture
def goes_on(session):
    """Let a block fail: afterwards labels, events, features and queries are what they were."""

    def check(fails, error, words, *, learner=None, trains=False):
        before = known(session)
        if learner is not None:
            kept = next(iter(session.learners.values()))
            session.set_learner(learner)
            if trains:
                session.train()
            before = (*before[:-1], n_events(session))
        with pytest.raises(error, match=words):
            fails()
        if learner is not None:
            assert known(session) == before
            session.set_learner(kept)
            before = (*before[:-1], n_events(session))
        assert known(session) == before
        (asked,) = session.query()
        session.annotate(asked, "STAR")
        assert len(session.labels) == 7

    return check


def n_events(session):
    return len(list(session.ledger.events()))


def known(session):
    return (
        session.labels.to_dict(),
        session.features.values.tobytes(),
        session.catalogue.table.to_csv(),
        session.projection and session.projection.points.tobytes(),
        n_events(session),
    )


class Broken(KNeighborsClassifier):
    """A classifier that fails in one way."""

    def __init__(self, does=""):
        super().__init__(n_neighbors=1)
        self.does = does

    def get_params(self, deep=True):
        return {"does": self.does}

    def fit(self, X, y):
        if self.does == "raise":
            raise ZeroDivisionError("by nought")
        super().fit(X.copy(), y.copy())
        if self.does == "change":
            X[:] = 0
            y[:] = "GALAXY"
        return self

    def predict_proba(self, X):
        said = super().predict_proba(X)
        if self.does == "raise late":
            raise ZeroDivisionError("by nought")
        if self.does == "change":
            X[:] = 0
        return {"short": said[1:], "one column": said[:, :1], "nan": said * np.nan}.get(
            self.does, said * (2 if self.does == "twice" else 1)
        )


@pytest.mark.parametrize(
    ("does", "words"),
    [
        ("raise", "model broken could not learn from the labels: ZeroDivisionError: by nought"),
        ("raise late", "model broken could not predict: ZeroDivisionError"),
        ("short", r"model broken could not predict.* gave shape .*, 2\); .* was expected"),
        ("one column", r"model broken could not predict.* gave shape .*, 1\); .* was expected"),
        ("nan", "model broken could not predict.* not finite"),
        ("twice", "model broken could not predict.* do not sum to one"),
    ],
)
def test_a_model(session, goes_on, does, words):
    with MODELS.lent("broken", Broken(does)):
        learner = aal.LearnerRecipe(model="broken", strategy="margin")
        goes_on(session.train, LearnerError, words, learner=learner)


def test_a_model_that_changes_what_it_is_shown_changes_its_own_alone(session):
    session.set_learner(aal.LearnerRecipe(models=["knn", "knn"], strategy="vote_entropy"))
    session.train()
    alone, before = session.predictions(), known(session)
    with MODELS.lent("broken", Broken("change")):
        session.set_learner(aal.LearnerRecipe(models=["broken", "knn"], strategy="vote_entropy"))
        session.train()
        session.query()
    session.set_learner(aal.LearnerRecipe(models=["knn", "knn"], strategy="vote_entropy"))

    assert known(session)[:-1] == before[:-1]
    assert session.predictions().equals(alone)


def by_zero(*_):
    raise ZeroDivisionError("by nought")


def change(candidates):
    candidates.probabilities[:] = 0
    return candidates.probabilities[:, 0]


def change_features(candidates):
    candidates.features[:] = 0
    return candidates.probabilities[:, 0]


@pytest.mark.parametrize(
    ("strategy", "words"),
    [
        (by_zero, "query strategy 'broken' failed: ZeroDivisionError: by nought"),
        (lambda some: np.zeros(3), r"query strategy 'broken' gave scores of shape \(3,\)"),
        (lambda some: np.full(len(some), np.nan), "query strategy 'broken' scored none of"),
        (lambda some: "much", "query strategy 'broken' gave 'much'; one score"),
        (change, "query strategy 'broken' failed: ValueError: assignment destination is read-only"),
        (change_features, "query strategy 'broken' failed.* is read-only"),
    ],
)
def test_a_strategy(session, goes_on, strategy, words):
    with STRATEGIES.lent("broken", strategy):
        learner = aal.LearnerRecipe(model="knn", strategy="broken")
        goes_on(session.query, LearnerError, words, learner=learner, trains=True)


@pytest.mark.parametrize(
    ("generator", "words"),
    [
        (by_zero, "generator 'broken' failed on 'u', 'g'.*ZeroDivisionError"),
        (lambda parts: ("short", np.zeros(3)), r"generator 'broken' gave values of shape \(3,\)"),
        (lambda parts: ("void", parts[0][1] * np.nan), "'broken' gave no finite value of 'void'"),
        (lambda parts: ("in place", parts[0][1].fill(1)), "'broken' failed.*read-only"),
    ],
)
def test_a_generator(session, goes_on, generator, words):
    with GENERATORS.lent("broken", generator):
        recipe = aal.FeatureRecipe(columns=["u", "g"], generators=[("broken", 2)])
        goes_on(lambda: session.set_features(recipe), FeatureError, words)


def zeros(features, seed):
    features[:] = 0
    return np.zeros((len(features), 2))


@pytest.mark.parametrize(
    ("lay_out", "words"),
    [
        (by_zero, "projection 'broken' failed on .* sources.*ZeroDivisionError: by nought"),
        (lambda features, seed: features[:3], r"'broken' gave places of shape \(3, 2\)"),
        (lambda features, seed: features * np.nan, "'broken' gave no place that is finite"),
    ],
)
def test_a_projection(session, goes_on, lay_out, words):
    with PROJECTIONS.lent("broken", lay_out):
        goes_on(lambda: session.project("broken"), ProjectionError, words)


def test_a_projection_that_changes_what_it_is_given_changes_a_copy(session):
    before = session.features.values.tobytes()
    with PROJECTIONS.lent("broken", zeros):
        session.project("broken")
    assert session.features.values.tobytes() == before


class Plot:
    title, requires = "Broken plot", ("u",)

    def __init__(self, draw):
        self.draw = draw


def change_table(given):
    given.catalogue.table.loc[:, "u"] = 0.0
    given.catalogue.table["g"].to_numpy()[:] = 0.0
    return Figure("Broken plot", PlotAxis("x"), PlotAxis("y"))


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (by_zero, "draw the Broken plot: ZeroDivisionError: by nought"),
        (lambda given: 3, "source plot 'broken' gave int"),
        (change_table, "Broken plot.* read-only"),
    ],
)
def test_a_source_plot(session, goes_on, draw, words):
    with SOURCE_PLOTS.lent("broken", Plot(draw)):
        goes_on(lambda: session.plot("broken", 1000), AstroALError, words)


class Service:
    title, hosts, natural_size = "Broken", ("sky.example.org",), 30.0
    limits = None

    def __init__(self, gives="raise"):
        self.gives = gives

    def picture(self, place, ask):
        if self.gives == "raise":
            raise ZeroDivisionError("by nought")
        return {"number": 3, "nan": np.full((4, 4), np.nan)}[self.gives]


@pytest.mark.parametrize(
    ("gives", "words"), [("raise", "ZeroDivisionError: by nought"), ("number", ""), ("nan", "")]
)
def test_a_cutout_service(session, gives, words):
    with SERVICES.lent("broken", Service):
        session.cutouts.add(aal.cutouts.service("broken", gives=gives))
        before = known(session)
        aal.cutouts.allow("sky.example.org")
        (picture,) = session.cutouts.get(1000)

        assert picture.pixels is None
        assert picture.name == "Broken"
        assert words in picture.missing
        assert known(session) == before
        session.cutouts.remove("Broken")


def test_a_model_that_hangs_does_not_keep_others_from_learning(session):
    """Its thread keeps the turn to work; once it is given up, the next one takes it."""
    given_up, free, begun = threading.Event(), threading.Event(), threading.Event()

    def hang():
        begun.set()
        free.wait(60)

    def work():
        with wanted_while(lambda: not given_up.is_set()):
            quietly(hang, [])

    hung = threading.Thread(target=work)
    hung.start()
    assert begun.wait(10)
    given_up.set()
    session.train()  # a second later
    assert len(session.scores)
    free.set()
    hung.join(20)
    assert not hung.is_alive()
