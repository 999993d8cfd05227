from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import RandomForestClassifier
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.gaussian_process.kernels import RBF, Matern
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

from napari_astro_al.errors import LearnerError, RegistrationError
from napari_astro_al.learning import MODELS, build_learner
from napari_astro_al.learning.model_json import spec_from_json, spec_to_json
from napari_astro_al.learning.models import (
    build_estimator,
    canonical,
    checked,
    models_taking_missing,
    takes_missing,
)
from napari_astro_al.learning.recipe import LearnerRecipe


@pytest.fixture
def registered() -> Iterator[str]:
    """A model of the user's, known for the length of a test."""
    MODELS("mine")(lambda seed: LogisticRegression(C=3.0, random_state=seed))
    yield "mine"
    del MODELS._entries["mine"]


class OwnModel(GaussianNB):
    """A classifier that no file may name."""


class TestNames:
    @pytest.mark.parametrize(
        ("spelling", "name"),
        [
            ("Random Forest", "random_forest"),
            ("k nearest neighbours", "knn"),
            ("AdaBoost", "adaboost"),
            ("SVM", "svm"),
            ("gradient-boosting", "gradient_boosting"),
        ],
    )
    def test_spellings(self, spelling: str, name: str) -> None:
        assert canonical(spelling) == name

    def test_unknown(self) -> None:
        with pytest.raises(LearnerError, match=r"no model called 'oracle'. Known: 'adaboost'"):
            checked("oracle")

    def test_neither_name_nor_estimator(self) -> None:
        with pytest.raises(LearnerError, match="42 is not a model: give a name"):
            checked(42)

    def test_a_class_in_place_of_an_instance(self) -> None:
        with pytest.raises(LearnerError, match=r"GaussianNB.* is not a model"):
            checked(GaussianNB)


@pytest.mark.parametrize("name", sorted(MODELS))
class TestEveryModel:
    def test_learns_from_one_label_a_class(self, sky, name: str) -> None:
        X = sky.features().values

        learner = build_learner(LearnerRecipe(name), X[:3], sky.truth[:3], seed=0)

        shares = learner.predict_proba(X[:9].astype(float))
        assert shares.shape == (9, 3)
        np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)

    def test_tells_clouds_apart(self, sky, name: str) -> None:
        X = sky.features().values.astype(float)

        learner = build_learner(LearnerRecipe(name), X[:60], sky.truth[:60], seed=0)

        assert (learner.predict(X) == sky.truth).mean() > 0.9
        likeliest = learner.classes_[learner.predict_proba(X).argmax(axis=1)]
        assert (likeliest == sky.truth).mean() > 0.9

    def test_repeats_with_the_seed(self, sky, name: str) -> None:
        X = sky.features().values.astype(float)

        first, second = (
            build_learner(LearnerRecipe(name), X[:30], sky.truth[:30], seed=4).predict_proba(X)
            for _ in range(2)
        )

        np.testing.assert_array_equal(first, second)

    def test_goes_through_json(self, name: str) -> None:
        assert spec_from_json(json.loads(json.dumps(spec_to_json(name)))) == name


class TestBuildEstimator:
    def test_parameters(self) -> None:
        forest = build_estimator(checked(("random forest", {"n_estimators": 7})), 3, [])

        assert forest.n_estimators == 7
        assert forest.random_state == 3

    def test_wrong_parameters(self) -> None:
        with pytest.raises(
            LearnerError, match=r"'random_forest' could not be built: TypeError.*n_t"
        ):
            build_estimator(("random_forest", {"n_trees": 7}), 0, [])

    def test_clones(self) -> None:
        mine = GaussianNB()

        assert build_estimator(mine, 0, []) is not mine

    def test_fills_in_random_states_that_are_open(self) -> None:
        forest = RandomForestClassifier(random_state=5)
        pipe = make_pipeline(StandardScaler(), RandomForestClassifier())

        assert build_estimator(forest, 9, []).random_state == 5
        assert build_estimator(pipe, 9, [])[-1].random_state == 9

    def test_no_more_neighbours_than_labels(self) -> None:
        neighbours = KNeighborsClassifier(15)

        assert build_estimator(neighbours, 0, ["a", "b", "b"]).n_neighbors == 3
        assert neighbours.n_neighbors == 15

    def test_a_regressor_is_refused(self) -> None:
        with pytest.raises(LearnerError, match="'LinearRegression' is not a classifier"):
            build_estimator(LinearRegression(), 0, [])

    def test_what_cannot_be_cloned_is_refused(self) -> None:
        class Lookalike:
            def fit(self) -> None: ...

        with pytest.raises(LearnerError, match="'Lookalike' cannot be copied as a scikit-learn"):
            build_estimator(Lookalike(), 0, [])

    def test_registered(self, registered: str) -> None:
        assert build_estimator((registered, {"tol": 0.1}), 6, []).get_params()["tol"] == 0.1
        assert build_estimator(registered, 6, []).random_state == 6

    def test_builtin_names_are_taken(self) -> None:
        with pytest.raises(RegistrationError, match="'svm': the name belongs to a built-in"):
            MODELS("svm")


