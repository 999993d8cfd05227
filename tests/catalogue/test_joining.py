"""Columns of another catalogue, where its sources are the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError


def catalogue(title="ours", **columns):
    return aal.Catalogue.from_table(pd.DataFrame(columns), id="id", name=title)


@pytest.fixture
def ours():
    return catalogue(
        id=[3, 1, 2],
        survey=["A7", " B9", None],
        ra=[10.0, 359.9999, 180.0],
        dec=[0.0, 0.0, 89.9999],
        g=[20.0, 21.0, 22.0],
    )


class TestByKey:
    def test_ids_are_compared_where_nothing_is_said(self, ours):
        theirs = catalogue("wise", id=[2, 3, 9], w1=[15.5, 16.5, 17.5], g=[1.0, 2.0, 3.0])
        joined = ours.join(theirs)

        assert joined.ids.tolist() == [3, 1, 2]
        assert joined.table["w1"].tolist()[::2] == [16.5, 15.5]
        assert np.isnan(joined.table["w1"][1])
        assert joined.table["g"].tolist() == [20.0, 21.0, 22.0]
        assert joined.table["g_wise"].tolist()[::2] == [2.0, 1.0]
        assert joined.table["id_wise"].tolist()[::2] == [3.0, 2.0]
        assert list(ours.table) == ["id", "survey", "ra", "dec", "g"]

    def test_columns_of_text_or_numbers(self, ours):
        theirs = catalogue("spectra", id=[1, 2], name=["B9", "Z1"], kind=["QSO", "STAR"])
        joined = ours.join(theirs, on=("survey", "name"))
        assert joined.table["kind"].fillna("-").tolist() == ["-", "QSO", "-"]

        theirs = catalogue("spectra", id=["x", "y"], number=[3.0, np.nan], z=[0.5, 0.7])
        joined = ours.join(theirs, on=("id", "number"))
        assert joined.table["z"][0] == 0.5
        assert joined.table["z"].notna().sum() == 1

    def test_numbers_and_text_are_compared_as_text(self, ours):
        theirs = catalogue("old", id=["1", "3", "four"], flag=[True, False, True])
        assert ours.join(theirs).table["flag"].tolist()[:2] == [0.0, 1.0]

    def test_ids_of_64_bits_stay_exact(self):
        big = 2**63 - 2
        one = catalogue(id=[big, big + 1], m=[1.0, 2.0])
        other = catalogue("other", id=[big + 1, 5], n=[7.0, 8.0])
        assert one.join(other).table["n"].tolist()[1] == 7.0
        assert np.isnan(one.join(other).table["n"][0])

    def test_units_and_words_come_along(self, ours):
        from napari_astro_al.catalogue import Column

        theirs = aal.Catalogue.from_table(
            pd.DataFrame({"id": [1], "w1": [15.0]}), id="id", columns={"w1": Column("mag", "WISE")}
        )
        assert ours.join(theirs).unit("w1") == "mag"

    @pytest.mark.parametrize(
        ("on", "message"),
        [
            ("surveys", "has no column 'surveys'. Near it: 'survey'"),
            ("g", "'g' of 'theirs' holds numbers with fractions"),
            (("id", "twice"), r"'theirs' has several rows for '1': which of them is meant"),
            (("id", "none"), "No source of 'ours' has a match in 'theirs' by these keys"),
            (("id", "yes"), "'yes' of 'theirs' is yes or no"),
            (("id", "id", "id"), "Give one column, or two"),
        ],
    )
    def test_what_cannot_be_a_key_is_said(self, ours, on, message):
        theirs = catalogue(
            "theirs", id=[1, 2], twice=[1, 1], none=[70, 80], yes=[True, False], g=[1.5, 2.5]
        )
        with pytest.raises(CatalogueError, match=message):
            ours.join(theirs, on=on)

    @given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(0, 30), unique=True))
    def test_as_a_dictionary_would(self, mine, theirs):
        mine, theirs = [*mine, 99], [*theirs, 99]
        known = {key: float(place) for place, key in enumerate(theirs)}
        joined = catalogue(id=mine, m=np.ones(len(mine))).join(
            catalogue("other", id=theirs, place=[known[key] for key in theirs])
        )
        expected = [known.get(key, np.nan) for key in mine]
        np.testing.assert_array_equal(joined.table["place"].to_numpy(float), expected)


class TestOnTheSky:
    def test_each_has_the_nearest_within_the_radius(self, ours):
        theirs = catalogue(
            "gaia",
            id=[70, 80, 90],
            ra=[10.0 + 0.5 / 3600, 10.0 + 0.2 / 3600, 0.0001],
            dec=[0.0, 0.0, 0.0],
            parallax=[1.0, 2.0, 3.0],
        )
        joined = ours.join(theirs, sky="1 arcsec")
        assert joined.table["parallax"].tolist()[:2] == [2.0, 3.0]
        assert np.isnan(joined.table["parallax"][2])
        assert joined.table["separation"].tolist()[:2] == pytest.approx([0.2, 0.72], abs=1e-6)
        assert joined.unit("separation") == "arcsec"

        closer = ours.join(theirs, sky="0.5 arcsec")
        assert closer.table["parallax"].notna().tolist() == [True, False, False]

    @pytest.mark.parametrize("sky", ["1", "one arcsec", "3 kg", "-1 arcsec", "2 deg", "nan arcsec"])
    def test_what_is_no_radius_is_said(self, ours, sky):
        with pytest.raises(CatalogueError, match="is no radius to match sources by: an angle"):
            ours.join(ours, sky=sky)

    def test_positions_are_needed_on_both_sides(self, ours):
        with pytest.raises(CatalogueError, match="'bare' has no columns of positions"):
            ours.join(catalogue("bare", id=[1], m=[2.0]), sky="1 arcsec")
        with pytest.raises(CatalogueError, match="on a column or on the sky, not on both"):
            ours.join(ours, on="id", sky="1 arcsec")


def test_a_session_keeps_what_it_joined(tmp_path, ours):
    ours = catalogue(id=range(40), g=np.linspace(18, 22, 40), r=np.linspace(17, 23, 40))
    theirs = catalogue("wise", id=range(20, 60), w1=np.arange(40.0))
    with aal.Session(ours, path=tmp_path / "one.astroal") as session:
        assert session.join(theirs) == ("id_wise", "w1")
        assert session.catalogue.table["w1"][25] == 5.0
        assert session.join(theirs, on="id") == ("id_wise", "w1")  # in place of those before
        before = session.catalogue
        with pytest.raises(CatalogueError, match="No source of 'ours' has a match"):
            session.join(catalogue("far", id=[900], q=[1.0]))
        assert session.catalogue is before

    with aal.Session.open(tmp_path / "one.astroal", ours) as again:
        assert again.added_columns == {"wise": ("id_wise", "w1")}
        assert again.catalogue.table["w1"][25] == 5.0
