"""A table written to any format is the same catalogue again."""

import warnings

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from napari_astro_al import Catalogue

SAVERS = {
    "csv": lambda frame, path: frame.to_csv(path, index=False),
    "tsv": lambda frame, path: frame.to_csv(path, index=False, sep="\t"),
    "parquet": lambda frame, path: frame.to_parquet(path),
    "feather": lambda frame, path: frame.to_feather(path),
    "fits": lambda frame, path: astropy_table(frame).write(path, overwrite=True),
    "vot": lambda frame, path: astropy_table(frame).write(path, format="votable", overwrite=True),
    "ecsv": lambda frame, path: astropy_table(frame).write(
        path, format="ascii.ecsv", overwrite=True
    ),
    "h5": lambda frame, path: astropy_table(frame).write(
        path, path="t", serialize_meta=True, overwrite=True
    ),
}


def astropy_table(frame):
    table = Table()
    for name in frame:
        values = frame[name].to_numpy()
        if values.dtype.kind not in "biuf":
            values = frame[name].fillna("").to_numpy(dtype=str)
        table[name] = values
    return table


def save(frame, form, folder):
    path = folder / f"t.{form}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        SAVERS[form](frame, path)
    return path


WORDS = st.text("abcXYZ 0189.,;|#'\"-+", max_size=8).map(str.strip)
LABELS = st.sampled_from(["STAR", "GALAXY", "QSO", "NA", "None", ""])
whole_ids = st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, min_size=2, max_size=20)
large_ids = st.lists(st.integers(2**63, 2**64 - 1), unique=True, min_size=2, max_size=20)
text_ids = st.lists(
    st.from_regex(r"[A-Z][a-z0-9 +.-]{0,8}[a-z0-9]", fullmatch=True),
    unique=True,
    min_size=2,
    max_size=20,
)
quick = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("form", SAVERS)
class TestEveryFormat:
    @quick
    @given(ids=whole_ids)
    def test_keeps_whole_ids(self, ids, form, tmp_path):
        frame = pd.DataFrame({"id": np.array(ids, np.int64), "u": 1.5})
        assert Catalogue.read(save(frame, form, tmp_path), id="id").ids.tolist() == ids

    @quick
    @given(ids=text_ids)
    def test_keeps_text_ids(self, ids, form, tmp_path):
        frame = pd.DataFrame({"id": ids, "u": 1.5})
        assert Catalogue.read(save(frame, form, tmp_path), id="id").ids.tolist() == ids

    @quick
    @given(data=st.data(), n=st.integers(2, 20))
    def test_keeps_values_and_which_are_missing(self, data, n, form, tmp_path):
        floats = st.one_of(
            st.floats(allow_nan=False, allow_subnormal=False),
            st.just(np.nan),
        )
        numbers = data.draw(st.lists(floats, min_size=n, max_size=n))
        labels = data.draw(st.lists(LABELS, min_size=n, max_size=n))
        frame = pd.DataFrame({"id": range(n), "x": numbers, "label": labels, "last": range(n)})
        catalogue = Catalogue.read(save(frame, form, tmp_path), id="id", label="label")
        np.testing.assert_array_equal(
            catalogue.table["x"].to_numpy(dtype=float), np.array(numbers), strict=True
        )
        known = [one or None for one in labels]
        assert catalogue.with_roles(unknown=[]).column_labels.tolist() == known

    @quick
    @given(data=st.data(), n=st.integers(2, 10))
    def test_keeps_text_whatever_it_holds(self, data, n, form, tmp_path):
        words = data.draw(st.lists(WORDS, min_size=n, max_size=n))
        frame = pd.DataFrame({"id": [f"s{k}" for k in range(n)], "note": ["a note", *words[1:]]})
        catalogue = Catalogue.read(save(frame, form, tmp_path), id="id")
        notes = catalogue.table["note"]
        read = [None if pd.isna(one) else str(one) for one in notes]
        assert read == ["a note", *(one or None for one in words[1:])]


@pytest.mark.parametrize("form", [form for form in SAVERS if form != "vot"])
@quick
@given(ids=large_ids)
def test_formats_with_uint64_keep_ids_above_2_to_the_63(ids, form, tmp_path):
    frame = pd.DataFrame({"id": np.array(ids, np.uint64), "u": 1.5})
    catalogue = Catalogue.read(save(frame, form, tmp_path), id="id")
    assert catalogue.ids.dtype == np.uint64
    assert catalogue.ids.tolist() == ids


def test_a_catalogue_s_own_table_is_a_table_again():
    frame = pd.DataFrame({"id": [1, 2], "n": pd.array([2**60 + 1, None], dtype="Int64")})
    first = Catalogue.from_table(frame)
    again = Catalogue.from_table(first.table)
    pd.testing.assert_frame_equal(first.table, again.table)
