from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from modAL.models import ActiveLearner, Committee
from modAL.uncertainty import margin_sampling
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import SVC, LinearSVC

from napari_astro_al.errors import LearnerError, NotEnoughLabels
from napari_astro_al.jobs import Progress, drain
from napari_astro_al.learning import (
    Candidates,
    LearnerRecipe,
    Task,
    TrainResult,
    build_learner,
    rank,
    train_job,
)
from napari_astro_al.learning.models import models_taking_missing
from napari_astro_al.learning.predicting import pool

COMMITTEE = LearnerRecipe(models=["logistic regression", "knn", "decision tree"])


class Stubborn(GaussianNB):
    def fit(self, X, y):
        raise TypeError("I only take sparse matrices")


class TestTrainJob:
    def test_predicts_every_source(self, sky) -> None:
        result = drain(train_job(sky.request(30)))

        assert isinstance(result.learner, ActiveLearner)
        assert result.classes == ("STAR", "GALAXY", "QSO")
        assert result.probabilities.shape == (300, 3)
        assert result.probabilities.dtype == np.float32
        assert result.votes is None
        likeliest = np.array(result.classes)[result.probabilities.argmax(axis=1)]
        assert (likeliest == sky.truth).mean() > 0.95

    def test_a_committee_predicts_by_its_mean_and_keeps_the_votes(self, sky) -> None:
        result = drain(train_job(sky.request(30, recipe=COMMITTEE)))

        assert isinstance(result.learner, Committee)
        assert result.votes.shape == (3, 300, 3)
        np.testing.assert_allclose(result.votes.mean(axis=0), result.probabilities, atol=1e-6)
        X = sky.features().values.astype(float)
        named = np.array(result.classes)[result.probabilities.argmax(axis=1)]
        assert (result.learner.predict(X) == named).all()
        assert result.model == "logistic_regression + knn + decision_tree"

    def test_sources_without_features_have_no_probabilities(self, sky) -> None:
        holes = np.array([40, 41])
        result = drain(train_job(sky.request(30, features=sky.features(holes=holes))))

        missing = np.isnan(result.probabilities).any(axis=1)
        assert np.flatnonzero(missing).tolist() == [40, 41]

    def test_a_class_without_labels_has_probability_zero(self, sky) -> None:
        request = sky.request(30, task=Task(["STAR", "ring", "GALAXY", "QSO"]))

        assert not drain(train_job(request)).probabilities[:, 1].any()

    def test_reports_progress_and_stops_where_it_is_closed(self, sky, monkeypatch) -> None:
        monkeypatch.setattr(pool, "CHUNK", 100)
        job = train_job(sky.request(30, recipe=LearnerRecipe("random_forest")))

        assert next(job) == Progress("Training random_forest on 30 labels")
        assert [next(job).done for _ in range(3)] == [0, 100, 200]
        job.close()
        with pytest.raises(StopIteration):
            next(job)

    def test_chunks_change_nothing(self, sky, monkeypatch) -> None:
        whole = drain(train_job(sky.request(30)))
        monkeypatch.setattr(pool, "CHUNK", 64)

        chunked = drain(train_job(sky.request(30)))

        np.testing.assert_allclose(chunked.probabilities, whole.probabilities, atol=1e-7)

    def test_carries_the_revision_of_the_request(self, sky) -> None:
        assert drain(train_job(sky.request(revision=17))).revision == 17

    def test_warnings_are_noted_not_shown(self, sky) -> None:
        hurried = LogisticRegression(max_iter=1, C=1e6)

        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = drain(train_job(sky.request(30, recipe=LearnerRecipe(hurried))))

        assert any("failed to converge" in note for note in result.notes)


