from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from napari_astro_al.catalogue import Catalogue, Roles
from napari_astro_al.errors import FeatureError
from napari_astro_al.features import (
    FeatureRecipe,
    PreprocessingFit,
    apply_features,
    build_features,
    build_features_job,
)
from napari_astro_al.features.matrix import CHUNK
from napari_astro_al.jobs import drain


def catalogue_of(table, name="stars"):
    frame = pd.DataFrame(table)
    return Catalogue(frame, np.arange(len(frame)), Roles(), name=name)


def everything(catalogue):
    return np.arange(len(catalogue))


@pytest.fixture
def bands():
    rng = np.random.default_rng(0)
    return catalogue_of({band: rng.normal(20, 2, 500) for band in "ugr"})


COLOURS = FeatureRecipe(columns=list("ugr"), generators=[("subtract", 2)])


class TestMatrix:
    def test_is_float32_read_only_and_in_fortran_order(self, bands):
        matrix = build_features(COLOURS, bands, everything(bands))
        assert matrix.values.dtype == np.float32
        assert matrix.values.shape == (500, 6)
        assert matrix.values.flags.f_contiguous
        with pytest.raises(ValueError, match="read-only"):
            matrix.values[0, 0] = 1
        with pytest.raises(ValueError, match="read-only"):
            matrix.usable[0] = False

    def test_names_are_in_the_order_of_the_columns(self, bands):
        recipe = FeatureRecipe(list("ugr"), [("subtract", 2)], scale="none")
        matrix = build_features(recipe, bands, everything(bands))
        assert matrix.names == ("u", "g", "r", "u-g", "u-r", "g-r")
        u, r = (bands.table[band].astype(np.float32) for band in "ur")
        assert_array_equal(matrix.values[:, 4], u - r)

    def test_the_recipe_says_which_columns_were_taken(self, bands):
        matrix = build_features(FeatureRecipe(), bands, everything(bands))
        assert matrix.recipe.columns == ("u", "g", "r")

    def test_chunks_do_not_show(self):
        n = 2 * CHUNK + 17
        x = np.arange(n, dtype=float)
        catalogue = catalogue_of({"a": x, "b": x[::-1].copy()})
        recipe = FeatureRecipe(["a", "b"], [("subtract", 2)], scale="none")
        matrix = build_features(recipe, catalogue, np.arange(10))
        assert_array_equal(matrix.values[:, 2], (2 * x - n + 1).astype(np.float32))

    def test_the_job_tells_how_far_it_is_and_gives_the_same(self, bands):
        messages = []

        def watched():
            job = build_features_job(COLOURS, bands, everything(bands))
            while True:
                try:
                    progress = next(job)
                except StopIteration as stop:
                    return stop.value
                messages.append(progress.message)
                yield progress

        matrix = drain(watched())
        assert {"fitting u", "reading u", "making features by 'subtract'"} <= set(messages)
        again = build_features(COLOURS, bands, everything(bands))
        assert_array_equal(matrix.values, again.values)


class TestScaling:
    def test_is_scikit_learn_s_robust_scaler_fitted_to_the_sketch(self, bands):
        from sklearn.preprocessing import RobustScaler

        sketch = np.arange(0, 500, 3)
        recipe = FeatureRecipe(list("ugr"), [("subtract", 2), ("divide", 2)], tails="keep")
        raw = build_features(
            FeatureRecipe(list("ugr"), recipe.generators, scale="none"), bands, sketch
        ).values.astype(float)
        expected = RobustScaler().fit(raw[sketch]).transform(raw)
        scaled = build_features(recipe, bands, sketch).values
        assert_allclose(scaled, expected, rtol=1e-4, atol=1e-5)

    def test_compressed_tails_leave_the_middle_as_it_is(self, bands):
        kept = build_features(
            FeatureRecipe(columns=list("ugr"), tails="keep"), bands, everything(bands)
        )
        compressed = build_features(FeatureRecipe(columns=list("ugr")), bands, everything(bands))
        inside = np.abs(kept.values) <= 3
        assert inside.mean() > 0.99
        assert_array_equal(compressed.values[inside], kept.values[inside])

    def test_a_value_a_million_ranges_out_stays_within_sight(self):
        catalogue = catalogue_of({"flux": [*np.linspace(0, 2, 101), 1e6]})
        values = build_features(
            FeatureRecipe(columns=["flux"]), catalogue, everything(catalogue)
        ).values
        assert 10 < values.max() < 20


