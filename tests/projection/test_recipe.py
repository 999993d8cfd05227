from __future__ import annotations

import json

import numpy as np
import pytest

from napari_astro_al.errors import ProjectionError
from napari_astro_al.projection import PROJECTIONS, Method, ProjectionRecipe


class TestProjectionRecipe:
    @pytest.mark.parametrize(
        "recipe",
        [
            ProjectionRecipe("pca"),
            ProjectionRecipe(x="u-g", y="g-r", x_scale="log", y_reversed=False),
            ProjectionRecipe("umap", parameters={"n_neighbors": 5, "metric": "cosine"}),
            ProjectionRecipe("sky", parameters={"ra": 12}),
        ],
        ids=lambda recipe: recipe.title,
    )
    def test_survives_a_file(self, recipe):
        assert ProjectionRecipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe

    def test_has_every_parameter_as_json_holds_it(self):
        told = ProjectionRecipe("sky", parameters={"ra": np.int64(12), "dec": None}).parameters
        assert told == {"projection": "auto", "ra": 12.0, "dec": None}
        assert type(told["ra"]) is float
        assert ProjectionRecipe("pca").parameters == {}

    def test_can_be_a_key(self):
        recipes = {ProjectionRecipe("umap"), ProjectionRecipe("umap", parameters={"seed": 0})}
        assert len(recipes) == 1

    def test_from_before_there_were_parameters_is_read(self):
        stored = {"kind": "columns", "x": "u", "y": "g", "x_scale": "auto", "y_scale": "log"}
        assert ProjectionRecipe.from_json(stored) == ProjectionRecipe(x="u", y="g", y_scale="log")

    def test_title(self):
        assert ProjectionRecipe("pca").title == "Principal components"
        assert ProjectionRecipe(x="u-g", y="g-r").title == "g-r against u-g"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"kind": "umpa"}, "no projection 'umpa'. Known: 'columns', 'pca', 'umap'"),
            ({"kind": "sky", "x_scale": "log"}, "Sky takes no 'x_scale'"),
            ({"kind": "pca", "x_reversed": 1.5}, "x_reversed=1.5 is neither True nor False"),
            ({"x": "u", "y": 5}, "x and y are names as text, not 5"),
            ({"kind": "pca", "parameters": {"metric": "cosine"}}, "has no parameter 'metric'. It"),
            ({"kind": "umap", "parameters": {"n_neighbours": 9}}, "It takes 'metric', 'min_dist'"),
            ({"kind": "umap", "parameters": {"n_neighbors": 2.5}}, "a whole number from 2 to 200"),
            ({"kind": "umap", "parameters": {"n_neighbors": True}}, "n_neighbors=True is not"),
            ({"kind": "umap", "parameters": {"metric": "evil"}}, "not one of 'euclidean', "),
            ({"kind": "tsne", "parameters": {"perplexity": "30"}}, "a number from 2 to 200"),
            ({"kind": "sky", "parameters": {"ra": 400}}, "0 to 360, or None for automatic"),
            ({"kind": "sky", "parameters": ["ra"]}, "is no dict of names to values"),
            ({"x": "u"}, "needs both x and y.*x='u' and y=None"),
            ({"kind": "pca", "x": "u"}, "takes no 'x': it is not made of two columns"),
            ({"x": "u", "y": "g", "y_scale": "sqrt"}, "y_scale='sqrt' is not one of 'auto'"),
        ],
    )
    def test_says_what_is_wrong(self, arguments, message):
        with pytest.raises(ProjectionError, match=message):
            ProjectionRecipe(**arguments)

    def test_unknown_fields_of_a_file_are_named(self):
        with pytest.raises(ProjectionError, match="A projection recipe has no 'colour'"):
            ProjectionRecipe.from_json({"kind": "pca", "colour": "red"})


class TestMethods:
    def test_every_kind_has_a_title_and_checked_defaults(self):
        for kind in PROJECTIONS:
            method = PROJECTIONS[kind]
            assert method.title
            assert method.needs in ("columns", "features", "position", "image")
            for parameter in method.parameters:
                assert parameter.checked(parameter.default) == parameter.default
                assert parameter.tip.endswith(".")

    def test_say_why_they_cannot_be_used(self):
        absent = Method("Nothing", "features", None, package="no_such_package", extra="nothing")
        assert absent.why_not() == (
            'Nothing needs a package that is not installed: pip install "napari-astro-al[nothing]".'
        )
        assert PROJECTIONS["sky"].why_not() == ""
        assert PROJECTIONS["umap"].why_not() == ""
