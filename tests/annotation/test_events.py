"""Events: their payloads, their one spelling, and the hash that links them."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.annotation.events import (
    Chain,
    annotator_of,
    canonical_json,
    event_hash,
    next_event,
    utc_now,
)
from napari_astro_al.errors import LedgerError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


class TestChain:
    def test_reads_as_annotator_and_device(self) -> None:
        assert str(Chain("ada", "desk/2")) == "ada/desk/2"
        assert annotator_of("ada/desk/2") == "ada"

    @pytest.mark.parametrize(("annotator", "device"), [("", "desk"), ("ada", ""), ("a/b", "desk")])
    def test_refuses_what_could_not_be_told_apart(self, annotator: str, device: str) -> None:
        with pytest.raises(LedgerError, match=r"cannot be an annotator: both need .* no '/'"):
            Chain(annotator, device)


class TestCanonicalJson:
    def test_has_one_spelling(self) -> None:
        one = canonical_json("note", {"b": (1, 2.5), "a": "é"})
        other = canonical_json("note", {"a": "é", "b": [1, 2.5]})
        assert one == other == '{"a":"\\u00e9","b":[1,2.5]}'

    @given(payload=st.dictionaries(st.text(), JSON, max_size=4))
    def test_gives_back_what_it_was_given(self, payload: dict[str, object]) -> None:
        text = canonical_json("note", payload)
        assert json.loads(text) == payload
        assert text.isascii()
        assert canonical_json("note", json.loads(text)) == text

    @pytest.mark.parametrize(
        ("value", "reason"),
        [
            (float("nan"), "Out of range float"),
            (float("inf"), "Out of range float"),
            ({1: "one"}, "the key 1 is not text"),
            ([{None: 0}], "the key None is not text"),
            (b"QSO", "bytes is not JSON serializable"),
            ({1, 2}, "set is not JSON serializable"),
        ],
    )
    def test_refuses_what_is_not_strict_json(self, value: object, reason: str) -> None:
        with pytest.raises(LedgerError, match=f"NOT recorded: .*not strict JSON.*{reason}"):
            canonical_json("note", {"value": value})

    @pytest.mark.parametrize(
        ("kind", "payload", "missing"),
        [
            ("label", {"source": "1"}, "label"),
            ("label", {"label": "QSO"}, "source"),
            ("label", {"source": 1, "label": "QSO"}, "source"),
            ("label", {"source": "1", "label": "QSO", "step": 7}, "step"),
            ("unsure", {}, "source"),
            ("skip", {"source": ""}, "source"),
            ("undo", {}, "step"),
            ("redo", {"step": None}, "step"),
        ],
    )
    def test_refuses_a_payload_without_what_its_kind_needs(
        self, kind: str, payload: dict[str, object], missing: str
    ) -> None:
        with pytest.raises(LedgerError, match=f"'{kind}' event was NOT .* under '{missing}'"):
            canonical_json(kind, payload)


class TestHash:
    def test_is_sha256_of_the_canonical_list(self) -> None:
        payload = {"source": "1", "label": "QSO"}
        whole = json.dumps(
            ["before", "u", "ada/desk", 2, "2026-01-31T12:00:00.000000Z", "label", payload],
            sort_keys=True,
            separators=(",", ":"),
        )
        digest = event_hash(
            "before", "u", "ada/desk", 2, "2026-01-31T12:00:00.000000Z", "label",
            canonical_json("label", payload),
        )  # fmt: skip
        assert digest == hashlib.sha256(whole.encode()).hexdigest()

    def test_links_an_event_to_the_one_before(self) -> None:
        first = next_event("ada/desk", (0, ""), utc_now(), "note", "{}")
        second = next_event("ada/desk", (first.sequence, first.hash), utc_now(), "note", "{}")
        assert (first.sequence, second.sequence) == (1, 2)
        assert (first.previous, second.previous) == ("", first.hash)
        assert first.uuid != second.uuid


def test_times_are_utc_with_microseconds() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", utc_now())