class TestMissing:
    @pytest.fixture
    def gappy(self):
        return catalogue_of(
            {
                "u": [1.0, 2.0, 3.0, np.nan, np.nan],
                "g": [1.0, 0.0, -99.0, np.inf, 4.0],
                "r": [5.0, 6.0, 7.0, np.nan, np.nan],
            }
        )

    def test_median_and_indicators(self, gappy):
        recipe = FeatureRecipe(["u", "g"], sentinels=[-99], scale="none")
        matrix = build_features(recipe, gappy, everything(gappy))
        assert matrix.names == ("u", "g", "missing(u)", "missing(g)")
        assert_array_equal(
            matrix.values,
            [[1, 1, 0, 0], [2, 0, 0, 0], [3, 1, 0, 1], [2, 1, 1, 1], [2, 4, 1, 0]],
        )

    def test_scaled_medians_are_zero(self, gappy):
        matrix = build_features(FeatureRecipe(columns=["u"]), gappy, everything(gappy))
        assert_array_equal(matrix.values, [[-1, 0], [0, 0], [1, 0], [0, 1], [0, 1]])

    def test_medians_are_of_the_sketch_and_indicators_of_the_catalogue(self, gappy):
        recipe = FeatureRecipe(columns=["u"], scale="none")
        matrix = build_features(recipe, gappy, np.array([2]))
        assert_array_equal(matrix.values, [[1, 0], [2, 0], [3, 0], [3, 1], [3, 1]])

    def test_complete_features_have_no_indicator(self, bands):
        assert build_features(COLOURS, bands, everything(bands)).fit.indicators == ()

    def test_median_alone(self, gappy):
        recipe = FeatureRecipe(columns=["u"], missing="median", scale="none")
        matrix = build_features(recipe, gappy, everything(gappy))
        assert matrix.names == ("u",)
        assert_array_equal(matrix.values[:, 0], [1, 2, 3, 2, 2])

    def test_native(self, gappy):
        recipe = FeatureRecipe(columns=["u"], missing="native")
        matrix = build_features(recipe, gappy, everything(gappy))
        assert_array_equal(matrix.values[:, 0], [-1, 0, 1, np.nan, np.nan])

    def test_features_made_of_missing_values_take_their_own_median(self, gappy):
        recipe = FeatureRecipe(["u", "g"], [("divide", 2)], missing="median", scale="none")
        matrix = build_features(recipe, gappy, everything(gappy))
        # 1/1, 2/0, 3/-99, missing, missing: the median of 1 and -1/33 stands in three times
        stand_in = (1 - 3 / 99) / 2
        assert_allclose(matrix.values[:, 2], [1, stand_in, -3 / 99, stand_in, stand_in], rtol=1e-6)

    def test_a_source_without_any_base_feature_is_not_usable(self, gappy):
        recipe = FeatureRecipe(columns=["u", "r"])
        matrix = build_features(recipe, gappy, everything(gappy))
        assert_array_equal(matrix.usable, [True, True, True, False, False])

    def test_a_column_that_the_sketch_has_nothing_of_is_zero(self):
        catalogue = catalogue_of({"u": [1.0, 2.0], "x": [np.nan, np.nan]})
        matrix = build_features(FeatureRecipe(columns=["u", "x"]), catalogue, everything(catalogue))
        assert matrix.names == ("u", "x", "missing(x)")
        assert_array_equal(matrix.values[:, 1:], [[0, 1], [0, 1]])


class TestKeptColumns:
    def test_a_column_called_like_a_feature_is_kept(self):
        catalogue = catalogue_of({"u": [5.0, 6.0], "g": [3.0, 3.0], "u-g": [2.25, 7.0]})
        recipe = FeatureRecipe(["u", "g"], [("subtract", 2)], scale="none")
        matrix = build_features(recipe, catalogue, everything(catalogue))
        assert matrix.names == ("u", "g", "u-g")
        assert_array_equal(matrix.values[:, 2], [2.25, 7])


class TestArrays:
    def test_every_element_is_a_feature(self):
        spectra = np.arange(6, dtype=float).reshape(2, 3)
        catalogue = Catalogue(
            pd.DataFrame(index=pd.RangeIndex(2)), np.arange(2), Roles(), arrays={"flux": spectra}
        )
        recipe = FeatureRecipe(columns=["flux"], scale="none")
        matrix = build_features(recipe, catalogue, everything(catalogue))
        assert matrix.names == ("flux[0]", "flux[1]", "flux[2]")
        assert_array_equal(matrix.values, spectra)


class TestApplyFeatures:
    def test_another_catalogue_gets_the_medians_and_scales_of_the_first(self, bands):
        matrix = build_features(COLOURS, bands, everything(bands))
        fit = PreprocessingFit.from_json(matrix.fit.to_json())
        part = catalogue_of(bands.table.iloc[7:20].reset_index(drop=True))
        assert_array_equal(apply_features(matrix.recipe, fit, part).values, matrix.values[7:20])

    def test_indicators_are_those_that_were_fitted(self):
        first = catalogue_of({"u": [1.0, 2.0, np.nan], "g": [1.0, 2.0, 4.0]})
        second = catalogue_of({"u": [1.0, 2.0], "g": [np.nan, 1.0]})
        recipe = FeatureRecipe(columns=["u", "g"], scale="none")
        fitted = build_features(recipe, first, everything(first))
        applied = apply_features(recipe, fitted.fit, second)
        assert applied.names == ("u", "g", "missing(u)")
        assert_array_equal(applied.values, [[1, 2, 0], [2, 1, 0]])

    def test_another_recipe_is_refused(self, bands):
        fit = build_features(COLOURS, bands, everything(bands)).fit
        with pytest.raises(
            FeatureError, match=r"makes 2 features of 'stars' and 6 were fitted.*'r'"
        ):
            apply_features(FeatureRecipe(columns=["u", "g"]), fit, bands)
        fit = build_features(FeatureRecipe(columns=["u", "g"]), bands, everything(bands)).fit
        with pytest.raises(FeatureError, match="they differ in their order"):
            apply_features(FeatureRecipe(columns=["g", "u"]), fit, bands)


class TestReproducible:
    def test_rows_in_another_order_give_the_same_rows(self, bands):
        order = np.random.default_rng(1).permutation(len(bands))
        shuffled = catalogue_of(bands.table.iloc[order].reset_index(drop=True))
        there = build_features(COLOURS, bands, np.arange(0, 500, 5))
        back = np.argsort(order)
        here = build_features(COLOURS, shuffled, back[np.arange(0, 500, 5)])
        assert here.fit == there.fit
        assert_array_equal(here.values, there.values[order])
