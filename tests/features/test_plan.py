from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from napari_astro_al.catalogue import Catalogue, Column, Roles
from napari_astro_al.errors import FeatureError, RegistrationError
from napari_astro_al.features import (
    GENERATORS,
    FeatureRecipe,
    feature_names,
    feature_unit,
    raw_feature,
)


@pytest.fixture
def stars():
    table = pd.DataFrame({"u": [5.0, 4.0], "g": [3.0, np.nan], "r": [2.0, 0.0], "name": ["a", "b"]})
    units = {"u": Column(unit="mag"), "g": Column(unit="mag"), "r": Column(unit="Jy")}
    return Catalogue(table, np.arange(2), Roles(), columns=units, name="stars")


class TestFeatureNames:
    def test_base_then_every_combination_in_order(self, stars):
        recipe = FeatureRecipe(columns=list("ugr"), generators=[("subtract", 2), ("add", 3)])
        assert feature_names(recipe, stars) == ["u", "g", "r", "u-g", "u-r", "g-r", "u+g+r"]

    def test_generators_do_not_chain(self, stars):
        recipe = FeatureRecipe(columns=["u", "g"], generators=[("subtract", 2), ("add", 2)])
        assert feature_names(recipe, stars) == ["u", "g", "u-g", "u+g"]

    def test_more_parts_than_features_give_nothing(self, stars):
        recipe = FeatureRecipe(columns=["u", "g"], generators=[("subtract", 3)])
        assert feature_names(recipe, stars) == ["u", "g"]

    def test_ten_colours_of_five_bands(self):
        bands = Catalogue(pd.DataFrame(np.eye(5), columns=list("ugriz")), np.arange(5), Roles())
        recipe = FeatureRecipe(columns=list("ugriz"), generators=[("subtract", 2)])
        assert feature_names(recipe, bands) == [
            *"ugriz",
            *("u-g", "u-r", "u-i", "u-z", "g-r", "g-i", "g-z", "r-i", "r-z", "i-z"),
        ]

    def test_a_name_is_made_once(self, stars):
        recipe = FeatureRecipe(columns=["u", "g"], generators=[("subtract", 2), ("subtract", 2)])
        assert feature_names(recipe, stars) == ["u", "g", "u-g"]

    def test_too_many_are_refused_before_they_are_made(self):
        table = pd.DataFrame(np.zeros((1, 60)), columns=[f"b{i}" for i in range(60)])
        recipe = FeatureRecipe(columns=list(table), generators=[("multiply", 5)])
        with pytest.raises(FeatureError, match=r"'multiply 5' on 60 columns would make 5,461,572"):
            feature_names(recipe, Catalogue(table, np.arange(1), Roles()))

    def test_unknown_generators_are_named(self, stars):
        with pytest.raises(RegistrationError, match="no feature generator called 'difference'"):
            feature_names(FeatureRecipe(["u", "g"], [("difference", 2)]), stars)

    def test_a_table_without_measurements_says_so(self):
        texts = Catalogue(pd.DataFrame({"a": ["x", "y"]}), np.arange(2), Roles(), name="words")
        with pytest.raises(FeatureError, match="No column of 'words' looks like a measurement"):
            feature_names(FeatureRecipe(), texts)


class TestRawFeature:
    def test_columns_and_features_keep_their_missing_values(self, stars):
        recipe = FeatureRecipe(columns=list("ugr"), generators=[("divide", 2)])
        assert_array_equal(raw_feature(stars, "g", recipe), [3, np.nan])
        assert_allclose(raw_feature(stars, "u/r", recipe), [2.5, np.nan])

    def test_numeric_columns_outside_the_recipe_serve_too(self, stars):
        assert_array_equal(raw_feature(stars, "r", FeatureRecipe(columns=["u"])), [2, 0])

    @pytest.mark.parametrize(
        ("name", "first"), [("u-g", 2), ("u+g", 8), ("u*g*r", 30), ("u - r", 3)]
    )
    def test_signs_between_columns_are_understood_without_a_generator(self, stars, name, first):
        assert raw_feature(stars, name)[0] == first

    def test_sentinels_are_those_of_the_recipe(self, stars):
        recipe = FeatureRecipe(columns=["u"], sentinels=[4])
        assert_array_equal(raw_feature(stars, "u-r", recipe), [3, np.nan])

    def test_a_column_that_is_called_like_a_feature_is_that_column(self):
        table = pd.DataFrame({"u": [5.0], "g": [3.0], "u-g": [2.25]})
        catalogue = Catalogue(table, np.arange(1), Roles())
        recipe = FeatureRecipe(columns=["u", "g"], generators=[("subtract", 2)])
        assert raw_feature(catalogue, "u-g", recipe) == [2.25]

    @pytest.mark.parametrize("name", ["k", "u-k", "name"])
    def test_what_is_not_there_is_named(self, stars, name):
        with pytest.raises(FeatureError, match=name):
            raw_feature(stars, name)


class TestFeatureUnit:
    @pytest.mark.parametrize(
        ("name", "unit"),
        [("u", "mag"), ("u-g", "mag"), ("u+g", "mag"), ("u-r", ""), ("u/g", ""), ("u*g", "")],
    )
    def test_sums_and_differences_of_one_unit_keep_it(self, stars, name, unit):
        assert feature_unit(stars, name) == unit


class TestOwnGenerators:
    @pytest.fixture
    def register(self, monkeypatch):
        monkeypatch.setattr(GENERATORS, "_entries", dict(GENERATORS._entries))
        return GENERATORS

    def test_serve_by_name(self, stars, register):
        @register("log")
        def log(columns):
            ((name, values),) = columns
            with np.errstate(divide="ignore"):
                return f"log {name}", np.log10(values)

        recipe = FeatureRecipe(columns=["r"], generators=[("log", 1)])
        assert feature_names(recipe, stars) == ["r", "log r"]
        assert_allclose(raw_feature(stars, "log r", recipe), [np.log10(2), np.nan])

    def test_a_failure_names_the_generator(self, stars, register):
        register("peak")(lambda columns: ("peak", columns[0][1] / columns[0][1].max()))
        with pytest.raises(FeatureError, match=r"'peak' failed on 'u' \(0 sources\): ValueError"):
            feature_names(FeatureRecipe(columns=["u"], generators=[("peak", 1)]), stars)

    def test_a_wrong_shape_is_refused(self, stars, register):
        register("mean")(lambda columns: ("mean", np.zeros(1)))
        with pytest.raises(FeatureError, match=r"shape \(1,\) for 0 sources; shape \(0,\)"):
            feature_names(FeatureRecipe(columns=["u"], generators=[("mean", 1)]), stars)

    def test_their_input_cannot_be_changed(self, stars, register):
        def greedy(columns):
            columns[0][1][...] = 0
            return "greedy", columns[0][1]

        register("greedy")(greedy)
        with pytest.raises(FeatureError, match="read-only"):
            feature_names(FeatureRecipe(columns=["u"], generators=[("greedy", 1)]), stars)
