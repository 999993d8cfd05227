"""What a session records beside labels, so that it can be said later what was done and when."""

from __future__ import annotations

import pytest

import napari_astro_al as aal
from napari_astro_al.errors import LabelError, LedgerError


def events(session, kind):
    return [one.payload for one in session.ledger.events() if one.kind == kind]


def test_every_opening(catalogue, tmp_path):
    aal.Session(catalogue, path=tmp_path / "a.astroal").close()
    with aal.Session.open(tmp_path / "a.astroal", catalogue) as session:
        first, second = events(session, "opened")
    assert (first["new"], second["new"]) == (True, False)
    assert second["catalogue"] == "blobs"
    assert second["n_sources"] == 200
    assert second["id_digest"] == catalogue.id_digest


def test_what_became_of_classes(session):
    session.add_class("QSO")
    session.rename_class("QSO", "quasar")
    session.merge_classes(["quasar", "GALAXY"], into="extragalactic")
    session.split_class("GALAXY")
    session.add_group("either", ["GALAXY", "STAR"])
    session.remove_class("either")
    session.set_tasks(aal.Task.one_vs_rest("STAR"))
    said = [(one["what"], one.get("names"), one.get("into")) for one in events(session, "classes")]
    assert said == [
        ("added", ["QSO"], None),
        ("renamed", ["QSO"], "quasar"),
        ("merged", ["quasar", "GALAXY"], "extragalactic"),
        ("split", ["GALAXY"], None),
        ("grouped", ["GALAXY", "STAR"], "either"),
        ("removed", ["either"], None),
        ("asked otherwise", None, None),
    ]
    assert events(session, "classes")[0]["classes"] == {"classes": ["GALAXY", "STAR", "QSO"]}


def test_classes_stay_as_they_were_where_it_cannot_be_recorded(session):
    session.ledger.close()
    with pytest.raises(LedgerError, match="is closed"):
        session.add_class("QSO")
    assert session.classes == ("GALAXY", "STAR")


def test_the_time_that_every_answer_took(session):
    session.annotate(1001, "STAR", seconds=1.5)
    session.unsure(1002, seconds=2, annotator="bo")
    session.skip(1003, seconds=0.5)
    assert [events(session, one)[0]["seconds"] for one in ("label", "unsure", "skip")] == [
        1.5,
        2.0,
        0.5,
    ]
    (unsure,) = session.book.history_of(1002)
    assert unsure.chain.startswith("bo/")


def test_nobody_answers_as_the_catalogue(session):
    with pytest.raises(LabelError, match="labels of the column"):
        session.unsure(1001, annotator="catalogue")


def test_a_look_at_test_scores_and_each_model(session, pool):
    session.annotate(pool["STAR"][:4], "STAR")
    session.annotate(pool["GALAXY"][:4], "GALAXY")
    session.train()
    session.test_scores(reason="for the paper")
    (look,) = events(session, "test-looked-at")
    assert look["reason"] == "for the paper"
    assert events(session, "trained")[0]["task"] == "classes"
