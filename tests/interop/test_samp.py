"""A session and another program, in another process, through a real hub."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from time import monotonic, sleep

import numpy as np
import pytest
from astropy.table import Table

import napari_astro_al as aal
from napari_astro_al.errors import InteropError
from napari_astro_al.interop import Conversation, Highlighted, Received, SampLink, Selected
from napari_astro_al.jobs import drain


@pytest.fixture
def session():
    catalogue = aal.Catalogue.from_table(
        {"source": np.arange(100, 110), "ra": np.arange(10.0), "dec": np.arange(10.0) / 2},
        id="source", ra="ra", dec="dec", guess=False,
    )  # fmt: skip
    with aal.Session(catalogue, task=aal.Task(["STAR", "QSO"])) as made:
        made.annotate([104, 101], "STAR")
        made.annotate(107, "QSO")
        yield made


class Said:
    """What the link hands over, as a window would queue it."""

    def __init__(self):
        self.heard, self.failed = [], []
        self.link = SampLink(self.heard.append, self.failed.append)

    def wait(self, what):
        until = monotonic() + 20
        while not what and monotonic() < until:
            sleep(0.01)
        return what.pop(0)


@pytest.fixture
def said():
    made = Said()
    yield made
    made.link.disconnect()


def test_without_a_hub_it_says_what_to_do(said, tmp_path, monkeypatch):
    monkeypatch.setenv("SAMP_HUB", f"std-lockurl:{(tmp_path / 'none').as_uri()}")
    with pytest.raises(InteropError, match=r"no SAMP hub on this computer.*Start TOPCAT"):
        said.link.connect()
    assert not said.link.connected
    with pytest.raises(InteropError, match="Connect first"):
        said.link.others()


def test_a_table_goes_out_and_rows_go_both_ways(said, session, other):
    said.link.connect()
    assert said.link.others() == ["other"]
    talk = Conversation(session, said.link)
    talk.offer(drain(talk.table_job()))

    kind, params = other.hears()
    assert (kind, params["name"]) == ("table.load.fits", f"{session.name}: labelled sources")
    table = Table.read(params["url"].removeprefix("file://"))
    assert list(table["id"]) == [104, 101, 107]
    assert list(np.char.strip(np.asarray(table["label"], dtype=str))) == ["STAR", "STAR", "QSO"]

    session.show(101)
    assert other.hears() == ["table.highlight.row", {"table-id": params["table-id"], "row": "1"}]
    assert other.hears() == ["coord.pointAt.sky", {"ra": "1.0", "dec": "0.5"}]
    session.select([107, 104, 109])
    kind, selected = other.hears()
    assert (kind, sorted(selected["row-list"])) == ("table.select.rowList", ["0", "2"])

    other.says("table.highlight.row", table_id=params["table-id"], row="2")
    assert talk.hear(said.wait(said.heard))
    assert session.current == 107
    other.says("table.select.rowList", table_id=params["table-id"], row_list=["0", "1"])
    assert talk.hear(said.wait(said.heard))
    assert session.selected == {104, 101}

    session.show(104)  # what was heard was not said again: this is the next thing that comes
    assert other.hears()[1]["row"] == "0"
    talk.end()
    session.show(101)
    said.link.point(3.0, 4.0)
    assert other.hears()[0] == "coord.pointAt.sky"  # that of 104
    assert other.hears() == ["coord.pointAt.sky", {"ra": "3.0", "dec": "4.0"}]


def test_rows_and_tables_that_are_not_known_change_nothing(said, session):
    talk = Conversation(session, said.link)
    assert not talk.hear(Highlighted("somebody's", 1))
    talk.knows("t", np.array([3, 1]))
    with pytest.raises(InteropError, match="row 2 of a table that has 2"):
        talk.hear(Selected("t", (0, 2)))
    assert session.current is None or session.current in session.catalogue.ids
    assert session.selected == set()
    talk.follows = False
    assert not talk.hear(Highlighted("t", 0))


def test_there_must_be_something_to_send(said, session, hub):
    said.link.connect()
    talk = Conversation(session, said.link)
    with pytest.raises(InteropError, match="no selected sources"):
        talk.table_job(session.selection)


def test_a_table_comes_in_by_file_and_by_address(said, other, tmp_path):
    said.link.connect()
    place = tmp_path / "two stars.fits"
    Table({"source": [1, 2], "u": [0.5, 0.25]}).write(place)
    other.says("table.load.fits", call=True, url=place.as_uri(), table_id="t", name="Two")
    assert other.hears()[1]["samp.status"] == "samp.ok"
    offered = said.wait(said.heard)
    assert isinstance(offered, Received)
    assert drain(said.link.fetch_job(offered)) == place

    class Serving(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(place.read_bytes())

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Serving)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/t"
        other.says("table.load.fits", url=url, table_id="t2", name="../Two")
        copy = drain(said.link.fetch_job(said.wait(said.heard)))
    finally:
        server.shutdown()
        server.server_close()
    assert copy.parent == said.link._folder
    assert list(aal.Catalogue.read(copy, id="source").ids) == [1, 2]
    said.link.disconnect()
    assert not copy.exists()

    place.unlink()
    with pytest.raises(InteropError, match="is not at"):
        drain(said.link.fetch_job(offered))


def test_a_call_that_makes_no_sense_is_answered_with_an_error(said, other):
    said.link.connect()
    other.says("table.load.fits", call=True, url="http://example.org/t.fits")
    kind, answer = other.hears()
    assert (kind, answer["samp.status"]) == ("answer", "samp.error")
    assert "not on this computer" in answer["samp.error"]["samp.errortxt"]
    assert "not on this computer" in str(said.wait(said.failed))
    assert said.heard == []


def test_a_hub_that_ends_is_noticed(said, hub):
    said.link.connect()
    hub.stop()
    until = monotonic() + 20
    while said.link.connected and monotonic() < until:
        sleep(0.01)
    with pytest.raises(InteropError, match="Connect first"):
        said.link.point(1, 2)
    hub.start()
