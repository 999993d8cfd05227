from __future__ import annotations

import pytest

from napari_astro_al.annotation.events import Event
from napari_astro_al.session.audit import (
    Drift,
    LabelAudit,
    Share,
    Suspect,
    consistency_of,
    drift_of,
)


def event(kind, source, chain="eva/desk", **payload):
    return Event("u", chain, 1, "2026-01-01", kind, {"source": source, **payload}, "", "")


def again(source, label, first="STAR", *, blind=True, chain="eva/desk"):
    said = {} if label is None else {"label": label}
    return event("audit", source, chain, first=first, blind=blind, **said)


def test_consistency_is_each_annotators_share_of_same_answers_with_unsure_as_another():
    answers = [
        again("1", "STAR"),
        again("2", "QSO"),
        again("3", None),
        again("4", "QSO", first="QSO", chain="ben/lab"),
        event("label", "5", label="STAR"),
    ]
    found = consistency_of(answers)
    assert found == {"eva": Share(1, 3), "ben": Share(1, 1)}


def test_answers_that_were_not_blind_say_nothing_about_consistency():
    assert consistency_of([again("1", "STAR", blind=False)]) == {}


def test_a_share_carries_its_interval():
    # Wilson (1927) for 9 of 10
    low, high = Share(9, 10).interval
    assert (low, high) == pytest.approx((0.5958, 0.9821), abs=1e-4)
    assert Share(9, 10).words == "90 % (60–98) of 10"


def test_the_interval_of_a_difference_is_newcombes():
    # his example: 56 of 70 and 48 of 80, a difference of 0.2 with 0.0524 to 0.3339
    low, high = Drift("x", Share(48, 80), Share(56, 70)).difference
    assert (low, high) == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_drift_beyond_chance_says_which_way():
    assert Drift("Agreement", Share(19, 20), Share(9, 20)).words.endswith("late; falling.")
    assert Drift("Agreement", Share(19, 20), Share(18, 20)).words.endswith("no more than chance.")


def test_drift_compares_the_first_half_of_ones_own_answers_with_the_second():
    answers = [event("label", str(n), label="STAR") for n in range(20)]
    answers.insert(3, event("label", "99", chain="ben/lab", label="STAR"))
    agrees = {str(n): n < 12 for n in range(20)} | {"99": False}
    (found,) = drift_of(answers, agrees, "eva")
    assert (found.early, found.late) == (Share(10, 10), Share(2, 10))
    assert drift_of(answers[:15], agrees, "eva") == ()


def test_an_audit_is_told_in_a_few_lines():
    suspect = Suspect(7, "STAR", "QSO", ("A model without this label says QSO 93 %.",), -0.9)
    told = LabelAudit("classes", (suspect,), {"eva": Share(9, 10)}, (), 60).words
    assert told.splitlines() == [
        "1 label looks doubtful of the 60 that were checked.",
        "eva gave the same answer again: 90 % (60–98) of 10.",
    ]
    assert suspect.words == "Labelled STAR. A model without this label says QSO 93 %."
