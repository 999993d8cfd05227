"""Sessions keep the services that their pictures come from, and never who may be called."""

from __future__ import annotations

import json

import numpy as np
import pytest
from astropy import units as u
from tests.loopback import jpeg, send, serving
from tests.session.conftest import blobs

import napari_astro_al as aal
from napari_astro_al.cutouts import FirstOf, ImageColumn, OnlineCutouts
from napari_astro_al.cutouts.online import SERVICES
from napari_astro_al.cutouts.online.web import shared_web
from napari_astro_al.errors import AstroALWarning, CutoutError

PATH = "/hips-image-services/hips2fits"


@pytest.fixture
def sky():
    table = blobs(40).assign(ra=np.linspace(10, 20, 40), dec=-5.0)
    return aal.Catalogue.from_table(table, id="source", label="kind", ra="ra", dec="dec")


@pytest.fixture
def server():
    with serving() as one:
        yield one
    shared_web().close()


def test_a_service_is_asked_once_across_sessions(sky, server, tmp_path):
    server.answers[PATH] = send(jpeg(64))
    session = aal.Session(sky, path=tmp_path / "a.astroal")
    session.cutouts.add(
        aal.cutouts.service(
            "hips2fits",
            hips="CDS/P/2MASS/color",
            size=0.5 * u.arcmin,
            hosts=[server.host],
            scheme="http",
            title="near infrared",
        )
    )
    (refused,) = session.cutouts.get(1000)
    assert refused.asks_for == (server.host,)
    assert server.paths == []
    aal.cutouts.allow(server.host)
    assert aal.cutouts.allowed_hosts() == {server.host}
    (picture,) = session.cutouts.get(1000)
    assert picture.pixel_scale == pytest.approx(30 / 64)
    session.close()

    with aal.Session.open(tmp_path / "a.astroal", sky) as again:
        (provider,) = again.cutouts.providers
        assert (provider.name, provider.natural_size) == ("near infrared", 30.0)
        (same,) = again.cutouts.at_hand(1000)
        np.testing.assert_array_equal(same.pixels, picture.pixels)
        aal.cutouts.withdraw(server.host)
        assert again.cutouts.get(1001)[0].asks_for == (server.host,)
    assert len(server.paths) == 1


def test_an_order_of_surveys_is_kept(sky, tmp_path):
    session = aal.Session(sky, path=tmp_path / "a.astroal")
    session.cutouts.add(
        FirstOf(
            [
                ImageColumn("kind"),
                aal.cutouts.service("legacysurvey", layer="ls-dr9"),
                FirstOf([aal.cutouts.service("sdss"), aal.cutouts.service("panstarrs")]),
            ],
            title="optical",
        )
    )
    session.close()
    with aal.Session.open(tmp_path / "a.astroal", sky) as again:
        (first,) = again.cutouts.providers
        assert first.name == "optical"
        column, legacy, rest = first.providers
        assert isinstance(column, ImageColumn)
        assert (legacy.service, legacy.options) == ("legacysurvey", {"layer": "ls-dr9"})
        assert [one.service for one in rest.providers] == ["sdss", "panstarrs"]


def test_who_may_be_called_is_not_in_the_session(sky, tmp_path):
    aal.cutouts.allow("skyserver.sdss.org")
    session = aal.Session(sky, path=tmp_path / "a.astroal")
    session.cutouts.add(aal.cutouts.service("sdss"))
    session.close()
    assert "allow" not in (tmp_path / "a.astroal" / "session.json").read_text()


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        ({"service": "gone"}, "no cutout service called 'gone'"),
        ({"service": "sdss", "options": {"colour": 1}}, "does not take these options"),
        ({"service": "url", "options": {"template": "file:///{id}"}}, "no web address"),
        ({"first_of": [{"service": "sdss"}]}, "at least two"),
    ],
)
def test_what_cannot_be_brought_back_is_a_warning(sky, tmp_path, stored, words):
    aal.Session(sky, path=tmp_path / "a.astroal").close()
    document = tmp_path / "a.astroal" / "session.json"
    content = json.loads(document.read_text())
    document.write_text(json.dumps({**content, "cutouts": [stored, {"service": "first"}]}))
    with pytest.warns(AstroALWarning, match=words):
        again = aal.Session.open(tmp_path / "a.astroal", sky)
    assert [one.name for one in again.cutouts.providers] == ["FIRST"]
    again.close()


def test_a_service_of_ones_own_is_found_by_its_name(sky, tmp_path, monkeypatch):
    monkeypatch.setattr(SERVICES, "_entries", dict(SERVICES._entries))

    @aal.register.cutout_service("mine")
    class Mine:
        title, hosts, natural_size = "mine", ("a.example",), 30.0

        def __init__(self, colour="red"):
            self.colour = colour

    session = aal.Session(sky, path=tmp_path / "a.astroal")
    session.cutouts.add(aal.cutouts.service("mine", colour="blue"))
    session.close()
    with aal.Session.open(tmp_path / "a.astroal", sky) as again:
        (provider,) = again.cutouts.providers
        assert isinstance(provider, OnlineCutouts)
        assert provider.options == {"colour": "blue"}
        assert provider.sends == "position, size and id of each source"


def test_options_that_a_session_cannot_keep_are_refused():
    with pytest.raises(CutoutError, match="cannot be kept by a session"):
        aal.cutouts.service("hips2fits", hips=object())


def test_bundles_are_kept_relative_to_the_session(sky, tmp_path):
    session = aal.Session(sky, path=tmp_path / "work" / "a.astroal")
    session.cutouts.add(Constant())
    session.cutouts.bundle(tmp_path / "work" / "p.aalpics", [1000, 1001])
    session.cutouts.remove("constant")
    (bundle,) = aal.cutouts.bundled(tmp_path / "work" / "p.aalpics")
    session.cutouts.add(bundle)
    session.close()
    document = json.loads((tmp_path / "work" / "a.astroal" / "session.json").read_text())
    assert document["cutouts"] == [{"bundle": "../p.aalpics", "of": "constant", "title": None}]
    (tmp_path / "work").rename(tmp_path / "moved")
    with aal.Session.open(tmp_path / "moved" / "a.astroal", sky) as again:
        assert again.cutouts.get(1001)[0].pixels.shape == (4, 4)
    (tmp_path / "moved" / "p.aalpics").unlink()
    with pytest.warns(AstroALWarning, match="no bundle of pictures at"):
        aal.Session.open(tmp_path / "moved" / "a.astroal", sky).close()


class Constant:
    name = "constant"

    def cutout(self, catalogue, source, size):
        return aal.cutouts.Cutout(np.zeros((4, 4), dtype=np.uint8))
