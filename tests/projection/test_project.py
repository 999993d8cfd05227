from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from napari_astro_al.catalogue import Catalogue, Column, Roles
from napari_astro_al.errors import FeatureError, ProjectionError
from napari_astro_al.features import FeatureRecipe, build_features
from napari_astro_al.projection import ProjectionRecipe, project


def catalogue_of(table, **units):
    frame = pd.DataFrame(table)
    columns = {name: Column(unit=unit) for name, unit in units.items()}
    return Catalogue(frame, np.arange(len(frame)), Roles(), columns=columns)


def project_all(recipe, catalogue, features):
    rows = np.arange(len(catalogue))
    return project(recipe, catalogue, build_features(features, catalogue, rows), rows)


class TestColumns:
    @pytest.fixture
    def stars(self):
        return catalogue_of(
            {"u": [5.0, 4.0, np.nan], "g": [3.0, 3.0, 3.0], "r": [1.0, np.inf, 1.0]},
            u="mag",
            g="mag",
        )

    def test_are_data_values_without_scaling_or_imputation(self, stars):
        features = FeatureRecipe(["u", "g"], [("subtract", 2)])
        projection = project_all(ProjectionRecipe(x="u-g", y="g"), stars, features)
        assert_array_equal(projection.points, [[2, 3], [1, 3], [np.nan, np.nan]])
        assert [axis.title for axis in projection.axes] == ["u-g [mag]", "g [mag]"]
        assert (projection.kind, projection.n_missing) == ("columns", 1)

    def test_may_be_outside_the_features(self, stars):
        projection = project_all(ProjectionRecipe(x="r", y="g"), stars, FeatureRecipe(["u"]))
        assert_array_equal(projection.points, [[1, 3], [np.nan, np.nan], [1, 3]])

    def test_may_be_expressions(self, stars):
        recipe = ProjectionRecipe(x="(u - g) / 2", y="log10(g / 0.3)")
        projection = project_all(recipe, stars, FeatureRecipe(["u"]))
        assert_allclose(projection.points, [[1, 1], [0.5, 1], [np.nan, np.nan]], rtol=1e-6)
        assert projection.axes[0].title == "(u - g) / 2"

    def test_magnitudes_grow_downward_and_nothing_else_does(self, stars):
        def reversed_axes(**recipe):
            made = project_all(ProjectionRecipe(**recipe), stars, FeatureRecipe(["u"]))
            return [axis.reversed for axis in made.axes]

        assert reversed_axes(x="u", y="g") == [False, True]
        assert reversed_axes(x="g", y="u-g") == [False, False]
        assert reversed_axes(x="g", y="r") == [False, False]
        assert reversed_axes(x="u", y="g", x_reversed=True, y_reversed=False) == [True, False]

    def test_places_are_read_in_words(self, stars):
        projection = project_all(ProjectionRecipe(x="u-g", y="r"), stars, FeatureRecipe(["u"]))
        assert projection.read(0.41234567, 1200.0) == "u-g [mag] = 0.4123, r = 1200"

    def test_unknown_ones_are_named(self, stars):
        with pytest.raises(FeatureError, match="no column 'k'"):
            project_all(ProjectionRecipe(x="u", y="k"), stars, FeatureRecipe(["u"]))


class TestScale:
    def scale_of(self, values, choice="auto"):
        catalogue = catalogue_of({"a": values, "b": np.arange(len(values), dtype=float)})
        recipe = ProjectionRecipe(x="a", y="b", x_scale=choice)
        return project_all(recipe, catalogue, FeatureRecipe(["b"])).axes[0].scale

    def test_positive_values_spread_over_decades_are_logarithmic(self):
        assert self.scale_of(np.geomspace(0.1, 1000, 200)) == "log"

    @pytest.mark.parametrize(
        "values",
        [
            np.linspace(14, 25, 200),
            np.linspace(0.01, 360, 200),
            np.append(np.geomspace(0.1, 1000, 200), 0),
            np.full(200, np.nan),
        ],
        ids=["magnitudes", "angles", "with a zero", "all missing"],
    )
    def test_others_are_linear(self, values):
        assert self.scale_of(values) == "linear"

    def test_the_user_s_choice_counts(self):
        assert self.scale_of(np.linspace(14, 25, 200), "log") == "log"
        assert self.scale_of(np.geomspace(0.1, 1000, 200), "linear") == "linear"


class TestKeys:
    """A key stands for places and the rows that are there."""

    def key_of(self, table, **recipe):
        return project_all(
            ProjectionRecipe(**recipe), catalogue_of(table), FeatureRecipe(["a"])
        ).key

    def test_differ_where_places_do(self):
        table = {"a": [1.0, 2.0, 4.0], "b": [3.0, 1.0, 2.0]}
        keys = [
            self.key_of(table, x="a", y="b"),
            self.key_of(table, x="b", y="a"),
            self.key_of({**table, "b": [1.0, 3.0, 2.0]}, x="a", y="b"),
            self.key_of({**table, "b": [3.0, 1.0, np.nan]}, x="a", y="b"),
            self.key_of(table, kind="pca"),
        ]
        assert len(set(keys)) == 5
        assert all(len(key) == 32 for key in keys)

    def test_of_many_sources_see_every_change_too(self):
        rng = np.random.default_rng(0)
        table = {"a": rng.normal(size=1_050_001), "b": rng.normal(size=1_050_001)}
        keys = {self.key_of(table, x="a", y="b")}
        assert keys == {self.key_of(table, x="a", y="b")}

        def changed(**changes):
            keys.add(self.key_of({**table, **changes}, x="a", y="b"))

        for place in (0, 524_288, 1_050_000):
            other = table["a"].copy()
            other[place] += 1e-3
            changed(a=other)
        signs = table["b"].copy()
        signs[[5, 9]] *= -1
        changed(b=signs)
        swapped = {name: np.append(values[1::-1], values[2:]) for name, values in table.items()}
        changed(**swapped)
        assert len(keys) == 6

    def test_are_found_again(self):
        table = {"a": [1.0, 2.0, 4.0], "b": [3.0, 1.0, 2.0]}
        for recipe in ({"x": "a", "y": "b"}, {"kind": "pca"}):
            assert self.key_of(table, **recipe) == self.key_of(table, **recipe)


