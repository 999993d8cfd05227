"""All events of a ledger at once, as columns: the same as event by event."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_astro_al.annotation.events import Chain
from napari_astro_al.annotation.first_fold import first_fold
from napari_astro_al.annotation.labels import LabelSet
from napari_astro_al.annotation.ledger import Ledger
from napari_astro_al.annotation.ledger_columns import AT_ONCE, UNDONE

ADA, ADA_AT_HOME, BO = Chain("ada", "desk"), Chain("ada", "laptop"), Chain("bo", "desk")
INHERITED = Chain("catalogue", "desk")
SOURCES = range(4)


def payload_of(kind: str, source: int, label: str, step: str, task: str | None) -> dict[str, Any]:
    if kind in ("undo", "redo"):
        return {"step": step}
    if kind == "trained":
        return {"source": 3.5, "label": ["of another kind"], "step": {"n": 1}}
    said: dict[str, Any] = {"source": str(source), "step": step, "seconds": 1.5}
    if task is not None:
        said["asked"] = {"task": task, "rank": 2}
    return said | ({"label": label} if kind == "label" else {})


EVENTS = st.lists(
    st.tuples(
        st.sampled_from([ADA, ADA_AT_HOME, BO, INHERITED]),
        st.sampled_from(["label", "unsure", "skip", "audit", "undo", "redo", "trained"]),
        st.sampled_from(SOURCES),
        st.sampled_from(["QSO", "~QSO", 'star "é"\n', "STAR"]),
        st.sampled_from(["a", "b", "c", "d", "e"]),
        st.sampled_from([None, "classes", "hosts"]),
    ),
    min_size=1,
    max_size=30,
)


def written(ledger: Ledger, events: list[Any]) -> None:
    for chain, kind, *said in events:
        ledger.append_many([(kind, payload_of(kind, *said))], chain)


def at_once(ledger: Ledger, name: Any = None) -> LabelSet[int]:
    columns = ledger.columns()
    assert columns is not None
    rows = np.zeros(len(columns.kinds), dtype=np.int64)
    rows[columns.kinds < UNDONE] = [int(one) for one in columns.sources.drop_null().to_pylist()]
    return LabelSet(int, name, first_fold(columns, rows, ledger.events_at, name))


def one_by_one(ledger: Ledger, name: Any = None) -> LabelSet[int]:
    folded: LabelSet[int] = LabelSet(int, name)
    for event in ledger.events():
        folded.apply(event)
    return folded


def told(labels: LabelSet[int]) -> list[Any]:
    return [
        dict(labels.labels), set(labels.unsure), dict(labels.skipped), list(labels.order),
        set(labels.answered), labels.annotators, labels.standing()(), labels.audits(),
        labels.last_audits(), labels.label_events(), labels.label_chains(), labels.label_tasks(),
        [labels.votes(source) for source in SOURCES],
        [labels.history_of(source) for source in SOURCES],
        [labels.deciding_events(source) for source in SOURCES],
        [(labels.undoable(one), labels.redoable(one)) for one in (ADA, ADA_AT_HOME, BO)],
    ]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(events=EVENTS, later=EVENTS, renamed=st.booleans())
def test_tells_what_event_by_event_tells_and_goes_on_alike(
    events: list[Any], later: list[Any], renamed: bool
) -> None:
    name = {"~QSO": "STAR"}.get if renamed else None
    called = None if name is None else lambda label: name(label, label)
    with Ledger(None, ADA) as ledger:
        written(ledger, events)
        one, other = at_once(ledger, called), one_by_one(ledger, called)
        assert told(one) == told(other)
        head = ledger.head
        written(ledger, later)
        for event in ledger.events(after=head):
            assert set(one.apply(event)) == set(other.apply(event))
        assert told(one) == told(other)


def test_many_pieces_are_put_together() -> None:
    n = AT_ONCE + 5
    with Ledger(None, ADA) as ledger:
        ledger.append_many(
            ("label", {"source": str(k), "label": "QSO" if k % 3 else "STAR", "step": f"s{k}"})
            for k in range(n)
        )
        labels = at_once(ledger)
        assert len(labels.labels) == n
        assert (labels.labels[n - 2], labels.labels[n - 1]) == ("QSO", "STAR")
        assert [event.payload["step"] for event in labels.history_of(n - 1)] == [f"s{n - 1}"]
        assert labels.undoable(ADA) == f"s{n - 1}"


@pytest.mark.parametrize(
    "damage",
    [
        'payload = \'{"source":"1"\'',  # not JSON
        "payload = ''",
        'payload = \'{"source":"1","step":"a"}\'',  # a label without a label
        'payload = \'{"source":"1","label":"QSO"}\'',  # without a step: its uuid names it
        'payload = \'{"source":"1","label":"QSO","step":""}\'',
        'payload = \'{"source":1,"label":"QSO","step":"a"}\'',
        "payload = '{}' || char(10) || '{}'",
        "arrival = 7",
    ],
)
def test_what_is_not_as_it_writes_it_is_left_to_a_reading_event_by_event(damage: str) -> None:
    with Ledger(None, ADA) as ledger:
        for step in "ab":
            ledger.append("label", {"source": "1", "label": "QSO", "step": step})
        assert ledger.columns() is not None
        ledger.asked(f"UPDATE events SET {damage} WHERE arrival = 2")
        assert ledger.columns() is None


def test_an_empty_ledger_has_no_columns() -> None:
    with Ledger(None, ADA) as ledger:
        assert ledger.columns() is None
