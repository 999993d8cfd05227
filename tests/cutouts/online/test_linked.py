"""Columns of web addresses, under the same rules as services."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.loopback import fits, jpeg, send

from napari_astro_al.catalogue import Catalogue, Roles
from napari_astro_al.cutouts import Cutouts, ImageColumn, allow
from napari_astro_al.cutouts.online.web import shared_web


@pytest.fixture(autouse=True)
def _closed():
    yield
    shared_web().close()


def catalogue_of(*cells, path=None):
    table = pd.DataFrame({"url": list(cells)})
    return Catalogue(table, np.arange(len(cells)), Roles(images=("url",)), path=path)


def test_an_address_is_fetched_once_where_its_host_is_allowed(server):
    server.answers["/a.jpg"] = send(jpeg(20))
    catalogue = catalogue_of(f" {server.url('/a.jpg')} ")
    column = ImageColumn("url", pixel_scale=0.5)
    for picture in (column.cutout(catalogue, 0, None), column.at_hand(catalogue, 0, None)):
        assert picture.missing == f"off until you allow {server.host}"
        assert picture.asks_for == (server.host,)
    assert server.paths == []
    allow(server.host)
    assert column.at_hand(catalogue, 0, None) is None
    assert column.cutout(catalogue, 0, None).pixels.shape == (20, 20, 3)
    small = column.at_hand(catalogue, 0, 5.0)
    assert small.pixels.shape == (10, 10, 3)  # 5 arcsec at half an arcsecond a pixel
    assert (small.name, small.provenance) == ("url", server.host)
    assert server.paths == ["/a.jpg"]
    assert column.sends == "the address in column 'url'"


def test_fits_at_an_address_brings_its_own_coordinates(server):
    header = {"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CDELT1": -0.001, "CDELT2": 0.001}
    server.answers["/a.fits"] = send(fits(8, **header))
    allow(server.host)
    picture = ImageColumn("url").cutout(catalogue_of(server.url("/a.fits")), 0, None)
    assert picture.pixel_scale == pytest.approx(3.6)
    assert picture.wcs is not None


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("file:///etc/passwd", "is no web address"),
        ("ftp://a.example/a.jpg", "is no web address"),
        ("see https://a.example", "is no web address"),
        ("https://jane:secret@a.example/a.jpg", "has a user name in it"),
    ],
)
def test_other_addresses_are_refused_with_a_reason(cell, reason, tmp_path):
    allow("a.example")
    catalogue = catalogue_of(cell, path=tmp_path / "table.csv")
    for give in (ImageColumn("url").at_hand, ImageColumn("url").cutout):
        picture = give(catalogue, 0, None)
        assert reason in picture.missing
        assert "secret" not in picture.missing
        assert not picture.coming


def test_files_and_addresses_may_be_mixed(server, tmp_path):
    (tmp_path / "b.jpg").write_bytes(jpeg(6))
    server.answers["/a.jpg"] = send(jpeg(20))
    allow(server.host)
    cutouts = Cutouts(catalogue_of(server.url("/a.jpg"), "b.jpg", path=tmp_path / "t.csv"))
    cutouts.add(ImageColumn("url"))
    assert cutouts.at_hand(0)[0].coming
    assert cutouts.at_hand(1)[0].pixels.shape == (6, 6, 3)
    assert cutouts.fetch(0, cutouts.at_hand(0)[0]).pixels.shape == (20, 20, 3)


def test_requests_tell_nothing_of_files_or_the_person(server, tmp_path):
    server.answers["/a.jpg"] = send(jpeg(20))
    allow(server.host)
    catalogue = catalogue_of(server.url("/a.jpg#page"), path=tmp_path / "private.csv")
    ImageColumn("url", tmp_path).cutout(catalogue, 0, None)
    assert server.paths == ["/a.jpg"]
    (sent,) = server.headers
    assert set(sent) <= {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
    assert str(tmp_path) not in str(sent)
