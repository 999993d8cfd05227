"""Predictions and labels of all sources in every format, and where they say they came from."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest
from astropy.io import fits
from astropy.io.votable import parse
from astropy.table import Table
from tests.session.conftest import blobs

import napari_astro_al as aal
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.errors import NotEnoughLabels, SessionError
from napari_astro_al.session import export

FORMATS = (".fits", ".vot", ".ecsv", ".csv", ".parquet")


@pytest.fixture
def session():
    """Two blobs with a unit, one source without features, and some answers."""
    table = blobs()
    table.loc[7, ["u", "g"]] = np.nan
    known = {"u": Column(unit="mag", ucd="phot.mag;em.opt.U", description="Brightness in u")}
    catalogue = aal.Catalogue.from_table(
        table, id="source", label="kind", columns=known, name="blobs"
    )
    session = aal.Session(catalogue, annotator="ada")
    for source in (1001, 1002, 1004, 1008):
        session.annotate(source, catalogue.column_labels[source - 1000], comment="seen")
    session.unsure(1009, annotator="bo")
    return session


def read(path):
    match path.suffix:
        case ".parquet":
            return Table.from_pandas(pd.read_parquet(path))
        case ".csv":
            return Table.read(path, format="ascii.csv")
        case ".vot":
            return Table.read(path, use_names_over_ids=True)
    return Table.read(path)


@pytest.mark.parametrize("suffix", FORMATS)
def test_predictions_of_every_source_can_be_read_again(session, tmp_path, monkeypatch, suffix):
    monkeypatch.setattr(export, "CHUNK", 60)  # four chunks, of which the last is not full
    path = session.export(tmp_path / f"all{suffix}", rows="all", columns=["u"])
    table, expected = read(path), session.predictions()

    assert list(table["id"]) == list(session.catalogue.ids)
    for name in ("confidence", "p_GALAXY", "p_STAR", "uncertainty"):
        written = np.ma.filled(np.ma.asarray(table[name], dtype=np.float32), np.nan)
        np.testing.assert_array_equal(written, expected[name].to_numpy())
    predicted = [
        None if one in ("", None) or np.ma.is_masked(one) else one for one in table["predicted"]
    ]
    assert predicted[7] is None
    assert [one for one in predicted if one] == list(expected["predicted"].dropna())
    row = table[9]
    assert row["unsure_by"] == "bo"
    assert (table[1]["label"], table[1]["annotator"], table[1]["comment"]) == (
        session.labels[1001],
        "ada",
        "seen",
    )
    assert set(table["split"]) == {"pool", "validation", "test"}


class TestWhere:
    def told(self, path):
        match path.suffix:
            case ".fits":
                lines = "".join(fits.getheader(path, 1)["HISTORY"])
                return json.JSONDecoder().raw_decode(lines[lines.index("prov:used: ") + 11 :])[0]
            case ".vot":
                infos = parse(path).resources[0].infos
                return json.loads(next(one.value for one in infos if one.name == "prov:used"))
            case ".ecsv":
                return Table.read(path).meta["prov:used"]
        metadata = pyarrow.parquet.read_schema(path).metadata
        return json.loads(metadata[b"provenance"])["prov:used"]

    @pytest.mark.parametrize("suffix", [".fits", ".vot", ".ecsv", ".parquet"])
    def test_the_file_says_so(self, session, tmp_path, suffix):
        used = self.told(session.export(tmp_path / f"l{suffix}", rows="all"))
        assert used["catalogue"]["id_digest"] == session.catalogue.id_digest
        assert used["catalogue"]["n_sources"] == 200
        assert used["session"]["n_labels"] == 4
        assert len(used["session"]["hash"]) == 64

    def test_the_hash_is_another_after_an_answer(self, session, tmp_path):
        first = self.told(session.export(tmp_path / "1.parquet"))["session"]["hash"]
        again = self.told(session.export(tmp_path / "2.parquet"))["session"]["hash"]
        session.annotate(1012, "STAR")
        later = self.told(session.export(tmp_path / "3.parquet"))["session"]["hash"]
        assert first == again != later

    @pytest.mark.parametrize("suffix", [".fits", ".vot", ".ecsv", ".parquet"])
    def test_units_and_ucds_come_along(self, session, tmp_path, suffix):
        path = session.export(tmp_path / f"l{suffix}", columns=["u"])
        again = aal.Catalogue.read(path, id="id")
        assert (again.columns["u"].unit, again.columns["u"].ucd) == ("mag", "phot.mag;em.opt.U")
        assert again.columns["id"].ucd == "meta.id;meta.main"


class TestWhichRows:
    def test_some_of_them(self, session, tmp_path):
        session.sets.save("few", [1005, 1003])
        table = pd.read_parquet(session.export(tmp_path / "few.parquet", rows="few"))
        assert list(table["id"]) == [1003, 1005]
        assert "p_STAR" in table

    def test_labelled_ones_with_predictions(self, session, tmp_path):
        path = session.export(tmp_path / "l.parquet", predictions=True)
        assert list(pd.read_parquet(path)["id"]) == list(session.labels.index)

    def test_without_a_model_there_are_none(self, catalogue, tmp_path):
        session = aal.Session(catalogue)
        table = pd.read_parquet(session.export(tmp_path / "all.parquet", rows="all"))
        assert "predicted" not in table
        with pytest.raises(NotEnoughLabels, match="needs labels of at least two classes"):
            session.export(tmp_path / "p.parquet", rows="all", predictions=True)

    def test_several_tasks_share_their_probabilities(self, catalogue, tmp_path):
        tasks = {name: aal.Task.one_vs_rest(name) for name in ("STAR", "GALAXY")}
        session = aal.Session(catalogue, task=tasks, start=20)
        table = pd.read_parquet(session.export(tmp_path / "all.parquet", rows="all"))
        expected = session.predictions()
        np.testing.assert_array_equal(table["p_STAR"], expected["p_STAR"])
        one = pd.read_parquet(session.export(tmp_path / "one.parquet", rows="all", task="STAR"))
        assert "p_~STAR" in one


def test_a_failure_on_the_way_leaves_the_old_file(session, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "CHUNK", 60)
    path = session.export(tmp_path / "all.fits", rows="all")
    before = path.read_bytes()
    session.annotate(1190, "STAR", comment="größer")
    with pytest.raises(SessionError, match=r"'comment' cannot be written as \.fits"):
        session.export(path, rows="all")
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["all.fits"]


def test_a_job_that_is_given_up_leaves_nothing(session, tmp_path):
    session.train()
    job = session.export_job(tmp_path / "all.csv", rows="all", predictions=True)
    for _ in range(2):
        next(job)
    job.close()
    assert not list(tmp_path.iterdir())
