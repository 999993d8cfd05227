"""Cutouts from a service, and from the first of several places that has one."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from tests.loopback import jpeg, send

from napari_astro_al.catalogue import Catalogue, Roles
from napari_astro_al.cutouts import Cutout
from napari_astro_al.cutouts.online import FirstOf, OnlineCutouts, allow, withdraw
from napari_astro_al.cutouts.online.services import SERVICES
from napari_astro_al.errors import CutoutError
from napari_astro_al.home import configuration_folder

TABLE = pd.DataFrame({"ra": [10.0, np.nan], "dec": [-5.0, 1.0]})
CATALOGUE = Catalogue(TABLE, np.array([1, 2]), Roles(ra="ra", dec="dec"))
PATH = "/hips-image-services/hips2fits"


def survey(server, web, **options):
    return OnlineCutouts(
        "hips2fits", {"hosts": [server.host], "scheme": "http", **options}, web=web
    )


def fetch(provider, source=1, *, wanted=True, size=None):
    return provider.fetch(CATALOGUE, source, size, wanted=lambda: wanted, urgent=True)


class TestOnlineCutouts:
    def test_a_picture_is_at_hand_once_it_was_fetched(self, server, web):
        server.answers[PATH] = send(jpeg(64))
        allow(server.host)
        provider = survey(server, web)
        assert provider.at_hand(CATALOGUE, 1, None) is None
        first = fetch(provider)
        again = provider.at_hand(CATALOGUE, 1, None)
        assert (first.name, again.name) == ("CDS/P/DSS2/color",) * 2
        np.testing.assert_array_equal(first.pixels, again.pixels)
        assert provider.at_hand(CATALOGUE, 1, 30.0) is None  # another size is another picture
        assert len(server.paths) == 1

    def test_a_host_that_is_not_allowed_is_a_reason_with_its_name(self, server, web):
        provider = survey(server, web)
        for picture in (fetch(provider), provider.at_hand(CATALOGUE, 1, None)):
            assert picture.missing == f"off until you allow {server.host}"
            assert picture.asks_for == (server.host,)
            assert not picture.coming
        assert server.paths == []

    def test_what_was_fetched_stays_when_the_host_is_withdrawn(self, server, web):
        server.answers[PATH] = send(jpeg(64))
        allow(server.host)
        provider = survey(server, web)
        fetch(provider)
        withdraw(server.host)
        assert provider.cutout(CATALOGUE, 1, None).pixels is not None

    def test_a_failure_is_a_reason_for_a_while_and_not_asked_again(self, server, web):
        server.answers[PATH] = send(status=404)
        allow(server.host)
        provider = survey(server, web)
        for picture in (fetch(provider), provider.at_hand(CATALOGUE, 1, None), fetch(provider)):
            assert "404" in picture.missing
        assert len(server.paths) == 1
        web.forget_failures()
        assert provider.at_hand(CATALOGUE, 1, None) is None

    def test_a_redirect_to_a_host_that_is_not_allowed_names_that_host(
        self, server, other_server, tmp_path
    ):
        from napari_astro_al.cutouts.online.store import Store
        from napari_astro_al.cutouts.online.web import Web

        server.answers[PATH] = send(status=302, Location=other_server.url("/a"))
        other_server.answers["/a"] = send(jpeg())
        allow(server.host)
        web = Web(Store(tmp_path / "s.sqlite"), resolve=lambda name: ["93.184.216.34"])
        provider = survey(server, web)
        for picture in (fetch(provider), provider.at_hand(CATALOGUE, 1, None)):
            assert picture.asks_for == (other_server.host,)
        assert len(server.paths) == 1
        allow(other_server.host)
        assert fetch(provider).pixels is not None
        web.close()

    def test_what_nobody_waits_for_is_not_asked(self, server, web):
        allow(server.host)
        picture = fetch(survey(server, web), wanted=False)
        assert (picture.pixels, picture.coming) == (None, True)
        assert server.paths == []

    def test_a_source_without_a_position_has_no_picture(self, web, server):
        assert fetch(survey(server, web), source=2).missing == "this source has no position"

    def test_a_catalogue_without_positions_is_refused(self, web, server):
        bare = Catalogue(TABLE, np.array([1, 2]), Roles())
        with pytest.raises(CutoutError, match="cannot be asked for pictures"):
            survey(server, web).check(bare)

    def test_a_service_of_ones_own(self, server, web):
        class Mine:
            title, natural_size = "mine", 30.0
            hosts = (server.host,)

            def __init__(self, colour):
                self.colour = colour

            @property
            def limits(self):
                from napari_astro_al.cutouts.online import Limits

                return Limits()

            def picture(self, place, ask):
                from napari_astro_al.cutouts.online import as_picture

                return ask(server.url(f"/{self.colour}/{place.source}"), as_picture("mine"))

        SERVICES("mine")(Mine)
        try:
            server.answers["/red/1"] = send(jpeg(8))
            allow(server.host)
            provider = OnlineCutouts("mine", {"colour": "red"}, web=web)
            assert (provider.name, fetch(provider).pixels.shape) == ("mine", (8, 8, 3))
        finally:
            del SERVICES._entries["mine"]


class Shelf:
    """A provider that has pictures of some sources, and counts how often it is asked."""

    def __init__(self, name, *sources, error=None):
        self.name, self.sources, self.error, self.asked = name, sources, error, 0

    def cutout(self, catalogue, source, size):
        self.asked += 1
        if self.error is not None:
            raise self.error
        if source in self.sources:
            return Cutout(np.zeros((4, 4), dtype=np.uint8), provenance=self.name)
        return Cutout.absent("not on the shelf")


class TestFirstOf:
    def test_the_first_with_a_picture_is_taken_and_the_rest_not_asked(self):
        none, some, rest = Shelf("none"), Shelf("some", 1), Shelf("rest", 1)
        picture = FirstOf([none, some, rest]).cutout(CATALOGUE, 1, None)
        assert picture.provenance == "some"
        assert (none.asked, some.asked, rest.asked) == (1, 1, 0)

    def test_where_none_has_one_every_reason_is_told(self):
        picture = FirstOf([Shelf("a"), Shelf("b")]).cutout(CATALOGUE, 1, None)
        assert picture.missing == "a: not on the shelf; b: not on the shelf"

    def test_one_that_fails_is_passed_over(self):
        broken = Shelf("broken", error=ZeroDivisionError("no beam"))
        first = FirstOf([broken, Shelf("good", 1)])
        assert first.cutout(CATALOGUE, 1, None).provenance == "good"
        assert first.at_hand(CATALOGUE, 1, None).provenance == "good"
        assert "ZeroDivisionError: no beam" in first.cutout(CATALOGUE, 2, None).missing

    def test_the_order_holds_while_the_first_has_to_be_fetched(self, server, web):
        server.answers[PATH] = send(jpeg(64))
        allow(server.host)
        shelf = Shelf("shelf", 1)
        first = FirstOf([survey(server, web), shelf])
        assert first.at_hand(CATALOGUE, 1, None) is None  # and not the shelf's
        assert fetch(first).provenance == "CDS/P/DSS2/color"
        assert shelf.asked == 0

    def test_a_survey_that_fails_or_is_not_allowed_leaves_the_next(self, server, web):
        first = FirstOf([survey(server, web), Shelf("shelf", 1)], title="sky")
        assert first.name == "sky"
        assert first.at_hand(CATALOGUE, 1, None).provenance == "shelf"
        allow(server.host)
        server.answers[PATH] = send(b"<html>Sorry</html>")
        assert fetch(first).provenance == "shelf"

    def test_all_hosts_that_would_be_called_are_named(self, server, other_server, web):
        first = FirstOf([survey(server, web), survey(other_server, web)])
        picture = fetch(first)
        assert picture.asks_for == (server.host, other_server.host)
        assert first.natural_size == 60.0

    def test_what_nobody_waits_for_is_not_asked_of_the_next(self, server, web):
        allow(server.host)
        shelf = Shelf("shelf", 1)
        fetch(FirstOf([survey(server, web), shelf]), wanted=False)
        assert shelf.asked == 0

    def test_a_catalogue_that_none_can_serve_is_refused(self, server, web):
        bare = Catalogue(TABLE, np.array([1, 2]), Roles())
        with pytest.raises(CutoutError, match="cannot be asked for pictures"):
            FirstOf([survey(server, web), survey(server, web)]).check(bare)
        FirstOf([survey(server, web), Shelf("shelf")]).check(bare)

    def test_one_alone_is_no_choice(self):
        with pytest.raises(CutoutError, match="at least two"):
            FirstOf([Shelf("a")])


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"allowed": 3}', '{"allowed": [1, null]}'])
def test_a_damaged_list_of_hosts_allows_nothing(content, server, web):
    path = configuration_folder() / "hosts.json"
    path.write_text(content)
    assert fetch(survey(server, web)).asks_for == (server.host,)
    allow("Good.Example")
    assert json.loads(path.read_text())["allowed"] == ["good.example"]
