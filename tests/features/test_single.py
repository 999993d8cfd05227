from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from napari_astro_al.catalogue import Catalogue, Column, Roles
from napari_astro_al.errors import FeatureError
from napari_astro_al.features import FeatureRecipe, feature_unit, is_magnitude, raw_feature


@pytest.fixture
def stars():
    frame = pd.DataFrame(
        {
            "u": [19.0, 21.5, -999.0],
            "g": [18.0, 20.0, 19.0],
            "w1": pd.array([4, None, 2], dtype="Int64"),
            "u*g": [1.0, 2.0, 3.0],
            "[OIII] 5007": [10.0, 1.0, 0.0],
            "big": [1e30, 2e30, 3e30],
            "name": ["a", "b", "c"],
        }
    )
    columns = {"u": Column(unit="mag"), "g": Column(unit="mag"), "w1": Column(unit="Jy")}
    return Catalogue(frame, np.arange(3), Roles(), columns=columns, name="stars")


class TestExpressions:
    def test_are_computed_from_columns(self, stars):
        assert_array_equal(raw_feature(stars, "2 * (u - g)"), [2.0, 3.0, -2036.0])
        assert_allclose(raw_feature(stars, "log10(`[OIII] 5007`)"), [1, 0, np.nan])

    def test_see_what_is_missing(self, stars):
        recipe = FeatureRecipe(["u", "g"], sentinels=[-999])
        assert_array_equal(raw_feature(stars, "(u + w1) / 1", recipe), [23.0, np.nan, np.nan])

    def test_have_the_digits_of_float64_on_the_way(self, stars):
        assert_array_equal(raw_feature(stars, "(big * big) / big / 1e30"), [1.0, 2.0, 3.0])
        assert np.isnan(raw_feature(stars, "big * big * 1")).all()

    def test_a_column_of_that_very_name_wins(self, stars):
        assert_array_equal(raw_feature(stars, "u*g"), [1.0, 2.0, 3.0])
        assert raw_feature(stars, "u * g")[0] == 342.0

    def test_may_hold_generated_features(self, stars):
        recipe = FeatureRecipe(["u", "g"], [("subtract", 2)])
        assert_array_equal(raw_feature(stars, "`u-g` / 2 + 0", recipe)[:2], [0.5, 0.75])

    def test_know_pi_unless_a_column_does(self, stars):
        assert_allclose(raw_feature(stars, "0*g + pi"), [np.pi] * 3, rtol=1e-6)

    def test_longer_than_a_chunk(self):
        numbers = np.arange(70_000, dtype=np.float64)
        catalogue = Catalogue(pd.DataFrame({"a": numbers}), np.arange(70_000), Roles())
        assert_array_equal(raw_feature(catalogue, "sqrt(a**2)"), numbers)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("log10(G / w1)", "cannot be computed: 'stars' has no column 'G'. Near it: 'g'"),
            ("name / 2", "cannot be computed: 'name' is not numeric"),
            ("u +* g", "was not understood"),
        ],
    )
    def test_say_what_they_lack(self, stars, text, words):
        with pytest.raises(FeatureError, match=words):
            raw_feature(stars, text)

    def test_keep_the_unit_of_differences(self, stars):
        assert feature_unit(stars, "abs(u - g)") == "mag"
        assert feature_unit(stars, "log10(u / g)") == ""


class TestMagnitudes:
    @pytest.mark.parametrize(
        ("name", "column", "expected"),
        [
            ("r", Column(unit="mag"), True),
            ("Vmag", Column(unit="mag", ucd="phot.mag;em.opt.V"), True),
            ("VT", Column(ucd="phot.mag;em.opt.V"), True),
            ("r", Column(unit="Jy"), False),
            ("g-r", Column(unit="mag"), False),
            ("BV", Column(unit="mag", ucd="phot.color;em.opt.B;em.opt.V"), False),
            ("e_r", Column(unit="mag"), False),
            ("r_mag", Column(unit="mag", ucd="stat.error;phot.mag"), False),
            ("Av", Column(unit="mag", ucd="phys.absorption"), False),
            ("r", None, False),
        ],
    )
    def test_are_told_by_unit_or_ucd(self, name, column, expected):
        columns = {} if column is None else {name: column}
        frame = pd.DataFrame({name: [20.0, 21.0]})
        catalogue = Catalogue(frame, np.arange(2), Roles(), columns=columns)
        assert is_magnitude(catalogue, name) is expected

    def test_are_columns_and_not_expressions(self, stars):
        assert is_magnitude(stars, "u")
        assert not is_magnitude(stars, "u - g")
        assert not is_magnitude(stars, "name")
