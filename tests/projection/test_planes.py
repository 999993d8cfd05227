"""Planes of a catalogue: columns found, distances measured, features generated."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import FeatureError, ProjectionError
from napari_astro_al.features import FeatureRecipe, build_features
from napari_astro_al.jobs import drain
from napari_astro_al.projection import PLANES, project
from napari_astro_al.projection.plane_values import Edge, plane_values_job
from napari_astro_al.projection.planes import plane_named


def catalogue(**columns: list[float]) -> Catalogue:
    n = len(next(iter(columns.values())))
    return Catalogue.from_table(pd.DataFrame({"id": range(n), **columns}), id="id")


LINES = {
    "oiii_5007_flux": [10.0, 1.0],
    "h_beta_flux": [1.0, 1.0],
    "nii_6584_flux": [3.0, 1.0],
    "h_alpha_flux": [3.0, 10.0],
    "h_alpha_eqw": [-20.0, -2.0],
}


class TestGuess:
    def test_lines_as_mpa_and_jhu_call_them(self) -> None:
        assert PLANES["bpt_nii"].guess(catalogue(**LINES)) == {
            "oiii": "oiii_5007_flux",
            "hbeta": "h_beta_flux",
            "nii": "nii_6584_flux",
            "halpha": "h_alpha_flux",
        }

    def test_their_widths_are_negative_in_emission(self) -> None:
        assert PLANES["whan"].guess(catalogue(**LINES))["ew"] == "-h_alpha_eqw"

    def test_two_lines_that_are_one(self) -> None:
        two = catalogue(sii_6717_flux=[1.0], sii_6731_flux=[1.0])

        assert PLANES["bpt_sii"].guess(two)["sii"] == "sii_6717_flux + sii_6731_flux"

    def test_names_with_signs(self) -> None:
        guessed = PLANES["irac"].guess(catalogue(**{f"[{one}]": [1.0] for one in (3.6, 4.5)}))

        assert guessed == {"i1": "[3.6]", "i2": "[4.5]"}


class TestExpressions:
    def test_columns_and_expressions(self) -> None:
        table = catalogue(**LINES, **{"[N II]": [1.0, 1.0]})
        x, _ = PLANES["bpt_nii"].expressions(table, {"nii": "[N II]", "halpha": "2 * h_beta_flux"})

        assert x == "log10(`[N II]` / (2 * h_beta_flux))"

    def test_nothing_is_called_so(self) -> None:
        with pytest.raises(ProjectionError, match=r"Stern WISE cut needs 'W1', 'W2'.*w1=\.\.\."):
            PLANES["stern"].expressions(catalogue(a=[1.0]), {})

    def test_what_is_not_part_of_it(self) -> None:
        with pytest.raises(ProjectionError, match=r"has no 'w4'\. It is made of 'w1', 'w2'"):
            PLANES["stern"].expressions(catalogue(a=[1.0]), {"w4": "a"})

    def test_no_expression(self) -> None:
        with pytest.raises(ProjectionError, match="neither a column nor an expression"):
            PLANES["stern"].expressions(catalogue(a=[1.0]), {"w1": "a +", "w2": "a"})

    def test_no_plane(self) -> None:
        with pytest.raises(ProjectionError, match=r"no diagnostic plane 'bpt'\. Known: 'bpt_nii'"):
            plane_named("bpt")


def test_the_projection_has_the_curves_and_the_way_of_the_axes() -> None:
    table = catalogue(**LINES)
    recipe = PLANES["bpt_nii"].recipe(table, {})
    matrix = build_features(FeatureRecipe(columns=list(LINES)), table, np.arange(2))
    made = project(recipe, table, matrix, np.arange(2))

    assert made.points == pytest.approx(np.array([[0.0, 1.0], [-1.0, 0.0]]))
    assert {one.name for one in made.curves} == {
        "Kewley 2001",
        "Kauffmann 2003",
        "Schawinski 2007",
    }
    assert recipe.from_json(recipe.to_json()) == recipe


class TestValues:
    def test_regions_and_distances(self) -> None:
        table = catalogue(w1mpro=[15.0, 16.9, 14.5, np.nan], w2mpro=[14.0, 16.0, 14.0, 14.0])
        plane = PLANES["stern"]
        x, y = plane.expressions(table, {})
        found = drain(plane_values_job(plane, table, x, y, FeatureRecipe()))

        # above the line at 0.8; right of 15.05; below the line; nowhere
        assert found.codes.tolist() == [0, 1, 1, -1]
        assert found.distance == pytest.approx([0.2, -0.95, -0.3, np.nan], abs=1e-5, nan_ok=True)
        assert found.counts() == {"active nucleus": 1, "outside": 2}
        assert found.rows("outside").tolist() == [1, 2]


@pytest.mark.parametrize("name", list(PLANES))
@given(x=st.floats(-2, 2), y=st.floats(-2, 2))
def test_a_distance_is_the_least_to_any_piece_of_the_edge(name: str, x: float, y: float) -> None:
    edge = Edge.of(PLANES[name])
    # somewhere within reach of this plane's edge
    middle = (edge.starts.min(axis=0) + edge.starts.max(axis=0)) / 2
    place = middle + np.array([x, y])
    codes = PLANES[name].codes(place[:1], place[1:])
    (found,) = edge.signed(place[:1], place[1:], codes)
    share = np.linspace(0, 1, 200)[:, None, None]
    along = edge.starts + share * (edge.ends - edge.starts)
    least = np.hypot(*(along - place).reshape(-1, 2).T).min()

    assert abs(found) == pytest.approx(least, rel=0.02, abs=0.05)
    inside = PLANES[name].regions[codes[0]] in PLANES[name].inside
    assert (found >= 0) == inside or found == 0


class TestGenerator:
    def test_the_distance_as_a_feature_of_named_columns(self) -> None:
        table = catalogue(g=[1.0, 2.0], w1=[15.0, 14.5], w2=[14.0, 14.0])
        recipe = FeatureRecipe(
            columns=["g", "w1", "w2"],
            generators=[("stern distance", ["w1", "w2"])],
            scale="none",
        )
        matrix = build_features(recipe, table, np.arange(2))

        assert matrix.names == ("g", "w1", "w2", "stern(w1,w2)")
        assert matrix.values[:, 3] == pytest.approx([0.2, -0.3], abs=1e-5)
        assert FeatureRecipe.from_json(recipe.to_json()) == recipe

    def test_a_name_that_is_no_base_feature(self) -> None:
        table = catalogue(w1=[15.0, 14.5], w2=[14.0, 14.0])
        recipe = FeatureRecipe(columns=["w1"], generators=[("stern distance", ["w1", "w2"])])

        with pytest.raises(FeatureError, match="'stern distance' is to combine 'w2', which the"):
            build_features(recipe, table, np.arange(2))

    def test_too_few_columns(self) -> None:
        table = catalogue(w1=[15.0, 14.5], w2=[14.0, 14.0])
        recipe = FeatureRecipe(columns=["w1", "w2"], generators=[("stern distance", 1)])

        with pytest.raises(FeatureError, match="Stern WISE cut is made of 2 columns: W1, W2"):
            build_features(recipe, table, np.arange(2))