class TestOrderOfRows:
    """A catalogue in another order learns the same and asks for the same sources."""

    @pytest.mark.parametrize("recipe", [LearnerRecipe(), COMMITTEE, LearnerRecipe("svm")])
    def test_changes_nothing(self, sky, recipe: LearnerRecipe) -> None:
        shuffled = np.random.default_rng(8).permutation(300)
        place = np.argsort(shuffled)
        matrix = sky.features()
        straight = drain(train_job(sky.request(30, recipe=recipe, features=matrix)))
        again = drain(
            train_job(
                sky.request(
                    30,
                    recipe=recipe,
                    features=replace(matrix, values=matrix.values[shuffled]),
                    labelled_rows=place[:30],
                    id_hashes=sky.hashes[shuffled],
                )
            )
        )

        ours, theirs = np.arange(30, 300), np.setdiff1d(np.arange(300), place[:30])
        first, _ = rank("margin", candidates_of(straight, ours), sky.hashes[ours], 10)
        hashes = sky.hashes[shuffled][theirs]
        second, _ = rank("margin", candidates_of(again, theirs), hashes, 10)

        assert sky.ids[shuffled][theirs[second]].tolist() == sky.ids[ours[first]].tolist()
        assert again.scores == straight.scores


def candidates_of(result: TrainResult, rows: np.ndarray) -> Candidates:
    return Candidates(result.probabilities[rows], np.zeros((len(rows), 1)))


class TestScores:
    def test_on_held_out_sources(self, sky) -> None:
        rows = np.arange(100, 200)
        held = {"validation": (rows, tuple(sky.truth[rows]))}

        (row,) = drain(train_job(sky.request(30, heldout=held))).scores

        assert row["split"] == "validation"
        assert (row["n_labels"], row["n"]) == (30, 100)
        assert 0.9 < row["f1_low"] <= row["f1"] <= row["f1_high"] <= 1
        assert np.sum(row["confusion"]) == 100

    def test_cross_validated_where_nothing_is_held_out(self, sky) -> None:
        (row,) = drain(train_job(sky.request(30))).scores

        assert row["split"] == "cross-validation"
        assert row["n"] == 30
        assert row["f1"] > 0.9

    def test_held_out_sources_that_cannot_be_predicted_do_not_count(self, sky) -> None:
        features = sky.features(holes=np.array([100]))
        held = {"test": (np.arange(100, 110), tuple(sky.truth[100:110]))}

        (row,) = drain(train_job(sky.request(30, features=features, heldout=held))).scores

        assert row["n"] == 9


class TestNotEnough:
    def test_one_class(self, sky) -> None:
        rows = np.array([0, 3, 6])

        with pytest.raises(
            NotEnoughLabels, match=r"'class' needs .* two classes; there are: 3 of 'STAR'"
        ):
            drain(train_job(sky.request(labelled_rows=rows, labels=("STAR",) * 3)))

    def test_no_labels(self, sky) -> None:
        with pytest.raises(NotEnoughLabels, match=r"there are: none. Label a source"):
            drain(train_job(sky.request(0)))

    def test_labels_of_sources_without_features(self, sky) -> None:
        features = sky.features(holes=np.array([1, 2]))

        with pytest.raises(NotEnoughLabels, match=r"1 of 'STAR' \(2 more have no features\)"):
            drain(train_job(sky.request(3, features=features)))

    def test_labels_that_are_not_classes(self, sky) -> None:
        request = sky.request(3, labels=("STAR", "GALAXY", "COMET"))

        with pytest.raises(LearnerError, match="'COMET' are not classes of the task 'class'"):
            drain(train_job(request))


class TestFailures:
    def test_name_the_model(self, sky) -> None:
        request = sky.request(recipe=LearnerRecipe(Stubborn()))

        with pytest.raises(
            LearnerError, match=r"Stubborn could not learn .* TypeError: I only take"
        ):
            drain(train_job(request))

    def test_bad_parameters_name_the_model(self, sky) -> None:
        request = sky.request(recipe=LearnerRecipe(("knn", {"n_neighbors": "many"})))

        with pytest.raises(LearnerError, match=r"knn could not learn .*n_neighbors"):
            drain(train_job(request))

    def test_missing_values_name_the_models_that_take_them(self, sky) -> None:
        features = sky.features("native", holes=(np.array([3, 50]), np.array([0, 0])))
        request = sky.request(
            features=features, recipe=LearnerRecipe(models=["svm", "tree", "knn"])
        )

        message = (
            "missing values, which 'svm', 'knn' cannot take. Choose one of 'decision_tree', 'ex"
        )
        with pytest.raises(LearnerError, match=message):
            drain(train_job(request))

    @pytest.mark.parametrize("name", models_taking_missing())
    @pytest.mark.parametrize("rows", [[3, 50], [50]], ids=["labelled", "only in the pool"])
    def test_missing_values_are_taken_by_trees(self, sky, name: str, rows: list[int]) -> None:
        features = sky.features("native", holes=(np.array(rows), 0))
        held = {"test": (np.array([50, 51]), tuple(sky.truth[50:52]))}
        request = sky.request(30, features=features, recipe=LearnerRecipe(name), heldout=held)

        assert np.isfinite(drain(train_job(request)).probabilities).all()

    def test_missing_values_only_in_the_pool_are_refused_too(self, sky) -> None:
        features = sky.features("native", holes=(np.array([50]), np.array([0])))
        request = sky.request(30, features=features, recipe=LearnerRecipe("svm"))

        with pytest.raises(LearnerError, match="missing values, which 'svm' cannot take"):
            drain(train_job(request))


