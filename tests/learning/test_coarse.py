from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

import napari_astro_al as aal
from napari_astro_al.jobs import drain
from napari_astro_al.learning import LearnerRecipe, Task, train_job
from napari_astro_al.learning.coarse import CoarseLabels, shares_of, weight_parameter
from napari_astro_al.learning.training import TrainRequest

SDSS = Path(__file__).resolve().parents[3] / "shared" / "data" / "sdss_dr14" / "sdss_dr14.csv"


class TestShares:
    left = np.array([[True, True, False], [True, False, True], [False, True, True]])

    def test_are_the_probabilities_of_what_is_left_open(self) -> None:
        probabilities = np.array([[0.2, 0.6, 0.2], [0.1, 0.8, 0.1], [1.0, 0.0, 0.0]])

        shares = shares_of(probabilities, self.left)

        np.testing.assert_allclose(shares, [[0.25, 0.75, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]])

    def test_no_label(self) -> None:
        assert CoarseLabels.of(np.empty((0, 2)), [], ("a", "b")) is None


class TestWeightParameter:
    @pytest.mark.parametrize(
        ("estimator", "parameter"),
        [
            (LogisticRegression(), "sample_weight"),
            (make_pipeline(StandardScaler(), SVC()), "svc__sample_weight"),
            (KNeighborsClassifier(), None),
            (make_pipeline(StandardScaler(), KNeighborsClassifier()), None),
        ],
    )
    def test_of(self, estimator, parameter: str | None) -> None:
        assert weight_parameter(estimator) == parameter


def refusing() -> VotingClassifier:
    """It says that it takes weights, and one of its parts does not."""
    return VotingClassifier(
        [("lr", LogisticRegression()), ("knn", KNeighborsClassifier(3))], voting="soft"
    )


class TestTraining:
    """Twelve definite labels, and coarse ones that rule out a class."""

    @pytest.mark.parametrize(
        "recipe",
        [
            LearnerRecipe("logistic_regression"),
            LearnerRecipe("random_forest"),
            LearnerRecipe("knn"),
            LearnerRecipe("gaussian_process"),
            LearnerRecipe(refusing()),
            LearnerRecipe(models=["logistic_regression", "knn"], vote="hard"),
        ],
    )
    def test_every_model_learns(self, sky, recipe: LearnerRecipe) -> None:
        rows = np.arange(30, 60)
        left = [frozenset({"STAR", "GALAXY"}) if one != "QSO" else {"QSO"} for one in sky.truth]
        coarse = [row for row in rows if len(left[row]) == 2]

        result = drain(
            train_job(
                sky.request(
                    12,
                    recipe=recipe,
                    coarse_rows=np.array(coarse),
                    coarse=[left[row] for row in coarse],
                )
            )
        )

        likeliest = np.array(result.classes)[result.probabilities.argmax(axis=1)]
        assert (likeliest == sky.truth).mean() > 0.9
        assert result.scores[0]["n_labels"] == 12
        assert result.scores[0]["n"] == 12

    def test_what_is_ruled_out_becomes_less_likely(self, sky) -> None:
        wrong = np.flatnonzero(sky.truth == "QSO")[10:20]
        plain = drain(train_job(sky.request(12)))
        told = drain(
            train_job(sky.request(12, coarse_rows=wrong, coarse=[{"STAR", "GALAXY"}] * len(wrong)))
        )

        assert told.probabilities[wrong, 2].mean() < plain.probabilities[wrong, 2].mean() - 0.05

    def test_sources_without_features_do_not_count(self, sky) -> None:
        features = sky.features(holes=np.array([100]))
        request = sky.request(
            12, features=features, coarse_rows=np.array([100]), coarse=[{"STAR", "QSO"}]
        )
        plain = drain(train_job(sky.request(12, features=features)))

        np.testing.assert_array_equal(drain(train_job(request)).probabilities, plain.probabilities)


@pytest.fixture(scope="module")
def survey() -> aal.Session:
    if not SDSS.exists():
        pytest.skip("SDSS DR14 is not beside the project")
    table = pd.read_csv(SDSS)[[*"ugriz", "class"]]
    catalogue = aal.Catalogue.from_table(
        table.assign(source=np.arange(len(table))), id="source", label="class"
    )
    features = aal.FeatureRecipe(columns=list("ugriz"), generators=[("subtract", 2)])
    return aal.Session(catalogue, features, split=aal.Split(validation=0, test=0.3))


class TestOnSdss:
    """Fifteen definite labels, and sixty that say of a source only what it is not."""

    def f1(self, survey: aal.Session, seed: int) -> tuple[float, float]:
        rng = np.random.default_rng(seed)
        task: Task = survey.tasks["classes"]
        truth = survey.catalogue.column_labels
        pool = rng.permutation(np.flatnonzero(survey.partition.part == 0))
        coarse, rest = pool[:60], pool[60:]
        definite = [*rest[:15]]
        for name in task.names:
            definite += rest[15:][truth[rest[15:]] == name][:2].tolist()
        told = ["~" + rng.choice([c for c in task.names if c != truth[row]]) for row in coarse]
        test = rng.permutation(np.flatnonzero(survey.partition.part == 2))[:1000]
        request = {
            "task_name": "classes",
            "task": task,
            "recipe": LearnerRecipe("logistic_regression"),
            "features": survey.features,
            "labelled_rows": np.array(definite),
            "labels": truth[definite],
            "id_hashes": survey.partition.hashes,
            "heldout": {"test": (test, list(truth[test]))},
        }
        left = [task.allowed(label) for label in told]
        without = drain(train_job(TrainRequest(**request)))
        with_them = drain(train_job(TrainRequest(**request, coarse_rows=coarse, coarse=left)))
        return without.scores[0]["f1"], with_them.scores[0]["f1"]

    def test_they_help(self, survey: aal.Session) -> None:
        without, with_them = np.transpose([self.f1(survey, seed) for seed in range(8)])

        assert np.mean(with_them - without) > 0.02
        assert np.mean(with_them > without) > 0.7
