"""Tables from services, asked over HTTP on the loopback interface."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
from tests.loopback import drip, send, serving

import napari_astro_al as aal
from napari_astro_al.cutouts.online import Limits
from napari_astro_al.errors import (
    AstroALWarning,
    CatalogueError,
    InteropError,
    NetworkError,
    NotAllowedError,
)
from napari_astro_al.interop.vo import cone_search, read_tap_job, tap_columns, tap_tables
from napari_astro_al.interop.vo.tables import example_query, in_adql
from napari_astro_al.session.overview import overview_of

from .services import STATUS, XML, Jobs, asked, gaia, refused, with_tables

QUERY = "SELECT TOP 4 * FROM gaiadr3.gaia_source WHERE phot_g < 20 AND name <> 'é'"


@pytest.fixture
def server():
    with serving() as one:
        aal.cutouts.allow(one.host)
        yield one


@pytest.fixture(autouse=True)
def _looks_soon(monkeypatch):
    """Jobs are looked at, and requests follow each other, sooner than a service would like."""
    monkeypatch.setattr("napari_astro_al.interop.vo.door.LIMITS", Limits(8, 1000))
    monkeypatch.setattr("napari_astro_al.interop.vo.tap._BETWEEN", (0.01, 0.02))


@pytest.fixture
def to(tmp_path):
    return tmp_path / "stars.vot"


def nothing_is_left(to: Path) -> bool:
    return list(to.parent.iterdir()) == []


class TestTap:
    def test_columns_have_roles_units_and_words(self, server, to):
        server.answers["/tap/sync"] = send(gaia(), kind=XML)

        stars = aal.read_tap(server.url("/tap"), QUERY + ";", to=to, maxrec=50)

        assert stars.roles.id == "source_id"
        assert (stars.roles.ra, stars.roles.dec) == ("alpha", "delta")
        assert stars.ids.tolist() == [4295806720, 4295806721, 4295806722, 4295806723]
        assert stars.unit("gmag") == "mag"
        assert stars.columns["gmag"].ucd == "phot.mag;em.opt"
        assert stars.columns["source_id"].description == "Identifier, unique within the release"
        assert stars.table["bp_rp"].isna().tolist() == [False, False, False, True]
        sent = asked(server, "POST", "/tap/sync")
        assert sent == {"REQUEST": "doQuery", "LANG": "ADQL", "MAXREC": "50", "QUERY": QUERY}

    def test_the_file_says_where_it_is_from_and_needs_no_network(self, server, to):
        server.answers["/tap/sync"] = send(gaia(), kind=XML)
        aal.read_tap(server.url("/tap/"), QUERY, to=to)
        aal.cutouts.withdraw(server.host)

        again = aal.Catalogue.read(to)

        assert again.origin is not None
        assert again.origin.query == QUERY
        assert again.origin.request == server.url("/tap")
        assert again.origin.service_protocol == "ivo://ivoa.net/std/TAP"
        assert again.origin.words.startswith("From 127.0.0.1, 20")
        assert len(server.paths) == 1

    def test_magnitudes_are_features(self, server, to):
        server.answers["/tap/sync"] = send(gaia(60), kind=XML)

        session = aal.Session(aal.read_tap(server.url("/tap"), QUERY, to=to))

        assert session.features.names[:2] == ("gmag", "bp_rp")

    def test_a_share_file_says_where_its_catalogue_is_from(self, server, to):
        server.answers["/tap/sync"] = send(gaia(60), kind=XML)
        stars = aal.read_tap(server.url("/tap"), QUERY, to=to)

        with aal.Session(stars, task=aal.Task(["STAR", "QSO"])) as session:
            share = session.export_config(to.with_name("share.json"))

        told = json.loads(share.read_text("utf-8"))["catalogue"]["origin"]
        assert (told["request"], told["query"]) == (server.url("/tap"), QUERY)
        again = aal.Session.from_config(share, stars, path=to.with_name("again.astroal"))
        assert overview_of(again)[1].startswith("From 127.0.0.1, 20")
        again.close()

    def test_without_a_place_it_is_kept_with_the_persons_data(self, server):
        server.answers["/tap/sync"] = send(gaia(), kind=XML)

        first = aal.read_tap(server.url("/tap"), QUERY)
        second = aal.read_tap(server.url("/tap"), QUERY)

        assert first.path.is_file()
        assert first.path.parent.name == "from services"
        assert (first.name, second.name) == ("gaia_source", "gaia_source 2")
        assert first.path != second.path

    def test_more_rows_than_were_sent_are_told_of_now_and_later(self, server, to):
        server.answers["/tap/sync"] = send(gaia(end=STATUS.format("OVERFLOW", "")), kind=XML)

        with pytest.warns(AstroALWarning, match=r"first 4 rows alone: its service had more"):
            aal.read_tap(server.url("/tap"), QUERY, to=to)
        with pytest.warns(AstroALWarning, match="first 4 rows alone"):
            aal.Catalogue.read(to)

    def test_nothing_is_sent_to_a_host_that_is_not_allowed(self, server, to):
        aal.cutouts.withdraw(server.host)

        with pytest.raises(NotAllowedError, match=r"not asked until you allow it.*cutouts.allow"):
            aal.read_tap(server.url("/tap"), QUERY, to=to)
        assert server.paths == []

    def test_no_redirect_to_a_host_that_is_not_allowed(self, server, to):
        with serving() as other:
            other.answers["/sync"] = send(gaia(), kind=XML)
            server.answers["/tap/sync"] = send(status=307, Location=other.url("/sync"))

            with pytest.raises(NotAllowedError, match=f"leads to {other.host}") as refusal:
                aal.read_tap(server.url("/tap"), QUERY, to=to)
            assert refusal.value.hosts == (other.host,)
            assert other.paths == []

            aal.cutouts.allow(other.host)
            assert len(aal.read_tap(server.url("/tap"), QUERY, to=to)) == 4

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (refused("Table &lt;gaia&gt; not found"), r"400 Bad Request: “Table <gaia> not found”"),
            (refused("Timeout of the query", 200), r"says: “Timeout of the query”"),
            (
                send(b"database is down", status=500, kind="text/plain"),
                r"500 Internal Server Error: “database is down”",
            ),
            (send(b"", status=503), r"503 Service Unavailable, without a word"),
            (
                send(b"<!DOCTYPE html><html><head><title>Archive</title></head>Hi</html>"),
                r"web page instead of a table: “Hi”|“Archive: Hi”",
            ),
            (send(b"ra,dec\n1,2\n"), r"no VOTable: “ra,dec 1,2”"),
            (send(b""), r"sent nothing"),
            (send(gaia()[:-300]), r"broke off after \d+ bytes"),
            (send(gaia(), announced=9000), r"broke off in the middle"),
            (
                send(gaia(end=STATUS.format("ERROR", "disk full"))),
                r"says: “disk full”",
            ),
            (
                send(b'<!DOCTYPE v [<!ENTITY a "aaaa">]>' + gaia().replace(b"<?xml", b"<?x")),
                r"defines entities",
            ),
            (send(gaia().decode().encode("utf-16")), r"two bytes a character"),
            (send(b"<VOTABLE><!-- <RESOURCE> --></VOTABLE>"), r"VOTable without a table"),
        ],
    )  # fmt: skip
    def test_what_is_no_answer_is_told_in_the_services_words(self, server, to, answer, words):
        server.answers["/tap/sync"] = answer

        with pytest.raises(InteropError, match=words):
            aal.read_tap(server.url("/tap"), QUERY, to=to)
        assert nothing_is_left(to)

    def test_a_table_without_rows_is_no_catalogue(self, server, to):
        server.answers["/tap/sync"] = send(gaia(0), kind=XML)

        with pytest.raises(CatalogueError, match=r"stars.vot has no rows"):
            aal.read_tap(server.url("/tap"), QUERY, to=to)
        assert nothing_is_left(to)

    def test_an_answer_without_an_end_is_not_read_to_it(self, server, to, monkeypatch):
        monkeypatch.setattr("napari_astro_al.interop.vo.tap.MOST_BYTES", 2**20)
        server.answers["/tap/sync"] = drip(gaia()[:-300] + b" " * 2**24, 0.0, 2**16)

        with pytest.raises(NetworkError, match="sends more than 1 MiB"):
            aal.read_tap(server.url("/tap"), QUERY, to=to)
        assert nothing_is_left(to)

    def test_a_service_that_does_not_answer_is_given_up(self, server, to):
        server.answers["/tap/sync"] = send(gaia(), after=1.0)

        with pytest.raises(InteropError, match=r'not answered after 0 s.*mode="async"'):
            aal.read_tap(server.url("/tap"), QUERY, to=to, timeout=0.2)

    def test_a_job_that_is_closed_stops_reading_and_leaves_nothing(self, server, to):
        server.answers["/tap/sync"] = drip(gaia(), 0.01)
        job = read_tap_job(server.url("/tap"), QUERY, to=to)
        while not (said := next(job).message).startswith("Receiving"):
            pass
        job.close()

        assert "MiB" in said
        assert nothing_is_left(to)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"adql": " ; "}, "The query is empty"),
            ({"mode": "soon"}, "mode is 'soon'"),
            ({"maxrec": 0}, "1 to 20,000,000 rows"),
            ({"url": "ftp://example.org"}, "no web address"),
            ({"url": "https://me:secret@example.org/tap"}, "user name in it"),
        ],
    )
    def test_what_cannot_be_asked_is_told_at_once(self, server, to, changes, words):
        given = {"url": server.url("/tap"), "adql": QUERY, "to": to} | changes
        with pytest.raises(aal.AstroALError, match=words):
            read_tap_job(**given)

    def test_a_file_that_is_there_stays(self, server, to):
        to.write_text("mine")
        with pytest.raises(InteropError, match="is there already"):
            aal.read_tap(server.url("/tap"), QUERY, to=to)
        assert to.read_text() == "mine"


class TestJobs:
    def test_a_job_is_looked_at_until_it_is_done_and_is_deleted_then(self, server, to):
        jobs = Jobs(server, "QUEUED", "EXECUTING", "EXECUTING", "COMPLETED")

        stars = aal.read_tap(server.url("/tap"), QUERY, to=to, mode="async")

        assert len(stars) == 4
        assert stars.origin.query == QUERY
        assert asked(server, "POST", "/tap/async/j1/phase") == {"PHASE": "RUN"}
        assert jobs.ended == ["DELETE"]

    @pytest.mark.parametrize(
        ("phases", "error", "words"),
        [
            (("EXECUTING", "ERROR"), "out of memory", r"ended as ERROR: “out of memory”"),
            (("ERROR",), "", r"ended as ERROR\."),
            (("EXECUTING", "ABORTED"), "", r"ended as ABORTED\."),
        ],
    )
    def test_one_that_ends_otherwise_is_told_of(self, server, to, phases, error, words):
        jobs = Jobs(server, *phases, error=error)

        with pytest.raises(InteropError, match=words):
            aal.read_tap(server.url("/tap"), QUERY, to=to, mode="async")
        assert jobs.ended == ["DELETE"]
        assert nothing_is_left(to)

    def test_one_that_takes_too_long_is_ended_at_the_service(self, server, to):
        jobs = Jobs(server, "EXECUTING")

        with pytest.raises(InteropError, match=r"is executing after 0 s; it was ended"):
            aal.read_tap(server.url("/tap"), QUERY, to=to, mode="async", timeout=0.3)
        assert jobs.ended == ["DELETE"]

    def test_one_that_is_given_up_is_ended_at_the_service(self, server, to):
        jobs = Jobs(server, "EXECUTING")
        job = read_tap_job(server.url("/tap"), QUERY, to=to, mode="async")
        while "executing" not in next(job).message:
            pass

        job.close()

        assert jobs.ended == ["DELETE"]

    def test_its_result_is_not_fetched_from_a_host_that_is_not_allowed(self, server, to):
        with serving() as other:
            Jobs(server, "COMPLETED", result=other.url("/result"))

            with pytest.raises(NotAllowedError, match=f"{other.host} is not asked"):
                aal.read_tap(server.url("/tap"), QUERY, to=to, mode="async")
            assert other.paths == []

    def test_a_look_that_fails_now_and_then_is_passed_over(self, server, to):
        jobs = Jobs(server, "EXECUTING", "COMPLETED")
        shown = jobs.job
        looks = iter([False, False, False, True, False, True])

        def stutter(handler):
            fails = handler.command == "GET" and next(looks, False)
            (send(status=502) if fails else shown)(handler)

        server.answers["/tap/async/j1"] = stutter

        assert len(aal.read_tap(server.url("/tap"), QUERY, to=to, mode="async")) == 4


class TestTables:
    def test_are_told_by_name_and_one_with_its_columns(self, server):
        with_tables(server)

        first, second = tap_tables(server.url("/tap"))
        whole = tap_columns(server.url("/tap"), "gaiadr3.gaia_source")

        assert (first.name, first.description) == (
            "gaiadr3.gaia_source", "All sources of the release",
        )  # fmt: skip
        assert second.name == "gaiadr3.vari_rrlyrae"
        assert [one.name for one in whole.columns] == ["source_id", "phot g"]
        assert (whole.columns[1].unit, whole.columns[1].ucd) == ("mag", "phot.mag;em.opt")
        assert example_query(whole) == (
            'SELECT TOP 1000 source_id, "phot g"\nFROM gaiadr3.gaia_source'
        )

    def test_names_that_are_no_words_are_quoted(self):
        assert in_adql("II/246/out") == '"II/246/out"'
        assert in_adql("viz.II/246/out") == 'viz."II/246/out"'
        assert in_adql("public.basic") == "public.basic"

    def test_a_bomb_of_entities_is_not_read(self, server):
        bomb = b'<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><t>&b;</t>'
        server.answers["/tap/tables"] = send(bomb, kind="text/xml")

        with pytest.raises(InteropError, match="defines entities"):
            tap_tables(server.url("/tap"))

    def test_a_service_without_them_says_so(self, server):
        with pytest.raises(InteropError, match=r"404 Not Found: “nothing here”"):
            tap_tables(server.url("/tap"))


class TestCone:
    def test_asks_for_a_place_in_degrees(self, server, to):
        server.answers["/cone"] = send(gaia(), kind=XML)

        stars = cone_search(server.url("/cone?cat=gaia"), "02:58:00 -00:30:00", "3 arcmin", to=to)

        assert len(stars) == 4
        (sent,) = server.queries
        assert sent.pop("cat") == "gaia"
        assert {name: round(float(value), 6) for name, value in sent.items()} == {
            "RA": 44.5, "DEC": -0.5, "SR": 0.05, "VERB": 2,
        }  # fmt: skip
        assert stars.origin.query.startswith("RA=44.5")
        assert stars.origin.service_protocol == "ivo://ivoa.net/std/ConeSearch"

    def test_its_error_is_told(self, server, to):
        body = b'<VOTABLE><INFO ID="Error" name="Error" value="SR is too large"/></VOTABLE>'
        server.answers["/cone"] = send(body, kind=XML)

        with pytest.raises(InteropError, match="says: “SR is too large”"):
            cone_search(server.url("/cone"), (44.5, -0.5), "90 deg", to=to)
        assert nothing_is_left(to)

    @pytest.mark.parametrize(
        ("centre", "radius", "words"),
        [
            ("M 31", "1 arcmin", "'M 31' is no place on the sky"),
            ((10, 95), "1 arcmin", r"\(10, 95\) is no place"),
            ((10, 5), 3, "3 is no radius"),
            ((10, 5), "-1 arcsec", "'-1 arcsec' is no radius"),
            ((10, 5), "200 deg", "no radius"),
        ],
    )
    def test_no_place_and_no_angle_are_refused(self, server, centre, radius, words):
        with pytest.raises(InteropError, match=words):
            cone_search(server.url("/cone"), centre, radius)
        assert server.paths == []


def test_a_file_of_vizier_says_its_origin_too(tmp_path):
    file = tmp_path / "vizier.vot"
    infos = b'<INFO name="publisher" value="CDS"/><INFO name="query" value="a&amp;b"/>'
    file.write_bytes(gaia().replace(b"<RESOURCE", infos + b"<RESOURCE"))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        origin = aal.Catalogue.read(file).origin

    assert origin.facts == {"publisher": "CDS", "query": "a&b"}
    assert origin.words == "From CDS"
