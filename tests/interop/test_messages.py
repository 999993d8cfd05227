"""What other programs say is checked like any other input."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.errors import InteropError
from napari_astro_al.interop.messages import (
    HIGHLIGHT,
    SELECT,
    Highlighted,
    Received,
    Selected,
    read_message,
)


def test_what_they_mean() -> None:
    said = {"url": "file:///data/two%20stars.fits", "table-id": "t1", "name": "Two stars"}
    table = read_message("table.load.fits", said)
    assert table == Received("file:///data/two%20stars.fits", ".fits", "t1", "Two stars")
    assert isinstance(table, Received)
    assert table.path == "/data/two stars.fits"
    web = read_message("table.load.votable", {"url": "http://127.0.0.1:2525/t"})
    assert web == Received("http://127.0.0.1:2525/t", ".vot", *["http://127.0.0.1:2525/t"] * 2)
    assert isinstance(web, Received)
    assert web.path is None
    assert read_message(HIGHLIGHT, {"table-id": "t1", "row": "3"}) == Highlighted("t1", 3)
    assert read_message(SELECT, {"url": "u", "row-list": ["0", "2"]}) == Selected("u", (0, 2))
    assert read_message(SELECT, {"table-id": "t1", "row-list": []}) == Selected("t1", ())


@pytest.mark.parametrize(
    ("kind", "params", "why"),
    [
        ("table.load.fits", {}, "'url'; a text was expected"),
        ("table.load.fits", {"url": "http://example.org/t.fits"}, "not on this computer"),
        ("table.load.fits", {"url": "https://127.0.0.1/t.fits"}, "not on this computer"),
        ("table.load.fits", {"url": "file://server/t.fits"}, "not on this computer"),
        ("table.load.fits", {"url": "http://127.0.0.1.example.org/"}, "not on this computer"),
        ("table.load.fits", {"url": "ftp://localhost/t.fits"}, "not on this computer"),
        ("table.load.fits", {"url": "/etc/passwd"}, "not on this computer"),
        ("table.load.fits", {"url": "http://[/"}, "not on this computer"),
        ("table.load.fits", {"url": "file:///" + "x" * 5000}, "'file:///x"),
        (HIGHLIGHT, {"table-id": "t", "row": "-1"}, "rows count from 0"),
        (HIGHLIGHT, {"table-id": "t", "row": "1.5"}, "rows count from 0"),
        (HIGHLIGHT, {"table-id": "t"}, "sent None for a row"),
        (SELECT, {"table-id": "t", "row-list": "12"}, "sent '12' for them"),
        (SELECT, {"table-id": "t", "row-list": ["1", {}]}, "for a row"),
        ("x.y", {}, "are not known here"),
    ],
)
def test_what_makes_no_sense_is_refused(kind: str, params: dict[str, Any], why: str) -> None:
    with pytest.raises(InteropError, match=why):
        read_message(kind, params)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(
    kind=st.sampled_from(["table.load.fits", "table.load.votable", HIGHLIGHT, SELECT]),
    params=st.dictionaries(
        st.sampled_from(["url", "table-id", "name", "row", "row-list"]), ANYTHING
    ),
)
def test_whatever_comes_is_read_or_refused_in_words(kind: str, params: dict[str, Any]) -> None:
    try:
        words = repr(type(read_message(kind, params)))
    except InteropError as error:
        words = str(error)
    assert 0 < len(words) < 400
