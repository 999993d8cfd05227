"""``napari-astro-al verify``."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

import napari_astro_al as aal
from napari_astro_al import cli


@pytest.fixture
def path(catalogue, tmp_path):
    with aal.Session(catalogue, path=tmp_path / "a.astroal", annotator="ada") as session:
        session.annotate([1001, 1002], "STAR")
        session.unsure(1003)
    return tmp_path / "a.astroal"


def test_what_is_as_it_was_written(path, capsys):
    assert cli.main(["verify", str(path)]) == 0
    told = capsys.readouterr().out
    assert "ledger.sqlite: 4 events, every hash is right." in told
    assert "ada/" in told
    assert "label 2, opened 1, unsure 1" in told


def test_the_first_broken_link_is_named_and_the_status_is_1(path, capsys):
    with closing(sqlite3.connect(path / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("UPDATE events SET payload = replace(payload, 'STAR', 'GALAXY')")
    assert cli.main(["verify", str(path / "ledger.sqlite")]) == 1
    told = capsys.readouterr().err
    assert "is NOT as it was written. Event 2 of chain ada/" in told
    assert "was changed after it was recorded" in told


def test_it_changes_nothing(path):
    before = (path / "ledger.sqlite").read_bytes()
    assert cli.main(["verify", str(path)]) == 0
    assert (path / "ledger.sqlite").read_bytes() == before


def test_where_there_is_none(tmp_path, capsys):
    assert cli.main(["verify", str(tmp_path)]) == 1
    assert "There is no ledger of labels at" in capsys.readouterr().err
