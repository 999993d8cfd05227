from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from napari_astro_al.catalogue import Catalogue, Roles
from napari_astro_al.errors import FeatureError
from napari_astro_al.features.columns import base_names, read_values


def catalogue_of(table=None, *, arrays=None, label=None):
    n = len(next(iter((table or arrays).values())))
    return Catalogue(
        table=pd.DataFrame(table or {}, index=pd.RangeIndex(n)),
        ids=np.arange(n),
        roles=Roles(label=label),
        arrays=arrays or {},
        name="stars",
    )


class Lazy:
    """An array column that makes its elements when asked."""

    shape = (3, 2)
    dtype = np.dtype(float)

    def __getitem__(self, row):
        return np.array([row, 10 * row], dtype=float)


class TestReadValues:
    @pytest.mark.parametrize(
        "column",
        [
            np.array([1, 2, 3], dtype=np.int16),
            np.array([1, 2, 3], dtype=np.uint64),
            np.array([1, 2, 3], dtype=np.float64),
            pd.array([1, 2, 3], dtype="Int64"),
            pd.array([1, 2, 3], dtype="Float32"),
            pd.array([1, 2, 3], dtype="double[pyarrow]"),
        ],
        ids=lambda column: str(column.dtype),
    )
    def test_every_numeric_dtype_becomes_float32(self, column):
        values = read_values(catalogue_of({"u": column}), "u")
        assert values.dtype == np.float32
        assert_array_equal(values, [1, 2, 3])

    def test_truth_values_are_0_and_1(self):
        assert_array_equal(read_values(catalogue_of({"u": [True, False]}), "u"), [1, 0])

    def test_missing_infinite_and_too_large_are_missing(self):
        column = [1.0, np.nan, np.inf, -np.inf, 1e39, -1e39, 3e38]
        values = read_values(catalogue_of({"u": column}), "u")
        assert_array_equal(values, np.float32([1, *[np.nan] * 5, 3e38]))

    def test_nullable_integers_with_gaps(self):
        column = pd.array([1, None, 3], dtype="Int64")
        assert_array_equal(read_values(catalogue_of({"u": column}), "u"), [1, np.nan, 3])

    def test_sentinels_are_missing(self):
        column = [1.0, -99.0, -999.0, -99.5]
        values = read_values(catalogue_of({"u": column}), "u", (-99.0, -999.0))
        assert_array_equal(values, [1, np.nan, np.nan, -99.5])

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_a_sentinel_that_was_rounded_to_float32_is_still_one(self, dtype):
        column = np.array([-99.9, 1], dtype=np.float32).astype(dtype)
        assert_array_equal(read_values(catalogue_of({"u": column}), "u", (-99.9,)), [np.nan, 1])

    def test_sentinels_of_whole_numbers(self):
        assert_array_equal(read_values(catalogue_of({"n": [3, -1]}), "n", (-1,)), [3, np.nan])

    def test_the_table_is_not_touched(self):
        column = np.array([1, np.inf, -99], dtype=np.float32)
        catalogue = catalogue_of({"u": column})
        read_values(catalogue, "u", (-99,))
        assert_array_equal(catalogue.table["u"], [1, np.inf, -99])

    def test_elements_of_arrays(self):
        spectra = np.array([[1.0, np.inf], [3.0, 4.0]])
        catalogue = catalogue_of(arrays={"spectrum": spectra})
        assert_array_equal(read_values(catalogue, "spectrum[0]"), [1, 3])
        assert_array_equal(read_values(catalogue, "spectrum[1]"), [np.nan, 4])

    def test_elements_of_arrays_that_are_made_when_asked(self):
        assert_array_equal(
            read_values(catalogue_of(arrays={"v": Lazy()} | {}, table={"n": [0] * 3}), "v[1]"),
            [0, 10, 20],
        )

    def test_an_array_column_is_not_one_feature(self):
        catalogue = catalogue_of(arrays={"spectrum": np.zeros((2, 3))})
        with pytest.raises(FeatureError, match=r"'spectrum' names an array.*'spectrum\[0\]'"):
            read_values(catalogue, "spectrum")


class TestBaseNames:
    def test_array_columns_are_spelled_out(self):
        catalogue = catalogue_of({"u": [1.0, 2.0]}, arrays={"m": np.zeros((2, 2, 2))})
        assert base_names(catalogue, ["m", "u"]) == ("m[0,0]", "m[0,1]", "m[1,0]", "m[1,1]", "u")

    def test_one_element_can_be_named(self):
        catalogue = catalogue_of(arrays={"spectrum": np.zeros((2, 3))})
        assert base_names(catalogue, ["spectrum[2]"]) == ("spectrum[2]",)

    @pytest.mark.parametrize(
        "name", ["spectrum[3]", "spectrum[-1]", "spectrum[a]", "spectrum[0,0]"]
    )
    def test_elements_that_do_not_exist_are_refused(self, name):
        catalogue = catalogue_of({"u": [1.0, 2.0]}, arrays={"spectrum": np.zeros((2, 3))})
        with pytest.raises(
            FeatureError, match=r"'stars' has no column .* Its numeric columns: 'u'"
        ):
            base_names(catalogue, [name])

    def test_every_offender_is_named(self):
        catalogue = catalogue_of({"u": [1.0], "name": ["Vega"], "seen": [pd.Timestamp(0)]})
        with pytest.raises(FeatureError, match=r"no column 'g', 'r' to make features of"):
            base_names(catalogue, ["u", "g", "r"])
        with pytest.raises(
            FeatureError, match=r"'name \(.*\)', 'seen \(datetime64.*\)' of 'stars'"
        ):
            base_names(catalogue, ["u", "name", "seen"])

    def test_pictures_are_no_features(self):
        catalogue = catalogue_of(arrays={"image": np.zeros((1, 64, 65), dtype=np.uint8)})
        with pytest.raises(FeatureError, match=r"'image \(arrays of 64x65\)'.*more than 4096"):
            base_names(catalogue, ["image"])

    def test_the_label_is_no_feature(self):
        with pytest.raises(FeatureError, match="'class' holds the labels of 'stars'"):
            base_names(catalogue_of({"class": [0, 1]}, label="class"), ["class"])