class TestPrincipalComponents:
    @pytest.fixture
    def bands(self):
        rng = np.random.default_rng(3)
        mixed = rng.normal(size=(300, 4)) @ rng.normal(size=(4, 4))
        return catalogue_of({band: mixed[:, i] for i, band in enumerate("ugri")})

    def test_are_scikit_learn_s_up_to_the_sign(self, bands):
        from sklearn.decomposition import PCA

        rows = np.arange(0, 300, 2)
        matrix = build_features(FeatureRecipe(list("ugri")), bands, rows)
        projection = project(ProjectionRecipe("pca"), bands, matrix, rows)
        reference = PCA(2).fit(matrix.values[rows].astype(float))
        expected = reference.transform(matrix.values.astype(float))
        signs = np.sign((expected * projection.points).sum(axis=0))
        assert_allclose(projection.points, expected * signs, atol=1e-4)
        shares = reference.explained_variance_ratio_ * 100
        assert [axis.name for axis in projection.axes] == [
            f"PC 1 ({shares[0]:.0f} %)",
            f"PC 2 ({shares[1]:.0f} %)",
        ]

    def test_the_largest_weight_is_positive(self):
        line = np.linspace(-1, 1, 21)
        catalogue = catalogue_of({"a": -line, "b": 3 * line})
        features = FeatureRecipe(["a", "b"], scale="none")
        projection = project_all(ProjectionRecipe("pca"), catalogue, features)
        # along (-1, 3) / sqrt(10), so that b counts positively
        assert_allclose(projection.points[:, 0], np.sqrt(10) * line, atol=1e-6)
        assert projection.axes[0].name == "PC 1 (100 %)"

    def test_do_not_depend_on_the_order_of_rows(self, bands):
        order = np.random.default_rng(0).permutation(300)
        shuffled = catalogue_of(bands.table.iloc[order].reset_index(drop=True))
        features = FeatureRecipe(list("ugri"))
        here, there = (
            project_all(ProjectionRecipe("pca"), one, features) for one in (bands, shuffled)
        )
        assert_allclose(here.points[order], there.points, atol=1e-5)

    def test_sources_that_are_not_usable_have_no_place(self):
        table = {"a": [1.0, 2.0, 4.0, np.nan], "b": [1.0, np.nan, 0.0, np.nan]}
        projection = project_all(
            ProjectionRecipe("pca"), catalogue_of(table), FeatureRecipe(["a", "b"])
        )
        assert projection.placed.tolist() == [True, True, True, False]

    def test_missing_values_kept_in_the_matrix_count_as_the_mean(self):
        table = {"a": [1.0, 2.0, np.nan, 6.0], "b": [4.0, 4.0, 4.0, 4.0]}
        features = FeatureRecipe(["a", "b"], missing="native", scale="none")
        projection = project_all(ProjectionRecipe("pca"), catalogue_of(table), features)
        assert_allclose(projection.points[:, 0], [-2, -1, 0, 3], atol=1e-6)

    def test_one_feature_has_a_second_component_of_nothing(self):
        catalogue = catalogue_of({"a": [1.0, 2.0, 3.0]})
        projection = project_all(ProjectionRecipe("pca"), catalogue, FeatureRecipe(["a"]))
        assert_array_equal(projection.points, [[-1, 0], [0, 0], [1, 0]])
        assert projection.axes[1].name == "PC 2 (0 %)"

    def test_need_sources_and_something_that_varies(self):
        catalogue = catalogue_of({"a": [1.0, 1.0, np.nan]})
        features = FeatureRecipe(["a"], missing="median")
        with pytest.raises(ProjectionError, match="No feature varies in the sketch"):
            project_all(ProjectionRecipe("pca"), catalogue, features)
        matrix = build_features(features, catalogue, np.arange(3))
        with pytest.raises(ProjectionError, match=r"at least 2 sources.*the sketch has 1"):
            project(ProjectionRecipe("pca"), catalogue, matrix, np.array([1, 2]))


class TestOnRealCatalogues:
    @pytest.mark.filterwarnings("ignore::napari_astro_al.errors.AstroALWarning")
    def test_sdss_colours_lie_on_few_components(self, shared_data):
        catalogue = Catalogue.read(shared_data / "sdss_dr14" / "sdss_dr14.csv")
        features = FeatureRecipe(generators=[("subtract", 2)])
        projection = project_all(ProjectionRecipe("pca"), catalogue, features)
        assert projection.n_missing == 0
        shares = [int(axis.name.split("(")[1].split()[0]) for axis in projection.axes]
        assert sum(shares) > 85
