from __future__ import annotations

import pytest

from napari_astro_al.errors import LearnerError
from napari_astro_al.jobs import drain
from napari_astro_al.learning import LearnerRecipe
from napari_astro_al.learning.model_parameters import (
    model_with,
    parameters_of_model,
    try_model_job,
)
from napari_astro_al.learning.models import MODELS, build_estimator


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_model_takes_each_of_its_parameters(name):
    parameters = parameters_of_model(name)
    assert parameters
    assert not {"random_state", "n_jobs", "verbose"} & {one.name for one in parameters}
    build_estimator((name, {one.name: one.default for one in parameters}), 0, ["a", "b"])


def test_defaults_are_those_of_here_and_not_of_the_library():
    defaults = {one.name: one.default for one in parameters_of_model("Random Forest")}
    assert defaults["n_estimators"] == 200
    defaults = {one.name: one.default for one in parameters_of_model("svm")}
    assert defaults["C"] == 10.0  # of the classifier, not of what makes it tell many classes


def test_a_model_that_is_told_nothing_else_is_its_name():
    assert model_with("knn", {"weights": "distance"}) == "knn"
    told = model_with("knn", {"n_neighbors": 7, "weights": "distance"})
    assert told == ("knn", {"n_neighbors": 7})
    recipe = LearnerRecipe(model=told)
    assert LearnerRecipe.from_json(recipe.to_json()) == recipe


def test_what_a_model_refuses_is_told_when_it_is_tried():
    told = model_with("random_forest", {"max_features": "log2"})
    assert drain(try_model_job(told)) == told
    with pytest.raises(LearnerError, match="'max_features' parameter of RandomForestClassifier"):
        drain(try_model_job(model_with("random_forest", {"max_features": "most"})))
