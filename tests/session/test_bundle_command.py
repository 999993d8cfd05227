"""``napari-astro-al bundle``."""

from __future__ import annotations

import numpy as np
import pytest
from tests.loopback import jpeg, send, serving
from tests.session.conftest import blobs

import napari_astro_al as aal
from napari_astro_al.cli import main
from napari_astro_al.cutouts.online.web import shared_web

PATH = "/viewer/cutout.jpg"


@pytest.fixture
def server():
    with serving() as one:
        one.answers[PATH] = send(jpeg(16))
        yield one
    shared_web().close()


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "sky.csv"
    sky = blobs(12, unlabelled=8).assign(ra=np.linspace(10, 20, 12), dec=-5.0)
    sky.rename(columns={"kind": "class"}).to_csv(path, index=False)
    return path


def bundle(table, tmp_path, *more):
    column = ["--id", "source"] if table.suffix == ".csv" else []
    return main(["bundle", str(table), *column, "--output", str(tmp_path / "p.aalpics"), *more])


def survey(server):
    return ["--service", "legacysurvey", f'hosts=["{server.host}"]', "scheme=http"]


def test_a_catalogue_and_a_service(table, tmp_path, server, capsys):
    assert bundle(table, tmp_path, "--sources", "labelled", *survey(server)) == 0
    said = capsys.readouterr().out
    assert "0 pictures, 0 of them new, for 4 sources" in said
    assert f"missing 4 x Legacy Surveys ls-dr10: off until you allow {server.host}" in said
    assert f"--allow {server.host}" in said
    assert server.paths == []

    again = ("--sources", "labelled", *survey(server), "--allow", server.host)
    assert bundle(table, tmp_path, *again) == 0
    assert "4 pictures, 4 of them new, for 4 sources" in capsys.readouterr().out
    assert len(server.paths) == 4
    (provider,) = aal.cutouts.bundled(tmp_path / "p.aalpics")
    catalogue = aal.Catalogue.read(table, id="source")
    picture = provider.cutout(catalogue, 1008, None)
    assert picture.pixel_scale == pytest.approx(60 / 16)


def test_ids_in_a_file(table, tmp_path, server, capsys):
    ids = tmp_path / "ids.txt"
    ids.write_text("1003\n\n 1001 \n")
    options = ("--sources", str(ids), "--size", "30 arcsec", "--allow", server.host)
    assert bundle(table, tmp_path, *options, *survey(server)) == 0
    assert sorted(round(float(one["ra"]), 3) for one in server.queries) == [10.909, 12.727]
    ids.write_text("1003\n7\nx")
    assert bundle(table, tmp_path, *options) == 1
    assert "has no source '7', 'x'" in capsys.readouterr().err


def test_what_a_session_would_ask_next(table, tmp_path, server, capsys):
    session = aal.Session(aal.Catalogue.read(table, id="source"), path=tmp_path / "s.astroal")
    session.cutouts.add(aal.cutouts.service("legacysurvey", hosts=[server.host], scheme="http"))
    next_ones = session.query(n=3)
    session.close()
    options = ("--sources", "queried", "--n", "3", "--allow", server.host)
    assert bundle(tmp_path / "s.astroal", tmp_path, *options) == 0
    assert "3 pictures" in capsys.readouterr().out
    (provider,) = aal.cutouts.bundled(tmp_path / "p.aalpics")
    assert set(provider._file.by_source) == {str(one) for one in next_ones}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--sources", "gone.txt"], "'gone.txt' cannot be read"),
        (["--service", "sdss", "dr17"], "takes OPTION=VALUE, and not 'dr17'"),
        (["--n", "0"], "from 1 on, not 0"),
        (["--allow", "https://a.example/"], "not the name of a host"),
        ([], "There is no provider of cutouts"),
    ],
)
def test_what_can_be_put_right_is_told(table, tmp_path, options, words, capsys):
    assert bundle(table, tmp_path, *options) == 1
    assert words in capsys.readouterr().err
