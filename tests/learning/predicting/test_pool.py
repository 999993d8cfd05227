from __future__ import annotations

import numpy as np
import pytest
from modAL.uncertainty import margin_sampling
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from napari_astro_al.errors import LearnerError
from napari_astro_al.features.coded import Coded
from napari_astro_al.jobs import drain
from napari_astro_al.learning.adapter import assemble
from napari_astro_al.learning.learners import class_probabilities
from napari_astro_al.learning.predicting import pool
from napari_astro_al.learning.predicting.pool import PoolScorer

CLASSES = ("GALAXY", "QSO", "STAR")


@pytest.fixture
def X():
    return np.asfortranarray(np.random.default_rng(0).normal(size=(5000, 4)), dtype=np.float32)


@pytest.fixture
def taught(X):
    def teach(*models):
        y = np.where(X[:60, 0] > 0, "STAR", "GALAXY")
        learner = assemble(list(models), margin_sampling)
        learner.teach(X[:60].astype(np.float64), y)
        return learner

    return teach


@pytest.fixture(params=["kernels", "models themselves"])
def learner(request, taught):
    if request.param == "kernels":
        return taught(LogisticRegression())
    return taught(LogisticRegression(), KNeighborsClassifier(3))


class TestVotes:
    def test_are_what_each_member_says_of_each_class(self, X, learner):
        scorer = PoolScorer.of(learner, CLASSES, "committee")
        rows = np.array([4000, 7, 7, 123])

        said = scorer.votes(Coded(X), rows)

        assert said.dtype == np.float32
        assert np.abs(said - class_probabilities(learner, X[rows], CLASSES)).max() < 1e-6
        assert (said[:, :, 1] == 0).all()  # nobody was shown a quasar

    def test_of_the_pool_are_missing_where_features_are(self, X, learner, monkeypatch):
        monkeypatch.setattr(pool, "CHUNK", 700)
        monkeypatch.setattr(pool, "ASKED_CHUNK", 700)
        usable = np.ones(len(X), dtype=bool)
        usable[[0, 4999]] = False
        usable[1000:3000] = False

        said = drain(PoolScorer.of(learner, CLASSES, "committee").votes_job(Coded(X), usable, []))

        expected = class_probabilities(learner, X, CLASSES)
        expected[:, ~usable] = np.nan
        assert np.allclose(said, expected, atol=1e-6, equal_nan=True)

    def test_are_the_same_on_any_number_of_threads(self, X, taught, monkeypatch):
        monkeypatch.setattr(pool, "CHUNK", 300)
        scorer = PoolScorer.of(taught(LogisticRegression()), CLASSES, "logistic")
        usable = np.ones(len(X), dtype=bool)
        said = []
        for threads in (1, 3):
            monkeypatch.setattr(pool, "n_threads", lambda threads=threads: threads)
            said.append(drain(scorer.votes_job(Coded(X), usable, [])))

        assert np.array_equal(*said)

    def test_given_up_stop(self, X, taught, monkeypatch):
        monkeypatch.setattr(pool, "CHUNK", 10)
        asked = []
        scorer = PoolScorer.of(taught(LogisticRegression()), CLASSES, "logistic")
        ask = PoolScorer._ask
        monkeypatch.setattr(
            PoolScorer, "_ask", lambda self, *args: (asked.append(args[1]), ask(self, *args))
        )
        job = scorer.votes_job(Coded(X), np.ones(len(X), dtype=bool), [])
        next(job)
        next(job)
        job.close()

        assert 0 < len(asked) < 50

    def test_a_model_that_fails_is_named(self, X, taught):
        learner = taught(KNeighborsClassifier(3))
        learner.estimator.predict_proba = None
        scorer = PoolScorer.of(learner, CLASSES, "nearest neighbours")

        with pytest.raises(LearnerError, match="nearest neighbours could not predict: TypeError"):
            scorer.votes(Coded(X), np.arange(3))


def test_cores_can_be_left_to_others(monkeypatch):
    monkeypatch.setattr(pool.os, "sched_getaffinity", lambda _: set(range(4)), raising=False)
    monkeypatch.setattr(pool, "_left", 0)  # and is this again afterwards
    said = []
    for n in (0, 1, 9):
        pool.leave_cores(n)
        said.append(pool.n_threads())

    assert said == [4, 3, 1]
