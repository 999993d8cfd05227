"""Columns of another catalogue are brought to a HATS catalogue by LSDB."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.matching import N, as_hats, nearby, sources

import napari_astro_al as aal
from napari_astro_al.errors import AstroALWarning, CatalogueError


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return sources()


@pytest.fixture(scope="module")
def infrared(table) -> pd.DataFrame:
    return nearby(table)


@pytest.fixture(scope="module")
def sky(table, tmp_path_factory) -> Path:
    return as_hats(table, tmp_path_factory.mktemp("hats") / "sky")


def opened(path: Path) -> aal.PartitionedCatalogue:
    return aal.PartitionedCatalogue.open(path, id="source_id", label="kind")


def values(catalogue: aal.PartitionedCatalogue, name: str) -> pd.Series:
    rows = catalogue.rows([2**60 + k for k in range(N)])
    return pd.Series(rows.table[name].to_numpy(), index=rows.ids - 2**60).sort_index()


def test_a_catalogue_in_memory_gives_its_columns(sky, infrared, tmp_path):
    wise = aal.Catalogue.from_table(infrared, id="wise", ra="ra", dec="dec", name="wise")

    matched = opened(sky).crossmatch(wise, "1 arcsec", columns=["w1"], to=tmp_path / "matched")

    assert len(matched) == N
    assert (matched.roles.id, matched.roles.label, matched.roles.ra) == ("source_id", "kind", "ra")
    assert set(matched.column_names) >= {"g", "w1", "ra_wise", "dec_wise", "_dist_arcsec"}
    w1 = values(matched, "w1")
    assert w1[:100].tolist() == list(range(100))
    assert w1[100:].isna().all()
    assert values(matched, "_dist_arcsec")[7] == pytest.approx(0.5, abs=1e-3)
    # and it is a catalogue to label
    recipe = aal.FeatureRecipe(columns=["g", "w1"])
    with aal.Session(matched, recipe) as session:
        assert "w1" in session.features.names
        assert len(session.query(3)) == 3


def test_so_does_a_hats_catalogue_with_a_margin(sky, infrared, tmp_path):
    other = as_hats(infrared, tmp_path / "wise", margin=5.0)

    matched = opened(sky).crossmatch(other, "4 arcsec", to=tmp_path / "matched")

    assert values(matched, "wise").notna().sum() == 101
    assert matched.path == tmp_path / "matched"


def test_without_a_margin_it_is_said(sky, infrared, tmp_path):
    other = as_hats(infrared, tmp_path / "wise")
    job = opened(sky).crossmatch_job(other, "4 arcsec", to=tmp_path / "matched")

    with pytest.warns(AstroALWarning, match="no margin of 4 arcsec"):
        next(job)
    job.close()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"columns": ["w9"]}, "'wise' has no column 'w9'"),
        ({"radius": "1 mag"}, "'1 mag' is no radius"),
        ({"other": "nowhere"}, "nowhere is no HATS catalogue"),
    ],
)
def test_what_cannot_be_matched_is_told(sky, infrared, tmp_path, change, words):
    wise = aal.Catalogue.from_table(infrared, id="wise", ra="ra", dec="dec", name="wise")
    given = {"other": wise, "radius": "1 arcsec", "to": tmp_path / "matched"} | change

    with pytest.raises(CatalogueError, match=words):
        opened(sky).crossmatch(given.pop("other"), given.pop("radius"), **given)
    assert not (tmp_path / "matched").exists()


def test_a_folder_that_is_there_stays(sky, infrared, tmp_path):
    (tmp_path / "matched").mkdir()
    wise = aal.Catalogue.from_table(infrared, id="wise", ra="ra", dec="dec", name="wise")
    with pytest.raises(CatalogueError, match="is there already"):
        opened(sky).crossmatch(wise, to=tmp_path / "matched")


def test_parquet_that_is_no_hats_is_refused(table, infrared, tmp_path):
    table.to_parquet(tmp_path / "plain.parquet")
    wise = aal.Catalogue.from_table(infrared, id="wise", ra="ra", dec="dec", name="wise")
    with pytest.raises(CatalogueError, match=r"'plain' is no HATS catalogue.*Catalogue\.join"):
        opened(tmp_path / "plain.parquet").crossmatch(wise)