class TestModal:
    """The learners are modAL's own, working on the scikit-learn that is installed."""

    def test_query_and_teach(self, sky) -> None:
        X = sky.features().values.astype(float)
        learner = build_learner(LearnerRecipe(strategy="margin"), X[:10], sky.truth[:10], seed=0)

        place, source = learner.query(X[10:])
        learner.teach(source, sky.truth[10:][place])

        assert learner.query_strategy is margin_sampling
        assert len(learner.X_training) == len(learner.y_training) == 11

    def test_committee_query_teach_and_rebag(self, sky) -> None:
        X = sky.features().values.astype(float)
        recipe = LearnerRecipe(models=["knn", "tree"], strategy="vote entropy")
        committee = build_learner(recipe, X[:30], sky.truth[:30], seed=0)

        committee.query(X[30:], n_instances=3)
        committee.teach(X[30:40], sky.truth[30:40])
        committee.rebag()

        assert all(len(learner.X_training) == 40 for learner in committee)
        assert "KNeighborsClassifier" in repr(committee)

    def test_fit_forgets(self, sky) -> None:
        X = sky.features().values.astype(float)
        learner = build_learner(LearnerRecipe(), X[:30], sky.truth[:30], seed=0)

        learner.fit(X[30:50], sky.truth[30:50])

        assert len(learner.X_training) == 20

    def test_members_may_know_different_classes(self, sky) -> None:
        X = sky.features().values.astype(float)
        committee = build_learner(LearnerRecipe(models=["knn", "tree"]), X[:30], sky.truth[:30], 0)
        stars_and_galaxies = sky.truth[:30] != "QSO"
        committee.learner_list[0].fit(
            X[:30][stars_and_galaxies], sky.truth[:30][stars_and_galaxies]
        )

        assert committee.vote_proba(X).shape == (300, 2, 3)

    @pytest.mark.parametrize("model", [SVC(), LinearSVC(), RidgeClassifier()])
    @pytest.mark.parametrize("n_classes", [2, 3])
    def test_models_without_probabilities(self, sky, model: object, n_classes: int) -> None:
        rows = np.flatnonzero(np.isin(sky.truth, ["STAR", "GALAXY", "QSO"][:n_classes]))[:40]
        X = sky.features().values[rows].astype(float)
        learner = build_learner(LearnerRecipe(model), X, sky.truth[rows], seed=0)

        shares = learner.predict_proba(X)

        np.testing.assert_allclose(shares.sum(axis=1), 1)
        assert (learner.classes_[shares.argmax(axis=1)] == learner.predict(X)).mean() > 0.97


class TestChanges:
    def test_are_the_sources_whose_likeliest_class_is_another(self, sky) -> None:
        before = drain(train_job(sky.request(3)))
        after = drain(train_job(sky.request(40), before=before))

        was, now = (one.probabilities.argmax(axis=1) for one in (before, after))
        assert before.changed is None
        assert after.changed.tolist() == np.flatnonzero(was != now).tolist()
        assert 0 < len(after.changed) < 150

    def test_are_unknown_where_classes_are_others(self, sky) -> None:
        before = drain(train_job(sky.request(30)))
        task = Task(["STAR", "ring", "GALAXY", "QSO"])

        assert drain(train_job(sky.request(30, task=task), before=before)).changed is None
