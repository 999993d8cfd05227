from __future__ import annotations

import json

import pytest

from napari_astro_al.errors import ProjectionError
from napari_astro_al.projection import ProjectionRecipe


class TestProjectionRecipe:
    @pytest.mark.parametrize(
        "recipe",
        [ProjectionRecipe("pca"), ProjectionRecipe(x="u-g", y="g-r", x_scale="log")],
        ids=lambda recipe: recipe.title,
    )
    def test_survives_a_file(self, recipe):
        assert ProjectionRecipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe

    def test_title(self):
        assert ProjectionRecipe("pca").title == "Principal components"
        assert ProjectionRecipe(x="u-g", y="g-r").title == "g-r against u-g"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"kind": "tsne"}, "no projection 'tsne'. Known: 'columns', 'pca'"),
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
