"""Columns that are added are the catalogue's from then on, and are there again on opening."""

import numpy as np
import pandas as pd
import pytest

import napari_astro_al as aal
from napari_astro_al.catalogue import Column
from napari_astro_al.errors import (
    AstroALWarning,
    CatalogueError,
    FeatureError,
    JobError,
    SessionError,
)
from napari_astro_al.jobs import drain


def sizes(catalogue, name="size", scale=1.0):
    values = scale * np.arange(len(catalogue), dtype="f4")
    return pd.DataFrame({name: values}, index=catalogue.ids)


@pytest.fixture
def kept(catalogue, tmp_path):
    with aal.Session(catalogue, path=tmp_path / "blobs.astroal") as session:
        yield session


def test_added_columns_can_be_features(session):
    told = []
    session.columns_changed.connect(lambda: told.append(1))
    assert session.add_columns(sizes(session.catalogue), name="radii") == ("size",)
    assert session.added_columns == {"radii": ("size",)}
    assert told == [1]
    session.set_features(aal.FeatureRecipe(columns=["u", "size"]))
    assert session.features.names == ("u", "size")
    assert session.project(x="size", y="u").points.shape == (200, 2)


def test_labels_selections_and_sets_go_on(session, pool):
    session.annotate(pool["STAR"][0], "STAR")
    session.select(pool["STAR"][:3])
    session.sets.save("three", session.selection)
    session.exclude(pool["GALAXY"][:1])
    session.add_columns(sizes(session.catalogue))
    session.annotate(pool["GALAXY"][1], "GALAXY")
    assert len(session.labels) == 2
    session.select(session.sets["three"], how="subtract")
    assert session.selection.count == 0
    assert session.excluded.count == 1
    assert session.query() != []


def test_they_are_there_again_on_opening(kept, catalogue):
    table = sizes(catalogue).assign(word="x").iloc[:150]
    columns = {"size": Column("arcsec", "how large")}
    kept.add_columns(table, name="radii, ½", columns=columns)
    kept.set_features(aal.FeatureRecipe(columns=["u", "size"]))
    kept.close()
    with aal.Session.open(kept.path, catalogue) as again:
        assert again.added_columns == {"radii, ½": ("size", "word")}
        assert again.catalogue.unit("size") == "arcsec"
        assert again.catalogue.column("size").dtype == "f4"
        np.testing.assert_array_equal(again.catalogue.column("size")[:150], np.arange(150))
        assert again.catalogue.column("size")[150:].isna().all()
        assert again.catalogue.column("word").isna().sum() == 50
        assert again.features.names == ("u", "size", "missing(size)")


def test_a_group_that_is_added_again_is_replaced_and_features_follow(kept):
    kept.add_columns(sizes(kept.catalogue), name="radii")
    kept.set_features(aal.FeatureRecipe(columns=["size"], scale="none"))
    kept.add_columns(sizes(kept.catalogue, scale=2.0), name="radii")
    assert kept.features.values[10, 0] == 20.0
    assert list(kept.added_columns) == ["radii"]
    with pytest.raises(FeatureError, match="'size'"):
        kept.add_columns(sizes(kept.catalogue, name="other"), name="radii")
    assert "size" in kept.catalogue.table


def test_columns_can_be_removed_unless_features_are_made_of_them(kept):
    kept.add_columns(sizes(kept.catalogue), name="radii")
    kept.set_features(aal.FeatureRecipe(columns=["u", "size"]))
    with pytest.raises(FeatureError, match="made of 'size' of 'radii'"):
        kept.remove_columns("radii")
    kept.set_features(aal.FeatureRecipe(columns=["u"]))
    kept.remove_columns("radii")
    assert "size" not in kept.catalogue.table
    assert list((kept.path / "columns").iterdir()) == []
    with pytest.raises(SessionError, match="No columns were added as 'radii'"):
        kept.remove_columns("radii")


def test_names_that_differ_by_case_alone_have_files_of_their_own(kept):
    kept.add_columns(sizes(kept.catalogue, "a"), name="Radii")
    kept.add_columns(sizes(kept.catalogue, "b"), name="radii")
    assert len(list((kept.path / "columns").glob("*.parquet"))) == 2


def test_what_cannot_be_added_changes_nothing(kept):
    before = kept.catalogue
    with pytest.raises(CatalogueError, match="columns called 'u' already"):
        kept.add_columns(sizes(before, name="u"))
    with pytest.raises(SessionError, match="cannot be called ' '"):
        kept.add_columns(sizes(before), name=" ")
    with pytest.raises(JobError, match="not JSON serializable"):
        drain(kept.add_columns_job(sizes(before), made={"how": object()}))
    assert kept.catalogue is before
    assert not list(kept.path.glob("columns/*"))


def test_a_result_that_came_late_is_dropped(kept):
    late = drain(kept.add_columns_job(sizes(kept.catalogue), name="late"))
    kept.add_columns(sizes(kept.catalogue, "other"), name="first")
    assert kept.accept_columns(late) is False
    assert [file.name for file in (kept.path / "columns").iterdir()] == ["first.parquet"]


def test_a_damaged_file_is_told_and_left(kept, catalogue):
    kept.add_columns(sizes(catalogue), name="radii")
    kept.close()
    file = kept.path / "columns" / "radii.parquet"
    file.write_bytes(b"PAR1 and no more")
    with pytest.warns(
        AstroALWarning,
        match=r"Columns of blobs.astroal could not be brought back: .*radii.parquet is no",
    ):
        aal.Session.open(kept.path, catalogue).close()
    assert file.exists()


def test_a_column_that_the_catalogue_has_by_now_is_not_doubled(kept, catalogue):
    kept.add_columns(sizes(catalogue), name="radii")
    kept.close()
    newer = catalogue.with_columns(sizes(catalogue, scale=3.0))
    with pytest.warns(AstroALWarning, match="columns called 'size' already"):
        aal.Session.open(kept.path, newer).close()