class TestMissingValues:
    def test_who_takes_them(self) -> None:
        assert models_taking_missing() == [
            "decision_tree",
            "extra_trees",
            "gradient_boosting",
            "questions",
            "random_forest",
        ]

    def test_a_pipeline_takes_what_all_its_steps_take(self) -> None:
        assert takes_missing(make_pipeline(StandardScaler(), RandomForestClassifier()))
        assert not takes_missing(make_pipeline(StandardScaler(), GaussianNB()))


class TestJson:
    @pytest.mark.parametrize(
        "estimator",
        [
            RandomForestClassifier(n_estimators=12, max_depth=None, random_state=3),
            MLPClassifier(hidden_layer_sizes=(8, 4)),
            CalibratedClassifierCV(SVC(C=2.0), cv=3),
            make_pipeline(StandardScaler(with_mean=False), KNeighborsClassifier(3)),
            GaussianProcessClassifier(kernel=RBF(2.0) + Matern(nu=2.5)),
            RandomForestClassifier(class_weight={"QSO": 3.0, "STAR": 1.0}),
        ],
        ids=lambda estimator: type(estimator).__name__,
    )
    def test_scikit_learn_estimators(self, estimator: object) -> None:
        again = spec_from_json(json.loads(json.dumps(spec_to_json(estimator))))

        assert type(again) is type(estimator)
        assert repr(again) == repr(estimator)

    def test_only_what_differs_from_the_default(self) -> None:
        assert spec_to_json(RandomForestClassifier(n_estimators=12)) == {
            "class": "sklearn.ensemble._forest.RandomForestClassifier",
            "params": {"n_estimators": 12},
        }

    def test_a_name_with_parameters(self) -> None:
        spec = checked(("knn", {"n_neighbors": 3}))

        assert spec_from_json(json.loads(json.dumps(spec_to_json(spec)))) == spec

    def test_a_class_of_ones_own_is_named(self) -> None:
        with pytest.raises(LearnerError, match=r"model 'OwnModel' cannot be written.*Register it"):
            spec_to_json(OwnModel())

    def test_a_function_among_the_parameters_is_named(self) -> None:
        pipe = make_pipeline(FunctionTransformer(np.log1p), GaussianNB())

        with pytest.raises(LearnerError, match=r"model 'Pipeline' cannot be written.*func=<ufunc"):
            spec_to_json(pipe)

    def test_caches_are_refused_both_ways(self) -> None:
        with pytest.raises(LearnerError, match="leave out memory='cache'"):
            spec_to_json(Pipeline([("bayes", GaussianNB())], memory="cache"))
        content = {"class": "sklearn.pipeline.Pipeline", "params": {"steps": [], "memory": "x"}}
        with pytest.raises(LearnerError, match="A file may not set 'memory' of Pipeline"):
            spec_from_json(content)

    @pytest.mark.parametrize(
        "path", ["os.system", "sklearn.utils.Bunch", "sklearn.base.clone", "sklearn.nothing.X", ""]
    )
    def test_other_classes_are_never_built(self, path: str) -> None:
        with pytest.raises(LearnerError, match=f"'{path}' is not an estimator of the scikit-learn"):
            spec_from_json({"class": path, "params": {}})

    def test_not_a_description(self) -> None:
        with pytest.raises(LearnerError, match="not the description of a model: 3"):
            spec_from_json(3)
