from __future__ import annotations

import json

import pytest

from napari_astro_al.errors import FeatureError
from napari_astro_al.features import FeatureRecipe


class TestFeatureRecipe:
    def test_lists_become_tuples_so_that_the_recipe_is_frozen_through_and_through(self):
        recipe = FeatureRecipe(columns=["u", "g"], generators=[["subtract", 2]], sentinels=[-99])
        assert recipe.columns == ("u", "g")
        assert recipe.generators == (("subtract", 2),)
        assert recipe.sentinels == (-99.0,)
        assert hash(recipe) == hash(FeatureRecipe(("u", "g"), (("subtract", 2),), sentinels=(-99,)))

    def test_survives_a_file(self):
        recipe = FeatureRecipe(
            columns=list("ugriz"),
            generators=[("subtract", 2), ("divide", 3)],
            missing="median",
            sentinels=[-99, -999],
            scale="none",
            tails="keep",
        )
        assert FeatureRecipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe

    def test_absent_fields_of_a_file_take_their_defaults(self):
        assert FeatureRecipe.from_json({"columns": ["u"]}) == FeatureRecipe(columns=["u"])

    def test_unknown_fields_of_a_file_are_named(self):
        with pytest.raises(
            FeatureError, match=r"A feature recipe has no 'colums'\. Known: 'columns'"
        ):
            FeatureRecipe.from_json({"colums": ["u"]})

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"columns": "ugriz"}, r"columns is the text 'ugriz'; give a list"),
            ({"columns": []}, "columns is empty"),
            ({"columns": ["u", "g", "u"]}, "columns names 'u' more than once"),
            ({"generators": ["subtract"]}, r"'subtract' where a pair \(generator, n\)"),
            ({"generators": [("subtract", 6)]}, "combine 6 features; a whole number from 1 to 5"),
            ({"generators": [("subtract", 2.0)]}, "combine 2.0 features"),
            ({"generators": [("subtract", True)]}, "combine True features"),
            ({"missing": "drop"}, "missing='drop' is not one of 'indicator', 'median', 'native'"),
            ({"scale": "standard"}, "scale='standard' is not one of 'robust', 'none'"),
            ({"tails": "clip"}, "tails='clip' is not one of 'log', 'keep'"),
        ],
    )
    def test_says_what_is_wrong(self, arguments, message):
        with pytest.raises(FeatureError, match=message):
            FeatureRecipe(**arguments)
