"""A session's diagnostic planes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import ProjectionError


@pytest.fixture
def catalogue() -> aal.Catalogue:
    frame = pd.DataFrame(
        {
            "id": [10, 11, 12, 13],
            "w1": [15.0, 14.2, 16.9, None],
            "w2": [14.0, 14.0, 16.0, 14.0],
            "other": [13.5, 13.5, 13.5, 13.5],
        }
    )
    return aal.Catalogue.from_table(frame, id="id")


@pytest.fixture
def session(catalogue: aal.Catalogue) -> aal.Session:
    return aal.Session(catalogue, task=aal.Task(["A", "B"]))


def test_it_becomes_the_projection(session: aal.Session) -> None:
    projection = session.plane("stern")

    assert session.projection is projection
    assert [axis.name for axis in projection.axes] == ["w2", "w1 - w2"]
    assert [one.name for one in projection.curves] == ["W1-W2 = 0.8"]


def test_a_region_is_selected(session: aal.Session) -> None:
    assert session.select_region("stern", "active nucleus") == 1
    assert session.selected == {10}
    session.select_region("stern", "outside", how="add")
    assert session.selected == {10, 11, 12}


def test_no_such_region(session: aal.Session) -> None:
    with pytest.raises(ProjectionError, match=r"has no region 'AGN'\. It has 'active nucleus'"):
        session.select_region("stern", "AGN")


def test_region_and_distance_become_columns_and_a_feature(session: aal.Session) -> None:
    assert session.add_plane("stern") == ("stern_class", "stern_distance")
    table = session.catalogue.table

    assert table["stern_class"].tolist()[:3] == ["active nucleus", "outside", "outside"]
    assert pd.isna(table["stern_class"].iat[3])
    assert table["stern_distance"].to_numpy()[:2] == pytest.approx([0.2, -0.6], abs=1e-5)
    session.set_features(aal.FeatureRecipe(columns=["w1", "w2", "stern_distance"]))
    assert "stern_distance" in session.features.names


def test_what_was_said_is_kept(catalogue: aal.Catalogue, tmp_path: Path) -> None:
    with aal.Session(catalogue, task=aal.Task(["A", "B"]), path=tmp_path / "s.astroal") as session:
        session.plane("stern", w2="other")
        assert session.plane_values("stern").counts() == {"active nucleus": 2, "outside": 1}
    with aal.Session.open(tmp_path / "s.astroal", catalogue) as again:
        assert again.plane_columns("stern") == {"w1": "w1", "w2": "other"}


def test_what_cannot_be_changes_nothing(session: aal.Session) -> None:
    session.plane("stern")
    with pytest.raises(ProjectionError, match="neither a column nor an expression"):
        session.plane("stern", w1="w1 -")

    assert session.plane_columns("stern") == {"w1": "w1", "w2": "w2"}
    assert session.projection_recipe is not None
    assert session.projection_recipe.y == "w1 - w2"
